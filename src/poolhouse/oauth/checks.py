"""The checks of the browser's endpoints as a matrix: which check holds at which path (6.2, 6.3).

Each takes the request one step further: until the redirect address is known to be the client's, a
refusal is a page of ours (`PageError`); from then on the client is told (`Redirected`).
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit

import msgspec
from msgspec import Struct

from poolhouse.directory import resource_servers
from poolhouse.directory import scopes as scope_rules
from poolhouse.directory.clients import Client
from poolhouse.directory.resource_servers import ResourceServer
from poolhouse.errors import (
    ClientWithoutOAuth,
    FlowNotAllowed,
    FlowScopeRefused,
    InvalidOAuthRequest,
    InvalidTarget,
    OAuthError,
    ParameterMissing,
    RedirectMismatch,
    RequestNotSupported,
    RequestUriNotSupported,
)
from poolhouse.http.parameters import Parameters
from poolhouse.oauth.visit import Visit

_FLOWS = {"code": "code", "token": "implicit"}
_CHALLENGE = re.compile(r"[A-Za-z0-9\-._~]{43,128}", re.ASCII)
_PROMPTS = frozenset({"none", "login", "select_account", "consent"})
_SECONDS = re.compile(r"[0-9]{1,9}", re.ASCII)
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_LONGEST_RESOURCE = 2_048  # characters


class Authorization(msgspec.Struct, frozen=True):
    """An authorization request that passed the checks. Pages carry it as their query, checked anew.

    scopes  what is granted: those asked for, or all of the client's
    query   as it came, to go on with from page to page
    """

    client_id: str
    redirect_uri: str
    response_type: str
    scopes: tuple[str, ...]
    query: str
    state: str = ""
    nonce: str = ""
    code_challenge: str = ""
    resource: str = ""
    prompt: frozenset[str] = frozenset()
    max_age: int | None = None
    login_hint: str = ""
    lang: str = ""
    identity_provider: str = ""
    idp_identifier: str = ""
    acr_values: str = ""


class Redirected(Exception):
    """The app client is told, at its own address. Pages raise it by `to_app`."""

    def __init__(self, error: OAuthError, redirect_uri: str, state: str, *, fragment: bool) -> None:
        super().__init__(error.error)
        self.error = error
        self.redirect_uri = redirect_uri
        self.state = state
        self.fragment = fragment


def to_app(authorization: Authorization, error: OAuthError) -> Redirected:
    """The refusal of a request that passed the checks."""
    fragment = authorization.response_type == "token"
    return Redirected(error, authorization.redirect_uri, authorization.state, fragment=fragment)


class _Draft(Struct, frozen=True):
    """What the checks look at."""

    given: Parameters
    client: Client
    redirect_uri: str
    dev: bool  # resources may be on this computer


def _client_may(draft: _Draft) -> None:
    if not draft.client.oauth_enabled:
        raise ClientWithoutOAuth(client_id=draft.client.client_id)


def _supported(draft: _Draft) -> None:
    """Members of OpenID Connect that Cognito does not have; `display` and others unknown are ignored."""
    if "request" in draft.given:
        raise RequestNotSupported
    if "request_uri" in draft.given:
        raise RequestUriNotSupported
    if draft.given.get("response_mode", "query") not in ("query", "fragment"):
        raise InvalidOAuthRequest


def _response_type(draft: _Draft) -> None:
    flow = _FLOWS.get(draft.given.get("response_type", ""))
    if flow is None:
        raise InvalidOAuthRequest
    if flow not in draft.client.oauth_flows:
        raise FlowNotAllowed


def _pkce(draft: _Draft) -> None:
    """S256 only; a method without a challenge, or the other way, is refused (RFC 7636)."""
    challenge, method = draft.given.get("code_challenge"), draft.given.get("code_challenge_method")
    if challenge is None and method is None:
        return
    if method != "S256" or challenge is None or not _CHALLENGE.fullmatch(challenge):
        raise InvalidOAuthRequest


def _scope(draft: _Draft) -> None:
    asked = scope_rules.split(draft.given.get("scope", ""))
    if not set(asked) <= set(draft.client.scopes):
        raise FlowScopeRefused
    if scope_rules.NEED_OPENID.intersection(asked) and scope_rules.OPENID not in asked:
        raise FlowScopeRefused


def _prompt(draft: _Draft) -> None:
    """`none` stands alone (OpenID Connect Core, section 3.1.2.1)."""
    asked = frozenset(draft.given.get("prompt", "").split())
    if not asked <= _PROMPTS or ("none" in asked and len(asked) > 1):
        raise InvalidOAuthRequest


def _max_age(draft: _Draft) -> None:
    if not _SECONDS.fullmatch(draft.given.get("max_age", "0")):
        raise InvalidOAuthRequest


def _resource(draft: _Draft) -> None:
    """https, http to this computer, or a scheme of one's own (6.2); no fragment (RFC 8707, section 2)."""
    text = draft.given.get("resource")
    if text is None:
        return
    try:
        parts = urlsplit(text)
    except ValueError:
        raise InvalidTarget from None
    here = parts.hostname == "localhost" or (draft.dev and parts.hostname in _LOOPBACK)
    own = "." in parts.scheme or parts.scheme not in ("http", "https", "javascript", "data", "file", "")
    allowed = parts.scheme == "https" or (parts.scheme == "http" and here) or own
    if not allowed or "#" in text or not text.isascii() or len(text) > _LONGEST_RESOURCE:
        raise InvalidTarget


_AUTHORIZE, _LOGIN, _OTHERS = "/oauth2/authorize", "/login", ("/signup", "/forgotPassword", "/consent")
_EVERY_PAGE = frozenset({_AUTHORIZE, _LOGIN, *_OTHERS, "/mfa", "/confirm", "/resendcode"}) | {
    "/confirmForgotPassword",
    "/passkeys/add",
    "/oauth2/idpresponse",
    "/saml2/idpresponse",
}

# Which check holds at which path, in their order: what says that a client may not comes before what it asks.
CHECKS: tuple[tuple[Callable[[_Draft], None], frozenset[str]], ...] = (
    (_client_may, _EVERY_PAGE),
    (_supported, _EVERY_PAGE),
    (_response_type, _EVERY_PAGE),
    (_pkce, _EVERY_PAGE),
    (_scope, _EVERY_PAGE),
    (_prompt, _EVERY_PAGE),
    (_max_age, _EVERY_PAGE),
    (_resource, _EVERY_PAGE),
)


async def authorization(visit: Visit, given: Parameters | None = None) -> tuple[Authorization, Client]:
    """The request that the query of a page is. Raises `PageError` or `Redirected`.

    given  in place of the query: what a page or a provider brought back
    """
    if given is None:
        given = visit.query
    client = await visit.client(_required(given, "client_id"))
    dev = visit.env.settings.profile == "dev"
    draft = _Draft(given, client, _redirect_uri(given, client), dev)
    for check, paths in CHECKS:
        if visit.path in paths:
            _run(check, draft)
    return _accepted(draft, visit.snapshot.resource_servers), client


def _required(given: Parameters, name: str) -> str:
    value = given.get(name)
    if value is None:
        raise ParameterMissing(
            f"Required String parameter '{name}' is not present", given.get("client_id", "")
        )
    return value


def _redirect_uri(given: Parameters, client: Client) -> str:
    """Byte for byte one of the client's: no wildcard, no normalising (security.md, rule 7)."""
    if "redirect_uri" not in given and client.default_redirect_uri:
        return client.default_redirect_uri
    address = _required(given, "redirect_uri")
    if address not in client.callback_urls:
        raise RedirectMismatch(client_id=client.client_id)
    return address


def _run(check: Callable[[_Draft], None], draft: _Draft) -> None:
    try:
        check(draft)
    except OAuthError as error:
        fragment = draft.given.get("response_type") == "token"
        raise Redirected(error, draft.redirect_uri, draft.given.get("state", ""), fragment=fragment) from None


def _accepted(draft: _Draft, servers: tuple[ResourceServer, ...]) -> Authorization:
    """Scopes that were deleted since the client was given them are left out (6.9)."""
    given: Mapping[str, str] = draft.given
    asked = scope_rules.split(given.get("scope", "")) or draft.client.scopes
    return Authorization(
        client_id=draft.client.client_id,
        redirect_uri=draft.redirect_uri,
        response_type=given.get("response_type", "code"),
        scopes=resource_servers.living(asked, servers),
        query=urlencode(given),
        state=given.get("state", ""),
        nonce=given.get("nonce", ""),
        code_challenge=given.get("code_challenge", ""),
        resource=given.get("resource", ""),
        prompt=frozenset(given.get("prompt", "").split()),
        max_age=int(given["max_age"]) if "max_age" in given else None,
        login_hint=given.get("login_hint", ""),
        lang=given.get("lang", ""),
        identity_provider=given.get("identity_provider", ""),
        idp_identifier=given.get("idp_identifier", ""),
        acr_values=given.get("acr_values", ""),
    )

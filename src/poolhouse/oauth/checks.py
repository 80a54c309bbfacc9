"""The checks of the browser's endpoints as a matrix: which check holds at which path (6.2, 6.3).

Each takes the request one step further: until the redirect address is known to be the client's, a
refusal is a page of ours (`PageError`); from then on the client is told (`Redirected`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec

from poolhouse.directory import scopes as scope_rules
from poolhouse.directory.clients import Client
from poolhouse.errors import (
    ClientWithoutOAuth,
    FlowNotAllowed,
    FlowScopeRefused,
    InvalidOAuthRequest,
    OAuthError,
    ParameterMissing,
    RedirectMismatch,
)
from poolhouse.http.parameters import Parameters
from poolhouse.oauth.visit import Visit

_FLOWS = {"code": "code", "token": "implicit"}
_CHALLENGE = re.compile(r"[A-Za-z0-9\-._~]{43,128}", re.ASCII)


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


class Redirected(Exception):
    """The app client is told, at its own address."""

    def __init__(self, error: OAuthError, redirect_uri: str, state: str, *, fragment: bool) -> None:
        super().__init__(error.error)
        self.error = error
        self.redirect_uri = redirect_uri
        self.state = state
        self.fragment = fragment


@dataclass(frozen=True, slots=True)
class _Draft:
    """What the checks look at."""

    given: Parameters
    client: Client
    redirect_uri: str


def _client_may(draft: _Draft) -> None:
    if not draft.client.oauth_enabled:
        raise ClientWithoutOAuth(client_id=draft.client.client_id)


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


# A check that holds at a path has its name here.
_PAGES = frozenset({"/oauth2/authorize", "/login", "/signup", "/forgotPassword"})
CHECKS: tuple[tuple[Callable[[_Draft], None], frozenset[str]], ...] = (
    (_client_may, _PAGES),
    (_response_type, _PAGES),
    (_pkce, _PAGES),
    (_scope, _PAGES),
)


async def authorization(visit: Visit, given: Parameters | None = None) -> tuple[Authorization, Client]:
    """The request that the query of a page is. Raises `PageError` or `Redirected`.

    given  in place of the query: what a page or a provider brought back
    """
    if given is None:
        given = visit.query
    client = await visit.client(_required(given, "client_id"))
    draft = _Draft(given, client, _redirect_uri(given, client))
    for check, paths in CHECKS:
        if visit.path in paths:
            _run(check, draft)
    return _accepted(draft), client


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


def _accepted(draft: _Draft) -> Authorization:
    given: Mapping[str, str] = draft.given
    return Authorization(
        client_id=draft.client.client_id,
        redirect_uri=draft.redirect_uri,
        response_type=given.get("response_type", "code"),
        scopes=scope_rules.split(given.get("scope", "")) or draft.client.scopes,
        query=urlencode(given),
        state=given.get("state", ""),
        nonce=given.get("nonce", ""),
        code_challenge=given.get("code_challenge", ""),
        resource=given.get("resource", ""),
        prompt=frozenset(given.get("prompt", "").split()),
        login_hint=given.get("login_hint", ""),
        lang=given.get("lang", ""),
        identity_provider=given.get("identity_provider", ""),
        idp_identifier=given.get("idp_identifier", ""),
    )

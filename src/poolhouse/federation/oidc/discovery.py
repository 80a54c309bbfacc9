"""OpenID Connect Discovery 1.0: where the endpoints of an issuer are."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from poolhouse.context import Env
from poolhouse.errors import FetchFailed, IssuerUnreachable
from poolhouse.federation.details import is_web_address

_PATH = "/.well-known/openid-configuration"
_TRUSTED = 3_600.0  # seconds that a document is believed
_SECONDS = 5.0
_MOST = 200_000  # bytes


class Discovered(Struct, frozen=True):
    """What the document of an issuer says, as far as we use it.

    says_issuer  authorization responses carry `iss` (RFC 9207)
    posts        the client secret may be in the body of a token request
    """

    issuer: str
    authorize_url: str
    token_url: str
    attributes_url: str  # empty: there is none
    jwks_uri: str
    says_issuer: bool
    posts: bool


class _Document(msgspec.Struct):
    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    authorization_response_iss_parameter_supported: bool = False
    token_endpoint_auth_methods_supported: list[str] = []


class _KeysOnly(msgspec.Struct):
    """All that somebody needs to say who only signs tokens."""

    issuer: str
    jwks_uri: str


D = TypeVar("D", _Document, _KeysOnly)


async def of_issuer(env: Env, issuer: str) -> Discovered:
    """As it was an hour ago at most. Raises `IssuerUnreachable`."""
    found: Discovered = await _kept(env, ("discovery", issuer), lambda: _endpoints(env, issuer))
    return found


async def keys_of_issuer(env: Env, issuer: str) -> str:
    """Where its keys are, as it was an hour ago at most. Raises `IssuerUnreachable`."""
    found: str = await _kept(env, ("discovered keys", issuer), lambda: _keys(env, issuer))
    return found


async def _kept(env: Env, key: tuple[str, str], read: Callable[[], Awaitable[Any]]) -> Any:
    kept: Any = env.upstream.get(key)
    if kept is not None and env.clock.monotonic() - kept[0] < _TRUSTED:
        return kept[1]
    read_at = env.clock.monotonic()
    found = await read()
    env.upstream.put(key, (read_at, found))
    return found


async def _endpoints(env: Env, issuer: str) -> Discovered:
    return _checked(await _read(env, issuer, _Document), issuer, plain=issuer.startswith("http:"))


async def _keys(env: Env, issuer: str) -> str:
    document = await _read(env, issuer, _KeysOnly)
    if not is_web_address(document.jwks_uri, plain=issuer.startswith("http:")):
        raise IssuerUnreachable(why="its document names an endpoint that is no https address.")
    return document.jwks_uri


async def _read(env: Env, issuer: str, shape: type[D]) -> D:
    """The document, once it names the issuer that was asked for, to the last character (section 4.3)."""
    if env.fetch is None:
        raise IssuerUnreachable(why="this process asks no other server.")
    address = issuer.removesuffix("/") + _PATH
    try:
        answer = await env.fetch.send(
            "GET", address, {"accept": "application/json"}, seconds=_SECONDS, most=_MOST
        )
    except FetchFailed as failed:
        raise IssuerUnreachable(why=str(failed)) from failed
    if answer.status != 200:
        raise IssuerUnreachable(why=f"it answered {answer.status}.")
    try:
        document = msgspec.json.decode(answer.body, type=shape)
    except msgspec.DecodeError as error:
        raise IssuerUnreachable(why="it is no discovery document.") from error
    if document.issuer != issuer:
        raise IssuerUnreachable(why="its document names another issuer than oidc_issuer.")
    return document


def _checked(document: _Document, issuer: str, *, plain: bool) -> Discovered:
    addresses = (document.authorization_endpoint, document.token_endpoint, document.jwks_uri)
    more = (document.userinfo_endpoint,) if document.userinfo_endpoint else ()
    if not all(is_web_address(address, plain=plain) for address in (*addresses, *more)):
        raise IssuerUnreachable(why="its document names an endpoint that is no https address.")
    methods = document.token_endpoint_auth_methods_supported
    return Discovered(
        issuer=issuer,
        authorize_url=document.authorization_endpoint,
        token_url=document.token_endpoint,
        attributes_url=document.userinfo_endpoint,
        jwks_uri=document.jwks_uri,
        says_issuer=document.authorization_response_iss_parameter_supported,
        # Without the member, Discovery says, it is Basic alone.
        posts="client_secret_post" in methods,
    )

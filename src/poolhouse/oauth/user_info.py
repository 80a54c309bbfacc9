"""GET and POST /oauth2/userInfo: what the scopes of an access token show of its user (behaviour file, 6.5).

Only GET is documented; that POST works as OpenID Connect Core, section 5.3.1, has it is [K].
"""

from poolhouse.context import Caller
from poolhouse.directory import scopes
from poolhouse.directory.clients import Client
from poolhouse.directory.users import User
from poolhouse.errors import (
    AccessTokenScope,
    ApiError,
    BadUserInfoRequest,
    DeadBearerToken,
    InvalidOAuthRequest,
    PageError,
    TokenWithoutOpenid,
)
from poolhouse.http.response import Response
from poolhouse.oauth import endpoint
from poolhouse.oauth.visit import Visit
from poolhouse.tokens import verify


async def user_info(visit: Visit) -> Response:
    caller = await _verified(visit, _shown(visit))
    client = await _client(visit, caller)
    if caller.user is None:
        raise LookupError("an access token without an owner was verified")
    return endpoint.answered(visit, _claims(caller.user, client, scopes.split(caller.claims["scope"])))


def _shown(visit: Visit) -> str:
    """The token: in the header, or in the form of a post, and in one of them only (RFC 6750, section 2)."""
    header = visit.request.header("authorization")
    try:
        posted = visit.form.get("access_token", "") if visit.request.method == "POST" else ""
    except InvalidOAuthRequest:
        raise BadUserInfoRequest from None
    scheme, _, value = header.partition(" ")
    if header and (posted or scheme.lower() != "bearer"):
        raise BadUserInfoRequest
    token = posted or value.strip()
    if not token:
        raise BadUserInfoRequest
    return token


async def _verified(visit: Visit, token: str) -> Caller:
    try:
        snapshot, caller = await verify.access_token(visit.env, token, visit.now, scopes.OPENID)
    except AccessTokenScope:
        raise TokenWithoutOpenid from None
    except ApiError:
        raise DeadBearerToken from None
    if snapshot.pool.pool_id != visit.pool.pool_id:
        raise DeadBearerToken
    return caller


async def _client(visit: Visit, caller: Caller) -> Client:
    try:
        return await visit.client(caller.claims["client_id"])
    except PageError:
        raise DeadBearerToken from None


def _claims(user: User, client: Client, granted: tuple[str, ...]) -> dict[str, str]:
    """All of them are texts, `email_verified` too [E]; that this holds for the rest as well is [K]."""
    visible = scopes.visible(client.readable, granted)
    found = {"sub": user.sub}
    found |= {
        name: value
        for name, value in user.attributes.items()
        if name == "identities" or (name in visible and not name.startswith("dev:"))
    }
    return found | {"username": user.username}

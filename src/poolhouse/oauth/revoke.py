"""POST /oauth2/revoke: the end of a sign-in by its refresh token (RFC 7009; behaviour file, 6.6)."""

from poolhouse.auth import refresh
from poolhouse.errors import (
    InvalidClient,
    InvalidOAuthRequest,
    RevokingClientUnknown,
    UnsupportedTokenToRevoke,
)
from poolhouse.http.response import Response
from poolhouse.oauth import client_authentication, endpoint
from poolhouse.oauth.visit import Visit

_JWT_DOTS = 2


async def revoke(visit: Visit) -> Response:
    """200 and nothing, for a token that is unknown, dead or another client's too."""
    if not visit.is_form:
        return endpoint.empty(visit, 405)
    form = visit.form
    try:
        client = await client_authentication.authenticated(visit, form)
    except InvalidClient as error:
        raise RevokingClientUnknown(error.description) from None
    token = form.get("token")
    if not token or not client.revocable:
        raise InvalidOAuthRequest
    if token.count(".") == _JWT_DOTS:
        raise UnsupportedTokenToRevoke
    await refresh.revoke(visit.ctx("RevokeToken", client), token)
    return endpoint.empty(visit)

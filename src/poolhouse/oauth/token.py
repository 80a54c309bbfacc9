"""POST /oauth2/token (behaviour file, 6.4).

The grant of RFC 8693 is not among them: Cognito's page lists three (behaviour file, section 12, 5), and
GetDerivedToken is the way to exchange a token.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from poolhouse.directory.clients import Client
from poolhouse.errors import ApiError, InvalidOAuthRequest, UnsupportedGrantType
from poolhouse.http.parameters import Parameters
from poolhouse.http.response import Response
from poolhouse.oauth import client_authentication, endpoint, limits
from poolhouse.oauth.grants import authorization_code, client_credentials, refresh_token
from poolhouse.oauth.visit import Visit
from poolhouse.quotas.table import CODE_REDEMPTION

Grant = Callable[[Visit, Client, Parameters], Awaitable[dict[str, Any]]]

# Each with the operation whose limit it counts against (behaviour file, 8.1).
GRANTS: Mapping[str, tuple[Grant, str]] = {
    "authorization_code": (authorization_code.tokens, CODE_REDEMPTION),
    "refresh_token": (refresh_token.tokens, "GetTokensFromRefreshToken"),
    "client_credentials": (client_credentials.tokens, "GetClientToken"),
}

# Members of the answer, in Cognito's order.
_MEMBERS = {
    "id_token": "IdToken",
    "access_token": "AccessToken",
    "refresh_token": "RefreshToken",
    "expires_in": "ExpiresIn",
    "token_type": "TokenType",
}


async def token(visit: Visit) -> Response:
    if not visit.is_form:
        return endpoint.empty(visit, 405)
    result = await _granted(visit, visit.form)
    found = {name: result[member] for name, member in _MEMBERS.items() if member in result}
    return endpoint.answered(visit, found)


async def _granted(visit: Visit, form: Parameters) -> dict[str, Any]:
    name = form.get("grant_type")
    if name is None:
        raise InvalidOAuthRequest
    if name not in GRANTS:
        raise UnsupportedGrantType
    grant, operation = GRANTS[name]
    await limits.count(visit, operation)
    client = await client_authentication.authenticated(visit, form)
    try:
        return await grant(visit, client, form)
    except ApiError as error:
        limits.give_back(visit, operation, error)
        raise

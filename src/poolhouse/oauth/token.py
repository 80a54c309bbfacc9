"""POST /oauth2/token (behaviour file, 6.4)."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from poolhouse.directory.clients import Client
from poolhouse.errors import OAuthError, UnsupportedGrantType
from poolhouse.http.parameters import Parameters
from poolhouse.http.response import Response
from poolhouse.oauth import answers, client_authentication
from poolhouse.oauth.grants import authorization_code
from poolhouse.oauth.visit import Visit

GRANTS: Mapping[str, Callable[[Visit, Client, Parameters], Awaitable[dict[str, Any]]]] = {
    "authorization_code": authorization_code.tokens,
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
        return Response(405, answers.NO_STORE, b"")
    try:
        form = visit.form
        client = await client_authentication.authenticated(visit, form)
        grant = GRANTS.get(form.get("grant_type", ""))
        if grant is None:
            raise UnsupportedGrantType
        result = await grant(visit, client, form)
    except OAuthError as error:
        return answers.refused(error)
    return answers.json(200, {name: result[member] for name, member in _MEMBERS.items() if member in result})

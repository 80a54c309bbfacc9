"""grant_type=refresh_token: new tokens, and with rotation a new refresh token (behaviour file, 2.8 and 6.4).

Refresh tokens of the API work here too, unless the pool tracks devices. Neither the OAuth settings of the
client nor ALLOW_REFRESH_TOKEN_AUTH, which rotation excludes, are asked for [K].
"""

from typing import Any

from poolhouse.auth import refresh
from poolhouse.directory import scopes
from poolhouse.directory.clients import Client
from poolhouse.errors import ApiError, InvalidOAuthRequest, OAuthError
from poolhouse.http.parameters import Parameters
from poolhouse.oauth import activity
from poolhouse.oauth.visit import Visit
from poolhouse.trail.activity import TOKEN_REFRESH


async def tokens(visit: Visit, client: Client, form: Parameters) -> dict[str, Any]:
    """`scope` may leave some of the granted scopes out of these tokens (RFC 6749, section 6)."""
    text = form.get("refresh_token")
    if not text:
        raise InvalidOAuthRequest
    ctx = visit.ctx("GetTokensFromRefreshToken", client)
    try:
        result = await refresh.at_endpoint(ctx, text, scopes.split(form.get("scope", "")))
    except (ApiError, OAuthError) as error:
        activity.refused(visit, client, TOKEN_REFRESH, error)
        raise
    activity.succeeded(visit, client, TOKEN_REFRESH)
    return result

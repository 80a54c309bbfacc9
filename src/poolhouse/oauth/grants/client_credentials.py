"""grant_type=client_credentials: a token for the app client itself (RFC 6749, 4.4; behaviour file, 6.9)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from poolhouse.directory import scopes
from poolhouse.directory.clients import Client
from poolhouse.errors import InvalidGrant, InvalidOAuthRequest, InvalidScope, UnauthorizedClient
from poolhouse.http.parameters import Parameters
from poolhouse.oauth.visit import Visit
from poolhouse.tokens import client_token


async def tokens(visit: Visit, client: Client, form: Parameters) -> dict[str, Any]:
    if not client.oauth_enabled:
        raise InvalidGrant  # stored without effect (four reports: directory/client_oauth.py)
    if "client_credentials" not in client.oauth_flows or not client.secrets:
        raise UnauthorizedClient
    ctx = visit.ctx("GetClientToken", client)
    allowed = client_token.allowed_scopes(ctx)
    asked = scopes.split(form.get("scope", "")) or allowed
    # [K] One report shows invalid_scope; the guide of 2026 says that unknown scopes are ignored (6.4).
    if not asked or not set(asked) <= set(allowed):
        raise InvalidScope
    return await client_token.issue(ctx, asked, _metadata(form.get("aws_client_metadata", "{}")))


def _metadata(text: str) -> Mapping[str, str]:
    """A JSON object of texts, for the pool's function."""
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except (msgspec.DecodeError, RecursionError):
        raise InvalidOAuthRequest from None

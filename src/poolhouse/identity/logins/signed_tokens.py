"""Tokens that another issuer signed: its keys are fetched, kept, and read again for a key that is new."""

from collections.abc import Mapping
from typing import Any

from poolhouse.context import Ctx
from poolhouse.errors import ApiError, ExternalService, IdTokenRefused, LoginUnverified
from poolhouse.federation.oidc import id_token


async def verified(ctx: Ctx, provider: str, jwks_uri: str, token: str) -> Mapping[str, Any]:
    """The claims of a token that a key of the provider signed; none of them is checked yet.

    Raises `LoginUnverified`, and `ExternalService` where the provider gives no keys.
    """
    try:
        claims, _ = await id_token.signed(ctx.env, provider, jwks_uri, token)
    except IdTokenRefused as error:
        raise LoginUnverified from error
    except ApiError as error:
        raise ExternalService(provider=provider) from error
    return claims

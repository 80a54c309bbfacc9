"""Tokens that another issuer signed: its keys are fetched, kept, and read again for a key that is new."""

from collections.abc import Collection, Mapping
from typing import Any

from poolhouse.context import Ctx
from poolhouse.errors import ApiError, ExternalService, IdTokenRefused, LoginIssuerMismatch, LoginUnverified
from poolhouse.federation.oidc import id_token
from poolhouse.identity.logins import claims as said


async def verified(
    ctx: Ctx, provider: str, issuers: Collection[str], jwks_uri: str, token: str
) -> Mapping[str, Any]:
    """The claims of a token that is signed; who it is for and until when is not checked yet.

    Raises a `LoginRefused`, and `ExternalService` where the provider gives no keys.
    """
    issuer, _ = said.unverified(ctx, token)
    if issuer not in issuers:
        raise LoginIssuerMismatch
    try:
        claims, _ = await id_token.signed(ctx.env, provider, jwks_uri, token)
    except IdTokenRefused as error:
        raise LoginUnverified from error
    except ApiError as error:
        raise ExternalService(provider=provider) from error
    return claims

"""Tokens that another issuer signed: its keys are fetched, kept, and read again for a key that is new."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from poolhouse.context import Ctx
from poolhouse.errors import ApiError, ExternalService, IdTokenRefused, LoginUnverified
from poolhouse.federation.oidc import signed


class Signer(Struct, frozen=True):
    """
    name      the key in Logins
    jwks_uri  where its keys are
    """

    name: str
    jwks_uri: str


async def verified(ctx: Ctx, signer: Signer, token: str) -> Mapping[str, Any]:
    """The claims of a token that a key of the provider signed; none of them is checked yet.

    Raises `LoginUnverified`, and `ExternalService` where the provider gives no keys.
    """
    try:
        claims, _ = await signed.content(ctx.env, signer, token, IdTokenRefused)
    except IdTokenRefused as error:
        raise LoginUnverified from error
    except ApiError as error:
        raise ExternalService(provider=signer.name) from error
    return claims

"""OpenID tokens of identity pools (behaviour file, 1.19)."""

from collections.abc import Mapping, Sequence
from typing import Any

from poolhouse.context import Ctx
from poolhouse.directory.identity_pools import IdentityPool
from poolhouse.directory.identity_tokens import ISSUER_PATH, POOL_CLAIM, TAGS_CLAIM
from poolhouse.ports import SECOND
from poolhouse.store import identity_keys


def issuer(public_url: str) -> str:
    return f"{public_url}{ISSUER_PATH}"


async def token(ctx: Ctx, identity_id: str, amr: Sequence[str], tags: Mapping[str, str], seconds: int) -> str:
    """A token that says who somebody is in the pool of the request, and how he proved it.

    tags  principal tags
    """
    issued = ctx.now // SECOND
    keys = await identity_keys.current(ctx.env)
    claims = _who(ctx, ctx.identity_pool, identity_id, amr, tags)
    return keys.signing.sign({**claims, "exp": issued + seconds, "iat": issued})


def _who(
    ctx: Ctx, pool: IdentityPool, identity_id: str, amr: Sequence[str], tags: Mapping[str, str]
) -> dict[str, Any]:
    settings = ctx.env.settings
    claims: dict[str, Any] = {
        "sub": identity_id,
        "aud": pool.pool_id,
        "amr": list(amr),
        "iss": issuer(settings.public_url),
        POOL_CLAIM: pool.arn(settings.account_id),
    }
    if tags:
        claims[TAGS_CLAIM] = {"principal_tags": {name: [value] for name, value in tags.items()}}
    return claims

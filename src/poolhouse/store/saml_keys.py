"""The RSA key of a pool that will sign SAML requests; it signs nothing else, so it is not in the JWKS.

Made when its certificate is first asked for, and kept: whoever trusts the certificate trusts it for
ten years. Rotating the token keys leaves it alone.
"""

import asyncio
from dataclasses import dataclass

from poolhouse.context import Ctx
from poolhouse.crypto import jose
from poolhouse.ports import Instant, Statement, Tx
from poolhouse.store import pools, signing_keys
from poolhouse.store.signing_keys import NewKey

_OF_POOL = Statement("""
    SELECT kid, sealed, created_at
      FROM signing_keys
     WHERE pool_id = :pool_id AND token_use = 'saml'
""")


@dataclass(frozen=True)
class SamlKey:
    private: bytes  # PKCS #8 DER
    created_at: Instant


async def of_pool(ctx: Ctx) -> SamlKey:
    """The key of the pool that the request is about."""

    async def read(tx: Tx) -> SamlKey | None:
        return await _stored(ctx, tx)

    return await ctx.env.db.read(read) or await _made(ctx)


async def _made(ctx: Ctx) -> SamlKey:
    private = await asyncio.to_thread(jose.new_signing_key)
    made = NewKey(signing_keys.SAML, jose.load_signing_key(private).kid, private)
    pool_id = ctx.pool.pool_id

    async def write(tx: Tx) -> SamlKey:
        await pools.begin_change(tx, pool_id)
        stored = await _stored(ctx, tx)
        if stored is not None:
            return stored  # somebody else asked at the same time
        await signing_keys.insert(tx, ctx.env.rng, pool_id, ctx.keys.seal, [made], ctx.now)
        return SamlKey(private, ctx.now)

    return await ctx.env.db.run(write)


async def _stored(ctx: Ctx, tx: Tx) -> SamlKey | None:
    row = await tx.one(_OF_POOL, pool_id=ctx.pool.pool_id)
    if row is None:
        return None
    private = signing_keys.open_private(ctx.keys.seal, ctx.pool.pool_id, row)
    return SamlKey(private, row["created_at"])

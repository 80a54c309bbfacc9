"""The RSA keys of a pool for SAML: one signs what we send, the other opens what is encrypted to us.

They are in no JWKS. Each is made when its certificate is first asked for, and kept: whoever trusts the
certificate trusts it for ten years. Rotating the token keys leaves them alone.
"""

import asyncio

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from msgspec import Struct

from poolhouse.context import Ctx
from poolhouse.crypto import certificates, jose
from poolhouse.ports import Instant, Statement, Tx
from poolhouse.store import audited, pools, signing_keys
from poolhouse.store.signing_keys import NewKey

SIGNING, ENCRYPTION = "saml", "saml-encryption"  # `token_use` of their rows

_OF_POOL = Statement("""
    SELECT kid, sealed, created_at
      FROM signing_keys
     WHERE pool_id = :pool_id AND token_use = :token_use
""")


class SamlKey(Struct, frozen=True):
    private: RSAPrivateKey
    created_at: Instant
    pool_id: str

    @property
    def certificate(self) -> x509.Certificate:
        """Made anew each time: it costs a signature, and the same key always gives the same bytes."""
        return certificates.self_signed(self.private, self.created_at, self.pool_id)


async def of_pool(ctx: Ctx, use: str) -> SamlKey:
    """The key of the pool that the request is about. `use` is SIGNING or ENCRYPTION."""

    async def read(tx: Tx) -> SamlKey | None:
        return await _stored(ctx, tx, use)

    return await ctx.env.db.read(read) or await _made(ctx, use)


async def _made(ctx: Ctx, use: str) -> SamlKey:
    private = await asyncio.to_thread(jose.new_signing_key)
    made = NewKey(use, jose.load_signing_key(private).kid, private)
    pool_id = ctx.pool.pool_id

    async def write(tx: Tx) -> SamlKey | None:
        await pools.begin_change(tx, pool_id)
        stored = await _stored(ctx, tx, use)
        if stored is not None:
            return stored  # somebody else asked at the same time
        await signing_keys.insert(tx, ctx.env.rng, pool_id, ctx.keys.seal, [made], ctx.now)
        return await _stored(ctx, tx, use)

    acting = audited.for_service(ctx.env, "saml-keys", "make", ctx.request_id)
    key = await acting.db.run(write)
    if key is None:
        raise LookupError("a key that was just written is not there")
    return key


async def _stored(ctx: Ctx, tx: Tx, use: str) -> SamlKey | None:
    pool_id = ctx.pool.pool_id
    row = await tx.one(_OF_POOL, pool_id=pool_id, token_use=use)
    if row is None:
        return None
    private = certificates.load_rsa(signing_keys.open_private(ctx.keys.seal, pool_id, row))
    return SamlKey(private, row["created_at"], pool_id)

"""The key that signs OpenID tokens of identity pools: one for the house, RS512 (behaviour file, 1.19).

It is kept and follows its forerunner as the keys of user pools do (store/signing_keys.py), sealed under the
data key of the house.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from poolhouse.context import Env
from poolhouse.crypto import aead, jose
from poolhouse.crypto.jose import SigningKey, VerifyKey
from poolhouse.ports import DAY, SECOND, Row, Statement, Tx
from poolhouse.store import audited, data_keys, signing_keys
from poolhouse.store.signing_keys import NewKey

ALGORITHM = "RS512"
LONGEST_TOKEN_LIFE = DAY  # TokenDuration

_TYP = "JWS"
_USE = "identity"
_SCOPE = data_keys.HOUSE
_CACHED = "keys"
_TRUSTED = 1.0  # seconds
_LEAD = 2 * SECOND  # a worker knows of a new key after one second

_LIVING = Statement("""
    SELECT kid, token_use, sealed, created_at, gone_at
      FROM signing_keys
     WHERE pool_id = :scope AND token_use = 'identity' AND (gone_at IS NULL OR gone_at > :now)
     ORDER BY created_at, kid
""")
_RETIRE = Statement("""
    UPDATE signing_keys
       SET retired_at = :retired_at, gone_at = :gone_at
     WHERE pool_id = :scope AND token_use = 'identity' AND retired_at IS NULL
""")
_DROP_GONE = Statement("""
    DELETE FROM signing_keys WHERE pool_id = :scope AND token_use = 'identity' AND gone_at <= :now
""")


class IdentityKeys(Struct, frozen=True):
    """
    signing  signs now
    public   every key that may still have signed a living token, and the next, by kid
    """

    signing: SigningKey
    public: Mapping[str, VerifyKey]

    def jwks(self) -> dict[str, Any]:
        """The JWKS document (RFC 7517, section 5): the key that signs now comes first."""
        others = [key for kid, key in self.public.items() if kid != self.signing.kid]
        return {"keys": [key.public_jwk() for key in (self.signing.verify_key, *others)]}


async def current(env: Env) -> IdentityKeys:
    """As they were at most a second ago; the first key is made when it is first asked for."""
    cached: tuple[float, IdentityKeys] | None = env.identity_keys.get(_CACHED)
    if cached is not None and env.clock.monotonic() - cached[0] < _TRUSTED:
        return cached[1]
    read_at = env.clock.monotonic()
    rows = await env.db.read(lambda tx: _living(env, tx)) or await _first(env)
    found = _opened(env, await _seal_key(env), rows)
    env.identity_keys.put(_CACHED, (read_at, found))
    return found


async def rotate(env: Env) -> str:
    """Give the house a new key, which signs from two seconds on; return its kid.

    The old one stays in the JWKS for a day more, which is the longest life of a token.
    """
    await current(env)
    made = await _made()
    seal_key = await _seal_key(env)

    async def write(tx: Tx) -> None:
        now = env.clock.now()
        await data_keys.hold(tx, _SCOPE)
        if any(row["kid"] == made.kid for row in await _living(env, tx)):
            return  # it runs again, after a commit whose answer was lost
        takes_over = now + _LEAD
        await tx.run(_DROP_GONE, scope=_SCOPE, now=now)
        await tx.run(_RETIRE, scope=_SCOPE, retired_at=takes_over, gone_at=takes_over + LONGEST_TOKEN_LIFE)
        await signing_keys.insert(tx, env.rng, _SCOPE, seal_key, [made], takes_over)

    await env.db.run(write)
    env.identity_keys.drop(_CACHED)
    return made.kid


async def _first(env: Env) -> Sequence[Row]:
    """Several workers may come here at once: whose key got in first is the key of all."""
    made = await _made()
    seal_key = await _seal_key(env)

    async def write(tx: Tx) -> Sequence[Row]:
        await data_keys.hold(tx, _SCOPE)
        found = await _living(env, tx)
        if not found:
            await signing_keys.insert(tx, env.rng, _SCOPE, seal_key, [made], env.clock.now())
            found = await _living(env, tx)
        return found

    return await audited.for_service(env, "identity-keys", "make").db.run(write)


async def _made() -> NewKey:
    private = await asyncio.to_thread(jose.new_signing_key)
    return NewKey(_USE, jose.load_signing_key(private).kid, private)


async def _seal_key(env: Env) -> bytes:
    return aead.derive(await data_keys.of_scope(env, _SCOPE), "seal")


async def _living(env: Env, tx: Tx) -> Sequence[Row]:
    return await tx.all(_LIVING, scope=_SCOPE, now=env.clock.now())


def _opened(env: Env, seal_key: bytes, rows: Sequence[Row]) -> IdentityKeys:
    """Raises `ValueError` when a key was changed or moved in the store."""
    keys = {
        row["kid"]: jose.load_signing_key(
            signing_keys.open_private(seal_key, _SCOPE, row), row["kid"], ALGORITHM, _TYP
        )
        for row in rows
    }
    signs = signing_keys.signs_now(rows, _USE, env.clock.now())["kid"]
    return IdentityKeys(keys[signs], {kid: key.verify_key for kid, key in keys.items()})

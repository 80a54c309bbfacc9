"""New signing keys for a pool, without a token that anybody has to refuse."""

from poolhouse.context import Env
from poolhouse.crypto import aead
from poolhouse.ports import Tx
from poolhouse.store import data_keys, pools, signing_keys, snapshots


async def rotate(env: Env, pool_id: str) -> list[str]:
    """Give the pool two new signing keys; return their kids. Raises `PoolNotFound`.

    They sign from two seconds on; the old ones stay in the JWKS for a day more, which is the longest
    life of a token.
    """
    await snapshots.of_pool(env, pool_id)  # an unknown pool is refused before keys are made
    made = await signing_keys.new_pair()
    seal_key = aead.derive(await data_keys.of_scope(env, pool_id), "seal")

    async def write(tx: Tx) -> None:
        present = await signing_keys.living(tx, pool_id, env.clock.now())
        if any(row["kid"] == made[0].kid for row in present):
            return  # it runs again, after a commit whose answer was lost
        await pools.begin_change(tx, pool_id)
        await signing_keys.succeed(tx, env.rng, pool_id, seal_key, made, env.clock.now())

    await env.db.run(write)
    snapshots.forget(env, pool_id)
    return [key.kid for key in made]

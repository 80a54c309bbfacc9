"""Data keys: 32 bytes per pool, and one for what belongs to no pool, each wrapped by the master key.

The wrapped key is bound to its scope. With its row goes everything that was sealed under it, so
deleting a pool makes its secrets unreadable at once.
"""

from poolhouse.context import Env
from poolhouse.errors import SettingsError
from poolhouse.ports import Row, Statement, Tx

HOUSE = "house"  # the scope of what belongs to no pool: access keys, listings of pools

_LENGTH = 32
_PAGE = 200

_INSERT = Statement("""
    INSERT INTO data_keys (scope, wrapped, master_key_id, created_at)
    VALUES (:scope, :wrapped, :master_key_id, :now)
    ON CONFLICT (scope) DO NOTHING
 RETURNING scope
""")
_OF_SCOPE = Statement("SELECT wrapped, master_key_id FROM data_keys WHERE scope = :scope")
_HOLD = Statement("UPDATE data_keys SET created_at = created_at WHERE scope = :scope RETURNING scope")
_DELETE = Statement("DELETE FROM data_keys WHERE scope = :scope")
_UNDER_OTHER_KEYS = Statement("""
    SELECT scope, wrapped, master_key_id
      FROM data_keys
     WHERE scope > :after AND master_key_id <> :current
     ORDER BY scope
     LIMIT :page
""")
_REWRAP = Statement("""
    UPDATE data_keys
       SET wrapped = :wrapped, master_key_id = :current
     WHERE scope = :scope AND master_key_id = :previous
""")


async def create(tx: Tx, env: Env, scope: str) -> bytes:
    """Make the data key of a scope that has none. Raises `LookupError` where it has one."""
    key = env.rng.bytes(_LENGTH)
    made = await tx.one(
        _INSERT,
        scope=scope,
        wrapped=env.vault.wrap(key, _bound_to(scope)),
        master_key_id=env.vault.key_id,
        now=env.clock.now(),
    )
    if made is None:
        raise LookupError(f"{scope} has a data key already")
    return key


async def of_scope(env: Env, scope: str) -> bytes:
    """The data key of a pool, or of HOUSE, which is made on first use.

    Raises `SettingsError` when a pool has none (a damaged store), or when the master key that wraps it
    is not configured.
    """
    cached: bytes | None = env.house_keys.get(scope)
    if cached is not None:
        return cached

    async def read(tx: Tx) -> Row | None:
        return await row(tx, scope)

    found = await env.db.read(read)
    if found is None and scope == HOUSE:
        found = await _made_house_key(env)
    key = opened(env, scope, found)
    if scope == HOUSE:
        env.house_keys.put(scope, key)
    return key


async def hold(tx: Tx, scope: str) -> None:
    """Until the commit, whoever else holds this scope waits."""
    await tx.one(_HOLD, scope=scope)


async def row(tx: Tx, scope: str) -> Row | None:
    """The wrapped key, for `opened`."""
    return await tx.one(_OF_SCOPE, scope=scope)


def opened(env: Env, scope: str, found: Row | None) -> bytes:
    if found is None:
        raise SettingsError(f"The store has no data key for {scope}: restore it from a backup.")
    return env.vault.unwrap(found["wrapped"], _bound_to(scope), found["master_key_id"])


async def delete(tx: Tx, scope: str) -> None:
    await tx.run(_DELETE, scope=scope)


async def rewrap_all(env: Env) -> int:
    """Wrap every data key anew that is not under the current master key; give how many there were.

    What the data keys seal stays as it is, and servers may go on working meanwhile.
    """
    count, after = 0, ""
    while rows := await _under_other_keys(env, after):
        for found in rows:
            count += await _rewrap(env, found)
        after = rows[-1]["scope"]
    return count


async def _made_house_key(env: Env) -> Row | None:
    """Several workers may come here at once: whose key got in first is the key of all."""

    async def make(tx: Tx) -> Row | None:
        found = await row(tx, HOUSE)
        if found is not None:
            return found
        wrapped = env.vault.wrap(env.rng.bytes(_LENGTH), _bound_to(HOUSE))
        now = env.clock.now()
        await tx.one(_INSERT, scope=HOUSE, wrapped=wrapped, master_key_id=env.vault.key_id, now=now)
        return await row(tx, HOUSE)

    return await env.db.run(make)


async def _under_other_keys(env: Env, after: str) -> list[Row]:
    async def read(tx: Tx) -> list[Row]:
        return list(await tx.all(_UNDER_OTHER_KEYS, after=after, current=env.vault.key_id, page=_PAGE))

    return await env.db.read(read)


async def _rewrap(env: Env, found: Row) -> int:
    scope = found["scope"]
    wrapped = env.vault.wrap(opened(env, scope, found), _bound_to(scope))

    async def write(tx: Tx) -> int:
        return await tx.run(
            _REWRAP,
            scope=scope,
            wrapped=wrapped,
            current=env.vault.key_id,
            previous=found["master_key_id"],
        )

    return await env.db.run(write)


def _bound_to(scope: str) -> str:
    return f"data-key|{scope}"

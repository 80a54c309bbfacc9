"""Deleting a user pool, or an identity pool: dead in one transaction, emptied afterwards in small ones.

With the pool goes its data key, so nothing that was sealed can be opened from then on, by anyone.
The id stays in `removed_pools`: it is never given to another pool, and it tells the janitor
whose rows are still to be deleted, also those that a request in flight wrote after the pool's end.
"""

from collections.abc import Sequence

from poolhouse.context import Env
from poolhouse.ports import MINUTE, Instant, Statement, Tx
from poolhouse.store import (
    audited,
    client_secrets,
    clients,
    data_keys,
    domains,
    email_domains,
    identity_pools,
    pools,
    signing_keys,
    tags,
)

_BATCH = 200
_ROUNDS = 50
_LAST_WRITES = 5 * MINUTE  # no request that saw the pool alive goes on for so long

# Every other table of a pool, with a column that follows `pool_id` in its key.
_TABLES = {
    "users": "sub",
    "aliases": "sub",
    "user_search": "sub",
    "credentials": "sub",
    "password_history": "sub",
    "links": "sub",
    "user_groups": "name",
    "memberships": "sub",
    "token_families": "sub",
    "revocations": "revoked_at",
    "authorization_codes": "digest",
    "sso_sessions": "digest",
    "consents": "sub",
    "codes": "sub",
    "software_tokens": "sub",
    "passkeys": "sub",
    "passkey_challenges": "sub",
    "devices": "sub",
    "spent_sessions": "session_id",
    "given_answers": "digest",
    "attempts": "principal",
    "hourly": "principal",
    "outbox": "message_id",
    "log_outbox": "entry_id",
    "log_lanes": "source",
    "log_dead_letters": "entry_id",
    "counters": "name",
    "quota_buckets": "category",
    "events": "sub",
    "import_jobs": "job_id",
    "import_chunks": "job_id",
    "import_log": "job_id",
    "imported_hashes": "pool_id",
    "ui_customizations": "client_id",
    "login_styles": "style_id",
    "login_assets": "style_id",
    "terms": "terms_id",
    "identity_providers": "name",
    "provider_identifiers": "identifier",
    "saml_metadata": "url",
    "resource_servers": "identifier",
    "risk_configurations": "client_id",
    "event_feedback": "sub",
}
# Those of an identity pool, whose id has a colon.
_IDENTITY_TABLES = {
    "identities": "identity_id",
    "identity_logins": "identity_id",
    "identity_places": "identity_id",
    "quota_buckets": "category",
}


def _some_of(table: str, column: str) -> str:
    """PostgreSQL plans for the number in LIMIT; with a parameter there it would read everything.

    It would too with `IN` in place of the two ends, in a table that is mostly of this pool.
    """
    return f"""
        DELETE FROM {table}
         WHERE pool_id = :pool_id
           AND {column} BETWEEN (SELECT MIN({column}) FROM {table} WHERE pool_id = :pool_id)
               AND (SELECT MAX({column}) FROM (
                    SELECT {column} FROM {table} WHERE pool_id = :pool_id
                     ORDER BY {column} LIMIT {_BATCH}) AS few)
    """


_DELETE_BATCH = tuple(Statement(_some_of(table, column)) for table, column in _TABLES.items())
_DELETE_IDENTITIES = tuple(Statement(_some_of(table, column)) for table, column in _IDENTITY_TABLES.items())
_REMEMBER = Statement("""
    INSERT INTO removed_pools (pool_id, removed_at)
    VALUES (:pool_id, :now)
    ON CONFLICT (pool_id) DO NOTHING
""")
_NOT_EMPTIED = Statement(
    "SELECT pool_id, removed_at FROM removed_pools WHERE emptied_at IS NULL ORDER BY pool_id"
)
_EMPTIED = Statement("UPDATE removed_pools SET emptied_at = :now WHERE pool_id = :pool_id")


async def remove(tx: Tx, pool_id: str, now: Instant) -> bool:
    """End the pool: itself, its clients, secrets, keys, tags, domains. False when there is no such pool."""
    if not await pools.delete(tx, pool_id):
        return False
    await tx.run(_REMEMBER, pool_id=pool_id, now=now)
    await clients.delete_of_pool(tx, pool_id)
    await client_secrets.delete_of_pool(tx, pool_id)
    await signing_keys.delete_of_pool(tx, pool_id)
    await tags.delete_of_pool(tx, pool_id)
    await domains.delete_of_pool(tx, pool_id)
    await email_domains.delete_of_pool(tx, pool_id)
    await data_keys.delete(tx, pool_id)
    return True


async def remove_identity_pool(tx: Tx, pool_id: str, now: Instant) -> bool:
    """End an identity pool. False when there is no such pool."""
    if not await identity_pools.delete(tx, pool_id):
        return False
    await tx.run(_REMEMBER, pool_id=pool_id, now=now)
    return True


async def empty(env: Env, pool_id: str) -> int:
    """Delete what a removed pool has left, for `_ROUNDS` transactions at most; give the number of rows."""
    total = 0
    for _ in range(_ROUNDS):
        deleted = await _delete_some(env, pool_id)
        total += deleted
        if deleted == 0:
            break
    return total


async def empty_all(env: Env) -> int:
    """For the janitor: go on with every removed pool that may have rows left."""
    total = 0
    for pool_id, removed_at in await _not_emptied(env):
        now = env.clock.now()
        deleted = await empty(env, pool_id)
        total += deleted
        if deleted == 0 and now - removed_at > _LAST_WRITES:
            await _close(env, pool_id, now)
    return total


async def _delete_some(env: Env, pool_id: str) -> int:
    """At most `_BATCH` keys of each table."""
    batches = _DELETE_IDENTITIES if ":" in pool_id else _DELETE_BATCH

    async def write(tx: Tx) -> int:
        return sum([await tx.run(statement, pool_id=pool_id) for statement in batches])

    return await _acting(env).db.run(write)


def _acting(env: Env) -> Env:
    return audited.for_service(env, "pool-removal", "empty")


async def _not_emptied(env: Env) -> Sequence[tuple[str, Instant]]:
    async def read(tx: Tx) -> list[tuple[str, Instant]]:
        return [(row["pool_id"], row["removed_at"]) for row in await tx.all(_NOT_EMPTIED)]

    return await env.db.read(read)


async def _close(env: Env, pool_id: str, now: Instant) -> None:
    async def write(tx: Tx) -> None:
        await tx.run(_EMPTIED, pool_id=pool_id, now=now)

    await _acting(env).db.run(write)

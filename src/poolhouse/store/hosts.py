"""Which pool a request is for, by its Host header.

Who asks for names that do not exist costs a read each second and a place among a bounded number, no more.
"""

from msgspec import Struct

from poolhouse.context import Env, Snapshot
from poolhouse.directory import domains as rules
from poolhouse.directory.domains import Domain
from poolhouse.errors import PoolNotFound
from poolhouse.store import domains, snapshots

_TRUSTED = 1.0  # seconds that nobody's name stays nobody's


class _Owner(Struct, frozen=True):
    pool_id: str  # empty: nobody has the name
    read_at: float


async def by_host(env: Env, header: str) -> tuple[Snapshot, Domain] | None:
    """The pool whose domain a Host header names exactly, as it was at most a second ago."""
    name = rules.named_by(env.settings, header)
    if name is None:
        return None
    cached: _Owner | None = env.hosts.get(name)
    if cached is not None and cached.pool_id:
        found = await _of_pool(env, cached.pool_id, name)
        if found:
            return found
    elif cached is not None and env.clock.monotonic() - cached.read_at < _TRUSTED:
        return None
    return await _read(env, name)


def forget(env: Env, name: str) -> None:
    """After a domain was made or deleted."""
    env.hosts.drop(name)


async def _read(env: Env, name: str) -> tuple[Snapshot, Domain] | None:
    read_at = env.clock.monotonic()
    domain = await env.db.read(lambda tx: domains.by_name(tx, name))
    env.hosts.put(name, _Owner(domain.pool_id if domain else "", read_at))
    return await _of_pool(env, domain.pool_id, name) if domain else None


async def _of_pool(env: Env, pool_id: str, name: str) -> tuple[Snapshot, Domain] | None:
    """As the pool itself says. A domain that this process made a moment ago may not be in it yet."""
    try:
        snapshot = await snapshots.of_pool(env, pool_id)
    except PoolNotFound:
        return None
    return next(((snapshot, domain) for domain in snapshot.domains if domain.name == name), None)

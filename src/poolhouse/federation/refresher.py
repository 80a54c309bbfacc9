"""Reads the metadata of SAML providers anew when its time has come, beside the requests (6.8).

Any number of workers may run: an address is claimed by one of them at a time. A process without such
providers never imports what speaks SAML, which takes 0.2 s.
"""

import asyncio

import structlog

from poolhouse.context import Ctx, Env
from poolhouse.directory.providers import SAML, Provider
from poolhouse.errors import PoolNotFound
from poolhouse.federation.details import METADATA_URL
from poolhouse.ports import Row
from poolhouse.store import audited, saml_metadata, snapshots

PAUSE = 60.0  # seconds between two looks

_BATCH = 20  # addresses that are asked at once

_log = structlog.get_logger("poolhouse.saml")


async def run(env: Env) -> None:
    """Refresh until cancelled."""
    while True:
        await asyncio.sleep(PAUSE * (0.5 + env.rng.fraction()))
        try:
            while await refresh_due(env) == _BATCH:
                pass
        except Exception as error:  # noqa: BLE001 - the store may be away; the next look finds the same rows
            _log.warning("saml_metadata_not_looked_for", why=type(error).__name__)


async def refresh_due(env: Env) -> int:
    """Read each address that is due, a batch at most, and give their number."""
    now = env.clock.now()
    rows = await env.db.read(lambda tx: saml_metadata.due(tx, now, _BATCH))
    results = await asyncio.gather(*(_refresh(env, row) for row in rows), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return len(rows)


async def _refresh(env: Env, row: Row) -> None:
    pool_id, url, now = row["pool_id"], row["url"], env.clock.now()
    ctx = await _context(env, pool_id)
    provider = _owner(ctx, url) if ctx else None
    if ctx is None or provider is None:
        acting = audited.for_service(env, "saml-metadata", "forget")
        await acting.db.run(lambda tx: saml_metadata.forget(tx, pool_id, url, now))
        return
    from poolhouse.federation.saml import provider as providers

    await providers.refresh(ctx, provider)


async def _context(env: Env, pool_id: str) -> Ctx | None:
    """As of a request, with the pool as it is now; None: it was deleted."""
    try:
        snapshot = await snapshots.of_pool(env, pool_id)
    except PoolNotFound:
        return None
    return Ctx(
        env=env,
        request_id=env.rng.uuid(),
        operation="DescribeIdentityProvider",
        region=snapshot.pool.region,
        now=env.clock.now(),
        snapshot=snapshot,
    )


def _owner(ctx: Ctx, url: str) -> Provider | None:
    """The first provider whose metadata is at the address."""
    for provider in ctx.providers.values():
        if provider.provider_type == SAML and provider.details.get(METADATA_URL) == url:
            return provider
    return None

"""What is known of a pool's SAML identity provider right now: its metadata, from a file or an address."""

import structlog

from poolhouse.context import Ctx
from poolhouse.directory.providers import Provider
from poolhouse.errors import ApiError, FetchFailed, InvalidSamlMetadata, SamlMetadataNotFetched
from poolhouse.federation.details import METADATA_FILE, METADATA_URL
from poolhouse.federation.saml import metadata
from poolhouse.federation.saml.metadata import ProviderMetadata
from poolhouse.ports import MINUTE, Instant
from poolhouse.store import audited, saml_metadata
from poolhouse.store.saml_metadata import Kept

AGAIN_AFTER: Instant = 10 * MINUTE  # when the address could not be read; twice as long each further time
_LONGEST_WAIT = metadata.REFRESHED_AFTER

_SECONDS = 5.0
_CLAIM: Instant = MINUTE  # which is time enough to read an address
_MOST_BYTES = 1_000_000

_log = structlog.get_logger("poolhouse.saml")


async def known(ctx: Ctx, provider: Provider) -> ProviderMetadata:
    """What was read last, whatever its own time says; read anew here only where the refresher has not yet.

    Raises `InvalidParameter` when there is none that could ever be read.
    """
    if METADATA_FILE in provider.details:
        return metadata.read(provider.details[METADATA_FILE], ctx.now, outdated=True)
    url, pool_id = provider.details[METADATA_URL], ctx.pool.pool_id
    kept = await ctx.env.db.read(lambda tx: saml_metadata.of_url(tx, pool_id, url))
    if kept is None:
        return await fetched(ctx, url)
    refreshed = await refresh(ctx, provider) if kept.read_again_at <= ctx.now else None
    return refreshed or metadata.read(kept.document, ctx.now, outdated=True)


async def refresh(ctx: Ctx, provider: Provider) -> ProviderMetadata | None:
    """Read the address of the provider anew, where it is due; the last good document stays where that fails.

    None: it failed, which is logged and counted, or somebody else is at it.
    """
    url, pool_id, until = provider.details[METADATA_URL], ctx.pool.pool_id, ctx.now + _CLAIM
    failures = await ctx.env.db.run_singly(lambda tx: saml_metadata.claim(tx, pool_id, url, ctx.now, until))
    if failures is None:
        return None
    try:
        return await fetched(ctx, url)
    except ApiError as error:
        why = type(error).__name__
    _log.warning("saml_metadata_not_refreshed", pool_id=pool_id, provider=provider.name, why=why)
    ctx.env.count("saml_metadata_failures")
    again = ctx.now + wait_after(failures + 1, ctx.env.rng.fraction())
    await ctx.env.db.run_singly(lambda tx: saml_metadata.put_off(tx, pool_id, url, until, again))
    return None


def wait_after(failures: int, fraction: float) -> Instant:
    """Until the next try: 10, 20, 40 minutes ... 6 hours, less up to a tenth.

    fraction  a random number in [0, 1), so that addresses of one server are not all asked at once
    """
    usual = min(AGAIN_AFTER * 2 ** min(failures - 1, 10), _LONGEST_WAIT)
    return int(usual * (1 - fraction / 10))


async def fetched(ctx: Ctx, url: str) -> ProviderMetadata:
    """The metadata at an address, which is kept.

    Raises `SamlMetadataNotFetched` and `InvalidSamlMetadata`.
    """
    document = await _document(ctx, url)
    read = metadata.read(document, ctx.now)
    kept, pool_id = Kept(document, read.read_again_at), ctx.pool.pool_id
    acting = audited.for_service(ctx.env, "saml-metadata", "refresh", ctx.request_id)
    await acting.db.run(lambda tx: saml_metadata.keep(tx, pool_id, url, kept, ctx.now))
    return read


async def _document(ctx: Ctx, url: str) -> str:
    if ctx.env.fetch is None:
        raise SamlMetadataNotFetched(url=url)
    try:
        answer = await ctx.env.fetch.send("GET", url, seconds=_SECONDS, most=_MOST_BYTES)
    except FetchFailed as error:
        raise SamlMetadataNotFetched(url=url) from error
    if answer.status != 200:
        raise SamlMetadataNotFetched(url=url)
    try:
        return answer.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidSamlMetadata(why="not UTF-8.") from error

"""What is known of a pool's SAML identity provider right now: its metadata, from a file or an address."""

import structlog

from poolhouse.context import Ctx
from poolhouse.directory.providers import Provider
from poolhouse.errors import ApiError, FetchFailed, InvalidSamlMetadata, SamlMetadataNotFetched
from poolhouse.federation.saml import metadata
from poolhouse.federation.saml.metadata import ProviderMetadata
from poolhouse.ports import MINUTE, Instant
from poolhouse.store import saml_metadata
from poolhouse.store.saml_metadata import Kept

METADATA_URL, METADATA_FILE = "MetadataURL", "MetadataFile"
AGAIN_AFTER: Instant = 10 * MINUTE  # when the address could not be read

_SECONDS = 5.0
_MOST_BYTES = 1_000_000

_log = structlog.get_logger("poolhouse.saml")


async def known(ctx: Ctx, provider: Provider) -> ProviderMetadata:
    """Fetched anew when its time has come; where that fails, the last good one goes on being used.

    Raises `InvalidParameter` when there is none that could ever be read.
    """
    if METADATA_FILE in provider.details:
        return metadata.read(provider.details[METADATA_FILE], ctx.now, outdated=True)
    url, pool_id = provider.details[METADATA_URL], ctx.pool.pool_id
    kept = await ctx.env.db.read(lambda tx: saml_metadata.of_url(tx, pool_id, url))
    if kept is None or kept.read_again_at <= ctx.now:
        try:
            return await fetched(ctx, url)
        except ApiError as error:
            if kept is None:
                raise
            why = type(error).__name__
            _log.warning("saml_metadata_not_refreshed", pool_id=pool_id, provider=provider.name, why=why)
        until = ctx.now + AGAIN_AFTER
        await ctx.env.db.run(lambda tx: saml_metadata.put_off(tx, pool_id, url, ctx.now, until))
    return metadata.read(kept.document, ctx.now, outdated=True)


async def fetched(ctx: Ctx, url: str) -> ProviderMetadata:
    """The metadata at an address, which is kept.

    Raises `SamlMetadataNotFetched` and `InvalidSamlMetadata`.
    """
    document = await _document(ctx, url)
    read = metadata.read(document, ctx.now)
    kept, pool_id = Kept(document, read.read_again_at), ctx.pool.pool_id
    await ctx.env.db.run(lambda tx: saml_metadata.keep(tx, pool_id, url, kept, ctx.now))
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

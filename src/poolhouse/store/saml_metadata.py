"""Metadata of SAML identity providers, by the address that it came from; what nobody reads is forgotten."""

from msgspec import Struct

from poolhouse.ports import Instant, Statement, Tx

_KEEP = Statement("""
    INSERT INTO saml_metadata (pool_id, url, document, fetched_at, read_again_at)
    VALUES (:pool_id, :url, :document, :now, :read_again_at)
    ON CONFLICT (pool_id, url) DO UPDATE
       SET document = excluded.document, fetched_at = excluded.fetched_at,
           read_again_at = excluded.read_again_at
""")
_OF_URL = Statement("""
    SELECT document, read_again_at FROM saml_metadata WHERE pool_id = :pool_id AND url = :url
""")
_PUT_OFF = Statement("""
    UPDATE saml_metadata SET read_again_at = :read_again_at
     WHERE pool_id = :pool_id AND url = :url AND read_again_at <= :now
""")


class Kept(Struct, frozen=True):
    document: str
    read_again_at: Instant


async def keep(tx: Tx, pool_id: str, url: str, kept: Kept, now: Instant) -> None:
    """In place of what was there."""
    await tx.run(
        _KEEP, pool_id=pool_id, url=url, document=kept.document, now=now, read_again_at=kept.read_again_at
    )


async def of_url(tx: Tx, pool_id: str, url: str) -> Kept | None:
    row = await tx.one(_OF_URL, pool_id=pool_id, url=url)
    return None if row is None else Kept(row["document"], row["read_again_at"])


async def put_off(tx: Tx, pool_id: str, url: str, now: Instant, until: Instant) -> None:
    """The address could not be read: go on with what there is, and ask again later."""
    await tx.run(_PUT_OFF, pool_id=pool_id, url=url, now=now, read_again_at=until)

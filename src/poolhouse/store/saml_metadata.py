"""Metadata of SAML identity providers, by the address that it came from (6.8)."""

from collections.abc import Sequence

from msgspec import Struct

from poolhouse.ports import Instant, Row, Statement, Tx

_KEEP = Statement("""
    INSERT INTO saml_metadata (pool_id, url, document, fetched_at, read_again_at, failures)
    VALUES (:pool_id, :url, :document, :now, :read_again_at, 0)
    ON CONFLICT (pool_id, url) DO UPDATE
       SET document = excluded.document, fetched_at = excluded.fetched_at,
           read_again_at = excluded.read_again_at, failures = 0
""")
_OF_URL = Statement("""
    SELECT document, read_again_at FROM saml_metadata WHERE pool_id = :pool_id AND url = :url
""")
_DUE = Statement("""
    SELECT pool_id, url FROM saml_metadata
     WHERE read_again_at <= :now ORDER BY read_again_at LIMIT :most
""")
_CLAIM = Statement("""
    UPDATE saml_metadata SET read_again_at = :until
     WHERE pool_id = :pool_id AND url = :url AND read_again_at <= :now
 RETURNING COALESCE(failures, 0) AS failures
""")
_PUT_OFF = Statement("""
    UPDATE saml_metadata SET read_again_at = :until, failures = COALESCE(failures, 0) + 1
     WHERE pool_id = :pool_id AND url = :url AND read_again_at = :claimed_until
""")
_FORGET = Statement("""
    DELETE FROM saml_metadata WHERE pool_id = :pool_id AND url = :url AND read_again_at <= :now
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


async def due(tx: Tx, now: Instant, most: int) -> Sequence[Row]:
    """`pool_id` and `url` of what is to be read anew, of all pools."""
    return await tx.all(_DUE, now=now, most=most)


async def claim(tx: Tx, pool_id: str, url: str, now: Instant, until: Instant) -> int | None:
    """Read it anew, before `until`: for exactly one of all who want to. None for the others.

    Gives how often in a row it could not be read.
    """
    row = await tx.one(_CLAIM, pool_id=pool_id, url=url, now=now, until=until)
    return None if row is None else int(row["failures"])


async def put_off(tx: Tx, pool_id: str, url: str, claimed_until: Instant, until: Instant) -> None:
    """Who claimed it could not read it: go on with what there is, and ask again later."""
    await tx.run(_PUT_OFF, pool_id=pool_id, url=url, claimed_until=claimed_until, until=until)


async def forget(tx: Tx, pool_id: str, url: str, now: Instant) -> None:
    """No provider of the pool has this address any more; what was fetched meanwhile stays."""
    await tx.run(_FORGET, pool_id=pool_id, url=url, now=now)

"""Who reads an address anew: one of all who want to, on both stores."""

import asyncio

from poolhouse.ports import Db
from poolhouse.store import saml_metadata
from poolhouse.store.saml_metadata import Kept

POOL, URL = "us-east-1_a", "https://idp.example/metadata"


async def test_of_twenty_who_claim_an_address_one_reads_it(db: Db) -> None:
    await db.run(lambda tx: saml_metadata.keep(tx, POOL, URL, Kept("<a/>", 100), 0))

    async def claim(now: int, until: int) -> int | None:
        return await db.run_singly(lambda tx: saml_metadata.claim(tx, POOL, URL, now, until))

    assert await claim(99, 200) is None
    claimed = await asyncio.gather(*(claim(100, 200) for _ in range(20)))
    assert sorted(claimed, key=str) == [0, *[None] * 19]

    await db.run(lambda tx: saml_metadata.put_off(tx, POOL, URL, 200, 300))
    await db.run(lambda tx: saml_metadata.put_off(tx, POOL, URL, 200, 400))  # whose claim is over
    assert await claim(299, 500) is None
    assert await claim(300, 500) == 1
    assert [dict(row) for row in await db.read(lambda tx: saml_metadata.due(tx, 500, 5))] == [
        {"pool_id": POOL, "url": URL}
    ]

"""Is the audit log as it was written? Walks a chain, names the first record that is not (docs/audit.md)."""

from collections.abc import AsyncIterator, Sequence

from msgspec import Struct

from poolhouse.directory import audit as rules
from poolhouse.directory.audit import Keys, Link, Record
from poolhouse.ports import Db
from poolhouse.store import audit
from poolhouse.store.audit import Head

_PAGE = 500


class Verdict(Struct, frozen=True):
    """
    records  how many are in order
    end      the last of these
    fault    what is wrong, empty: nothing; and `seq`, with which record
    saved    the digest that somebody had kept was among them
    purged   the records up to this one were deleted because of their age
    """

    pool_id: str
    records: int
    end: Link
    fault: str = ""
    seq: int = 0
    saved: bool = False
    purged: int = 0


class _Broken(Exception):
    """The store cannot give the record `seq`, or its head."""

    def __init__(self, seq: int, why: str) -> None:
        super().__init__(why)
        self.seq = seq


async def verify(db: Db, pool_id: str, keys: Keys | None, saved: str = "") -> Verdict:
    """
    keys   None: MACs are not looked at, so somebody may have made the whole chain anew
    saved  a digest of this chain that was kept elsewhere
    """
    last, number, found, purged = Link(), 0, False, 0
    try:
        last = _anchor(await _head(db, pool_id), pool_id, keys)
        purged = last.seq
        found = bool(saved) and saved == last.digest
        walked: Link | None = None
        while walked != last:  # until nothing was written meanwhile, which both have moved on with
            walked, head = last, await _head(db, pool_id)
            async for record in _records(db, pool_id, last.seq):
                why = rules.fault(record, last, keys)
                if why:
                    raise _Broken(last.seq + 1, why)
                last, number = Link(record.seq, record.digest), number + 1
                found = found or record.digest == saved
        _check_end(head, pool_id, last, keys)
    except _Broken as broken:
        return Verdict(pool_id, number, last, str(broken), broken.seq, found, purged)
    return Verdict(pool_id, number, last, saved=found, purged=purged)


async def _head(db: Db, pool_id: str) -> Head | None:
    try:
        return await db.read(lambda tx: audit.head(tx, pool_id))
    except Exception as error:
        raise _Broken(0, f"the head of the chain cannot be read ({type(error).__name__})") from error


def _anchor(head: Head | None, pool_id: str, keys: Keys | None) -> Link:
    """Where the chain begins: after what was purged."""
    if head is None:
        return Link()
    purged = head.anchor
    unsigned = keys is not None and not rules.same(head.anchor_mac, rules.anchor_mac(keys, pool_id, purged))
    if purged.seq and unsigned:
        raise _Broken(purged.seq, "what says that the records up to it were purged was not made by us")
    return purged


def _check_end(head: Head | None, pool_id: str, last: Link, keys: Keys | None) -> None:
    if head is None:
        raise _Broken(last.seq, "it is the last, and the head of the chain is missing")
    if head.end.seq > last.seq:
        raise _Broken(last.seq + 1, f"it is missing, as all up to {head.end.seq}")
    if head.end != last:
        raise _Broken(head.end.seq, "the head of the chain does not say that it is followed by others")
    if keys is not None and not rules.same(head.mac, rules.head_mac(keys, pool_id, last)):
        raise _Broken(last.seq, "that it is the last was not said by us: the MAC of the head is another")


async def _records(db: Db, pool_id: str, after: int) -> AsyncIterator[Record]:
    while page := await _page(db, pool_id, after):
        for record in page:
            yield record
        after = page[-1].seq


async def _page(db: Db, pool_id: str, after: int) -> Sequence[Record]:
    """Where the store cannot read a page, the next record on its own, to find the one that it is about."""
    try:
        return await db.read(lambda tx: audit.page(tx, pool_id, after, _PAGE))
    except Exception:  # noqa: BLE001 - what a driver says of a damaged file
        return await _next(db, pool_id, after)


async def _next(db: Db, pool_id: str, after: int) -> Sequence[Record]:
    try:
        return await db.read(lambda tx: audit.page(tx, pool_id, after, 1))
    except Exception as error:
        raise _Broken(after + 1, f"it cannot be read ({type(error).__name__})") from error

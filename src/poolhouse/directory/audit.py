"""Records of what administrators and the service changed, chained by digests (docs/audit.md). Pure.

A record has the digest of its forerunner, so none can be changed, taken out or put elsewhere without every
record after it being made anew; and each has a MAC, which nobody makes who has the store alone.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from poolhouse.crypto import aead
from poolhouse.ports import Instant

HOUSE = "house"  # the chain of what belongs to no pool

_PLAIN, _KEYED = "sha256:", "hmac-sha256:"


_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Act(Struct, frozen=True):
    """Who does what.

    who   an access key id and the ARN of its holder, `service:<what>`, or `cli`
    what  the operation, or the command
    """

    who: str
    what: str
    request_id: str = ""


class Change(Struct, frozen=True):
    """What became of one thing; or, where a statement wrote several rows at once, of how many.

    before, after  digests, see `image`; None: it was not there
    """

    kind: str
    id: str
    before: str | None = None
    after: str | None = None
    rows: int = 0

    def document(self) -> dict[str, Any]:
        named = {"kind": self.kind, "id": self.id}
        return named | ({"rows": self.rows} if self.rows else {"before": self.before, "after": self.after})


class Keys(Struct, frozen=True):
    """Made from the data key of the house, which the master key wraps.

    mac     of records and heads
    digest  of digests of what somebody could guess: what people are called, where they are
    """

    mac: bytes
    digest: bytes

    def __repr__(self) -> str:
        return "Keys()"


class Link(Struct, frozen=True):
    """The place in a chain that the next record follows; 0 and empty: its beginning."""

    seq: int = 0
    digest: str = ""


class Record(Struct, frozen=True):
    """changes  the canonical JSON of a list of `Change.document`
    previous  the digest of the record before; empty: it is the first
    digest    SHA-256 of all fields above it, see `contents`
    mac       HMAC-SHA256 of the digest
    """

    pool_id: str
    seq: int
    at: Instant
    who: str
    what: str
    changes: str
    request_id: str
    previous: str
    digest: str = ""
    mac: str = ""


@lru_cache(maxsize=4)
def keys(house: bytes) -> Keys:
    """`house` is the data key of the house."""
    return Keys(aead.derive(house, "audit mac"), aead.derive(house, "audit digest"))


def canonical(value: object) -> str:
    """JSON with sorted members and without spaces, as every language can write it."""
    return _JSON.encode(value)


def image(
    row: Mapping[str, Any] | None, without: Sequence[str], pool_id: str, key: bytes | None
) -> str | None:
    """The digest of a row, less some columns; None: there is none.

    What is NULL is left out, so that a column that a later version adds changes no digest.

    key  where a plain digest would let somebody try what it could be of: SHA-256 becomes an HMAC
    """
    if row is None:
        return None
    kept = {name: value for name, value in row.items() if value is not None and name not in without}
    text = msgspec.json.encode(kept, order="sorted")  # bytes are base64 in it
    if key is None:
        return _PLAIN + hashlib.sha256(text).hexdigest()
    return _KEYED + aead.keyed_digest(key, pool_id, text).hex()


def record(keys: Keys, last: Link, pool_id: str, act: Act, changes: Sequence[Change], at: Instant) -> Record:
    """The record that follows `last`."""
    made = Record(
        pool_id=pool_id,
        seq=last.seq + 1,
        at=at,
        who=act.who,
        what=act.what,
        changes=canonical([change.document() for change in changes]),
        request_id=act.request_id,
        previous=last.digest,
    )
    digest = digest_of(made)
    return replace(made, digest=digest, mac=record_mac(keys, digest))


def contents(record: Record) -> dict[str, Any]:
    """What its digest is of. Raises `ValueError` where `changes` is not JSON."""
    names = Record.__struct_fields__[:-2]
    found = dict(zip(names, _fields(record), strict=True))
    return found | {"changes": json.loads(record.changes)}


def digest_of(record: Record) -> str:
    """SHA-256 of the canonical JSON of `contents`, hex. Raises `ValueError`, `TypeError`."""
    return hashlib.sha256(canonical(contents(record)).encode()).hexdigest()


def fault(record: Record, last: Link, keys: Keys | None) -> str:
    """What is wrong with the record that should follow `last`; empty: nothing. Without keys, MACs are not
    looked at.
    """
    if record.seq != last.seq + 1:
        return "it is missing"
    if _recomputed(record) != record.digest:
        return "its digest is not of what it says"
    if record.previous != last.digest:
        return "it does not follow the record before it"
    if keys is not None and not same(record.mac, record_mac(keys, record.digest)):
        return "its MAC was not made with this master key"
    return ""


def _recomputed(record: Record) -> str:
    """Empty for what is not as we write it."""
    try:
        return digest_of(record) if canonical(json.loads(record.changes)) == record.changes else ""
    except (TypeError, ValueError):
        return ""


def line(record: Record) -> str:
    """A record as it is exported: canonical JSON."""
    return canonical(contents(record) | {"digest": record.digest, "mac": record.mac})


def record_mac(keys: Keys, digest: str) -> str:
    return aead.keyed_digest(keys.mac, "record", digest).hex()


def head_mac(keys: Keys, pool_id: str, head: Link) -> str:
    """Of the end of a chain: who takes records from it has the MAC of the record that is now last, and not
    this one.
    """
    return aead.keyed_digest(keys.mac, "head", pool_id, str(head.seq), head.digest).hex()


def anchor_mac(keys: Keys, pool_id: str, anchor: Link) -> str:
    """Of the place up to which a chain was purged."""
    return aead.keyed_digest(keys.mac, "anchor", pool_id, str(anchor.seq), anchor.digest).hex()


def same(given: str, expected: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode(), expected.encode())


def _fields(record: Record) -> tuple[Any, ...]:
    """All before the digest."""
    return tuple(getattr(record, name) for name in Record.__struct_fields__[:-2])

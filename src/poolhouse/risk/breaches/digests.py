"""The file of known passwords: truncated SHA-1 digests, in two bytes and a little more for each.

    header         64 bytes: `Header`
    index          a group for each 64 buckets: how many fingerprints stand before it (32 bits), and how many
                   each of its buckets has (64 times 8 bits)
    fingerprints   16 bits each, in order within their bucket

The first `bits` bits of a digest are its bucket, the next 16 its fingerprint. So the file is exactly the set
of the first `bits` + 16 bits of the digests, and a password that is not in it is taken for one that is with
the probability `entries` / 2^(`bits` + 16). All numbers are little-endian. Why so: ADR 22.
"""

import hashlib
import struct
import zlib
from typing import Protocol

from msgspec import Struct

MAGIC, VERSION = b"PHBREACH", 1
HEADER_SIZE = 64
FINGERPRINT_BITS = 16
GROUP_BUCKETS = 64
GROUP_SIZE = 4 + GROUP_BUCKETS

FEWEST_BITS, MOST_BITS = 16, 32
_FEWEST_PER_BUCKET = 4  # on average, in files of 262,144 entries and more; it is below twice as many
_FIELDS = struct.Struct("<8sHHIQII16x")
_CHECK_SIZE = HEADER_SIZE - _FIELDS.size
_PIECE = 1 << 20


class Damaged(ValueError):
    """The text completes "The file ...": `is no file of known passwords`, say."""


class Buffer(Protocol):
    """Bytes, or a file that is mapped into memory."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: slice, /) -> bytes: ...


class Header(Struct, frozen=True):
    """
    bits                of a digest that say its bucket
    minimum_count       an entry was seen at least so often, where its source counts
    entries             fingerprints in the file
    index_sum           CRC-32 of the index
    fingerprints_sum    CRC-32 of the fingerprints
    """

    bits: int
    minimum_count: int
    entries: int
    index_sum: int
    fingerprints_sum: int

    @property
    def index_size(self) -> int:
        return (GROUP_SIZE << self.bits) // GROUP_BUCKETS

    @property
    def size(self) -> int:
        """Of the whole file, in bytes."""
        return HEADER_SIZE + self.index_size + 2 * self.entries

    @property
    def false_positives(self) -> float:
        """The share of passwords that are not in the file and are taken for such that are. It is exact."""
        return self.entries / (1 << self.bits + FINGERPRINT_BITS)

    def packed(self) -> bytes:
        fields = _FIELDS.pack(
            MAGIC,
            VERSION,
            self.bits,
            self.minimum_count,
            self.entries,
            self.index_sum,
            self.fingerprints_sum,
        )
        return fields + _check(fields)


class Filter(Struct, frozen=True):
    """A file that can be asked.

    fingerprints_at  where they begin
    """

    header: Header
    content: Buffer
    fingerprints_at: int

    def has(self, digest: bytes) -> bool:
        """Is the password with this SHA-1 digest in the file? Some microseconds, and two pages of it.

        What is damaged behind the header gives wrong answers and never an error: `check_sums` finds it.
        """
        bits = self.header.bits
        key = int.from_bytes(digest[:8]) >> 64 - bits - FINGERPRINT_BITS
        bucket, fingerprint = key >> FINGERPRINT_BITS, (key & 0xFFFF).to_bytes(2, "little")
        place, own = HEADER_SIZE + bucket // GROUP_BUCKETS * GROUP_SIZE, 4 + bucket % GROUP_BUCKETS
        group = self.content[place : place + GROUP_SIZE]
        before = int.from_bytes(group[:4], "little") + sum(group[4:own])
        first = self.fingerprints_at + 2 * before
        held = self.content[first : first + 2 * group[own]]
        found = held.find(fingerprint)
        while found > 0 and found % 2:  # the end of one and the beginning of the next
            found = held.find(fingerprint, found + 1)
        return found >= 0

    def check_sums(self) -> None:
        """Read all of the file. Raises `Damaged`."""
        found = (
            _sum(self.content, HEADER_SIZE, self.fingerprints_at),
            _sum(self.content, self.fingerprints_at, self.header.size),
        )
        if found != (self.header.index_sum, self.header.fingerprints_sum):
            raise Damaged("is damaged: its content is not what was written")


def digest_of(password: str) -> bytes:
    """SHA-1 of the UTF-8 text, under which lists of stolen passwords are published."""
    return hashlib.sha1(password.encode(errors="surrogatepass"), usedforsecurity=False).digest()


def bits_for(entries: int) -> int:
    """So that a bucket has at least four fingerprints on average and fewer than eight."""
    fullest = entries // _FEWEST_PER_BUCKET
    return min(max(fullest.bit_length() - 1, FEWEST_BITS), MOST_BITS)


def read(content: Buffer) -> Filter:
    """A file as it is; what is behind the header is not looked at. Raises `Damaged`."""
    head = content[:HEADER_SIZE]
    if head[: len(MAGIC)] != MAGIC:
        raise Damaged("is no file that `poolhouse breaches build` made")
    fields = head[: _FIELDS.size]
    if len(head) < HEADER_SIZE or head[_FIELDS.size :] != _check(fields):
        raise Damaged("is damaged: its header is not what was written")
    _, version, bits, *others = _FIELDS.unpack(fields)
    if version != VERSION or not FEWEST_BITS <= bits <= MOST_BITS:
        raise Damaged(f"has the form of another version of Poolhouse ({version})")
    header = Header(bits, *others)
    if len(content) != header.size:
        raise Damaged(f"is damaged: it has {len(content):,} bytes in place of {header.size:,}")
    return Filter(header, content, HEADER_SIZE + header.index_size)


def group(before: int, counts: bytes) -> bytes:
    """A group of the index."""
    return before.to_bytes(4, "little") + counts


def _check(fields: bytes) -> bytes:
    return hashlib.sha256(fields).digest()[:_CHECK_SIZE]


def _sum(content: Buffer, start: int, end: int) -> int:
    """CRC-32 of a part, a megabyte at a time."""
    found = 0
    for place in range(start, end, _PIECE):
        found = zlib.crc32(content[place : min(place + _PIECE, end)], found)
    return found

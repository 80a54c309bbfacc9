"""Makes the file of known passwords from its sources, however large they are, in little memory.

The keys are laid in 256 heaps on the disk, by their first byte. Each heap is then sorted alone, and what is
in it twice goes. Then it is known how many there are, which says the number of buckets, and the heaps become
the file one after the other: the index and the fingerprints grow side by side.
"""

import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

from poolhouse.risk.breaches import digests
from poolhouse.risk.breaches.digests import FINGERPRINT_BITS, GROUP_BUCKETS, Header
from poolhouse.risk.breaches.sources import Keys

_KEY_BITS = 64
_HEAP_BITS = 8
_HEAPS = 1 << _HEAP_BITS
_TOLD_EVERY = 10_000_000
_MORE_BITS = 8  # than usual, for sources that are a part of the whole
_MOST_ENTRIES = (1 << 32) - 1  # the index counts them in 32 bits


class Unfit(ValueError):
    """One sentence about sources of which no file can be made."""


class _TooFull(Exception):
    """A bucket has more entries than are counted: of a few ranges alone, all are in a few buckets."""


def build(
    sources: Iterable[Keys],
    output: BinaryIO,
    scratch: Path,
    minimum_count: int = 1,
    told: Callable[[int], None] = lambda read: None,
) -> Header:
    """Write the file of these keys. The same keys make the same bytes, in whatever order they come.

    output         empty, and can be sought in
    scratch        an empty folder with room for eight bytes for each key
    minimum_count  what the sources were asked for, to be kept in the header
    told           is called with the number of keys read so far, every ten million

    Raises `Unfit`, and what the sources raise.
    """
    _heap_up(sources, scratch, told)
    entries = sum(_settle(heap) for heap in _heaps(scratch))
    if not 0 < entries <= _MOST_ENTRIES:
        raise Unfit(f"{entries:,} passwords make no file: name other sources, or another minimum count.")
    fewest = digests.bits_for(entries)
    for bits in range(fewest, min(fewest + _MORE_BITS, digests.MOST_BITS) + 1):
        with suppress(_TooFull):
            return _written(_heaps(scratch), output, Header(bits, minimum_count, 0, 0, 0))
    raise Unfit("The digests are not spread as those of SHA-1 are: name a source that has such.")


def _heaps(scratch: Path) -> Iterator[Path]:
    return (scratch / f"{number:02x}" for number in range(_HEAPS))


def _heap_up(sources: Iterable[Keys], scratch: Path, told: Callable[[int], None]) -> None:
    heaps, read = tuple(_heaps(scratch)), 0
    for heap in heaps:
        heap.touch()
    for keys in sources:
        for number, part in _by_first_byte(keys):
            with heaps[number].open("ab") as file:
                part.tofile(file)
        before, read = read, read + len(keys)
        if before // _TOLD_EVERY != read // _TOLD_EVERY:
            told(read)


def _by_first_byte(keys: Keys) -> Iterator[tuple[int, Keys]]:
    ordered, start = sorted(keys), 0
    while start < len(ordered):
        number = ordered[start] >> _KEY_BITS - _HEAP_BITS
        end = bisect_left(ordered, number + 1 << _KEY_BITS - _HEAP_BITS, lo=start)
        yield number, array("Q", ordered[start:end])
        start = end


def _settle(heap: Path) -> int:
    """Put a heap in order, each key once; how many there are."""
    ordered = array("Q", (key for key, _ in groupby(sorted(_keys(heap)))))
    heap.write_bytes(ordered)
    return len(ordered)


def _keys(heap: Path) -> Keys:
    keys = array("Q")
    keys.frombytes(heap.read_bytes())
    return keys


def _written(heaps: Iterable[Path], output: BinaryIO, header: Header) -> Header:
    """Keys with the same bucket and fingerprint are one entry, so the header is known, and written, last."""
    at_index = digests.HEADER_SIZE
    at_fingerprints = at_index + header.index_size
    for number, heap in enumerate(heaps):
        index, fingerprints = _of_heap(number, _keys(heap), header)
        _write(output, at_index, index)
        _write(output, at_fingerprints, fingerprints)
        at_index += len(index)
        at_fingerprints += len(fingerprints)
        header = replace(
            header,
            entries=header.entries + len(fingerprints) // 2,
            index_sum=zlib.crc32(index, header.index_sum),
            fingerprints_sum=zlib.crc32(fingerprints, header.fingerprints_sum),
        )
    _write(output, 0, header.packed())
    return header


def _write(output: BinaryIO, place: int, part: bytes) -> None:
    output.seek(place)
    output.write(part)


def _of_heap(number: int, keys: Keys, header: Header) -> tuple[bytes, bytes]:
    """What a heap adds to the index and to the fingerprints; `header.entries` of these stand before."""
    dropped = _KEY_BITS - header.bits - FINGERPRINT_BITS
    buckets = 1 << header.bits - _HEAP_BITS
    first, start, index, fingerprints = number * buckets, 0, bytearray(), array("H")
    for bucket in range(first, first + buckets, GROUP_BUCKETS):
        end = bisect_left(keys, bucket + GROUP_BUCKETS << _KEY_BITS - header.bits, lo=start)
        entries = dict.fromkeys(key >> dropped for key in keys[start:end])  # in order, each once
        index += digests.group(header.entries + len(fingerprints), _counts(entries))
        fingerprints.extend(entry & 0xFFFF for entry in entries)
        start = end
    if sys.byteorder == "big":
        fingerprints.byteswap()
    return bytes(index), fingerprints.tobytes()


def _counts(entries: Iterable[int]) -> bytes:
    """How many entries each bucket of a group has."""
    counts = bytearray(GROUP_BUCKETS)
    try:
        for entry in entries:
            counts[(entry >> FINGERPRINT_BITS) % GROUP_BUCKETS] += 1
    except ValueError:  # more than a byte counts
        raise _TooFull from None
    return bytes(counts)

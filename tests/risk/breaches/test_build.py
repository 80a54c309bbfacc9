"""Making the file of known passwords: of any sources, in any order, in little memory."""

import tracemalloc
from array import array
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from tests.risk.breaches.made import file_of_keys, random_keys

from poolhouse.risk.breaches import digests
from poolhouse.risk.breaches.build import Unfit, build


def test_the_same_keys_make_the_same_bytes_in_any_order_and_however_often_they_come() -> None:
    keys = random_keys(5_000, seed=1)

    made = file_of_keys(keys)

    assert file_of_keys(sorted(keys)) == made
    assert file_of_keys(keys[2_000:], keys[:3_000], keys) == made
    assert file_of_keys(keys[1:]) != made


def test_keys_that_share_bucket_and_fingerprint_are_one_entry() -> None:
    found = digests.read(file_of_keys([0xABCD_1234_0000_0001, 0xABCD_1234_FFFF_FFFF, 0xABCD_1235_0000_0001]))

    assert found.header.entries == 2
    found.check_sums()


def test_the_first_and_the_last_key_of_all_are_kept_and_their_neighbours_are_not() -> None:
    found = digests.read(file_of_keys([0, 2**64 - 1]))

    assert [found.has(key.to_bytes(8)) for key in (0, 2**64 - 1)] == [True, True]
    assert [found.has(key.to_bytes(8)) for key in (1 << 32, 2**64 - 1 - (1 << 32))] == [False, False]


def test_every_key_of_many_buckets_is_found_and_the_sums_are_right() -> None:
    keys = random_keys(530_000, seed=2)

    found = digests.read(file_of_keys(keys))

    assert found.header.bits == 17
    assert all(found.has(key.to_bytes(8)) for key in keys[::50])
    found.check_sums()


def test_what_is_held_in_memory_does_not_grow_with_the_sources(tmp_path: Path) -> None:
    """Ten times the keys, and far less than ten times the memory: heaps and the file are on the disk."""

    def most(batches: int, scratch: Path) -> int:
        scratch.mkdir()
        with (tmp_path / "made").open("w+b") as output:
            tracemalloc.start()
            build(batched(batches), output, scratch)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return peak

    def batched(batches: int) -> Iterator["array[int]"]:
        for number in range(batches):
            yield array("Q", random_keys(2_000, seed=number))

    few, many = most(2, tmp_path / "few"), most(20, tmp_path / "many")

    assert many < 2 * few


@pytest.mark.parametrize("sources", [(), ([],)])
def test_no_file_is_made_of_nothing(sources: tuple[list[int], ...], tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="0 passwords make no file"):
        file_of_keys(*sources)
    assert digests.read(file_of_keys([1])).header.entries == 1


def test_a_few_ranges_alone_make_a_file_too() -> None:
    """They fill few buckets, so there are more of them than usual."""
    keys = [number << 44 | key >> 20 for number in (7, 0xFFFFF) for key in random_keys(900, seed=number)]

    found = digests.read(file_of_keys(keys))

    assert found.header.bits > 16
    assert all(found.has(key.to_bytes(8)) for key in keys)
    found.check_sums()


def test_digests_that_are_all_alike_are_no_digests() -> None:
    """A bucket has room for 255 fingerprints, and these are in one however many buckets there are."""
    alike = [number << 32 for number in range(300)]

    with pytest.raises(Unfit, match="not spread as those of SHA-1"):
        file_of_keys(alike)
    assert digests.read(file_of_keys(alike[:255])).header.entries == 255


def test_how_far_it_is_is_told_every_ten_million(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("poolhouse.risk.breaches.build._TOLD_EVERY", 10)
    told: list[int] = []

    build([array("Q", range(size)) for size in (8, 8, 2, 20)], BytesIO(), tmp_path, told=told.append)

    assert told == [16, 38]

"""The file of known passwords: what it holds, how large it is, how often it is wrong, how long it takes."""

import hashlib
import math
import statistics
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.risk.breaches.made import file_of, file_of_keys, random_keys

from poolhouse.risk.breaches import digests
from poolhouse.risk.breaches.digests import Damaged, Filter, Header

TWO = file_of("dragon", "monkey")
MEMBERS = 300_000  # so many that the number of buckets follows from it
STRANGERS = 400_000


@pytest.fixture(scope="module")
def large() -> Filter:
    return digests.read(file_of_keys(random_keys(MEMBERS, seed=1)))


def has(found: Filter, key: int) -> bool:
    return found.has(key.to_bytes(8) + bytes(12))


def test_a_password_that_is_in_the_file_is_always_found(large: Filter) -> None:
    assert all(has(large, key) for key in random_keys(MEMBERS, seed=1))


def test_a_password_is_found_by_the_sha1_digest_of_its_utf8_text() -> None:
    found = digests.read(file_of("Pässwörd", "dragon"))

    assert found.has(hashlib.sha1("Pässwörd".encode(), usedforsecurity=False).digest())
    assert found.has(digests.digest_of("dragon"))
    assert not found.has(digests.digest_of("Dragon"))
    assert not found.has(hashlib.sha1("Pässwörd".encode("latin-1"), usedforsecurity=False).digest())


def test_half_a_character_in_a_password_is_no_error() -> None:
    assert not digests.read(file_of("dragon")).has(digests.digest_of("drag\ud800n"))


def test_strangers_are_taken_for_members_as_often_as_the_header_says(large: Filter) -> None:
    """A binomial number: outside six standard deviations once in 500 million such tests, were it random."""
    strangers = random_keys(STRANGERS, seed=2)
    rate = large.header.false_positives
    expected, deviation = STRANGERS * rate, math.sqrt(STRANGERS * rate * (1 - rate))

    wrong = sum(has(large, key) for key in strangers)

    assert expected > 20
    assert abs(wrong - expected) < 6 * deviation


def test_the_stated_rate_is_the_share_of_all_pairs_of_bucket_and_fingerprint_that_are_held() -> None:
    found = digests.read(file_of_keys(random_keys(1_000, seed=3)))

    assert found.header.entries == 1_000
    assert found.header.false_positives == 1_000 / 2**32


@pytest.mark.parametrize(
    ("entries", "bits"),
    [(1, 16), (100_000, 16), (524_287, 16), (524_288, 17), (900_000_000, 27), (2**32 - 1, 29)],
)
def test_the_number_of_buckets_follows_from_the_number_of_entries(entries: int, bits: int) -> None:
    assert digests.bits_for(entries) == bits


@pytest.mark.parametrize("entries", [262_144, 1_000_000, 536_870_912, 900_000_000, 4_294_967_295])
def test_one_stranger_in_8192_at_most_is_taken_for_a_member(entries: int) -> None:
    assert Header(digests.bits_for(entries), 1, entries, 0, 0).false_positives < 1 / 8_192


def test_nine_hundred_million_passwords_fit_in_less_than_two_gigabytes(large: Filter) -> None:
    """The arithmetic of the format, and that a real file is as large as it says."""
    header = Header(digests.bits_for(900_000_000), 1, 900_000_000, 0, 0)

    assert header.size == 64 + 2**27 // 64 * 68 + 2 * 900_000_000 == 1_942_606_400
    assert header.size < 2_000_000_000
    assert header.false_positives == pytest.approx(1 / 9_773, rel=1e-4)
    assert len(large.content) == large.header.size == 64 + 2**16 // 64 * 68 + 2 * large.header.entries


def test_a_password_is_checked_in_less_than_twenty_microseconds(large: Filter) -> None:
    passwords = [f"Tr0ub4dor-{number}" for number in range(2_000)]
    taken = []
    for _ in range(5):
        began = time.thread_time_ns()
        for password in passwords:
            large.has(digests.digest_of(password))
        taken.append((time.thread_time_ns() - began) / len(passwords) / 1_000)

    assert statistics.median(taken) < 20


def test_the_header_says_what_the_file_was_made_of() -> None:
    header = digests.read(file_of_keys([1 << 40, 2 << 40], [1 << 40], minimum_count=5)).header

    assert (header.entries, header.minimum_count, header.bits) == (2, 5, 16)


def changed(content: bytes, place: int) -> bytes:
    """One bit turned round."""
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def of_version_two(content: bytes) -> bytes:
    fields = content[:8] + b"\x02" + content[9:48]
    return fields + hashlib.sha256(fields).digest()[:16] + content[64:]


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda content: b"PK\x03\x04" + content, "is no file that `poolhouse breaches build` made"),
        (lambda content: b"", "is no file that `poolhouse breaches build` made"),
        (lambda content: content[:40], "header is not what was written"),
        (lambda content: changed(content, 20), "header is not what was written"),
        (lambda content: changed(content, 63), "header is not what was written"),
        (lambda content: content[:-1], "bytes in place of"),
        (lambda content: content + b"\n", "bytes in place of"),
        (of_version_two, "another version of Poolhouse \\(2\\)"),
    ],
)
def test_a_damaged_file_is_refused_and_the_whole_one_is_read(
    damage: Callable[[bytes], bytes], says: str
) -> None:
    content = file_of("dragon", "monkey")

    with pytest.raises(Damaged, match=says):
        digests.read(damage(content))
    assert digests.read(content).has(digests.digest_of("dragon"))


@pytest.mark.parametrize("part", ["index", "fingerprints"])
def test_damage_behind_the_header_is_found_by_the_sums_and_raises_nothing_in_a_check(part: str) -> None:
    content = file_of("dragon", "monkey")
    digests.read(content).check_sums()
    damaged = digests.read(changed(content, 100 if part == "index" else len(content) - 1))

    with pytest.raises(Damaged, match="content is not what was written"):
        damaged.check_sums()
    assert not damaged.has(digests.digest_of("letmein"))


@given(st.integers(0, 69_699), st.binary(min_size=1, max_size=80), st.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_a_file_that_is_overwritten_anywhere_is_refused_or_gives_an_answer(
    place: int, junk: bytes, password: str
) -> None:
    content = TWO[:place] + junk + TWO[place + len(junk) :]

    if content[:64] == TWO[:64] and len(content) == len(TWO):
        assert isinstance(digests.read(content).has(digests.digest_of(password)), bool)
    else:
        with pytest.raises(Damaged):
            digests.read(content)


def test_an_index_that_points_nowhere_finds_nothing_and_raises_nothing() -> None:
    content = file_of("dragon")
    nonsense = content[:64] + b"\xff" * (len(content) - 64)

    assert not digests.read(nonsense).has(digests.digest_of("dragon"))
    assert digests.read(content).has(digests.digest_of("dragon"))

"""The list that ships: 100,000 of the most common passwords, and nothing of their text."""

import mmap

import pytest

from poolhouse.risk.breaches import digests
from poolhouse.risk.breaches.digests import Filter
from poolhouse.risk.breaches.lists import COMMON


@pytest.fixture(scope="module")
def common() -> Filter:
    with COMMON.open("rb") as file:
        return digests.read(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def test_it_has_a_hundred_thousand_passwords_and_is_whole(common: Filter) -> None:
    assert common.header.entries == 100_000
    common.check_sums()


def test_it_is_a_small_part_of_the_package(common: Filter) -> None:
    assert len(common.content) == 269_696


def test_one_stranger_in_43_thousand_is_taken_for_a_member(common: Filter) -> None:
    assert round(1 / common.header.false_positives) == 42_950


@pytest.mark.parametrize(
    "password", ["123456", "password", "qwerty", "dragon", "letmein", "iloveyou", "070162"]
)
def test_what_everybody_tries_first_is_in_it(common: Filter, password: str) -> None:
    assert common.has(digests.digest_of(password))


@pytest.mark.parametrize("password", ["P2$Sword", "An0ther-P2$Sword", "correct horse battery staple", ""])
def test_what_few_would_think_of_is_not(common: Filter, password: str) -> None:
    assert not common.has(digests.digest_of(password))

"""Which partitions are made and dropped: no gap from now on, no overlap, whatever was there before."""

import random
from itertools import pairwise

import pytest

from poolhouse.directory.partitions import Partition, missing, old, rows_before, width
from poolhouse.ports import DAY, HOUR

NOW = 20_833 * DAY + 8 * HOUR
MONTH = 30 * DAY


def part(since: int, until: int) -> Partition:
    """In days."""
    return Partition(since * DAY, until * DAY)


@pytest.mark.parametrize(
    ("days", "wide"), [(1, 1), (30, 1), (47, 1), (48, 2), (365, 15), (730, 30), (36_500, 1_520)]
)
def test_a_partition_is_about_a_24th_of_the_time_that_events_are_kept(days: int, wide: int) -> None:
    assert width(days) == wide * DAY


def test_there_is_one_for_now_and_two_for_the_time_to_come() -> None:
    assert missing([], NOW, MONTH) == [
        (20_820 * DAY, 20_850 * DAY),
        (20_850 * DAY, 20_880 * DAY),
        (20_880 * DAY, 20_910 * DAY),
    ]


def test_only_what_is_not_there_is_made() -> None:
    there = [part(20_820, 20_850), part(20_850, 20_880), part(20_880, 20_910)]

    assert missing(there, NOW, MONTH) == []
    assert missing(there, NOW + MONTH, MONTH) == [(20_910 * DAY, 20_940 * DAY)]


def test_the_first_one_begins_where_the_table_as_it_was_before_ends() -> None:
    assert missing([part(0, 20_835)], NOW, MONTH)[0] == (20_835 * DAY, 20_850 * DAY)


def test_where_one_without_an_end_has_it_all_nothing_is_made() -> None:
    assert missing([Partition(20_000 * DAY, 2**63 - 1)], NOW, MONTH) == []


def test_a_gap_is_filled_up_to_what_is_there() -> None:
    there = [part(20_840, 20_845)]

    assert missing(there, NOW, MONTH)[:2] == [(20_820 * DAY, 20_840 * DAY), (20_845 * DAY, 20_850 * DAY)]


def test_whatever_the_retention_and_the_clock_have_been_the_future_is_covered_once() -> None:
    dice = random.Random(27)
    there = [part(0, 20_000)]
    for _ in range(200):
        now, wide = dice.randint(19_990, 20_400) * DAY + dice.randrange(DAY), width(dice.randint(1, 2_000))
        there += [Partition(since, until) for since, until in missing(there, now, wide)]

        coming = range(now, now + 2 * wide, DAY)
        assert all(sum(one.has(at) for one in there) == 1 for at in coming)
    assert all(one.until <= following.since for one, following in pairwise(sorted(there)))


def test_one_is_old_when_all_of_it_is() -> None:
    there = [part(0, 10), part(10, 20), part(20, 30)]

    assert old(there, 20 * DAY) == there[:2]
    assert old(there, 20 * DAY - 1) == there[:1]
    assert old(there, 99 * DAY) == there[:3]


def test_rows_of_one_that_will_go_as_a_whole_are_left_to_it() -> None:
    there = [part(0, 10), part(10, 20)]

    assert rows_before(there, 15 * DAY) == 10 * DAY


def test_rows_of_the_table_as_it_was_before_and_of_no_partition_go_one_by_one() -> None:
    there = [part(0, 10), part(10, 20)]

    assert rows_before(there, 5 * DAY) == 5 * DAY
    assert rows_before(there, 25 * DAY) == 25 * DAY
    assert rows_before([], 25 * DAY) == 25 * DAY

"""The limits of one user, where several workers share them through the store."""

import asyncio

import pytest
from tests.environment import environment

from poolhouse.errors import TooManyRequests
from poolhouse.ports import SECOND
from poolhouse.quotas import admission, tabs
from poolhouse.quotas.table import DEFAULT_RATES
from poolhouse.quotas.tabs import UNASKED

POOL = "us-east-1_a"
LIMIT = 10


@pytest.fixture
def workers(db, tmp_path):
    """Two, each with a memory of its own, on one store."""
    return [environment(db, tmp_path, workers=2) for _ in range(2)]


@pytest.fixture
def asked(monkeypatch):
    """Has an entry for each time that the store was asked."""
    made = []
    take = tabs.quota_buckets.take

    async def counted(tx, pool_id, name, **values):
        if name.startswith("reads|"):
            made.append(name)
        return await take(tx, pool_id, name, **values)

    monkeypatch.setattr(tabs.quota_buckets, "take", counted)
    return made


async def ask(worker, user="ada"):
    """1 where a request of the user is admitted, else 0."""
    try:
        await admission.take(worker, POOL, "GetUser", {}, user)
    except TooManyRequests:
        return 0
    return 1


async def test_two_busy_workers_admit_no_more_beyond_the_limit_than_what_each_does_not_ask_for(workers):
    at_once = [ask(workers[number % 2]) for number in range(60)]

    admitted = sum(await asyncio.gather(*at_once))

    assert LIMIT <= admitted <= LIMIT + UNASKED * len(workers)
    assert await ask(workers[0]) == await ask(workers[1]) == 0
    assert await ask(workers[0], "bob") == 1


async def test_one_worker_of_several_admits_the_limit_and_no_more(workers):
    assert sum([await ask(workers[0]) for _ in range(LIMIT + 5)]) == LIMIT


async def test_a_user_who_is_shut_out_comes_in_again_as_the_limit_refills(workers):
    for number in range(40):
        await ask(workers[number % 2])
    assert await ask(workers[1]) == 0

    for worker in workers:
        worker.clock.advance(SECOND)

    assert sum([await ask(workers[1]) for _ in range(LIMIT + 5)]) == LIMIT


async def test_over_time_no_more_is_admitted_than_leaks_out_and_what_is_never_asked_for(workers):
    seconds, admitted = 5, 0
    for _ in range(seconds * 20):
        for worker in workers:
            admitted += await ask(worker)
            worker.clock.advance(SECOND // 20)

    assert LIMIT * seconds <= admitted <= (LIMIT + UNASKED * len(workers)) * (seconds + 1)


async def test_a_user_who_is_not_busy_costs_no_statement(workers, asked):
    for _ in range(10):
        assert [await ask(workers[0]) for _ in range(UNASKED)] == [1] * UNASKED
        workers[0].clock.advance(SECOND)
    assert asked == []

    assert [await ask(workers[0]) for _ in range(UNASKED + 1)] == [1] * (UNASKED + 1)
    assert len(asked) == 1


async def test_a_flood_of_one_user_asks_the_store_no_more_than_the_limit_allows(workers, asked):
    for _ in range(500):
        await ask(workers[0])
        await ask(workers[1])

    assert len(asked) <= LIMIT


async def test_one_worker_alone_never_asks(db, tmp_path, asked):
    alone = environment(db, tmp_path, workers=1)

    assert sum([await ask(alone) for _ in range(LIMIT + 5)]) == LIMIT
    assert asked == []


async def test_requests_of_many_users_at_once_are_admitted_up_to_the_limit_of_their_category(workers):
    """While the tab of one user asks the store, others take what was left of the category's lease."""
    at_once = [ask(workers[0], f"user {number % 25}") for number in range(100)]

    assert sum(await asyncio.gather(*at_once)) == 100


async def test_requests_of_more_users_than_their_category_has_room_for_are_refused(workers):
    rate = DEFAULT_RATES["UserRead"]
    at_once = [ask(workers[0], f"user {number % 50}") for number in range(rate + 80)]

    assert sum(await asyncio.gather(*at_once)) == rate

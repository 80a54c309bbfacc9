"""Queues in which owners take turns. No time is measured: only who comes after whom."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from poolhouse.context import Hashing
from poolhouse.fairness import FairQueue, Places, Turns


def drained(queue: FairQueue[str]) -> list[str]:
    return [queue.pop() for _ in range(len(queue))]


def pushed(*things: tuple[str, str, int]) -> FairQueue[str]:
    queue = FairQueue[str]()
    for owner, thing, weight in things:
        queue.push(owner, thing, weight)
    return queue


class TestFairQueue:
    def test_what_one_owner_waits_with_comes_in_its_order(self) -> None:
        assert drained(pushed(("a", "1", 1), ("a", "2", 1), ("a", "3", 1))) == ["1", "2", "3"]

    def test_owners_take_turns_whoever_came_first(self) -> None:
        queue = pushed(*(("a", f"a{number}", 1) for number in range(100)), ("b", "b0", 1), ("b", "b1", 1))

        assert drained(queue)[:4] == ["a0", "b0", "a1", "b1"]

    def test_who_comes_while_another_has_been_served_for_long_is_next(self) -> None:
        queue = pushed(*(("a", f"a{number}", 1) for number in range(100)))
        for _ in range(50):
            queue.pop()
        queue.push("b", "b0")

        assert queue.pop() == "b0"

    def test_nobody_saves_up_turns_by_staying_away(self) -> None:
        queue = pushed(*(("a", f"a{number}", 1) for number in range(100)))
        for _ in range(50):
            queue.pop()
        for number in range(10):
            queue.push("b", f"b{number}")

        assert [queue.pop()[0] for _ in range(6)].count("b") <= 4

    def test_what_is_heavy_costs_as_many_turns(self) -> None:
        queue = pushed(("a", "a0", 10), ("a", "a1", 1), *(("b", f"b{number}", 1) for number in range(12)))

        assert drained(queue).index("a1") == 11

    def test_an_empty_queue_has_nothing_to_give(self) -> None:
        with pytest.raises(IndexError):
            FairQueue[str]().pop()


async def begun_in_order(turns: Turns, *owners: str) -> list[str]:
    order: list[str] = []

    async def request(owner: str) -> None:
        await turns.take(owner)
        order.append(owner)

    await asyncio.gather(*(request(owner) for owner in owners))
    return order


class TestTurns:
    async def test_alone_one_waits_for_nobody(self) -> None:
        turns = Turns()
        request = turns.take("a")

        with pytest.raises(StopIteration):  # it ran to its end at once
            request.send(None)

    async def test_a_request_does_not_wait_behind_all_of_another_pool(self) -> None:
        order = await begun_in_order(Turns(), *["flood"] * 50, "quiet")

        assert order.index("quiet") <= 2

    async def test_one_request_begins_in_each_round_of_the_event_loop(self) -> None:
        turns, rounds = Turns(), []

        async def request() -> None:
            await turns.take("a")
            rounds.append(round_number)

        round_number = 0
        requests = [asyncio.ensure_future(request()) for _ in range(5)]
        while not all(one.done() for one in requests):
            round_number += 1
            await asyncio.sleep(0)

        assert len(set(rounds)) == 5

    async def test_whoever_went_away_takes_no_turn(self) -> None:
        turns = Turns()
        waiting = [asyncio.ensure_future(turns.take("a")) for _ in range(5)]
        await asyncio.sleep(0)
        for one in waiting[1:]:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

        assert await begun_in_order(turns, "b") == ["b"]


class TestPlaces:
    async def test_no_more_are_in_than_there_are_places(self) -> None:
        places, inside, most = Places(2), 0, 0

        async def visit(owner: str) -> None:
            nonlocal inside, most
            await places.enter(owner)
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1
            places.leave()

        await asyncio.gather(*(visit(owner) for owner in "aabbab"))

        assert most == 2

    async def test_a_place_that_was_given_to_somebody_who_is_gone_is_the_next_ones(self) -> None:
        places = Places(1)
        await places.enter("a")
        gone = asyncio.ensure_future(places.enter("a"))
        next_one = asyncio.ensure_future(places.enter("b"))
        await asyncio.sleep(0)
        places.leave()
        gone.cancel()

        await asyncio.wait_for(next_one, 5)
        assert gone.cancelled()

    async def test_with_everybody_gone_the_places_are_free(self) -> None:
        places = Places(1)
        await places.enter("a")
        gone = asyncio.ensure_future(places.enter("a"))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        places.leave()

        await asyncio.wait_for(places.enter("b"), 5)


class TestHashing:
    async def test_a_password_waits_for_one_of_another_pool_not_for_all_of_them(self) -> None:
        order: list[str] = []
        hashing = Hashing(ThreadPoolExecutor(1), Places(1))
        flood = [hashing.run("flood", order.append, f"flood {number}") for number in range(50)]

        await asyncio.gather(*flood, hashing.run("quiet", order.append, "quiet"))
        hashing.threads.shutdown()

        assert order.index("quiet") <= 2
        assert (len(order), hashing.waiting) == (51, {})

    async def test_a_pool_may_wait_with_its_share_of_all_who_wait(self) -> None:
        hashing = Hashing(ThreadPoolExecutor(1), most_waiting=100)

        hashing.waiting = {"flood": 99}
        assert not hashing.full_for("flood")
        hashing.waiting = {"flood": 100}
        assert hashing.full_for("flood")
        assert not hashing.full_for("quiet")
        hashing.waiting = {"flood": 50, "quiet": 1}
        assert hashing.full_for("flood")
        assert not hashing.full_for("quiet")

    async def test_what_fails_gives_its_place_back(self) -> None:
        hashing = Hashing(ThreadPoolExecutor(1), Places(1))

        with pytest.raises(ZeroDivisionError):
            await hashing.run("a", lambda: 1 // 0)

        assert await hashing.run("a", lambda: 1) == 1
        hashing.threads.shutdown()

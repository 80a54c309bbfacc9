"""The circuit breaker of a function: closed, open, half open."""

import pytest

from poolhouse.drivers.functions.breaker import FAILURES, PAUSE, Breakers


class Scene:
    def __init__(self):
        self.now = 100.0
        self.opened = []
        self.breakers = Breakers(lambda: self.now, self.opened.append)

    def fail(self, times, function="f"):
        for _ in range(times):
            assert self.breakers.lets_through(function)
            self.breakers.failed(function)


@pytest.fixture
def here():
    return Scene()


def test_it_opens_after_so_many_failures_in_a_row_and_not_before(here):
    here.fail(FAILURES - 1)
    assert here.breakers.lets_through("f")
    assert here.opened == []

    here.breakers.failed("f")

    assert not here.breakers.lets_through("f")
    assert here.opened == ["f"]


def test_a_success_starts_the_count_anew(here):
    here.fail(FAILURES - 1)
    here.breakers.succeeded("f")
    here.fail(FAILURES - 1)

    assert here.breakers.lets_through("f")


def test_another_function_is_called_all_the_same(here):
    here.fail(FAILURES)

    assert here.breakers.lets_through("g")


def test_after_the_pause_one_call_tries_and_its_success_closes_it(here):
    here.fail(FAILURES)
    here.now += PAUSE - 0.01
    assert not here.breakers.lets_through("f")
    here.now += 0.01

    assert here.breakers.lets_through("f")
    assert not here.breakers.lets_through("f")
    here.breakers.succeeded("f")

    assert all(here.breakers.lets_through("f") for _ in range(3))


def test_when_the_try_fails_it_is_open_for_another_pause(here):
    here.fail(FAILURES)
    here.now += PAUSE
    here.fail(1)

    here.now += PAUSE - 0.01
    assert not here.breakers.lets_through("f")
    here.now += 0.01
    assert here.breakers.lets_through("f")
    assert here.opened == ["f"]


def test_a_try_that_was_given_up_lets_the_next_one_through(here):
    here.fail(FAILURES)
    here.now += PAUSE
    assert here.breakers.lets_through("f")

    here.breakers.gave_up("f")

    assert here.breakers.lets_through("f")


def test_a_success_that_comes_late_closes_it_too(here):
    here.fail(FAILURES)
    here.breakers.succeeded("f")

    assert here.breakers.lets_through("f")

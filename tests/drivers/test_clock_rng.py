"""The machine's clock, which can be moved, and the operating system's randomness."""

import time
import uuid

from poolhouse.drivers.clock_rng import SystemClock, SystemRng
from poolhouse.ports import DAY, HOUR, SECOND


def off(clock: SystemClock) -> float:
    """Seconds between the clock and the machine's."""
    return clock.now() / SECOND - time.time()


def test_the_clock_tells_the_time_of_the_machine_in_microseconds() -> None:
    assert abs(off(SystemClock())) < 1


def test_the_clock_can_be_moved_on_and_back_again() -> None:
    clock = SystemClock()

    clock.advance(30 * DAY)
    clock.advance(-HOUR)

    assert abs(off(clock) - (30 * 86400 - 3600)) < 1


def test_the_clock_can_be_set_and_goes_on_from_there() -> None:
    clock = SystemClock()

    clock.set(1_800_000_000 * SECOND)
    first = clock.now()
    while clock.now() == first:
        pass

    assert 0 <= first - 1_800_000_000 * SECOND < SECOND
    assert clock.now() > first


def test_the_clock_goes_back_to_the_time_of_the_machine() -> None:
    clock = SystemClock()
    clock.advance(DAY)

    clock.reset()

    assert abs(off(clock)) < 1


def test_moving_the_clock_does_not_move_the_one_for_latencies() -> None:
    clock = SystemClock()
    before = clock.monotonic()

    clock.advance(DAY)

    assert 0 <= clock.monotonic() - before < 60


def test_random_values_have_the_form_that_was_asked_for() -> None:
    rng = SystemRng()

    assert len(rng.bytes(32)) == 32
    assert uuid.UUID(rng.uuid()).version == 4
    assert len(rng.uuid()) == 36
    assert len(rng.text(40, "ab")) == 40
    assert set(rng.text(200, "ab")) == {"a", "b"}
    assert all(0 <= rng.fraction() < 1 for _ in range(1000))


def test_a_code_keeps_its_leading_zeros_and_uses_every_digit() -> None:
    codes = [SystemRng().digits(6) for _ in range(2000)]

    assert all(len(code) == 6 and code.isdecimal() for code in codes)
    assert {code[0] for code in codes} == set("0123456789")


def test_random_values_do_not_repeat() -> None:
    rng = SystemRng()

    assert len({rng.bytes(16) for _ in range(1000)}) == 1000
    assert len({rng.uuid() for _ in range(1000)}) == 1000
    assert len({rng.text(22, "abcdefghijklmnopqrstuvwxyz") for _ in range(1000)}) == 1000
    assert len({rng.fraction() for _ in range(1000)}) > 990

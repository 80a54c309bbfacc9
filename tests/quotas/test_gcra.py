"""The rate rule: never more than rate * t + burst, and nothing refused below the rate."""

from hypothesis import given
from hypothesis import strategies as st

from poolhouse.ports import SECOND
from poolhouse.quotas import gcra

RATES = st.integers(1, 5_000)
# Microseconds between one request and the next: bursts, pauses, and everything between.
GAPS = st.lists(st.one_of(st.just(0), st.integers(0, 2_000), st.integers(0, 3 * SECOND)), max_size=200)


def _admitted_at(gaps, rate, burst):
    meter, now, found = gcra.EMPTY, 10**15, []
    for gap in gaps:
        now += gap
        after = gcra.admitted(meter, now, rate, burst)
        if after is not None:
            meter = after
            found.append(now)
    return found


@given(gaps=GAPS, rate=RATES, burst=st.integers(1, 50))
def test_no_window_admits_more_than_its_rate_and_the_burst(gaps, rate, burst):
    times = _admitted_at(gaps, rate, burst)

    for first, begin in enumerate(times):
        for last in range(first, len(times)):
            admitted, elapsed = last - first + 1, times[last] - begin
            assert admitted * SECOND <= burst * SECOND + rate * elapsed


@given(rate=RATES, burst=st.integers(1, 5), pauses=st.lists(st.integers(0, 500), max_size=500))
def test_nothing_is_refused_at_the_rate_however_long_it_goes_on(rate, burst, pauses):
    meter, now = gcra.EMPTY, 10**15
    for pause in pauses:
        now += -(-SECOND // rate) + pause

        after = gcra.admitted(meter, now, rate, burst)

        assert after is not None
        meter = after


@given(gaps=GAPS, rate=RATES, burst=st.integers(1, 50))
def test_it_decides_as_exact_arithmetic_does(gaps, rate, burst):
    """The same rule with fractions instead of millionths, and the theoretical arrival time as its state."""
    from fractions import Fraction

    arrival, now, expected = Fraction(0), 10**15, []
    for gap in gaps:
        now += gap
        next_arrival = max(arrival, Fraction(now)) + Fraction(SECOND, rate)
        if next_arrival - now <= Fraction(burst * SECOND, rate):
            arrival = next_arrival
            expected.append(now)

    assert _admitted_at(gaps, rate, burst) == expected


def test_a_burst_is_admitted_at_once_and_the_next_when_its_time_has_come():
    assert len(_admitted_at([0] * 20, 10, 10)) == 10
    assert len(_admitted_at([0] * 10 + [99_999], 10, 10)) == 10
    assert len(_admitted_at([0] * 10 + [100_000], 10, 10)) == 11


@given(rate=RATES, burst=st.integers(1, 50))
def test_what_is_given_back_can_be_taken_again_and_no_more(rate, burst):
    meter, now = gcra.EMPTY, 10**15
    for _ in range(burst):
        meter = gcra.admitted(meter, now, rate, burst)
    assert gcra.admitted(meter, now, rate, burst) is None

    meter = gcra.admitted(gcra.given_back(meter, now, rate), now, rate, burst)

    assert meter is not None
    assert gcra.admitted(meter, now, rate, burst) is None


def test_giving_back_never_makes_credit():
    assert gcra.given_back(gcra.EMPTY, 10**15, 10).level == 0

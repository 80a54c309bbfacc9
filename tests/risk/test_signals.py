"""Each signal by itself: when it speaks, and the neighbour case in which it does not."""

from collections.abc import Callable
from typing import Any

import pytest

from poolhouse.directory import risk_scale
from poolhouse.directory.events import Seen
from poolhouse.directory.past import History, Mark, Past
from poolhouse.ports import DAY, HOUR, MINUTE, Place
from poolhouse.risk import signals
from poolhouse.risk.facts import Facts, kilometres, known

NOW = 20_000 * DAY + 12 * HOUR
HOME = Seen(address="192.0.2.1", user_agent="Windows Firefox/1", country="DE", network="AS1 Home")
BERLIN, PERTH, LYON = Place(point=(52.5, 13.4)), Place(point=(-31.95, 115.86)), Place(point=(45.76, 4.84))


def past(at: int = NOW - DAY, **seen: str) -> Past:
    return Past(at, Mark(**({"address": "192.0.2.1", "user_agent": "Windows Firefox/1"} | seen)))


def facts(
    *passed: Past, history: History | None = None, agent: str = "Windows, Firefox", **members: Any
) -> Facts:
    """Somebody at home with a laptop, where `members` say nothing else."""
    before = history or History(passed, tuple(each.at for each in passed))
    usual: dict[str, Any] = {
        "now": NOW,
        "seen": HOME,
        "place": BERLIN,
        "before": BERLIN,
        "made_at": 0,
        "set_at": 0,
    }
    return Facts(agent=agent, history=before, known=known(before), **(usual | members))


def seen(**members: str) -> Seen:
    return Seen(**({"address": "192.0.2.1", "user_agent": "Windows Firefox/1"} | members))


AWAY = seen(address="198.51.100.7")
HABIT = tuple(past(NOW - day * DAY) for day in range(1, 13))

SPEAKS: list[tuple[Callable[[Facts], str], Facts, str]] = [
    (signals.new_device, facts(past(), seen=seen(device_key="b")), "The device is a new one."),
    (signals.new_device, facts(past(device_key="a"), seen=seen(device_key="b")), "The device is a new one."),
    (
        signals.new_device,
        facts(past(), seen=seen(user_agent="Macintosh Safari"), agent="macOS, Safari"),
        "The device is a new one.",
    ),
    (
        signals.known_device,
        facts(past(device_key="a"), seen=seen(device_key="a")),
        "The device has signed this user in before.",
    ),
    (
        signals.user_agent_change,
        facts(past(), seen=seen(user_agent="iPhone Version/1 Safari/"), agent="iOS, Safari"),
        "Nobody has signed in with iOS, Safari before.",
    ),
    (
        signals.new_device,
        facts(past(), seen=seen(user_agent="curl/8"), agent="unknown"),
        "The device is a new one.",
    ),
    (
        signals.user_agent_change,
        facts(past(), seen=seen(user_agent="curl/8"), agent="unknown"),
        "Nobody has signed in with this program before.",
    ),
    (signals.new_address, facts(past(), seen=AWAY), "The address is a new one."),
    (
        signals.new_network,
        facts(past(network="AS1 Home"), seen=seen(network="AS2 Bar")),
        "The network, AS2 Bar, is a new one.",
    ),
    (
        signals.new_country,
        facts(past(country="DE"), seen=seen(country="AU")),
        "The country, AU, is a new one.",
    ),
    (
        signals.impossible_travel,
        facts(past(NOW - 3 * HOUR), seen=AWAY, place=PERTH),
        "The last sign-in was 13,576 km away, 3.0 hours ago.",
    ),
    (
        signals.address_fails_many,
        facts(history=History((past(),), failing=10), seen=AWAY),
        "The address failed to sign in 10 other users within an hour.",
    ),
    (
        signals.address_fails_many,
        facts(history=History(failing=10)),
        "The address failed to sign in 10 other users within an hour.",
    ),
    (
        signals.user_fails_often,
        facts(history=History((past(),), failures=5)),
        "There were 5 failed attempts for this user within an hour.",
    ),
    (signals.bad_address, facts(place=Place(bad=True)), "The address is in the list of known bad ranges."),
    (
        signals.unusual_hour,
        facts(*HABIT, now=NOW + 4 * HOUR),
        "The user has never signed in at this hour.",
    ),
    (signals.young_account, facts(made_at=NOW - DAY + 1), "The account is less than a day old."),
    (
        signals.recent_reset,
        facts(past(), set_at=NOW - HOUR),
        "The password was set less than a day ago, since the last sign-in.",
    ),
    (
        signals.reported,
        facts(
            history=History(invalid=(past(device_key="a", address="203.0.113.9"),)), seen=seen(device_key="a")
        ),
        "The device was reported: an attempt with it was not the user's.",
    ),
    (
        signals.reported,
        facts(history=History(invalid=(past(),))),
        "The address was reported: an attempt from it was not the user's.",
    ),
]

IS_SILENT: list[tuple[Callable[[Facts], str], Facts]] = [
    (signals.new_device, facts(past(), seen=seen(user_agent="Windows Firefox/2"))),
    (signals.new_device, facts(past(device_key="a"), seen=seen(device_key="a"))),
    (signals.new_device, facts(seen=seen(device_key="b"))),
    (signals.known_device, facts(past(), seen=seen())),
    (signals.known_device, facts(past(device_key="a"), seen=seen(device_key="b"))),
    (signals.user_agent_change, facts(past(), seen=seen(user_agent="Windows Firefox/2"))),
    (signals.new_device, facts(past(user_agent="curl/7"), seen=seen(user_agent="curl/8"), agent="unknown")),
    (signals.new_device, facts(past(), seen=seen(user_agent=""), agent="unknown")),
    (signals.user_agent_change, facts(past(), seen=seen(user_agent=""), agent="unknown")),
    (
        signals.user_agent_change,
        facts(past(user_agent="curl/7"), seen=seen(user_agent="curl/8"), agent="unknown"),
    ),
    (signals.user_agent_change, facts(past(user_agent=""), seen=seen())),
    (signals.new_address, facts(past())),
    (signals.new_address, facts(past(), seen=seen(address=""))),
    (signals.new_address, facts(seen=AWAY)),
    (signals.new_network, facts(past(network="AS1 Home"), seen=seen(network="AS1 Home"))),
    (signals.new_network, facts(past(), seen=seen(network="AS2 Bar"))),
    (signals.new_network, facts(past(network="AS1 Home"), seen=seen())),
    (signals.new_country, facts(past(country="DE"), seen=seen(country="DE"))),
    (signals.new_country, facts(past(), seen=seen(country="AU"))),
    (signals.impossible_travel, facts(past(NOW - 12 * HOUR), seen=AWAY, place=PERTH)),
    (signals.impossible_travel, facts(past(NOW - MINUTE), seen=AWAY, place=BERLIN)),
    (signals.impossible_travel, facts(past(NOW - MINUTE), place=PERTH)),
    (signals.impossible_travel, facts(past(NOW - MINUTE), seen=AWAY, place=Place())),
    (signals.impossible_travel, facts(past(NOW - MINUTE), seen=AWAY, place=PERTH, before=Place())),
    (signals.impossible_travel, facts(seen=AWAY, place=PERTH)),
    (signals.address_fails_many, facts(history=History((past(),), failing=10))),
    (signals.address_fails_many, facts(history=History((past(),), failing=9), seen=AWAY)),
    (signals.user_fails_often, facts(history=History((past(),), failures=4))),
    (signals.bad_address, facts(place=BERLIN)),
    (signals.unusual_hour, facts(*HABIT, now=NOW + 3 * HOUR)),
    (signals.unusual_hour, facts(*HABIT[:9], now=NOW + 8 * HOUR)),
    (signals.unusual_hour, facts(*(past(NOW - n * MINUTE) for n in range(1, 13)), now=NOW + 8 * HOUR)),
    (signals.young_account, facts(made_at=NOW - DAY)),
    (signals.recent_reset, facts(past(NOW - HOUR), set_at=NOW - 2 * HOUR)),
    (signals.recent_reset, facts(past(NOW - 3 * DAY), set_at=NOW - DAY)),
    (signals.recent_reset, facts(set_at=NOW - HOUR)),
    (signals.reported, facts(history=History(invalid=(past(),)), seen=AWAY)),
    (signals.reported, facts(history=History(valid=(past(),)))),
    (signals.reported, facts(history=History(invalid=(past(address=""),)), seen=seen(address=""))),
]


@pytest.mark.parametrize(("signal", "given", "text"), SPEAKS, ids=[f"{s.__name__}-{t}" for s, _, t in SPEAKS])
def test_a_signal_says_what_is_unusual(signal: Callable[[Facts], str], given: Facts, text: str) -> None:
    assert signal(given) == text


@pytest.mark.parametrize(("signal", "given"), IS_SILENT)
def test_a_signal_is_silent_where_almost_the_same_is_usual(
    signal: Callable[[Facts], str], given: Facts
) -> None:
    assert signal(given) == ""


def test_every_signal_has_points_and_both_kinds_of_test() -> None:
    listed = dict(signals.SIGNALS)

    assert list(listed) == list(risk_scale.POINTS)
    assert set(listed.values()) == {signal for signal, _, _ in SPEAKS}
    assert set(listed.values()) == {signal for signal, _ in IS_SILENT}
    assert [name.replace("-", "_") for name in listed] == [signal.__name__ for signal in listed.values()]


def test_hours_are_compared_on_the_clock_not_on_the_line() -> None:
    nights = tuple(past(NOW - day * DAY + 11 * HOUR) for day in range(1, 13))  # at 23:00

    assert signals.unusual_hour(facts(*nights, now=NOW + 14 * HOUR)) == ""  # 02:00
    assert signals.unusual_hour(facts(*nights, now=NOW + 15 * HOUR)) != ""  # 03:00


def test_what_was_said_to_be_the_users_own_is_known_and_what_was_not_is_unknown() -> None:
    own, foreign = past(NOW - 2 * DAY, device_key="own"), past(NOW - DAY, device_key="foreign")
    history = History((foreign,), valid=(own,), invalid=(foreign,))

    assert known(history) == (own,)


def test_the_newest_of_what_is_known_comes_first() -> None:
    older, newer = past(NOW - 2 * DAY), past(NOW - DAY)

    assert known(History((older,), valid=(newer,))) == (newer, older)


def test_the_way_between_places_is_over_the_earth() -> None:
    assert kilometres(BERLIN, BERLIN) == 0
    assert round(kilometres(BERLIN, LYON) or 0) == pytest.approx(976, abs=5)
    assert kilometres(Place(point=(0.0, 179.0)), Place(point=(0.0, -179.0))) == pytest.approx(222, abs=1)
    assert kilometres(Place(point=(90.0, 0.0)), Place(point=(-90.0, 0.0))) == pytest.approx(20_015, abs=2)
    assert kilometres(BERLIN, Place()) is None

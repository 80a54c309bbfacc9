"""Labelled replays: what the defaults catch of attacks, and how often ordinary life is taken for one.

Each prints its rates (pytest -s). Bounds are asserted on the defaults of directory/risk_scale.py: whoever
changes a weight sees what that does.
"""

import random

import pytest
from tests.risk.life import (
    BEGINNING,
    FAR,
    IPHONE,
    LINUX_CHROME,
    MAC_SAFARI,
    WINDOWS_CHROME,
    WINDOWS_FIREFOX,
    Person,
    rates,
    settled,
    spot,
)

from poolhouse.directory.events import Risk
from poolhouse.ports import DAY, HOUR, MINUTE
from poolhouse.risk.signals import MANY_USERS

PEOPLE = 200


def shown(name: str, risks: list[Risk]) -> dict[str, float]:
    found = rates(risks)
    print(f"{name:<58}" + "  ".join(f"{level} {share:>4.0%}" for level, share in found.items()))
    return found


# Attacks


@pytest.mark.parametrize("wait", [2 * HOUR, 3 * DAY])
def test_one_stolen_password_from_a_far_country_with_a_new_device_is_high(wait: int) -> None:
    dice = random.Random(1)
    risks = []
    for _ in range(PEOPLE):
        person, now, _ = settled(dice)
        risks.append(person.tries(now + wait, spot(dice, dice.choice(FAR)), LINUX_CHROME))

    assert shown(f"attack: stolen password, far, {wait // HOUR} h later", risks)["HIGH"] == 1


@pytest.mark.parametrize("script", ["python-requests/2.32.3", "curl/8.5.0", "-"])
def test_a_stolen_password_is_no_less_odd_from_a_program_that_is_no_browser(script: str) -> None:
    """`-` is one that sends no User-Agent (trail/surroundings.py)."""
    dice = random.Random(1)
    risks = []
    for _ in range(PEOPLE):
        person, now, _ = settled(dice)
        risks.append(person.tries(now + 3 * DAY, spot(dice, dice.choice(FAR)), script))

    assert shown(f"attack: stolen password, far, by {script}", risks)["HIGH"] == 1


def test_who_imitates_the_browser_too_is_caught_by_the_journey_alone() -> None:
    dice = random.Random(2)
    soon, later = [], []
    for _ in range(PEOPLE):
        person, now, _ = settled(dice)
        attacker = spot(dice, dice.choice(FAR))
        soon.append(person.tries(now, attacker, WINDOWS_FIREFOX))
        later.append(person.tries(now + 3 * DAY, attacker, WINDOWS_FIREFOX))

    assert shown("attack: the same browser, far, within hours", soon)["HIGH"] == 1
    found = shown("attack: the same browser, far, days later", later)
    assert found["none"] == 0
    assert found["HIGH"] == 0  # no more is known than of a journey: it is what travel with a phone looks like


@pytest.mark.parametrize("geo", [True, False])
def test_password_spraying_is_high_once_the_address_has_failed_ten_users(geo: bool) -> None:
    dice = random.Random(3)
    attacker = spot(dice, "VN")
    before, after = [], []
    for number in range(PEOPLE):
        person, now, _ = settled(dice, geo=geo, days=12)
        risk = person.tries(now, attacker, LINUX_CHROME, failing=number)
        (after if number >= MANY_USERS else before).append(risk)

    where = "with files of places" if geo else "without"
    assert shown(f"attack: spraying, {where}", after)["HIGH"] == 1
    assert shown(f"attack: spraying, {where}, the first ten users", before)["none"] == 0


def test_spraying_that_imitates_the_browser_is_medium_at_least_without_files_of_places() -> None:
    dice = random.Random(4)
    attacker = spot(dice, "VN")
    risks = []
    for _ in range(PEOPLE):
        person, now, _ = settled(dice, geo=False, days=12)
        risks.append(person.tries(now, attacker, WINDOWS_FIREFOX, failing=50))

    assert shown("attack: spraying, same browser, without files", risks)["MEDIUM"] == 1


@pytest.mark.parametrize(("geo", "level"), [(True, ("HIGH",)), (False, ("LOW", "MEDIUM"))])
def test_credential_stuffing_from_many_addresses_is_seen_at_each_user(
    geo: bool, level: tuple[str, ...]
) -> None:
    """Without files of places it looks as a new laptop on the way does: no more is known of either."""
    dice = random.Random(5)
    risks = []
    for _ in range(PEOPLE):
        person, now, _ = settled(dice, geo=geo, days=12)
        bot = spot(dice, dice.choice(FAR))
        risks.append(
            person.tries(now + dice.randrange(48) * HOUR, bot, dice.choice((LINUX_CHROME, MAC_SAFARI)))
        )

    found = shown(f"attack: stuffing from many addresses, {'with' if geo else 'without'} files", risks)
    assert sum(found[each] for each in level) >= 0.95
    assert found["none"] == 0


def test_guessing_at_one_user_until_it_is_right_is_high() -> None:
    dice = random.Random(6)
    risks = []
    for _ in range(PEOPLE):
        person, now, _ = settled(dice, days=12)
        risks.append(person.tries(now, spot(dice, "DE", 1), LINUX_CHROME, failures=9))

    assert shown("attack: guessing from the same country", risks)["HIGH"] == 1


def test_a_hundred_failures_do_not_make_an_attacker_the_first_sign_in_of_the_user() -> None:
    """What is remembered of before is what passed: failures cannot push it out."""
    dice = random.Random(7)
    person, now, _ = settled(dice, days=3)

    assert person.tries(now, spot(dice, "NG"), LINUX_CHROME, failures=20).level == "HIGH"


# Ordinary life


def test_the_first_sign_in_of_a_user_is_no_risk() -> None:
    dice = random.Random(10)
    risks = [Person(BEGINNING).tries(BEGINNING + HOUR, spot(dice, "DE"), IPHONE) for _ in range(PEOPLE)]

    assert shown("life: the first sign-in", risks)["none"] == 1


def test_the_same_laptop_at_home_is_no_risk_whatever_version_its_browser_has() -> None:
    dice = random.Random(11)
    person, now, home = settled(dice)
    newer = WINDOWS_FIREFOX.replace("131.0", "140.0")
    risks = [person.signs_in(now + day * DAY, home, newer) for day in range(90)]

    assert shown("life: the same laptop at home", risks)["none"] == 1


def test_a_phone_on_a_mobile_network_and_an_address_that_changes_every_night_are_no_alarm() -> None:
    """The phone is new once; from then on its network is known, and its addresses are not."""
    dice = random.Random(12)
    risks = []
    for _ in range(20):
        person, now, _ = settled(dice)
        for day in range(60):
            at = now + day * DAY
            risks.append(person.signs_in(at, spot(dice, "DE"), WINDOWS_FIREFOX))
            risks.append(person.signs_in(at + 2 * HOUR, spot(dice, "DE", 1), IPHONE))

    found = shown("life: a phone on the way, an address a day", risks)
    assert found["HIGH"] == 0
    assert found["LOW"] + found["MEDIUM"] <= 0.02


@pytest.mark.parametrize("country", ["FR", "US", "VN"])
def test_travel_with_a_phone_is_medium_at_most(country: str) -> None:
    dice = random.Random(13)
    risks = []
    for _ in range(PEOPLE):
        person, now, home = settled(dice)
        person.signs_in(now, home, IPHONE)
        for day in range(5):
            at = now + (1 + day) * DAY + dice.randrange(12) * HOUR
            risks.append(person.signs_in(at, spot(dice, country), IPHONE))

    found = shown(f"life: travel with a phone, {country}", risks)
    assert found["HIGH"] == 0
    assert found["MEDIUM"] <= 0.2
    assert found["none"] >= 0.75


def test_travel_with_a_device_that_names_itself_is_no_alarm() -> None:
    dice = random.Random(14)
    risks = []
    for number in range(PEOPLE):
        person, now, home = settled(dice)
        person.signs_in(now, home, IPHONE, f"phone-{number}")
        risks.append(person.signs_in(now + 2 * DAY, spot(dice, "US"), IPHONE, f"phone-{number}"))

    found = shown("life: travel with a device that names itself", risks)
    assert found["none"] + found["LOW"] == 1


@pytest.mark.parametrize("geo", [True, False])
def test_a_new_laptop_at_home_is_low_and_on_the_way_medium_at_most(geo: bool) -> None:
    dice = random.Random(15)
    at_home, away = [], []
    for _ in range(PEOPLE):
        person, now, home = settled(dice, geo=geo)
        away.append(person.tries(now, spot(dice, "DE", 1), MAC_SAFARI))
        at_home.append(person.signs_in(now, home, MAC_SAFARI))

    where = "with" if geo else "without"
    assert shown(f"life: a new laptop at home, {where} files", at_home)["LOW"] == 1
    assert shown(f"life: a new laptop on the way, {where} files", away)["HIGH"] == 0


def test_a_night_shift_is_no_risk() -> None:
    dice = random.Random(16)
    risks = []
    for _ in range(PEOPLE):
        person, now, home = settled(dice)
        night = now - now % DAY + DAY + 2 * HOUR
        risks += [person.signs_in(night + day * DAY, home, WINDOWS_FIREFOX) for day in range(5)]

    assert shown("life: a night shift", risks)["none"] == 1


def test_an_office_whose_people_mistype_on_a_monday_is_no_alarm_for_who_works_there() -> None:
    dice = random.Random(17)
    risks = []
    for _ in range(PEOPLE):
        person, now, _ = settled(dice, days=12)
        office = spot(dice, "DE", 2)
        person.signs_in(now, office, WINDOWS_CHROME)
        risks.append(person.signs_in(now + 3 * DAY, office, WINDOWS_CHROME, failing=40))

    assert shown("life: an office on a Monday", risks)["none"] == 1


def test_who_mistypes_the_password_at_home_is_no_risk() -> None:
    dice = random.Random(18)
    risks = []
    for _ in range(PEOPLE):
        person, now, home = settled(dice)
        risks.append(person.tries(now, home, WINDOWS_FIREFOX, failures=6))

    assert shown("life: mistyped six times at home", risks)["none"] == 1


def test_a_reset_at_home_is_no_risk_and_one_from_elsewhere_adds_to_it() -> None:
    dice = random.Random(19)
    person, now, home = settled(dice)
    person.set_at = now - MINUTE

    assert person.tries(now, home, WINDOWS_FIREFOX).level == ""
    assert "recent-reset" in {r.signal for r in person.tries(now, spot(dice, "FR"), MAC_SAFARI).reasons}


def test_a_tunnel_abroad_is_high_once_by_the_browser_alone_and_never_again() -> None:
    """Nothing tells it from a thief who imitates the browser; a device that names itself is believed more."""
    dice = random.Random(20)
    first, again, named = [], [], []
    for number in range(PEOPLE):
        person, now, home = settled(dice)
        tunnel = spot(dice, "US", 1)
        first.append(person.signs_in(now, tunnel, WINDOWS_FIREFOX))
        person.signs_in(now + 20 * MINUTE, home, WINDOWS_FIREFOX)
        again.append(person.signs_in(now + 40 * MINUTE, tunnel, WINDOWS_FIREFOX))
        other, now, home = settled(dice)
        other.signs_in(now, home, WINDOWS_FIREFOX, f"laptop-{number}")
        named.append(other.signs_in(now + HOUR, spot(dice, "US", 1), WINDOWS_FIREFOX, f"laptop-{number}"))

    assert shown("life: a tunnel abroad, by the browser alone", first)["HIGH"] == 1
    assert shown("life: the same tunnel again", again)["none"] == 1
    assert shown("life: a tunnel abroad, device names itself", named)["HIGH"] == 0

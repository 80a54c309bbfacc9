"""The password policy (behaviour file, 1.17 and gotcha 43)."""

import pytest

from poolhouse.directory import passwords
from poolhouse.directory.pools import PasswordPolicy
from poolhouse.drivers.clock_rng import SystemRng

RULES = ("uppercase", "lowercase", "numbers", "symbols")
SYMBOLS = tuple("^$*.[]{}()?\"!@#%&/\\,><':;_~=+-|`")


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("", "Password not long enough"),  # that length comes first is [K]
        ("p2$SWOR", "Password not long enough"),
        ("12341234", "Password must have lowercase characters"),
        ("password", "Password must have uppercase characters"),
        ("Password", "Password must have numeric characters"),
        ("Password123", "Password must have symbol characters"),
        ("P2$Sword", None),
    ],
)
def test_the_first_rule_that_is_broken_is_told(password, fault):
    assert passwords.violation(PasswordPolicy(), password) == fault


@pytest.mark.parametrize(
    ("rule", "without", "fault"),
    [
        ("lowercase", "P2$SWORD", "Password must have lowercase characters"),
        ("uppercase", "p2$sword", "Password must have uppercase characters"),
        ("numbers", "Pp$Sword", "Password must have numeric characters"),
        ("symbols", "P22Sword", "Password must have symbol characters"),
    ],
)
def test_each_rule_is_in_force_only_where_the_pool_sets_it(rule, without, fault):
    strict = PasswordPolicy.from_config({})
    lenient = PasswordPolicy.from_config({f"Require{rule.capitalize()}": False})

    assert passwords.violation(strict, without) == fault
    assert passwords.violation(lenient, without) is None


@pytest.mark.parametrize("length", [6, 8, 99])
def test_the_pool_says_how_long_a_password_is(length):
    policy = PasswordPolicy(**dict.fromkeys(RULES, False), minimum_length=length)

    assert passwords.violation(policy, "x" * (length - 1)) == "Password not long enough"
    assert passwords.violation(policy, "x" * length) is None


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_every_symbol_of_the_list_counts(symbol):
    assert passwords.violation(PasswordPolicy(), f"Passw0rd{symbol}") is None


def test_a_space_counts_as_a_symbol_inside_only():
    assert passwords.violation(PasswordPolicy(), "Pass w0rd") is None
    assert passwords.violation(PasswordPolicy(), " Passw0rd ") == "Password must have symbol characters"


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("ÉÉ2$SWORD", "Password must have lowercase characters"),
        ("éé2$sword", "Password must have uppercase characters"),
        ("P\N{ARABIC-INDIC DIGIT TWO}$Swords", "Password must have numeric characters"),
        ("P2€Sword", "Password must have symbol characters"),
        ("Pé2$Sword€", None),
    ],
)
def test_other_letters_may_stand_in_a_password_but_fulfil_no_rule(password, fault):
    """[K]"""
    assert passwords.violation(PasswordPolicy(), password) == fault


@pytest.mark.parametrize("length", [6, 12, 40])
def test_temporary_passwords_meet_the_policy_and_differ(length):
    policy = PasswordPolicy(minimum_length=length)

    made = [passwords.temporary(policy, SystemRng()) for _ in range(50)]

    assert {passwords.violation(policy, password) for password in made} == {None}
    assert len(set(made)) == 50
    assert {len(password) for password in made} == {max(length, 12)}

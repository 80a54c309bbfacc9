"""Levels: what reaches which, which is aimed at, and what is left in the tokens (2.7, 4.1)."""

import pytest
from tests.directory.test_first_factors import USER, a_pool

from poolhouse.directory import assurance
from poolhouse.directory.assurance import NONE_REACHABLE, NOT_ASKED

PASSWORDS = ("PASSWORD_SRP", "PASSWORD")


@pytest.mark.parametrize(
    ("proven", "level"),
    [
        ((), 0),
        (("PASSWORD",), 1),
        (("PASSWORD", "NEW_PASSWORD"), 1),
        (("EMAIL_OTP",), 2),
        (("SMS_OTP",), 2),
        (("SIGNED_UP",), 2),
        (("PASSKEY",), 3),
        (("PASSWORD", "SMS_MFA"), 3),
        (("PASSWORD", "EMAIL_MFA"), 3),
        (("PASSWORD", "TOTP"), 4),
        (("SMS_MFA",), 0),
        (("TOTP",), 0),
        (("CUSTOM",), 0),
        (("PASSWORD", "DEVICE"), 1),
    ],
)
def test_the_levels_are_those_of_the_guide(proven: tuple[str, ...], level: int) -> None:
    assert assurance.level(proven) == level


def test_unknown_levels_are_ignored_and_the_order_is_kept() -> None:
    pool = a_pool("PASSWORD", AcrConfiguration={"Level3": {"AcrValue": "three"}})

    assert assurance.wanted(pool, "three urn:cognito:loa:3 urn:cognito:loa:1 x") == [3, 1]


@pytest.mark.parametrize(
    ("targets", "offered", "goal"),
    [
        ([4, 1], PASSWORDS, 1),
        ([2, 1], PASSWORDS, 1),
        ([2], PASSWORDS, NONE_REACHABLE),
        ([3, 2], (*PASSWORDS, "EMAIL_OTP"), 2),
        ([3], (*PASSWORDS, "WEB_AUTHN"), 3),
        ([1], ("EMAIL_OTP",), NONE_REACHABLE),
    ],
)
def test_the_first_level_that_the_offer_reaches_is_the_goal(
    targets: list[int], offered: tuple[str, ...], goal: int
) -> None:
    assert assurance.goal(a_pool("PASSWORD"), USER, targets, offered) == goal


def test_the_goal_narrows_the_offer() -> None:
    pool, offered = a_pool("PASSWORD"), (*PASSWORDS, "EMAIL_OTP", "WEB_AUTHN")

    assert assurance.beginnings(pool, USER, NOT_ASKED, offered) == offered
    assert assurance.beginnings(pool, USER, NONE_REACHABLE, offered) == offered
    assert assurance.beginnings(pool, USER, 1, offered) == PASSWORDS
    assert assurance.beginnings(pool, USER, 2, offered) == ("EMAIL_OTP",)
    assert assurance.beginnings(pool, USER, 3, offered) == ("WEB_AUTHN",)


def test_a_second_factor_is_never_asked_of_a_pool_that_has_them_off() -> None:
    off = a_pool("PASSWORD", MfaFactors=["SMS_MFA"])
    optional = a_pool("PASSWORD", MfaFactors=["SMS_MFA"], MfaConfiguration="OPTIONAL")
    proven = frozenset({"PASSWORD"})

    assert assurance.next_factor(off, USER, proven, 3) is None
    assert assurance.next_factor(optional, USER, proven, 3) == "SMS_MFA"
    assert assurance.next_factor(optional, USER, proven | {"SMS_MFA"}, 3) is None
    assert assurance.next_factor(optional, USER, proven, NOT_ASKED) is None


def test_a_record_keeps_what_was_proven_and_shows_it_only_where_a_level_was_asked_for() -> None:
    pool = a_pool("PASSWORD")

    plain = assurance.record(pool, ("PASSWORD", "TOTP"), NOT_ASKED)
    asked = assurance.record(pool, ("PASSWORD", "TOTP"), 4)

    assert assurance.proven_by(plain) == ("PASSWORD", "TOTP")
    assert assurance.claims_of(plain) == {}
    assert assurance.claims_of(asked) == {"acr": "urn:cognito:loa:4", "amr": ["pwd", "otp", "mfa"]}
    assert assurance.proven_by("{}") == ()

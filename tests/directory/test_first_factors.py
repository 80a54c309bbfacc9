"""Which first factors a user has: every rule alone, and what nobody seems to have."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from poolhouse.directory import first_factors, pools
from poolhouse.directory.pools import Pool
from poolhouse.directory.users import Factors, User, UserStatus

ALL = ("PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")
PASSWORDS = ("PASSWORD_SRP", "PASSWORD")
VERIFIED = {"email": "a@b.c", "email_verified": "true", "phone_number": "+1", "phone_number_verified": "true"}


def a_pool(*allowed: str, tags: dict[str, str] | None = None, **config: Any) -> Pool:
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": allowed}}
    row = {
        "pool_id": "us-east-1_Aa1Bb2Cc3",
        "name": "pool",
        "version": 1,
        "config": msgspec.json.encode({"Policies": policy, **config}),
        "created_at": 0,
        "modified_at": 0,
    }
    return pools.from_row(row, tags or {})


USER = User(
    pool_id="us-east-1_Aa1Bb2Cc3",
    sub="00000000-0000-4000-8000-000000000000",
    username="ada",
    status=UserStatus.CONFIRMED,
    enabled=True,
    attributes=VERIFIED,
    version=1,
    signed_out_at=0,
    created_at=0,
    modified_at=0,
    factors=Factors(passkeys=1),
    credential=b"sealed",
)


def available(pool: Pool, **changes: Any) -> tuple[str, ...]:
    return first_factors.available(pool, replace(USER, **changes))


def test_a_user_who_has_everything_is_offered_all_that_the_pool_allows() -> None:
    assert available(a_pool(*ALL)) == (*PASSWORDS, "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")
    assert available(a_pool("PASSWORD")) == PASSWORDS
    assert available(a_pool("PASSWORD", "SMS_OTP")) == (*PASSWORDS, "SMS_OTP")


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"credential": None}, set(PASSWORDS)),
        ({"attributes": VERIFIED | {"email_verified": "false"}}, {"EMAIL_OTP"}),
        ({"attributes": {"email": "a@b.c", "email_verified": "true"}}, {"SMS_OTP"}),
        ({"factors": Factors()}, {"WEB_AUTHN"}),
    ],
)
def test_what_the_user_lacks_is_not_offered(changes: dict[str, Any], missing: set[str]) -> None:
    everything = set(available(a_pool(*ALL)))

    assert set(available(a_pool(*ALL), **changes)) == everything - missing


@pytest.mark.parametrize("status", [status for status in UserStatus if status is not UserStatus.CONFIRMED])
def test_only_confirmed_users_have_more_than_a_password(status: UserStatus) -> None:
    assert available(a_pool(*ALL), status=status) == PASSWORDS
    assert available(a_pool(*ALL), status=status, credential=None) == ()


def test_a_second_factor_takes_the_codes_away_and_the_passkey_that_is_none() -> None:
    optional = a_pool(*ALL, MfaConfiguration="OPTIONAL", MfaFactors=["SOFTWARE_TOKEN_MFA"])
    required = a_pool(*ALL, MfaConfiguration="ON", MfaFactors=["SOFTWARE_TOKEN_MFA"])
    with_app = Factors(totp=True, token=True, passkeys=1)

    assert available(optional, factors=with_app) == PASSWORDS
    assert available(required) == PASSWORDS
    assert "EMAIL_OTP" in available(optional)


def test_whose_native_sign_in_was_ended_has_nothing() -> None:
    assert available(a_pool(*ALL), factors=Factors(passkeys=1, native_off=True)) == ()


def test_argon2id_has_no_srp() -> None:
    pool = a_pool("PASSWORD", tags={pools.PASSWORD_STORAGE_TAG: "argon2id"})

    assert available(pool) == ("PASSWORD",)
    assert first_factors.of_nobody(pool, "ada") == ("PASSWORD",)


@pytest.mark.parametrize(
    ("allowed", "name", "seems"),
    [
        (("PASSWORD",), "ada", PASSWORDS),
        (("PASSWORD", "EMAIL_OTP"), "ada", (*PASSWORDS, "EMAIL_OTP")),
        (("PASSWORD", "SMS_OTP"), "ada", (*PASSWORDS, "SMS_OTP")),
        (ALL, "ada", (*PASSWORDS, "EMAIL_OTP")),
        (ALL, "+12065550100", (*PASSWORDS, "SMS_OTP")),
    ],
)
def test_nobody_seems_to_have_passwords_and_one_kind_of_code(
    allowed: tuple[str, ...], name: str, seems: tuple[str, ...]
) -> None:
    assert first_factors.of_nobody(a_pool(*allowed), name) == seems


def test_nobody_seems_to_have_no_code_where_a_second_factor_is_required() -> None:
    pool = a_pool(*ALL, MfaConfiguration="ON", MfaFactors=["SMS_MFA"])

    assert first_factors.of_nobody(pool, "ada") == PASSWORDS


def test_the_configured_factors_are_the_first_and_the_second_ones() -> None:
    optional = a_pool(*ALL, MfaConfiguration="OPTIONAL", MfaFactors=["SMS_MFA", "SOFTWARE_TOKEN_MFA"])
    second = Factors(sms=True, totp=True, token=True)

    assert first_factors.configured(a_pool(*ALL), USER) == ("PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN")
    assert first_factors.configured(optional, replace(USER, factors=second)) == (
        "PASSWORD",
        "SMS_OTP",
        "SOFTWARE_TOKEN",
    )

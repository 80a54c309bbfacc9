"""Where the code for a lost password goes."""

import pytest
from msgspec.structs import replace

from poolhouse.directory import pools, recovery
from poolhouse.directory.users import Factors, User, UserStatus
from poolhouse.errors import ContactAdministrator


def pool(*names, auto_verified=()):
    mechanisms = [{"Name": name, "Priority": place} for place, name in enumerate(names, start=1)]
    config = {"AccountRecoverySetting": {"RecoveryMechanisms": mechanisms[::-1]}} if names else {}
    row = {"pool_id": "us-east-1_Aa", "name": "p", "version": 1, "created_at": 0, "modified_at": 0}
    made = pools.from_row(row | {"config": "{}"}, {})
    return replace(made, config=config, auto_verified=auto_verified)


def user(**attributes):
    return User("us-east-1_Aa", "s", "ada", UserStatus.CONFIRMED, True, attributes, 1, 0, 0, 0)


EMAIL = {"email": "a@b.cd", "email_verified": "true"}
PHONE = {"phone_number": "+12065550100", "phone_number_verified": "true"}


@pytest.mark.parametrize(
    ("names", "attributes", "channel"),
    [
        ((), EMAIL | PHONE, "phone_number"),
        ((), EMAIL, "email"),
        ((), {}, None),
        ((), {"email": "a@b.cd"}, None),
        ((), {"email": "a@b.cd", "email_verified": "false"}, None),
        (("verified_email", "verified_phone_number"), EMAIL | PHONE, "email"),
        (("verified_email", "verified_phone_number"), PHONE, "phone_number"),
        (("verified_phone_number", "verified_email"), EMAIL | PHONE, "phone_number"),
        (("verified_email",), PHONE, None),
    ],
)
def test_the_first_verified_channel_of_the_pool_gets_the_code(names, attributes, channel):
    assert recovery.channel(pool(*names), user(**attributes)) == channel


def test_where_only_administrators_reset_there_is_no_channel():
    with pytest.raises(ContactAdministrator):
        recovery.channel(pool("admin_only"), user(**EMAIL))


@pytest.mark.parametrize(
    ("names", "auto_verified", "likely"),
    [
        ((), (), ("phone_number", "email")),
        ((), ("email",), ("email", "phone_number")),
        ((), ("email", "phone_number"), ("phone_number", "email")),
        (("verified_phone_number",), ("email",), ("phone_number",)),
    ],
)
def test_what_the_pool_verifies_is_what_it_likely_uses(names, auto_verified, likely):
    assert recovery.likely_channels(pool(*names, auto_verified=auto_verified)) == likely


def with_mfa(mode, chosen, **attributes):
    """A pool with every second factor, and a user who has turned on what `chosen` says."""
    every = frozenset({"SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"})
    return replace(pool(), mfa=mode, mfa_factors=every), replace(user(**attributes), factors=chosen)


@pytest.mark.parametrize(
    ("mode", "chosen", "attributes", "channel"),
    [
        ("OPTIONAL", Factors(), EMAIL | PHONE, "phone_number"),
        ("OPTIONAL", Factors(sms=True), EMAIL | PHONE, "email"),
        ("OPTIONAL", Factors(sms=True), PHONE, None),
        ("OPTIONAL", Factors(email=True), EMAIL | PHONE, "phone_number"),
        ("OPTIONAL", Factors(email=True), EMAIL, None),
        ("OPTIONAL", Factors(sms=True, email=True), EMAIL | PHONE, None),
        ("OPTIONAL", Factors(sms=True, totp=True, token=True, preferred="SOFTWARE_TOKEN_MFA"), PHONE, None),
        ("OPTIONAL", Factors(totp=True, token=True), EMAIL, "email"),
        ("ON", Factors(), EMAIL | PHONE, None),  # both are asked for though neither was turned on
        ("ON", Factors(totp=True, token=True), EMAIL | PHONE, "phone_number"),
        ("OFF", Factors(sms=True), PHONE, "phone_number"),
    ],
)
def test_the_code_never_goes_over_the_medium_of_a_second_factor(mode, chosen, attributes, channel):
    of_pool, of_user = with_mfa(mode, chosen, **attributes)

    assert recovery.channel(of_pool, of_user) == channel

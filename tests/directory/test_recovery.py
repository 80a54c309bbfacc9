"""Where the code for a lost password goes."""

from dataclasses import replace

import pytest

from poolhouse.directory import pools, recovery
from poolhouse.directory.users import User, UserStatus
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

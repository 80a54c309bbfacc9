"""What a user name may be, by the kind of pool."""

import pytest
from msgspec.structs import replace

from poolhouse.directory import pools, sign_up
from poolhouse.errors import InvalidParameter

EMAIL = "ada@example.com"
PHONE = "+12065550100"


def pool(**settings):
    row = {"pool_id": "us-east-1_Aa", "name": "p", "version": 1, "created_at": 0, "modified_at": 0}
    return replace(pools.from_row(row | {"config": "{}"}, {}), **settings)


@pytest.mark.parametrize(
    ("settings", "name", "filled"),
    [
        ({}, "ada", {}),
        ({}, EMAIL, {}),
        ({"alias_attributes": ("email",)}, "ada", {}),
        ({"alias_attributes": ("email",)}, PHONE, {}),
        ({"alias_attributes": ("phone_number", "preferred_username")}, EMAIL, {}),
        ({"username_attributes": ("email",)}, EMAIL, {"email": EMAIL}),
        ({"username_attributes": ("phone_number",)}, PHONE, {"phone_number": PHONE}),
        ({"username_attributes": ("email", "phone_number")}, PHONE, {"phone_number": PHONE}),
    ],
)
def test_a_name_fills_the_attribute_that_it_is_a_value_of(settings, name, filled):
    assert sign_up.named_by(pool(**settings), name, {}) == filled


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        ({"alias_attributes": ("email",)}, EMAIL),
        ({"alias_attributes": ("phone_number",)}, PHONE),
        ({"username_attributes": ("email",)}, PHONE),
        ({"username_attributes": ("phone_number",)}, EMAIL),
        ({"username_attributes": ("email", "phone_number")}, "ada"),
    ],
)
def test_a_name_of_the_wrong_shape_is_refused(settings, name):
    with pytest.raises(InvalidParameter):
        sign_up.named_by(pool(**settings), name, {})


@pytest.mark.parametrize(("case_sensitive", "agrees"), [(True, False), (False, True)])
def test_name_and_attribute_agree_as_the_pool_compares_them(case_sensitive, agrees):
    settings = {"username_attributes": ("email",), "case_sensitive": case_sensitive}

    def named():
        return sign_up.named_by(pool(**settings), EMAIL, {"email": EMAIL.upper()})

    if agrees:
        assert named() == {"email": EMAIL}
    else:
        with pytest.raises(InvalidParameter, match="are not the same"):
            named()


def test_the_stored_name_is_folded_as_the_pool_compares_names():
    assert sign_up.stored_username(pool(), "Ada") == "Ada"
    assert sign_up.stored_username(pool(case_sensitive=False), "Ada") == "ada"
    assert sign_up.stored_username(pool(username_attributes=("email",)), EMAIL) is None


@pytest.mark.parametrize(
    ("auto_verified", "attributes", "chosen"),
    [
        (("email", "phone_number"), {"email": EMAIL, "phone_number": PHONE}, "phone_number"),
        (("email", "phone_number"), {"email": EMAIL}, "email"),
        (("email",), {"email": EMAIL, "phone_number": PHONE}, "email"),
        (("email",), {"phone_number": PHONE}, None),
        ((), {"email": EMAIL}, None),
    ],
)
def test_a_number_is_verified_before_an_address(auto_verified, attributes, chosen):
    assert sign_up.attribute_to_verify(pool(auto_verified=auto_verified), attributes) == chosen


def test_who_has_just_signed_up_has_proven_nothing():
    given = {"email": EMAIL, "name": "Ada"}

    assert sign_up.with_flags(given, {}) == {**given, "email_verified": "false"}

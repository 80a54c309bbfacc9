"""Which names a user owns, by the kind of pool (behaviour file, 3.2)."""

import pytest
from msgspec.structs import replace

from poolhouse.directory import aliases, pools
from poolhouse.directory.aliases import Claim
from poolhouse.directory.users import User, UserStatus

EMAIL = {"email": "Ada@example.com", "email_verified": "false"}
PHONE = {"phone_number": "+12065550100", "phone_number_verified": "false"}
PROVEN = {"email_verified": "true", "phone_number_verified": "true"}
NAME = {"preferred_username": "Countess"}
HER_NAME = ("username", "Ada")
HER_EMAIL = ("email", "Ada@example.com")
HER_NUMBER = ("phone_number", "+12065550100")
EVERY_ALIAS = ("email", "phone_number", "preferred_username")


def pool(**settings):
    row = {"pool_id": "us-east-1_Aa", "name": "p", "version": 1, "created_at": 0, "modified_at": 0}
    return replace(pools.from_row(row | {"config": "{}"}, {}), **settings)


def user(status=UserStatus.CONFIRMED, **attributes):
    return User("us-east-1_Aa", "s", "Ada", status, True, attributes, 1, 0, 0, 0)


def owned(settings, person):
    return {(claim.kind, claim.value) for claim in aliases.claims(pool(**settings), person)}


@pytest.mark.parametrize(
    ("settings", "attributes", "names"),
    [
        ({}, EMAIL | PHONE | PROVEN | NAME, set()),
        ({"alias_attributes": EVERY_ALIAS}, {}, set()),
        ({"alias_attributes": EVERY_ALIAS}, EMAIL | PHONE, set()),
        ({"alias_attributes": EVERY_ALIAS}, EMAIL | PHONE | PROVEN, {HER_EMAIL, HER_NUMBER}),
        ({"alias_attributes": EVERY_ALIAS}, PROVEN, set()),
        ({"alias_attributes": ("email",)}, EMAIL | PHONE | PROVEN | NAME, {HER_EMAIL}),
        ({"alias_attributes": EVERY_ALIAS}, NAME, {("username", "Countess")}),
        ({"username_attributes": ("email",)}, EMAIL | PHONE, {HER_EMAIL}),
        ({"username_attributes": ("email", "phone_number")}, EMAIL | PHONE, {HER_EMAIL, HER_NUMBER}),
        ({"username_attributes": ("email",)}, {}, set()),
    ],
)
def test_a_user_owns_the_user_name_and_what_the_pool_lets_users_sign_in_with(settings, attributes, names):
    assert owned(settings, user(**attributes)) == {HER_NAME} | names


@pytest.mark.parametrize("status", list(UserStatus))
def test_a_preferred_name_is_owned_by_everybody_who_can_sign_in_with_it(status):
    names = owned({"alias_attributes": EVERY_ALIAS}, user(status, **NAME))

    cannot = (UserStatus.UNCONFIRMED, UserStatus.EXTERNAL_PROVIDER)
    assert (("username", "Countess") in names) is (status not in cannot)


@pytest.mark.parametrize("settings", [{"alias_attributes": EVERY_ALIAS}, {"username_attributes": ("email",)}])
def test_a_user_of_an_identity_provider_owns_no_address_however_proven(settings):
    everything = EMAIL | PHONE | PROVEN | NAME

    assert owned(settings, user(UserStatus.EXTERNAL_PROVIDER, **everything)) == {HER_NAME}
    assert len(owned(settings, user(UserStatus.CONFIRMED, **everything))) > 1


def test_where_case_does_not_count_every_name_but_a_number_is_owned_in_lower_case():
    settings = {"alias_attributes": EVERY_ALIAS, "case_sensitive": False}

    names = owned(settings, user(**(EMAIL | PHONE | PROVEN | NAME)))

    assert names == {
        ("username", "ada"),
        ("username", "countess"),
        ("email", "ada@example.com"),
        HER_NUMBER,
    }


def test_a_name_that_is_both_of_a_user_is_one_name():
    person = user(preferred_username="Ada")

    assert aliases.claims(pool(alias_attributes=EVERY_ALIAS), person) == {Claim(*HER_NAME): "username"}


def test_search_values_are_in_lower_case_but_for_the_user_name():
    person = user(**(EMAIL | {"name": "Ada LOVELACE", "nickname": "Countess"}))

    assert aliases.search_values(person) == {
        "username": "Ada",
        "email": "ada@example.com",
        "name": "ada lovelace",
    }

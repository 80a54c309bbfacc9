"""The change itself; that it is stored and that codes go out is tested with the operations."""

import pytest
from msgspec.structs import replace

from poolhouse.directory import attribute_change, pools
from poolhouse.directory.attribute_change import moved, plan, proven
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import InvalidParameter


def pool(**config):
    row = {"pool_id": "us-east-1_Aa", "name": "p", "version": 1, "created_at": 0, "modified_at": 0}
    made = pools.from_row(row | {"config": "{}"}, {})
    return replace(made, **config)


def user(**attributes):
    return User("us-east-1_Aa", "s", "ada", UserStatus.CONFIRMED, True, attributes, 1, 0, 0, 0)


VERIFIED = {"email": "a@b.cd", "email_verified": "true"}


def test_other_attributes_are_set_and_a_blank_one_is_deleted():
    change = plan(pool(), user(name="Ada", locale="en"), {"name": "Ada L.", "locale": "", "gender": ""})

    assert change.after.attributes == {"name": "Ada L."}
    assert change.to_prove == {}


@pytest.mark.parametrize(("auto", "to_prove"), [((), {}), (("email",), {"email": "x@y.zz"})])
def test_a_new_address_is_not_a_proven_one(auto, to_prove):
    change = plan(pool(auto_verified=auto), user(**VERIFIED), {"email": "x@y.zz"})

    assert change.after.attributes == {"email": "x@y.zz", "email_verified": "false"}
    assert change.to_prove == to_prove


def test_the_same_address_again_changes_nothing():
    change = plan(pool(auto_verified=("email",)), user(**VERIFIED), {"email": "a@b.cd"})

    assert change.after.attributes == VERIFIED
    assert change.to_prove == {}


def test_a_kept_original_stays_until_the_new_one_is_proven():
    keeps = pool(auto_verified=("email",), keep_original=("email",))

    change = plan(keeps, user(**VERIFIED), {"email": "x@y.zz"})

    assert change.after.attributes == VERIFIED
    assert change.to_prove == {"email": "x@y.zz"}
    after = proven(keeps, change.after, "email", "x@y.zz")
    assert after is not None
    assert after.attributes == {"email": "x@y.zz", "email_verified": "true"}


def test_an_address_that_an_administrator_vouches_for_needs_no_code():
    keeps = pool(auto_verified=("email",), keep_original=("email",))

    change = plan(keeps, user(**VERIFIED), {"email": "x@y.zz", "email_verified": "true"})

    assert change.after.attributes == {"email": "x@y.zz", "email_verified": "true"}
    assert change.to_prove == {}


def test_a_flag_that_comes_with_a_new_address_is_not_about_the_kept_one():
    keeps = pool(auto_verified=("email",), keep_original=("email",))

    change = plan(keeps, user(**VERIFIED), {"email": "x@y.zz", "email_verified": "false"})
    first = plan(keeps, user(), {"email": "x@y.zz", "email_verified": "false"})

    assert change.after.attributes == VERIFIED
    assert first.after.attributes == {}
    assert change.to_prove == first.to_prove == {"email": "x@y.zz"}
    alone = plan(keeps, user(**VERIFIED), {"email_verified": "false"})
    assert alone.after.attributes == VERIFIED | {"email_verified": "false"}


def test_a_new_address_that_is_said_to_be_unproven_needs_a_code():
    change = plan(pool(auto_verified=("email",)), user(), {"email_verified": "false", "email": "x@y.zz"})

    assert change.after.attributes == {"email": "x@y.zz", "email_verified": "false"}
    assert change.to_prove == {"email": "x@y.zz"}


def test_the_flag_alone_can_be_set():
    change = plan(pool(), user(email="a@b.cd"), {"email_verified": "true"})

    assert change.after.attributes == VERIFIED


def test_both_addresses_can_change_at_once():
    both = pool(auto_verified=("email", "phone_number"))

    change = plan(both, user(**VERIFIED), {"phone_number": "+4912", "email": "x@y.zz"})

    assert change.to_prove == {"email": "x@y.zz", "phone_number": "+4912"}


def test_a_deleted_address_takes_its_flag_along():
    change = plan(pool(), user(**VERIFIED, name="Ada"), {"email": ""})

    assert change.after.attributes == {"name": "Ada"}


def test_a_sign_in_name_can_change_but_not_go():
    named = pool(username_attributes=("email",))

    assert plan(named, user(**VERIFIED), {"email": "x@y.zz"}).after.attributes["email"] == "x@y.zz"
    with pytest.raises(InvalidParameter) as caught:
        plan(named, user(**VERIFIED), {"email": ""})
    assert caught.value.message.startswith("user.email: ")
    assert plan(named, user(), {"email": ""}).after.attributes == {}


def test_a_code_for_an_address_that_was_replaced_proves_nothing():
    assert proven(pool(), user(email="new@b.cd"), "email", "old@b.cd") is None
    assert proven(pool(), user(email="new@b.cd"), "email", "new@b.cd") is not None


def test_moved_names_the_addresses_that_differ():
    assert moved(user(email="a@b.cd", phone_number="+49"), user(email="x@y.zz", phone_number="+49")) == [
        "email"
    ]
    assert moved(user(**VERIFIED), user(email="a@b.cd")) == []
    assert moved(user(**VERIFIED), user()) == ["email"]
    assert attribute_change.ADDRESSES == ("email", "phone_number")

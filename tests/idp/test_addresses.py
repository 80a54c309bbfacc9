"""Users who change their address or another name they sign in with (1.5, 3.2, 3.6)."""

import asyncio

import pytest
from tests.idp.ada import ada, signed_in, wrong
from tests.idp.refused import pairs, refusal

from poolhouse.errors import AliasExists

ALREADY_TAKEN = "AliasExistsException: An account with the given email already exists."
MISMATCH = "CodeMismatchException: Invalid verification code provided, please try again."
KEEPS = {
    "AutoVerifiedAttributes": ["email"],
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
}


async def test_a_changed_address_is_unverified_and_gets_a_code_where_the_pool_verifies(world):
    settings = {"AutoVerifiedAttributes": ["email"]}
    user = await ada(world, settings, email="ada@example.com", email_verified="true")

    sent = await user.update(email="new@company.org", phone_number="+493012345")

    assert sent == [{"Destination": "n***@c***", "DeliveryMedium": "EMAIL", "AttributeName": "email"}]
    assert await user.shown() == {
        "email": "new@company.org",
        "email_verified": "false",
        "phone_number": "+493012345",
        "phone_number_verified": "false",
    }
    [message] = await world.inbox(user.pool)
    assert (message.to, message.purpose) == ("new@company.org", "UpdateUserAttribute")
    await user.verify(message.code)
    assert (await user.shown())["email_verified"] == "true"


async def test_both_addresses_get_a_code_each(world):
    settings = {
        "AutoVerifiedAttributes": ["email", "phone_number"],
        "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"},
    }
    user = await ada(world, settings)

    sent = await user.update(email="new@company.org", phone_number="+493012345")

    assert [details["AttributeName"] for details in sent] == ["email", "phone_number"]
    by_medium = {message.medium: message.code for message in await world.inbox(user.pool)}
    await user.verify(by_medium["SMS"], "phone_number")
    await user.verify(by_medium["EMAIL"])
    shown = await user.shown()
    assert (shown["email_verified"], shown["phone_number_verified"]) == ("true", "true")


async def test_the_same_address_again_sends_nothing_and_stays_verified(world):
    settings = {"AutoVerifiedAttributes": ["email"]}
    user = await ada(world, settings, email="ada@example.com", email_verified="true")

    assert await user.update(email="ada@example.com", locale="en") == []
    assert (await user.shown())["email_verified"] == "true"
    assert await world.inbox(user.pool) == []


async def test_a_kept_original_stays_until_the_new_address_is_verified(world):
    user = await ada(world, KEEPS, email="ada@example.com", email_verified="true")
    original = {"email": "ada@example.com", "email_verified": "true"}

    sent = await user.update(email="new@company.org")

    assert sent[0]["Destination"] == "n***@c***"
    assert await user.shown() == original
    assert (await world.inbox(user.pool))[0].to == "new@company.org"
    assert await user.verify_refused(wrong(await user.code())) == MISMATCH
    assert await user.shown() == original
    await user.verify(await user.code())
    assert await user.shown() == {"email": "new@company.org", "email_verified": "true"}


async def test_behind_a_kept_original_the_latest_new_address_wins_and_can_be_sent_again(world):
    user = await ada(world, KEEPS, email="ada@example.com", email_verified="true")
    await user.update(email="first@company.org")
    first = await user.code()
    await user.update(email="second@company.org")

    details = await user.call("GetUserAttributeVerificationCode", AttributeName="email")

    assert details["CodeDeliveryDetails"]["Destination"] == "s***@c***"
    assert await user.verify_refused(first) == MISMATCH
    await user.verify(await user.code())
    assert (await user.shown())["email"] == "second@company.org"


async def test_behind_a_kept_original_a_sign_in_name_of_somebody_else_is_refused_at_once(world):
    settings = KEEPS | {"UsernameAttributes": ["email"]}
    user = await ada(world, settings, name="ada@example.com")
    await world.user(user.pool, "bob@example.com")

    refused = await user.refused("UpdateUserAttributes", UserAttributes=pairs(email="bob@example.com"))
    assert refused == ALREADY_TAKEN
    assert await world.inbox(user.pool) == []
    assert len(await user.update(email="free@example.com")) == 1


async def test_of_two_users_who_verify_one_kept_address_one_gets_it(world):
    settings = KEEPS | {"UsernameAttributes": ["email"]}
    one = await ada(world, settings, name="ada@example.com")
    two = await signed_in(world, one.pool, "bob@example.com")
    await one.update(email="same@example.com")
    first = await one.code()
    await two.update(email="same@example.com")

    results = await asyncio.gather(one.verify(first), two.verify(await one.code()), return_exceptions=True)

    assert sorted(type(result) for result in results if result) == [AliasExists]
    owners = [user for user in (one, two) if (await user.shown())["email"] == "same@example.com"]
    assert len(owners) == 1


# Names


async def test_an_unverified_alias_is_free_and_verifying_one_that_is_taken_is_refused(world):
    settings = {"AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email"]}
    user = await ada(world, settings)
    await world.user(user.pool, "bob", email="bob@example.com", email_verified="true")

    await user.update(email="bob@example.com")
    assert await user.verify_refused(await user.code()) == ALREADY_TAKEN
    assert (await user.shown())["email_verified"] == "false"
    await user.update(email="ada@example.com")
    await user.verify(await user.code())
    found = await world.call("AdminGetUser", UserPoolId=user.pool, Username="ada@example.com")
    assert found["Username"] == "ada"


async def test_an_alias_stops_to_work_when_the_address_changes(world):
    settings = {"AliasAttributes": ["email"], "AutoVerifiedAttributes": ["email"]}
    user = await ada(world, settings, email="ada@example.com", email_verified="true")

    await user.update(email="new@example.com")

    for name in ("ada@example.com", "new@example.com"):
        answer = await refusal(world, "AdminGetUser", UserPoolId=user.pool, Username=name)
        assert answer == "UserNotFoundException: User does not exist."
    await user.verify(await user.code())
    assert await world.call("AdminGetUser", UserPoolId=user.pool, Username="new@example.com")


@pytest.mark.parametrize(("case_sensitive", "taken"), [(True, False), (False, True)])
async def test_preferred_user_names_are_owned_by_one_user_with_or_without_case(world, case_sensitive, taken):
    settings = {
        "AliasAttributes": ["preferred_username"],
        "UsernameConfiguration": {"CaseSensitive": case_sensitive},
    }
    user = await ada(world, settings)
    await world.user(user.pool, "bob", preferred_username="Countess")

    exact = await user.update_refused(preferred_username="Countess")
    text = "AliasExistsException: An account with the given preferred_username already exists."
    assert exact == text
    if taken:
        assert await user.update_refused(preferred_username="COUNTESS") == text
    else:
        assert await user.update(preferred_username="COUNTESS") == []


async def test_a_sign_in_address_changes_to_another_but_cannot_be_removed(world):
    user = await ada(world, {"UsernameAttributes": ["email"]}, name="ada@example.com")
    await world.user(user.pool, "bob@example.com")
    app = await world.client(user.pool)

    async def refused(name, **request):
        return await user.refused(name, **request)

    taken = await refused("UpdateUserAttributes", UserAttributes=pairs(email="bob@example.com"))
    assert taken == ALREADY_TAKEN
    lost = await refused("UpdateUserAttributes", UserAttributes=pairs(email=""))
    assert lost.startswith("InvalidParameterException: user.email: ")
    lost = await refused("DeleteUserAttributes", UserAttributeNames=["email"])
    assert lost.startswith("InvalidParameterException: user.email: ")
    assert await world.tokens(app, "ada@example.com")
    await user.update(email="new@example.com")
    assert await world.tokens(app, "new@example.com")
    gone = {"USERNAME": "ada@example.com", "PASSWORD": "P2$Sword"}
    answer = await refusal(
        world, "InitiateAuth", ClientId=app["ClientId"], AuthFlow="USER_PASSWORD_AUTH", AuthParameters=gone
    )
    assert answer.startswith(("UserNotFoundException", "NotAuthorizedException"))


async def test_of_many_users_who_want_one_address_one_gets_it(world):
    users = [await ada(world, {"UsernameAttributes": ["email"]}, name="u0@example.com")]
    users += [await signed_in(world, users[0].pool, f"u{n}@example.com") for n in range(1, 4)]

    results = await asyncio.gather(
        *(user.update(email="one@example.com") for user in users), return_exceptions=True
    )

    assert [type(result) for result in results].count(AliasExists) == 3
    shown = [(await user.shown())["email"] for user in users]
    assert shown.count("one@example.com") == 1


INSENSITIVE = {
    "AliasAttributes": ["preferred_username", "email"],
    "UsernameConfiguration": {"CaseSensitive": False},
}


async def test_a_kelvin_sign_is_a_k_where_case_does_not_count(world):
    user = await ada(world, INSENSITIVE)
    await world.user(
        user.pool, "kim", preferred_username="mike", email="k@example.com", email_verified="true"
    )

    for name in ("\u212aim", "mi\u212ae"):
        refused = await user.update_refused(preferred_username=name)
        assert refused == "AliasExistsException: An account with the given preferred_username already exists."
    taken = {"UserPoolId": user.pool, "Username": "ada"}
    pairs_of_kim = pairs(email="\u212a@example.com", email_verified="true")
    assert (
        await refusal(world, "AdminUpdateUserAttributes", UserAttributes=pairs_of_kim, **taken)
        == ALREADY_TAKEN
    )
    found = await world.call("AdminGetUser", UserPoolId=user.pool, Username="\u212a@EXAMPLE.com")
    assert found["Username"] == "kim"
    await user.update(preferred_username="\u212aimberley")


async def test_a_long_s_is_no_s_and_finds_nobody_elses_user(world):
    user = await ada(world, INSENSITIVE)
    await world.user(user.pool, "sam")

    await user.update(preferred_username="\u017fam")

    found = [
        (await world.call("AdminGetUser", UserPoolId=user.pool, Username=name))["Username"]
        for name in ("sam", "SAM", "\u017fam")
    ]
    assert found == ["sam", "sam", "ada"]

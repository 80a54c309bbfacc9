"""PreSignUp and PostConfirmation where users sign up, are invited, confirm (behaviour file, 1.1, 5.2)."""

from typing import Any

import pytest
from tests.functions import Event, answering, untouched
from tests.world import PASSWORD, World

from poolhouse.errors import ApiError, FunctionFailed, InvocationTimeout

MAIL = "ada@example.com"
PHONE = "+15555550100"


async def stage(world: World, function: Any = untouched, **settings: Any) -> tuple[str, dict[str, Any]]:
    world.functions.update(PreSignUp=function, PostConfirmation=untouched)
    usual = {"AutoVerifiedAttributes": ["email"], "LambdaConfig": world.triggers()}
    pool = await world.pool(**(usual | settings))
    return pool, await world.client(pool)


async def sign_up(world: World, client: dict[str, Any], name: str = "ada", **attributes: str) -> Any:
    listed = [{"Name": key, "Value": value} for key, value in ({"email": MAIL} | attributes).items()]
    return await world.call(
        "SignUp", ClientId=client["ClientId"], Username=name, Password=PASSWORD, UserAttributes=listed
    )


async def user(world: World, pool: str, name: str = "ada") -> dict[str, Any]:
    found = await world.call("AdminGetUser", UserPoolId=pool, Username=name)
    attributes = {a["Name"]: a["Value"] for a in found["UserAttributes"]}
    return attributes | {"status": found["UserStatus"], "username": found["Username"]}


def sources(world: World) -> list[str]:
    return [event["triggerSource"] for event in world.fired]


async def test_a_function_that_says_nothing_changes_nothing(world):
    pool, client = await stage(world)

    made = await sign_up(world, client)

    assert made["UserConfirmed"] is False
    assert made["CodeDeliveryDetails"]["AttributeName"] == "email"
    assert (await user(world, pool))["email_verified"] == "false"
    assert sources(world) == ["PreSignUp_SignUp"]


async def test_a_function_may_confirm_the_user_who_then_gets_no_code(world):  # [K]
    pool, client = await stage(world, answering(autoConfirmUser=True))

    made = await sign_up(world, client)

    assert (made["UserConfirmed"], "CodeDeliveryDetails" in made) == (True, False)
    assert await world.inbox(pool) == []
    found = await user(world, pool)
    assert (found["status"], found["email_verified"]) == ("CONFIRMED", "false")
    assert sources(world) == ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]
    assert await world.tokens(client)


async def test_a_function_may_vouch_for_addresses(world):
    pool, client = await stage(
        world, answering(autoConfirmUser=True, autoVerifyEmail=True, autoVerifyPhone=True)
    )

    await sign_up(world, client, phone_number=PHONE)

    found = await user(world, pool)
    assert (found["email_verified"], found["phone_number_verified"]) == ("true", "true")
    confirmed = world.fired[-1]["request"]["userAttributes"]
    assert (confirmed["email_verified"], confirmed["cognito:user_status"]) == ("true", "CONFIRMED")


async def test_a_vouched_address_moves_the_alias_here(world):
    pool, client = await stage(world, AliasAttributes=["email"])
    await world.user(pool, "bob", email=MAIL, email_verified="true")
    world.functions["PreSignUp"] = answering(autoVerifyEmail=True)

    await sign_up(world, client)

    assert (await user(world, pool, MAIL))["username"] == "ada"
    assert (await user(world, pool, "bob"))["email_verified"] == "false"


async def test_without_a_vouched_address_the_alias_stays_where_it_is(world):
    pool, client = await stage(world, answering(autoConfirmUser=True), AliasAttributes=["email"])
    await world.user(pool, "bob", email=MAIL, email_verified="true")

    await sign_up(world, client)

    assert (await user(world, pool, MAIL))["username"] == "bob"


async def test_of_invited_users_the_function_confirms_nothing(world):
    pool, _ = await stage(world, answering(autoConfirmUser=True, autoVerifyEmail=True, autoVerifyPhone=True))

    await world.call(
        "AdminCreateUser",
        UserPoolId=pool,
        Username="ada",
        UserAttributes=[{"Name": "email", "Value": MAIL}],
        DesiredDeliveryMediums=["EMAIL"],
    )

    found = await user(world, pool)
    assert found["status"] == "FORCE_CHANGE_PASSWORD"
    assert "email_verified" not in found
    assert sources(world) == ["PreSignUp_AdminCreateUser"]


async def test_an_invitation_that_is_sent_again_asks_nobody(world):
    pool, _ = await stage(world)
    invitation = {"UserPoolId": pool, "Username": "ada", "DesiredDeliveryMediums": ["EMAIL"]}
    await world.call("AdminCreateUser", **invitation)

    await world.call("AdminCreateUser", **invitation, MessageAction="RESEND")

    assert len(world.fired) == 1


async def test_a_sign_up_that_is_refused_leaves_the_name_free(world):
    def refuses(event: Event) -> Event:
        raise FunctionFailed("Error", "No more of you")

    pool, client = await stage(world, refuses)

    with pytest.raises(ApiError) as refusal:
        await sign_up(world, client)

    assert refusal.value.message == "PreSignUp failed with error No more of you."
    assert (await world.call("ListUsers", UserPoolId=pool))["Users"] == []
    world.functions["PreSignUp"] = untouched
    assert await sign_up(world, client)


async def test_a_sign_up_that_breaks_a_rule_asks_nobody(world):
    _, client = await stage(world)

    with pytest.raises(ApiError, match="Password did not conform"):
        await world.call("SignUp", ClientId=client["ClientId"], Username="ada", Password="short1")

    assert world.fired == []
    await sign_up(world, client)
    assert len(world.fired) == 1


async def test_what_is_asked_for_in_vain_three_times_was_asked_three_times(world):
    answers = [InvocationTimeout(), InvocationTimeout(), None]

    def late(event: Event) -> Event:
        error = answers.pop(0)
        if error:
            raise error
        return event

    _, client = await stage(world, late)

    await sign_up(world, client)

    assert sources(world) == ["PreSignUp_SignUp"] * 3

import pytest
from tests.idp.people import EMAIL, can_sign_in, confirmed, refusal, sign_up, stored


@pytest.fixture
async def pool(world):
    return await world.pool(AutoVerifiedAttributes=["email"])


@pytest.fixture
async def client(world, pool):
    return await world.client(pool)


@pytest.fixture
async def alias_pool(world):
    return await world.pool(AliasAttributes=["email", "preferred_username"], AutoVerifiedAttributes=["email"])


async def test_an_administrator_confirms_without_verifying(world, pool, client):
    await sign_up(world, client, email=EMAIL)

    answer = await world.call("AdminConfirmSignUp", UserPoolId=pool, Username="ada")

    user = await stored(world, pool)
    assert answer == {}
    assert (user.status, user.attributes["email_verified"]) == ("CONFIRMED", "false")
    assert await can_sign_in(world, client)


async def test_an_administrator_may_name_a_user_by_sub(world, pool, client):
    sub = (await sign_up(world, client))["UserSub"]

    await world.call("AdminConfirmSignUp", UserPoolId=pool, Username=sub)

    assert (await stored(world, pool)).status == "CONFIRMED"


@pytest.mark.parametrize("status", ["CONFIRMED", "FORCE_CHANGE_PASSWORD"])
async def test_an_administrator_confirms_only_who_is_unconfirmed(world, pool, status):
    if status == "CONFIRMED":
        await world.user(pool)
    else:
        await world.call("AdminCreateUser", UserPoolId=pool, Username="ada")

    refused = await refusal(world, "AdminConfirmSignUp", UserPoolId=pool, Username="ada")

    assert refused == ("NotAuthorizedException", f"User cannot be confirmed. Current status is {status}")


async def test_an_administrator_is_told_that_a_user_does_not_exist(world, pool):
    refused = await refusal(world, "AdminConfirmSignUp", UserPoolId=pool, Username="nobody")

    assert refused == ("UserNotFoundException", "User does not exist.")


async def test_an_administrator_cannot_give_away_a_preferred_name(world, alias_pool):
    client = await world.client(alias_pool)
    await confirmed(world, alias_pool, client, "ada", email=EMAIL, preferred_username="countess")
    await sign_up(world, client, "eve", preferred_username="countess")

    refused = await refusal(world, "AdminConfirmSignUp", UserPoolId=alias_pool, Username="eve")

    assert refused == (
        "InvalidParameterException",
        "An account with the given preferred_username already exists.",
    )
    assert (await stored(world, alias_pool, "eve")).status == "UNCONFIRMED"

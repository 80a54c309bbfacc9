"""A preferred user name is a user name: nobody else can have it as theirs."""

import pytest
from tests.world import PASSWORD, World

from poolhouse.errors import AliasExists, UsernameExists


async def pool_with_alias(world: World) -> tuple[str, dict[str, str]]:
    pool = await world.pool(AliasAttributes=["preferred_username"])
    return pool, await world.client(pool)


async def test_nobody_signs_up_under_somebodys_preferred_user_name(world: World) -> None:
    pool, client = await pool_with_alias(world)
    await world.user(pool, "ada", preferred_username="countess")

    with pytest.raises(UsernameExists):
        await world.call("SignUp", ClientId=client["ClientId"], Username="countess", Password=PASSWORD)

    await world.call("SignUp", ClientId=client["ClientId"], Username="duchess", Password=PASSWORD)


async def test_nobody_prefers_the_user_name_of_somebody_else(world: World) -> None:
    pool, client = await pool_with_alias(world)
    await world.user(pool, "ada")
    await world.user(pool, "grace")
    token = (await world.tokens(client, "grace"))["AccessToken"]

    with pytest.raises(AliasExists, match="preferred_username"):
        await world.call(
            "UpdateUserAttributes",
            AccessToken=token,
            UserAttributes=[{"Name": "preferred_username", "Value": "ada"}],
        )

    await world.call(
        "UpdateUserAttributes",
        AccessToken=token,
        UserAttributes=[{"Name": "preferred_username", "Value": "grace"}],
    )


async def test_a_preferred_user_name_that_was_given_up_is_free_again(world: World) -> None:
    pool, client = await pool_with_alias(world)
    await world.user(pool, "ada", preferred_username="countess")

    await world.call(
        "AdminUpdateUserAttributes",
        UserPoolId=pool,
        Username="countess",
        UserAttributes=[{"Name": "preferred_username", "Value": "ada"}],
    )

    await world.call("SignUp", ClientId=client["ClientId"], Username="countess", Password=PASSWORD)
    assert (await world.call("AdminGetUser", UserPoolId=pool, Username="ada"))["Username"] == "ada"

"""Whom administrators mean by a sub: its owner, whatever aliases others give themselves."""

from tests.world import World


async def sub_of(world: World, pool: str, name: str) -> str:
    found = await world.call("AdminGetUser", UserPoolId=pool, Username=name)
    return next(entry["Value"] for entry in found["UserAttributes"] if entry["Name"] == "sub")


async def test_an_alias_that_is_the_sub_of_somebody_else_is_not_taken_for_them(world: World) -> None:
    pool = await world.pool(AliasAttributes=["preferred_username"])
    await world.user(pool, "ada")
    sub = await sub_of(world, pool, "ada")
    await world.user(pool, "mallory", preferred_username=sub)

    await world.call("AdminDisableUser", UserPoolId=pool, Username=sub)

    assert (await world.call("AdminGetUser", UserPoolId=pool, Username=sub))["Username"] == "ada"
    assert not (await world.call("AdminGetUser", UserPoolId=pool, Username="ada"))["Enabled"]
    assert (await world.call("AdminGetUser", UserPoolId=pool, Username="mallory"))["Enabled"]


async def test_a_name_that_has_the_form_of_a_sub_is_found_by_that_name(world: World) -> None:
    pool = await world.pool()
    name = "00000000-0000-4000-8000-000000000000"
    await world.user(pool, name)

    assert (await world.call("AdminGetUser", UserPoolId=pool, Username=name))["Username"] == name

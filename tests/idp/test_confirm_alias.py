import asyncio

import pytest
from tests.idp.people import (
    EMAIL,
    can_sign_in,
    confirm,
    confirmed,
    forgot,
    listed,
    refusal,
    reset,
    reset_of,
    sign_up,
    stored,
)

from poolhouse.errors import AliasExists


@pytest.fixture
async def alias_pool(world):
    return await world.pool(AliasAttributes=["email", "preferred_username"], AutoVerifiedAttributes=["email"])


async def test_a_verified_alias_signs_in(world, alias_pool):
    client = await world.client(alias_pool)
    await sign_up(world, client, email=EMAIL)
    assert not await can_sign_in(world, client, EMAIL)

    await confirm(world, client, await world.code(alias_pool))

    assert await can_sign_in(world, client, EMAIL)


async def test_an_alias_of_somebody_else_is_refused_and_the_code_stays_good(world, alias_pool):
    client = await world.client(alias_pool)
    await confirmed(world, alias_pool, client, "ada", email=EMAIL)
    await sign_up(world, client, "eve", email=EMAIL)
    code = await world.code(alias_pool)

    refused = await refusal(
        world, "ConfirmSignUp", ClientId=client["ClientId"], Username="eve", ConfirmationCode=code
    )

    assert refused == ("AliasExistsException", "An account with the email already exists.")
    assert (await stored(world, alias_pool, "eve")).status == "UNCONFIRMED"
    assert (await stored(world, alias_pool, EMAIL)).username == "ada"
    assert await confirm(world, client, code, "eve", ForceAliasCreation=True) == {}


async def test_an_alias_can_be_taken_over_by_whoever_proves_it(world, alias_pool):
    client = await world.client(alias_pool)
    await confirmed(world, alias_pool, client, "ada", email=EMAIL)
    await sign_up(world, client, "eve", email=EMAIL)

    await confirm(world, client, await world.code(alias_pool), "eve", ForceAliasCreation=True)

    assert (await stored(world, alias_pool, EMAIL)).username == "eve"
    before = await stored(world, alias_pool, "ada")
    assert (before.attributes["email"], before.attributes["email_verified"]) == (EMAIL, "false")
    assert await can_sign_in(world, client, "ada")


async def test_a_preferred_name_of_somebody_else_is_never_taken_over(world, alias_pool):
    client = await world.client(alias_pool)
    await confirmed(world, alias_pool, client, "ada", email=EMAIL, preferred_username="countess")
    await sign_up(world, client, "eve", email="eve@example.com", preferred_username="countess")

    with pytest.raises(AliasExists, match="An account with the preferred_username already exists"):
        await confirm(world, client, await world.code(alias_pool), "eve", ForceAliasCreation=True)
    assert (await stored(world, alias_pool, "countess")).username == "ada"
    await world.call(
        "AdminUpdateUserAttributes",
        UserPoolId=alias_pool,
        Username="eve",
        UserAttributes=listed(preferred_username="duchess"),
    )
    await confirm(world, client, await world.code(alias_pool), "eve")
    assert (await stored(world, alias_pool, "duchess")).username == "eve"


async def test_of_twenty_who_verify_one_alias_at_once_one_has_it(world, alias_pool):
    client = await world.client(alias_pool)
    names = [f"user{number}" for number in range(20)]
    codes = {}
    for name in names:
        await sign_up(world, client, name, email=EMAIL)
        codes[name] = await world.code(alias_pool)

    results = await asyncio.gather(
        *(confirm(world, client, codes[name], name) for name in names), return_exceptions=True
    )

    assert results.count({}) == 1
    assert sum(isinstance(result, AliasExists) for result in results) == 19
    owner = await stored(world, alias_pool, EMAIL)
    assert owner.username == names[results.index({})]


async def test_however_many_take_an_alias_over_at_once_it_has_one_owner_who_has_proven_it(world, alias_pool):
    client = await world.client(alias_pool)
    names = [f"user{number}" for number in range(10)]
    codes = {}
    for name in names:
        await sign_up(world, client, name, email=EMAIL)
        codes[name] = await world.code(alias_pool)

    results = await asyncio.gather(
        *(confirm(world, client, codes[name], name, ForceAliasCreation=True) for name in names)
    )

    assert results == [{}] * 10
    proven = [name for name in names if (await stored(world, alias_pool, name)).verified("email")]
    assert [(await stored(world, alias_pool, EMAIL)).username] == proven


async def test_a_code_that_went_to_an_alias_which_is_somebody_elses_now_resets_nothing(world, alias_pool):
    client = await world.client(alias_pool)
    await confirmed(world, alias_pool, client, "ada", email=EMAIL)
    await forgot(world, client)
    code = await world.code(alias_pool)
    await sign_up(world, client, "eve", email=EMAIL)
    await confirm(world, client, await world.code(alias_pool), "eve", ForceAliasCreation=True)

    refused = await refusal(world, "ConfirmForgotPassword", **reset_of(client, code))

    assert refused == ("InvalidParameterException", "An account with the given email already exists.")
    assert await can_sign_in(world, client, "ada")
    assert (await stored(world, alias_pool, EMAIL)).username == "eve"
    await forgot(world, client, "eve")
    assert await reset(world, client, await world.code(alias_pool), name="eve") == {}

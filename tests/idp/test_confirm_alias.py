import asyncio

import pytest
from tests.idp.people import EMAIL, can_sign_in, confirm, confirmed, refusal, sign_up, stored

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

"""A preferred user name is nobody's address: names are found first, and nobody proves a preferred one."""

import pytest
from tests.idp.ada import ada
from tests.idp.people import EMAIL, PHONE, confirmed, listed, refusal, request_of, sign_up, stored

ALIASES = {"AliasAttributes": ["email", "phone_number", "preferred_username"]}
ADDRESSES = [("email", EMAIL), ("phone_number", PHONE)]


def words(kind):
    return f"user.preferred_username: Attribute cannot be the value of another alias, {kind}.\n"


@pytest.mark.parametrize(("kind", "address"), ADDRESSES)
async def test_nobody_prefers_what_could_be_the_address_of_somebody_else(world, kind, address):
    eve = await ada(world, ALIASES, name="ada")
    await world.user(eve.pool, "victim", **{kind: address, f"{kind}_verified": "true"})

    refused = await eve.update_refused(preferred_username=address)

    assert refused == f"InvalidParameterException: {words(kind)}"
    assert (await stored(world, eve.pool, address)).username == "victim"
    await eve.update(preferred_username="countess")
    assert (await stored(world, eve.pool, "countess")).username == "ada"


@pytest.mark.parametrize(("kind", "address"), ADDRESSES)
async def test_nobody_signs_up_with_such_a_preferred_name(world, kind, address):
    client = await world.client(await world.pool(**ALIASES))
    attributes = listed(preferred_username=address)

    refused = await refusal(world, "SignUp", **request_of(client, UserAttributes=attributes))

    assert refused == ("InvalidParameterException", words(kind))
    assert "UserSub" in await sign_up(world, client, preferred_username="countess")


@pytest.mark.parametrize("operation", ["AdminCreateUser", "AdminUpdateUserAttributes"])
async def test_no_administrator_gives_such_a_preferred_name(world, operation):
    pool = await world.pool(**ALIASES)
    await world.user(pool, "ada")
    name = "bob" if operation == "AdminCreateUser" else "ada"
    request = {"UserPoolId": pool, "Username": name}

    refused = await refusal(world, operation, **request, UserAttributes=listed(preferred_username=EMAIL))

    assert refused == ("InvalidParameterException", words("email"))
    await world.call(operation, **request, UserAttributes=listed(preferred_username="countess"))
    assert (await stored(world, pool, "countess")).username == name


@pytest.mark.parametrize(
    "aliases", [["preferred_username"], ["preferred_username", "phone_number"], ["email"], []]
)
async def test_an_address_may_be_preferred_where_only_one_of_the_two_is_an_alias(world, aliases):
    pool = await world.pool(**({"AliasAttributes": aliases} if aliases else {}))

    await world.user(pool, "ada", preferred_username=EMAIL)

    assert (await stored(world, pool)).attributes["preferred_username"] == EMAIL


async def test_a_preferred_name_is_good_from_the_confirmation_on(world):
    pool = await world.pool(AliasAttributes=["preferred_username"], AutoVerifiedAttributes=["email"])
    client = await world.client(pool)
    await sign_up(world, client, "eve", preferred_username="countess")

    await confirmed(world, pool, client, "ada", email=EMAIL, preferred_username="countess")

    assert (await stored(world, pool, "countess")).username == "ada"

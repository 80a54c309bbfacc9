import pytest
from tests.idp.people import EMAIL, PHONE, can_sign_in, forgot, listed, refusal, request_of, sign_up, stored

from poolhouse.errors import UsernameExists


@pytest.fixture
async def pool(world):
    return await world.pool(AutoVerifiedAttributes=["email"])


@pytest.fixture
async def client(world, pool):
    return await world.client(pool)


async def test_an_address_as_user_name_fills_the_attribute_and_a_uuid_is_the_name(world):
    pool = await world.pool(UsernameAttributes=["email"], AutoVerifiedAttributes=["email"])
    client = await world.client(pool)

    answer = await sign_up(world, client, EMAIL)

    user = await stored(world, pool, EMAIL)
    assert user.username == user.sub == answer["UserSub"]
    assert user.attributes == {"email": EMAIL, "email_verified": "false"}
    assert answer["CodeDeliveryDetails"]["Destination"] == "a***@e***"


@pytest.mark.parametrize(
    ("kinds", "message"),
    [
        (["email"], "Username should be an email."),
        (["phone_number"], "Username should be a phone number."),
        (["email", "phone_number"], "Username should be either an email or a phone number."),
    ],
)
async def test_where_addresses_are_user_names_nothing_else_is(world, kinds, message):
    client = await world.client(await world.pool(UsernameAttributes=kinds))

    refused = await refusal(world, "SignUp", **request_of(client))

    assert refused == ("InvalidParameterException", message)
    assert "UserSub" in await sign_up(world, client, EMAIL if "email" in kinds else PHONE)


@pytest.mark.parametrize(("kind", "name"), [("email", EMAIL), ("phone_number", PHONE)])
async def test_an_address_is_one_user_name_verified_or_not(world, kind, name):
    client = await world.client(await world.pool(UsernameAttributes=["email", "phone_number"]))
    await sign_up(world, client, name)

    refused = await refusal(world, "SignUp", **request_of(client, name))

    assert refused == ("UsernameExistsException", f"An account with the given {kind} already exists.")


async def test_an_address_that_is_somebodys_user_name_is_not_to_be_had_as_an_attribute(world):
    client = await world.client(await world.pool(UsernameAttributes=["email", "phone_number"]))
    await sign_up(world, client, EMAIL)

    refused = await refusal(world, "SignUp", **request_of(client, PHONE, UserAttributes=listed(email=EMAIL)))

    assert refused == ("UsernameExistsException", "An account with the given email already exists.")


@pytest.mark.parametrize("case_sensitive", [True, False])
async def test_case_of_an_address_counts_only_in_a_case_sensitive_pool(world, case_sensitive):
    pool = await world.pool(
        UsernameAttributes=["email"], UsernameConfiguration={"CaseSensitive": case_sensitive}
    )
    client = await world.client(pool)
    await sign_up(world, client, EMAIL)

    try:
        await sign_up(world, client, EMAIL.upper())
        distinct = True
    except UsernameExists:
        distinct = False

    assert distinct is case_sensitive


async def test_user_name_and_attribute_must_agree(world):
    client = await world.client(await world.pool(UsernameAttributes=["email"]))
    other = listed(email="eve@example.com")

    refused = await refusal(world, "SignUp", **request_of(client, EMAIL, UserAttributes=other))

    assert refused == ("InvalidParameterException", "Username and the attribute email are not the same.")
    assert "UserSub" in await sign_up(world, client, EMAIL, email=EMAIL)


async def test_what_the_user_name_fills_in_needs_no_permission_and_satisfies_the_schema(world):
    pool = await world.pool(UsernameAttributes=["email"])
    client = await world.client(pool, WriteAttributes=["nickname"])

    await sign_up(world, client, EMAIL, nickname="Countess")

    assert (await stored(world, pool, EMAIL)).attributes["email"] == EMAIL


async def test_a_duplicate_alias_does_not_fail_before_it_is_verified(world):
    client = await world.client(await world.pool(AliasAttributes=["email"], AutoVerifiedAttributes=["email"]))
    await sign_up(world, client, "ada", email=EMAIL)

    assert "UserSub" in await sign_up(world, client, "eve", email=EMAIL)


@pytest.mark.parametrize(
    ("alias", "name", "message"),
    [
        (
            "email",
            EMAIL,
            "Username cannot be of email format, since user pool is configured for email alias.",
        ),
        (
            "phone_number",
            PHONE,
            "Username cannot be of phone number format, "
            "since user pool is configured for phone number alias.",
        ),
    ],
)
async def test_what_could_be_an_alias_is_no_user_name(world, alias, name, message):
    client = await world.client(await world.pool(AliasAttributes=[alias]))

    refused = await refusal(world, "SignUp", **request_of(client, name))

    assert refused == ("InvalidParameterException", message)
    assert "UserSub" in await sign_up(world, client, "ada")


async def test_an_address_may_be_a_user_name_where_it_is_no_alias(world, client):
    assert "UserSub" in await sign_up(world, client, EMAIL)


async def test_a_name_that_only_looks_like_another_is_that_one_or_nobodys_and_gets_no_mail(world):
    """U+212A is a k in lower case: such a name finds the user, but the code goes where it always goes."""
    pool = await world.pool(UsernameAttributes=["email"], UsernameConfiguration={"CaseSensitive": False})
    client = await world.client(pool)
    await world.user(pool, "kim@example.com", email_verified="true")
    alike = "\N{KELVIN SIGN}im@example.com"

    refused = await refusal(world, "SignUp", **request_of(client, alike))
    await forgot(world, client, alike)

    assert refused == ("UsernameExistsException", "An account with the given email already exists.")
    assert [message.to for message in await world.inbox(pool)] == ["kim@example.com"]
    assert "UserSub" in await sign_up(world, client, "tim@example.com")


async def test_an_address_signs_in_verified_or_not_and_so_does_the_uuid(world):
    pool = await world.pool(UsernameAttributes=["email"])
    client = await world.client(pool)
    sub = (await sign_up(world, client, EMAIL))["UserSub"]
    await world.call("AdminConfirmSignUp", UserPoolId=pool, Username=EMAIL)

    assert await can_sign_in(world, client, EMAIL)
    assert await can_sign_in(world, client, sub)
    assert not (await stored(world, pool, EMAIL)).verified("email")

"""Users without a password: how they come about and get one later, and their factors (1.1, 1.4, 1.5)."""

import pytest
from tests.auth.choosing import EMAIL, PHONE, a_client, a_pool, ada, answer, begin, without_password
from tests.idp.people import HIDING, can_sign_in, forgot, stored
from tests.world import PASSWORD, World, close_world, open_world

from poolhouse.directory.users import UserStatus
from poolhouse.errors import ResetNotPossible, UserNotConfirmed


async def invited(world: World, pool: str, **members: object) -> str:
    """The body of the mail that AdminCreateUser sends to Ada, who has a verified address."""
    listed = [{"Name": "email", "Value": EMAIL}, {"Name": "email_verified", "Value": "true"}]
    request = {"UserPoolId": pool, "Username": "ada", "UserAttributes": listed}
    await world.call("AdminCreateUser", DesiredDeliveryMediums=["EMAIL"], **request, **members)
    return str((await world.inbox(pool))[-1].body)


async def test_an_administrator_makes_a_confirmed_user_without_a_password(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")

    made = await without_password(world, pool)

    assert made["UserStatus"] == "CONFIRMED"  # gotcha 33
    assert (await stored(world, pool)).credential is None


@pytest.mark.parametrize(
    ("factors", "attributes"),
    [
        ((), {"email": EMAIL, "email_verified": "true"}),
        (("EMAIL_OTP",), {"email": EMAIL}),
        (("SMS_OTP",), {"email": EMAIL, "email_verified": "true"}),
        (("WEB_AUTHN",), {"email": EMAIL, "email_verified": "true"}),
    ],
)
async def test_who_could_not_sign_in_without_a_password_gets_a_temporary_one(
    world: World, factors: tuple[str, ...], attributes: dict[str, str]
) -> None:
    pool = await a_pool(world, *factors)

    made = await without_password(world, pool, **attributes)

    assert made["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    assert (await stored(world, pool)).credential is not None


async def test_a_temporary_password_that_is_given_is_the_users(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")

    body = await invited(world, pool, TemporaryPassword=PASSWORD)

    assert body == f"Your username is ada and temporary password is {PASSWORD}. "
    assert (await stored(world, pool)).status is UserStatus.FORCE_CHANGE_PASSWORD


async def test_where_nothing_delivers_codes_a_user_gets_a_password(tmp_path) -> None:
    world = await open_world(tmp_path, email_driver="none")
    pool = await a_pool(world, "EMAIL_OTP", AutoVerifiedAttributes=[])

    made = await without_password(world, pool)

    assert made["UserStatus"] == "FORCE_CHANGE_PASSWORD"
    await close_world(world)


async def test_an_invitation_without_a_password_does_not_speak_of_one(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")

    body = await invited(world, pool)

    assert body == "Your username is ada. "  # [K]


async def test_a_pools_own_invitation_goes_to_whom_it_fits(world: World) -> None:
    with_place = {"EmailMessage": "Hello {username}, your password is {####}", "EmailSubject": "Hello"}
    without = {"EmailMessage": "Hello {username}", "EmailSubject": "Hello"}

    bodies = []
    for template in (with_place, without):
        pool = await a_pool(world, "EMAIL_OTP", AdminCreateUserConfig={"InviteMessageTemplate": template})
        bodies.append(await invited(world, pool))

    assert bodies == ["Your username is ada. ", "Hello ada"]  # [K]


async def test_a_user_without_a_password_chooses_one_and_signs_in_both_ways(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool)
    await without_password(world, pool)
    asked = await begin(world, client, preferred="EMAIL_OTP")
    done = await answer(world, client, asked, EMAIL_OTP_CODE=await world.code(pool))
    access = done["AuthenticationResult"]["AccessToken"]

    before = await can_sign_in(world, client)
    await world.call("ChangePassword", AccessToken=access, ProposedPassword=PASSWORD)

    assert (before, await can_sign_in(world, client)) == (False, True)
    offered = (await begin(world, client))["AvailableChallenges"]
    assert offered == ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"]


@pytest.mark.parametrize("permanent", [True, False])
async def test_an_administrator_gives_a_user_without_a_password_one(world: World, permanent: bool) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool)
    await without_password(world, pool)

    whom = {"UserPoolId": pool, "Username": "ada"}
    await world.call("AdminSetUserPassword", Password=PASSWORD, Permanent=permanent, **whom)

    codes = [] if not permanent else ["EMAIL_OTP"]
    assert (await begin(world, client))["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", *codes]
    shown = await begin(world, client, preferred="PASSWORD", PASSWORD=PASSWORD)
    assert shown.get("ChallengeName") == (None if permanent else "NEW_PASSWORD_REQUIRED")
    assert ("AuthenticationResult" in shown) is permanent


async def test_a_password_that_never_was_is_not_reset(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client, hiding = await a_client(world, pool), await a_client(world, pool, **HIDING)
    await without_password(world, pool)
    await world.user(pool, "bob", email="bob@example.com", email_verified="true")

    with pytest.raises(ResetNotPossible):  # [K]
        await forgot(world, client)
    hidden = await forgot(world, hiding)

    assert hidden["DeliveryMedium"] == "EMAIL"
    assert await world.inbox(pool) == []
    assert (await forgot(world, client, "bob"))["Destination"] == "b***@e***"


async def test_an_unconfirmed_user_without_a_password_is_told_so(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool)
    hiding = await a_client(world, pool, **HIDING)
    listed = [{"Name": "email", "Value": EMAIL}]
    await world.call("SignUp", ClientId=client["ClientId"], Username="ada", UserAttributes=listed)

    with pytest.raises(UserNotConfirmed):
        await begin(world, client, preferred="EMAIL_OTP")
    asked = await begin(world, hiding, preferred="EMAIL_OTP")

    assert asked["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]


async def test_the_factors_of_a_user_are_listed_for_the_user_and_the_administrator(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP", "SMS_OTP")
    client = await a_client(world, pool)
    await ada(world, pool, phone_number=PHONE, phone_number_verified="true")
    await without_password(world, pool, "nia")
    access = (await world.tokens(client))["AccessToken"]

    mine = await world.call("GetUserAuthFactors", AccessToken=access)
    hers = await world.call("AdminGetUserAuthFactors", UserPoolId=pool, Username="nia")

    assert mine == {
        "Username": "ada",
        "ConfiguredUserAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"],
    }
    assert hers == {"Username": "nia", "ConfiguredUserAuthFactors": ["EMAIL_OTP"]}

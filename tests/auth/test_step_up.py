"""Step-up: the level that is aimed at, what it asks for, and what the tokens say of it (2.7)."""

from typing import Any

from tests.auth.choosing import PHONE, a_client, a_pool, ada, answer, begin, without_password
from tests.auth.test_sign_in import claims
from tests.idp import authenticator
from tests.idp.authenticator import EMAIL_ON, SENDER, SMS_ON, TOTP_ON
from tests.world import PASSWORD, World

from poolhouse.ports import MINUTE, SECOND

LOA = "urn:cognito:loa:"


async def with_factors(world: World, *factors: dict[str, Any], **settings: Any) -> str:
    """A pool with one-time passwords as first factors and these second ones."""
    pool = await a_pool(world, "EMAIL_OTP", EmailConfiguration=SENDER, **settings)
    members: dict[str, Any] = {}
    for factor in factors:
        members |= factor
    await world.call("SetUserPoolMfaConfig", UserPoolId=pool, MfaConfiguration="OPTIONAL", **members)
    return pool


def said(result: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """`acr` and `amr` of both tokens."""
    tokens = (claims(result["AuthenticationResult"][name]) for name in ("IdToken", "AccessToken"))
    return [(token["acr"], token["amr"]) for token in tokens]


async def test_tokens_speak_of_levels_only_where_one_was_asked_for(world: World) -> None:
    pool = await a_pool(world)
    client = await a_client(world, pool)
    await ada(world, pool)

    plain = await begin(world, client, preferred="PASSWORD", PASSWORD=PASSWORD)
    asked = await begin(world, client, preferred="PASSWORD", PASSWORD=PASSWORD, TARGET_ACR_VALUES=f"{LOA}1")

    assert {"acr", "amr"} & set(claims(plain["AuthenticationResult"]["IdToken"])) == set()
    assert said(asked) == [(f"{LOA}1", ["pwd"])] * 2


async def test_the_level_is_kept_over_a_refresh(world: World) -> None:
    pool = await a_pool(world)
    client = await a_client(world, pool)
    await ada(world, pool)
    first = await begin(world, client, preferred="PASSWORD", PASSWORD=PASSWORD, TARGET_ACR_VALUES=f"{LOA}1")

    again = await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": first["AuthenticationResult"]["RefreshToken"]},
    )

    assert said(again) == said(first)


async def test_a_pools_own_name_of_a_level_is_what_tokens_say(world: World) -> None:
    pool = await a_pool(world, AcrConfiguration={"Level1": {"AcrValue": "low"}})
    client = await a_client(world, pool)
    await ada(world, pool)
    described = await world.call("DescribeUserPool", UserPoolId=pool)

    done = await begin(world, client, preferred="PASSWORD", PASSWORD=PASSWORD, TARGET_ACR_VALUES="low")

    assert said(done) == [("low", ["pwd"])] * 2
    assert described["UserPool"]["AcrConfiguration"] == {
        "Level1": {"AcrValue": "low"},
        **{f"Level{number}": {"AcrValue": f"{LOA}{number}"} for number in (2, 3, 4)},
    }


async def test_the_second_level_offers_codes_alone(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool)
    await ada(world, pool)

    asked = await begin(world, client, TARGET_ACR_VALUES=f"{LOA}2")
    code = await answer(world, client, asked, ANSWER="EMAIL_OTP")
    done = await answer(world, client, code, EMAIL_OTP_CODE=await world.code(pool))

    assert asked["AvailableChallenges"] == ["EMAIL_OTP"]
    assert said(done) == [(f"{LOA}2", ["email_otp"])] * 2


async def test_the_first_of_the_levels_that_the_user_can_reach_is_aimed_at(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool)
    await without_password(world, pool)

    asked = await begin(world, client, TARGET_ACR_VALUES=f"{LOA}4 urn:other {LOA}2 {LOA}1")

    assert asked["AvailableChallenges"] == ["EMAIL_OTP"]


async def test_the_third_level_asks_for_a_code_that_the_user_never_turned_on(world: World) -> None:
    pool = await with_factors(world, SMS_ON)
    client = await a_client(world, pool)
    await ada(world, pool, phone_number=PHONE)

    asked = await begin(world, client, preferred="PASSWORD", PASSWORD=PASSWORD, TARGET_ACR_VALUES=f"{LOA}3")
    done = await answer(world, client, asked, SMS_MFA_CODE=await world.code(pool))

    assert asked["ChallengeName"] == "SMS_MFA"
    assert said(done) == [(f"{LOA}3", ["pwd", "sms", "mfa"])] * 2


async def test_an_access_token_stands_for_the_password(world: World) -> None:
    pool = await with_factors(world, TOTP_ON)
    client = await a_client(world, pool)
    await ada(world, pool)
    access = (await world.tokens(client))["AccessToken"]
    secret = await authenticator.set_up(world, access)

    asked = await begin(world, client, TARGET_ACR_VALUES=f"{LOA}4", ACCESS_TOKEN=access, MAX_AGE="600")
    code = authenticator.code(world, secret)
    done = await answer(world, client, asked, SOFTWARE_TOKEN_MFA_CODE=code)

    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert "AvailableChallenges" not in asked
    assert said(done) == [(f"{LOA}4", ["pwd", "otp", "mfa"])] * 2


async def test_a_sign_in_that_is_too_old_is_worth_nothing(world: World) -> None:
    pool = await with_factors(world, TOTP_ON)
    client = await a_client(world, pool)
    await ada(world, pool)
    access = (await world.tokens(client))["AccessToken"]
    await authenticator.set_up(world, access)
    world.advance(5 * MINUTE)

    old = await begin(world, client, TARGET_ACR_VALUES=f"{LOA}4", ACCESS_TOKEN=access, MAX_AGE="300")
    young = await begin(world, client, TARGET_ACR_VALUES=f"{LOA}4", ACCESS_TOKEN=access, MAX_AGE="1000")

    assert old["ChallengeName"] == "SELECT_CHALLENGE"
    assert young["ChallengeName"] == "SOFTWARE_TOKEN_MFA"


async def test_an_access_token_alone_is_never_worth_new_tokens(world: World) -> None:
    pool = await a_pool(world)
    client = await a_client(world, pool)
    await ada(world, pool)
    access = (await world.tokens(client))["AccessToken"]

    asked = await begin(world, client, TARGET_ACR_VALUES=f"{LOA}1", ACCESS_TOKEN=access)

    assert asked["ChallengeName"] == "SELECT_CHALLENGE"
    assert "AuthenticationResult" not in asked


async def test_an_access_token_does_not_stand_for_a_temporary_password(world: World) -> None:
    pool = await with_factors(world, TOTP_ON)
    client = await a_client(world, pool)
    await ada(world, pool)
    access = (await world.tokens(client))["AccessToken"]
    await authenticator.set_up(world, access)
    whom = {"UserPoolId": pool, "Username": "ada"}
    await world.call("AdminSetUserPassword", Password="Temp0rary!", Permanent=False, **whom)

    asked = await begin(world, client, TARGET_ACR_VALUES=f"{LOA}4", ACCESS_TOKEN=access)

    assert asked["ChallengeName"] == "SELECT_CHALLENGE"


async def test_where_no_level_can_be_reached_the_tokens_say_which_was(world: World) -> None:
    pool = await a_pool(world)
    client = await a_client(world, pool)
    await ada(world, pool)

    done = await begin(
        world, client, preferred="PASSWORD", PASSWORD=PASSWORD, TARGET_ACR_VALUES=f"{LOA}4 {LOA}3"
    )

    assert said(done) == [(f"{LOA}1", ["pwd"])] * 2


async def test_a_factor_of_the_user_is_asked_for_whatever_the_level(world: World) -> None:
    pool = await with_factors(world, TOTP_ON, EMAIL_ON)
    client = await a_client(world, pool)
    await ada(world, pool)
    access = (await world.tokens(client))["AccessToken"]
    secret = await authenticator.set_up(world, access)

    asked = await begin(world, client, preferred="PASSWORD", PASSWORD=PASSWORD, TARGET_ACR_VALUES=f"{LOA}1")
    before = world.now // SECOND
    done = await answer(world, client, asked, SOFTWARE_TOKEN_MFA_CODE=authenticator.code(world, secret))

    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert said(done) == [(f"{LOA}4", ["pwd", "otp", "mfa"])] * 2
    assert before <= claims(done["AuthenticationResult"]["IdToken"])["auth_time"] <= world.now // SECOND

"""CUSTOM_AUTH beside the rest of sign-in: second factors, forced passwords, races; and USER_AUTH."""

import asyncio
from typing import Any

import pytest
from tests.auth import choosing, custom_auth
from tests.functions import untouched
from tests.world import PASSWORD, World

from poolhouse.errors import ApiError

PHONE = "+12065550100"
USED = "session can only be used once"


def names(world: World) -> list[str]:
    """What the last Define function was told was answered."""
    events = [e for e in world.fired if e["triggerSource"].startswith("Define")]
    return [entry["challengeName"] for entry in events[-1]["request"]["session"]]


async def with_sms(world: World) -> tuple[str, dict[str, Any]]:
    """Ada has a second factor by SMS, which the pool requires."""
    pool, client = await custom_auth.stage(world)
    number = [{"Name": "phone_number", "Value": PHONE}, {"Name": "phone_number_verified", "Value": "true"}]
    await world.call("AdminUpdateUserAttributes", UserPoolId=pool, Username="ada", UserAttributes=number)
    sms = {"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}}
    await world.call("SetUserPoolMfaConfig", UserPoolId=pool, SmsMfaConfiguration=sms, MfaConfiguration="ON")
    return pool, client


async def test_after_the_password_the_second_factor_is_asked_before_the_question(world: World) -> None:
    pool, client = await with_sms(world)

    factor = await custom_auth.prove_password(world, pool, client)
    asked = await world.call(
        "RespondToAuthChallenge",
        ClientId=client["ClientId"],
        ChallengeName="SMS_MFA",
        Session=factor["Session"],
        ChallengeResponses={"USERNAME": "ada", "SMS_MFA_CODE": await world.code(pool)},
    )
    done = await custom_auth.respond(world, client, asked)

    assert factor["ChallengeName"] == "SMS_MFA"
    assert asked["ChallengeName"] == "CUSTOM_CHALLENGE"
    assert "AuthenticationResult" in done
    assert names(world) == ["SRP_A", "PASSWORD_VERIFIER", "SMS_MFA", "CUSTOM_CHALLENGE"]


async def test_a_wrong_code_there_asks_no_function(world: World) -> None:
    pool, client = await with_sms(world)
    factor = await custom_auth.prove_password(world, pool, client)
    before = len(world.fired)
    code = await world.code(pool)
    wrong = "0" * 6 if code != "0" * 6 else "1" * 6

    with pytest.raises(ApiError, match="Invalid code or auth state"):
        await world.call(
            "RespondToAuthChallenge",
            ClientId=client["ClientId"],
            ChallengeName="SMS_MFA",
            Session=factor["Session"],
            ChallengeResponses={"USERNAME": "ada", "SMS_MFA_CODE": wrong},
        )

    assert len(world.fired) == before


async def test_without_the_password_the_functions_alone_decide(world: World) -> None:
    """A second factor follows a password (2.6); who proves none is let in by the functions as they wish."""
    _, client = await with_sms(world)

    done = await custom_auth.respond(world, client, await custom_auth.begin(world, client))

    assert "AuthenticationResult" in done


async def test_a_temporary_password_is_replaced_before_the_question(world: World) -> None:
    world.functions["PreTokenGeneration"] = untouched
    pool, client = await custom_auth.stage(world)
    await world.call("AdminSetUserPassword", UserPoolId=pool, Username="ada", Password=PASSWORD)

    forced = await custom_auth.prove_password(world, pool, client)
    asked = await world.call(
        "RespondToAuthChallenge",
        ClientId=client["ClientId"],
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=forced["Session"],
        ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": "N3w-P2$Sword"},
    )
    await custom_auth.respond(world, client, asked)

    assert names(world) == ["SRP_A", "PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED", "CUSTOM_CHALLENGE"]
    assert world.fired[-1]["triggerSource"] == "TokenGeneration_NewPasswordChallenge"


async def test_of_many_right_answers_at_once_one_signs_in(world: World) -> None:
    _, client = await custom_auth.stage(world)
    asked = await custom_auth.begin(world, client)
    answers = [custom_auth.respond(world, client, asked) for _ in range(8)]

    done = await asyncio.gather(*answers, return_exceptions=True)

    signed_in = [one for one in done if isinstance(one, dict) and "AuthenticationResult" in one]
    refused = [str(one) for one in done if isinstance(one, ApiError)]
    assert len(signed_in) == 1
    assert len(refused) == 7
    assert all(USED in text for text in refused)
    judged = [e for e in world.fired if e["triggerSource"].startswith("Verify")]
    assert len(judged) == 1


@pytest.mark.parametrize("preferred", ["EMAIL_OTP", "", "PASSWORD"])
async def test_sign_in_by_choice_asks_before_it_sends_or_compares_anything(
    world: World, preferred: str
) -> None:
    world.functions.update(PreAuthentication=untouched, PostAuthentication=untouched)
    pool = await choosing.a_pool(world, "EMAIL_OTP", LambdaConfig=world.triggers())
    client = await choosing.a_client(world, pool)
    await choosing.ada(world, pool)

    more = {"PASSWORD": PASSWORD} if preferred == "PASSWORD" else {}
    asked = await choosing.begin(world, client, preferred=preferred, **more)
    if not preferred:
        assert world.fired == []
        asked = await choosing.answer(world, client, asked, ANSWER="EMAIL_OTP")
    if preferred != "PASSWORD":
        assert len(world.fired) == 1
        asked = await choosing.answer(world, client, asked, EMAIL_OTP_CODE=await world.code(pool))

    assert "AuthenticationResult" in asked
    assert [e["triggerSource"] for e in world.fired] == [
        "PreAuthentication_Authentication",
        "PostAuthentication_Authentication",
    ]

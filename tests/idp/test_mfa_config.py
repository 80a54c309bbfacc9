"""The second factors of a pool (behaviour file, 1.7): what is set shows, takes effect, outlives updates."""

from typing import Any

import pytest
from tests.idp.authenticator import EMAIL_ON, SENDER, SMS, SMS_ON, TOTP_ON, begin, pool_with_mfa
from tests.world import World

EMAIL_TEXTS = {"EmailMfaConfiguration": {"Message": "Your key is {####}.", "Subject": "The key"}}
EVERY = SMS_ON | TOTP_ON | EMAIL_TEXTS


async def shown(world: World, pool: str) -> dict[str, Any]:
    return await world.call("GetUserPoolMfaConfig", UserPoolId=pool)


async def described(world: World, pool: str) -> dict[str, Any]:
    found: dict[str, Any] = (await world.call("DescribeUserPool", UserPoolId=pool))["UserPool"]
    return found


async def test_a_new_pool_has_no_factors(world: World) -> None:
    pool = await world.pool()

    assert await shown(world, pool) == {"MfaConfiguration": "OFF"}
    assert (await described(world, pool))["MfaConfiguration"] == "OFF"


@pytest.mark.parametrize("factors", [SMS_ON, TOTP_ON, EMAIL_TEXTS, EMAIL_ON, EVERY])
@pytest.mark.parametrize("mode", ["OPTIONAL", "ON"])
async def test_what_is_set_is_answered_and_shown(world: World, mode: str, factors: dict[str, Any]) -> None:
    pool = await world.pool(EmailConfiguration=SENDER)

    answer = await world.call("SetUserPoolMfaConfig", UserPoolId=pool, MfaConfiguration=mode, **factors)

    assert answer == await shown(world, pool) == {"MfaConfiguration": mode, **factors}
    assert (await described(world, pool))["MfaConfiguration"] == mode


async def test_a_factor_that_is_not_named_again_is_off(world: World) -> None:
    pool = await pool_with_mfa(world, "ON", EVERY)

    await world.call("SetUserPoolMfaConfig", UserPoolId=pool, MfaConfiguration="ON", **TOTP_ON)

    assert await shown(world, pool) == {"MfaConfiguration": "ON", **TOTP_ON}


async def test_the_description_shows_of_the_factors_only_what_it_has_members_for(world: World) -> None:
    pool = await pool_with_mfa(world, "ON", EVERY)

    found = await described(world, pool)

    assert found["SmsConfiguration"] == SMS
    assert not {"MfaFactors", "EmailMfaConfiguration", "WebAuthnConfiguration"} & set(found)


async def test_off_turns_every_factor_off_and_keeps_the_words_of_e_mails_for_first_factors(
    world: World,
) -> None:
    pool = await pool_with_mfa(world, "ON", EVERY)

    await world.call("SetUserPoolMfaConfig", UserPoolId=pool, MfaConfiguration="OFF", **EMAIL_TEXTS)

    assert await shown(world, pool) == {"MfaConfiguration": "OFF", **EMAIL_TEXTS}


async def test_a_bare_update_of_the_pool_turns_the_factors_off(world: World) -> None:
    """Gotcha 6: what UpdateUserPool leaves out gets its default."""
    pool = await pool_with_mfa(world, "ON", TOTP_ON)

    await world.call("UpdateUserPool", UserPoolId=pool)

    assert await shown(world, pool) == {"MfaConfiguration": "OFF"}


@pytest.mark.parametrize("mode", ["ON", "OPTIONAL"])
async def test_an_update_keeps_the_factors_that_it_cannot_name(world: World, mode: str) -> None:
    """[K]"""
    pool = await pool_with_mfa(world, "OPTIONAL", EVERY)

    await world.call("UpdateUserPool", UserPoolId=pool, MfaConfiguration=mode, EmailConfiguration=SENDER)

    assert await shown(world, pool) == {"MfaConfiguration": mode, **TOTP_ON, **EMAIL_TEXTS}


async def test_a_new_pool_with_sms_asks_for_it(world: World) -> None:
    pool = await world.pool(
        MfaConfiguration="ON", SmsConfiguration=SMS, SmsAuthenticationMessage="Key {####}!"
    )
    await world.user(pool, phone_number="+12065550100")

    asked = await begin(world, await world.client(pool))

    assert asked["ChallengeName"] == "SMS_MFA"
    sent = (await world.inbox(pool))[-1]
    assert (sent.to, sent.body) == ("+12065550100", f"Key {sent.code}!")
    assert await shown(world, pool) == {
        "MfaConfiguration": "ON",
        "SmsMfaConfiguration": {"SmsAuthenticationMessage": "Key {####}!", "SmsConfiguration": SMS},
    }


async def test_new_attributes_leave_the_factors_as_they_are(world: World) -> None:
    pool = await pool_with_mfa(world, "ON", EVERY)

    await world.call(
        "AddCustomAttributes",
        UserPoolId=pool,
        CustomAttributes=[{"Name": "plan", "AttributeDataType": "String"}],
    )

    assert await shown(world, pool) == {"MfaConfiguration": "ON", **EVERY}


async def test_passkeys_alone_leave_the_factors_as_they_are(world: World) -> None:
    """[K]"""
    pool = await pool_with_mfa(world, "ON", TOTP_ON)

    await world.call(
        "SetUserPoolMfaConfig", UserPoolId=pool, WebAuthnConfiguration={"RelyingPartyId": "example.com"}
    )

    found = await shown(world, pool)
    assert found["WebAuthnConfiguration"]["RelyingPartyId"] == "example.com"
    assert (found["MfaConfiguration"], found["SoftwareTokenMfaConfiguration"]) == ("ON", {"Enabled": True})

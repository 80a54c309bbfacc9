"""Which second factor is asked: every row of the MFA decision (behaviour file, 2.5), in real sign-ins."""

from typing import Any

import pytest
from tests.idp import authenticator
from tests.idp.authenticator import EMAIL_ON, SMS_ON, TOTP_ON, begin, code, pool_with_mfa, respond
from tests.world import World

from poolhouse.errors import NothingToSetUp

PHONE = {"phone_number": "+12065550100"}
EMAIL = {"email": "ada@example.com"}
ON = {"Enabled": True}
PREFERRED = {"Enabled": True, "PreferredMfa": True}
EVERY = (SMS_ON, TOTP_ON, EMAIL_ON)


async def signed_up(world: World, mode: str, *factors: dict[str, Any], **attributes: str) -> dict[str, Any]:
    """A client of a pool with these factors, and Ada with these attributes."""
    pool = await pool_with_mfa(world, mode, *factors)
    await world.user(pool, **attributes)
    return await world.client(pool)


async def prefer(world: World, client: dict[str, Any], **settings: Any) -> None:
    await world.call("AdminSetUserMFAPreference", UserPoolId=client["UserPoolId"], Username="ada", **settings)


async def with_app(world: World, client: dict[str, Any]) -> str:
    """Ada gets an app that is not turned on, while the pool asks for nothing."""
    tokens = await world.tokens(client)
    return await authenticator.set_up(world, tokens["AccessToken"], turn_on=False)


async def test_off_whatever_the_user_has_nothing_is_asked(world: World) -> None:
    client = await signed_up(world, "OPTIONAL", SMS_ON, **PHONE)
    await prefer(world, client, SMSMfaSettings=PREFERRED)
    assert (await begin(world, client))["ChallengeName"] == "SMS_MFA"

    await world.call("SetUserPoolMfaConfig", UserPoolId=client["UserPoolId"], MfaConfiguration="OFF")

    assert "AuthenticationResult" in await begin(world, client)


async def test_optional_without_a_factor_nothing_is_asked(world: World) -> None:
    client = await signed_up(world, "OPTIONAL", *EVERY, **PHONE, **EMAIL)

    assert "AuthenticationResult" in await begin(world, client)


@pytest.mark.parametrize("mode", ["OPTIONAL", "ON"])
@pytest.mark.parametrize(
    ("member", "challenge", "medium"),
    [("SMSMfaSettings", "SMS_MFA", "SMS"), ("EmailMfaSettings", "EMAIL_OTP", "EMAIL")],
)
async def test_one_that_is_turned_on_is_asked(
    world: World, mode: str, member: str, challenge: str, medium: str
) -> None:
    client = await signed_up(world, mode, *EVERY, **PHONE, **EMAIL)
    await prefer(world, client, **{member: ON})

    asked = await begin(world, client)

    assert asked["ChallengeName"] == challenge
    assert asked["ChallengeParameters"]["CODE_DELIVERY_DELIVERY_MEDIUM"] == medium
    sent = (await world.inbox(client["UserPoolId"]))[-1]
    assert len(sent.code) == 6
    done = await respond(world, client, challenge, asked["Session"], **{f"{challenge}_CODE": sent.code})
    assert "AuthenticationResult" in done


@pytest.mark.parametrize("preferred", ["SMSMfaSettings", "EmailMfaSettings"])
async def test_of_several_the_preferred_one_is_asked(world: World, preferred: str) -> None:
    client = await signed_up(world, "OPTIONAL", *EVERY, **PHONE, **EMAIL)
    settings = {"SMSMfaSettings": ON, "EmailMfaSettings": ON} | {preferred: PREFERRED}
    await prefer(world, client, **settings)

    asked = await begin(world, client)

    assert asked["ChallengeName"] == {"SMSMfaSettings": "SMS_MFA", "EmailMfaSettings": "EMAIL_OTP"}[preferred]


@pytest.mark.parametrize(
    ("answer", "challenge"),
    [
        ("SMS_MFA", "SMS_MFA"),
        ("SOFTWARE_TOKEN_MFA", "SOFTWARE_TOKEN_MFA"),
        ("EMAIL_OTP", "EMAIL_OTP"),
        ("EMAIL_MFA", "EMAIL_OTP"),  # as the model's text calls it
    ],
)
async def test_of_several_of_which_none_is_preferred_the_user_chooses(
    world: World, answer: str, challenge: str
) -> None:
    client = await signed_up(world, "OPTIONAL", *EVERY, **PHONE, **EMAIL)
    await with_app(world, client)
    await prefer(world, client, SMSMfaSettings=ON, EmailMfaSettings=ON, SoftwareTokenMfaSettings=ON)

    asked = await begin(world, client)
    chosen = await respond(world, client, "SELECT_MFA_TYPE", asked["Session"], ANSWER=answer)

    assert asked["ChallengeName"] == "SELECT_MFA_TYPE"
    assert asked["ChallengeParameters"] == {"MFAS_CAN_CHOOSE": '["SMS_MFA","SOFTWARE_TOKEN_MFA","EMAIL_OTP"]'}
    assert chosen["ChallengeName"] == challenge


@pytest.mark.parametrize(
    ("attributes", "challenge"),
    [(PHONE, "SMS_MFA"), (EMAIL, "EMAIL_OTP"), (PHONE | EMAIL, "SELECT_MFA_TYPE")],
)
async def test_required_who_has_an_address_is_asked_there_without_having_turned_anything_on(
    world: World, attributes: dict[str, str], challenge: str
) -> None:
    client = await signed_up(world, "ON", *EVERY, **attributes)

    assert (await begin(world, client))["ChallengeName"] == challenge


async def test_required_who_has_nothing_sets_one_up(world: World) -> None:
    client = await signed_up(world, "ON", *EVERY)

    asked = await begin(world, client)

    assert asked["ChallengeName"] == "MFA_SETUP"
    assert asked["ChallengeParameters"] == {"MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA","EMAIL_OTP","SMS_MFA"]'}


async def test_required_where_sms_is_all_there_is_who_has_no_phone_is_told(world: World) -> None:
    client = await signed_up(world, "ON", SMS_ON, **EMAIL)

    with pytest.raises(NothingToSetUp):
        await begin(world, client)


async def test_a_refusal_for_want_of_a_phone_does_not_count_against_the_right_password(world: World) -> None:
    client = await signed_up(world, "ON", SMS_ON, **EMAIL)

    for _ in range(7):
        with pytest.raises(NothingToSetUp):
            await begin(world, client)


async def test_a_factor_that_the_pool_gave_up_is_not_asked_any_more(world: World) -> None:
    client = await signed_up(world, "OPTIONAL", *EVERY, **PHONE, **EMAIL)
    await prefer(world, client, SMSMfaSettings=PREFERRED, EmailMfaSettings=ON)

    await world.call(
        "SetUserPoolMfaConfig", UserPoolId=client["UserPoolId"], MfaConfiguration="OPTIONAL", **EMAIL_ON
    )

    assert (await begin(world, client))["ChallengeName"] == "EMAIL_OTP"


async def test_an_address_is_set_up_as_a_factor_with_the_code_that_proves_it(world: World) -> None:
    client = await signed_up(world, "ON", TOTP_ON, EMAIL_ON)
    setup = await begin(world, client)

    asked = await respond(world, client, "MFA_SETUP", setup["Session"], EMAIL="ada@example.com")
    before = await world.call("AdminGetUser", UserPoolId=client["UserPoolId"], Username="ada")
    sent = (await world.inbox(client["UserPoolId"]))[-1]
    done = await respond(world, client, "EMAIL_OTP", asked["Session"], EMAIL_OTP_CODE=sent.code)

    assert asked["ChallengeName"] == "EMAIL_OTP"
    assert asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "a***@e***"
    assert sent.to == "ada@example.com"
    assert [entry["Name"] for entry in before["UserAttributes"]] == ["sub"]  # nothing before the code
    assert "AuthenticationResult" in done
    after = await world.call("AdminGetUser", UserPoolId=client["UserPoolId"], Username="ada")
    assert after["UserMFASettingList"] == ["EMAIL_OTP"]
    assert {"Name": "email_verified", "Value": "true"} in after["UserAttributes"]
    assert (await begin(world, client))["ChallengeName"] == "EMAIL_OTP"


async def test_the_challenge_names_the_app_that_was_given_a_name(world: World) -> None:
    client = await signed_up(world, "OPTIONAL", TOTP_ON)
    token = (await world.tokens(client))["AccessToken"]
    made = await world.call("AssociateSoftwareToken", AccessToken=token)
    await world.call(
        "VerifySoftwareToken",
        AccessToken=token,
        UserCode=code(world, made["SecretCode"]),
        FriendlyDeviceName="Ada's phone",
    )
    await prefer(world, client, SoftwareTokenMfaSettings=ON)

    asked = await begin(world, client)

    assert asked["ChallengeParameters"] == {"FRIENDLY_DEVICE_NAME": "Ada's phone"}


async def test_the_words_of_a_code_are_the_pool_s_own(world: World) -> None:
    texts = {
        "SmsMfaConfiguration": SMS_ON["SmsMfaConfiguration"] | {"SmsAuthenticationMessage": "Key {####}!"},
        "EmailMfaConfiguration": {"Message": "Your key is {####}, keep it.", "Subject": "The key"},
    }
    client = await signed_up(world, "ON", texts, **PHONE, **EMAIL)

    for factor in ("SMS_MFA", "EMAIL_OTP"):
        asked = await begin(world, client)
        await respond(world, client, "SELECT_MFA_TYPE", asked["Session"], ANSWER=factor)

    sms, mail = await world.inbox(client["UserPoolId"])
    assert sms.body == f"Key {sms.code}!"
    assert (mail.subject, mail.body) == ("The key", f"Your key is {mail.code}, keep it.")

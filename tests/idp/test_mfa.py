"""Authenticator apps and preferences of users (behaviour file, 1.7)."""

import base64
from typing import Any

import pytest
from tests.idp import authenticator
from tests.idp.authenticator import EMAIL_ON, SMS_ON, TOTP_ON, begin, code, pool_with_mfa, respond
from tests.world import World

from poolhouse.crypto import totp
from poolhouse.errors import AccessTokenRevoked, SetupCodeMismatch, UserNotFound
from poolhouse.ports import Statement

ON = {"Enabled": True}
OFF = {"Enabled": False}
PREFERRED = {"Enabled": True, "PreferredMfa": True}
PHONE = {"phone_number": "+12065550100"}
EMAIL = {"email": "ada@example.com"}
_ROWS = Statement("SELECT * FROM software_tokens WHERE pool_id = :pool_id")
SMS_OPTION = [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]


class Ada:
    """Ada, signed in to a pool with every factor, OPTIONAL unless said otherwise."""

    def __init__(self, world: World, client: dict[str, Any], token: str) -> None:
        self.world, self.client, self.token = world, client, token
        self.pool = client["UserPoolId"]

    async def call(self, name: str, **members: Any) -> dict[str, Any]:
        return await self.world.call(name, AccessToken=self.token, **members)

    async def admin(self, name: str, **members: Any) -> dict[str, Any]:
        return await self.world.call(name, UserPoolId=self.pool, Username="ada", **members)

    async def factors(self) -> tuple[list[str] | None, str | None]:
        """UserMFASettingList and PreferredMfaSetting, which both operations show alike."""
        own, seen = await self.call("GetUser"), await self.admin("AdminGetUser")
        shown = [(one.get("UserMFASettingList"), one.get("PreferredMfaSetting")) for one in (own, seen)]
        assert shown[0] == shown[1]
        return shown[0]

    async def asked(self) -> str | None:
        return (await begin(self.world, self.client)).get("ChallengeName")


@pytest.fixture
async def ada(world: World) -> Ada:
    pool = await pool_with_mfa(world, "OPTIONAL", SMS_ON, TOTP_ON, EMAIL_ON)
    await world.user(pool, **PHONE, **EMAIL)
    client = await world.client(pool)
    return Ada(world, client, (await world.tokens(client))["AccessToken"])


async def test_a_secret_is_twenty_bytes_in_base32_and_another_each_time(ada: Ada) -> None:
    first = (await ada.call("AssociateSoftwareToken"))["SecretCode"]
    second = (await ada.call("AssociateSoftwareToken"))["SecretCode"]

    assert len(base64.b32decode(first)) == len(base64.b32decode(second)) == 20
    assert first != second


async def test_a_secret_is_nowhere_in_the_store_as_it_is(ada: Ada) -> None:
    secret = (await ada.call("AssociateSoftwareToken"))["SecretCode"]

    await ada.call("VerifySoftwareToken", UserCode=code(ada.world, secret))

    (row,) = await ada.world.env.db.read(lambda tx: tx.all(_ROWS, pool_id=ada.pool))
    assert row["state"] == "VERIFIED"
    assert secret not in repr(dict(row))
    assert base64.b32decode(secret) not in row["sealed"]


async def test_a_verified_app_is_asked_for_only_once_it_is_turned_on(ada: Ada) -> None:
    await authenticator.set_up(ada.world, ada.token, turn_on=False)
    assert await ada.factors() == (None, None)
    assert await ada.asked() is None

    await ada.call("SetUserMFAPreference", SoftwareTokenMfaSettings=ON)

    assert await ada.factors() == (["SOFTWARE_TOKEN_MFA"], None)
    assert await ada.asked() == "SOFTWARE_TOKEN_MFA"


async def test_a_new_app_takes_the_place_of_the_old_one_when_it_is_verified(ada: Ada) -> None:
    old = await authenticator.set_up(ada.world, ada.token)
    new = (await ada.call("AssociateSoftwareToken"))["SecretCode"]
    asked = await begin(ada.world, ada.client)
    await answer(ada, asked, code(ada.world, old))
    ada.world.advance(2 * totp.STEP)

    await ada.call("VerifySoftwareToken", UserCode=code(ada.world, new))

    ada.world.advance(2 * totp.STEP)
    asked = await begin(ada.world, ada.client)
    with pytest.raises(Exception, match="Invalid code received for user"):
        await answer(ada, asked, code(ada.world, old))
    assert "AuthenticationResult" in await answer(ada, asked, code(ada.world, new))


async def answer(ada: Ada, asked: dict[str, Any], shown: str) -> dict[str, Any]:
    return await respond(
        ada.world, ada.client, "SOFTWARE_TOKEN_MFA", asked["Session"], SOFTWARE_TOKEN_MFA_CODE=shown
    )


async def test_right_codes_for_a_new_secret_never_lock(ada: Ada) -> None:
    for _ in range(7):
        secret = (await ada.call("AssociateSoftwareToken"))["SecretCode"]
        await ada.call("VerifySoftwareToken", UserCode=code(ada.world, secret))

    assert await ada.asked() is None


async def test_wrong_codes_for_a_new_secret_are_not_forgiven_by_a_right_one(ada: Ada) -> None:
    secret = (await ada.call("AssociateSoftwareToken"))["SecretCode"]
    wrong = "000000" if code(ada.world, secret) != "000000" else "111111"
    for _ in range(4):
        with pytest.raises(SetupCodeMismatch):
            await ada.call("VerifySoftwareToken", UserCode=wrong)
    await ada.call("VerifySoftwareToken", UserCode=code(ada.world, secret))
    again = (await ada.call("AssociateSoftwareToken"))["SecretCode"]
    with pytest.raises(SetupCodeMismatch):
        await ada.call("VerifySoftwareToken", UserCode=wrong)

    with pytest.raises(Exception, match="Password attempts exceeded"):
        await ada.call("VerifySoftwareToken", UserCode=code(ada.world, again))


async def test_what_a_preference_leaves_out_stays(ada: Ada) -> None:
    await ada.call("SetUserMFAPreference", SMSMfaSettings=PREFERRED)

    await ada.call("SetUserMFAPreference", EmailMfaSettings=ON)

    assert await ada.factors() == (["SMS_MFA", "EMAIL_OTP"], "SMS_MFA")


async def test_a_new_preferred_factor_takes_the_place_of_the_old_one(ada: Ada) -> None:
    await ada.call("SetUserMFAPreference", SMSMfaSettings=PREFERRED)

    await ada.call("SetUserMFAPreference", EmailMfaSettings=PREFERRED)

    assert await ada.factors() == (["SMS_MFA", "EMAIL_OTP"], "EMAIL_OTP")


async def test_a_factor_that_is_turned_off_is_not_preferred_any_more(ada: Ada) -> None:
    await ada.call("SetUserMFAPreference", SMSMfaSettings=PREFERRED, EmailMfaSettings=ON)

    await ada.call("SetUserMFAPreference", SMSMfaSettings=OFF)

    assert await ada.factors() == (["EMAIL_OTP"], None)
    assert await ada.asked() == "EMAIL_OTP"


async def test_the_administrator_s_twin_does_the_same(ada: Ada) -> None:
    await ada.admin("AdminSetUserMFAPreference", SMSMfaSettings=ON, EmailMfaSettings=PREFERRED)

    assert await ada.factors() == (["SMS_MFA", "EMAIL_OTP"], "EMAIL_OTP")


@pytest.mark.parametrize("by_admin", [False, True])
async def test_the_older_settings_turn_sms_on_and_off(ada: Ada, by_admin: bool) -> None:
    async def settings(options: list[dict[str, str]]) -> None:
        if by_admin:
            await ada.admin("AdminSetUserSettings", MFAOptions=options)
        else:
            await ada.call("SetUserSettings", MFAOptions=options)

    await settings(SMS_OPTION)
    assert await ada.asked() == "SMS_MFA"
    assert (await ada.call("GetUser"))["MFAOptions"] == SMS_OPTION
    assert (await ada.admin("AdminGetUser"))["MFAOptions"] == SMS_OPTION
    (listed,) = (await ada.world.call("ListUsers", UserPoolId=ada.pool))["Users"]
    assert listed["MFAOptions"] == SMS_OPTION

    await settings([])
    assert await ada.asked() is None
    assert "MFAOptions" not in await ada.call("GetUser")


async def test_a_deleted_app_is_asked_for_no_more_and_another_can_be_set_up(ada: Ada) -> None:
    await authenticator.set_up(ada.world, ada.token)

    await ada.admin("AdminDeleteSoftwareToken")

    assert await ada.factors() == (None, None)
    assert await ada.asked() is None
    await authenticator.set_up(ada.world, ada.token)
    assert await ada.asked() == "SOFTWARE_TOKEN_MFA"


async def test_where_a_factor_is_required_a_deleted_app_is_set_up_anew(world: World) -> None:
    pool = await pool_with_mfa(world, "OPTIONAL", TOTP_ON)
    await world.user(pool)
    client = await world.client(pool)
    await authenticator.set_up(world, (await world.tokens(client))["AccessToken"])
    await world.call("SetUserPoolMfaConfig", UserPoolId=pool, MfaConfiguration="ON", **TOTP_ON)

    await world.call("AdminDeleteSoftwareToken", UserPoolId=pool, Username="ada")

    assert (await begin(world, client))["ChallengeName"] == "MFA_SETUP"


async def test_to_delete_an_app_that_is_not_there_is_no_error(ada: Ada) -> None:
    assert await ada.admin("AdminDeleteSoftwareToken") == {}


async def test_with_the_user_the_app_is_gone(ada: Ada) -> None:
    await authenticator.set_up(ada.world, ada.token)

    await ada.admin("AdminDeleteUser")

    with pytest.raises(AccessTokenRevoked):
        await ada.call("AssociateSoftwareToken")
    with pytest.raises(UserNotFound):
        await ada.admin("AdminDeleteSoftwareToken")
    await ada.world.user(ada.pool)
    assert await ada.asked() is None


async def test_a_code_for_a_lost_password_dies_when_its_medium_becomes_a_factor(ada: Ada) -> None:
    await ada.admin(
        "AdminUpdateUserAttributes", UserAttributes=[{"Name": "phone_number_verified", "Value": "true"}]
    )
    await ada.world.call("ForgotPassword", ClientId=ada.client["ClientId"], Username="ada")
    sent = await ada.world.code(ada.pool)

    await ada.call("SetUserMFAPreference", SMSMfaSettings=ON)

    with pytest.raises(Exception, match="Invalid code provided, please request a code again"):
        await ada.world.call(
            "ConfirmForgotPassword",
            ClientId=ada.client["ClientId"],
            Username="ada",
            ConfirmationCode=sent,
            Password="N3w-Sword",
        )

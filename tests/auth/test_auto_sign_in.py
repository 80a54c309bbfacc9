"""Signing in right after signing up: SignUp, ConfirmSignUp and USER_AUTH hand a Session on (2.7)."""

from typing import Any

import pytest
from tests.auth.choosing import EMAIL, a_client, a_pool, answer, begin
from tests.auth.test_sign_in import claims
from tests.idp.authenticator import SENDER, TOTP_ON
from tests.world import PASSWORD, World

from poolhouse.auth import auto_sign_in
from poolhouse.errors import SessionUsed


async def sign_up(world: World, client: dict[str, Any], **members: Any) -> dict[str, Any]:
    listed = [{"Name": "email", "Value": EMAIL}]
    return await world.call(
        "SignUp", ClientId=client["ClientId"], Username="ada", UserAttributes=listed, **members
    )


async def confirm(world: World, pool: str, client: dict[str, Any], **members: Any) -> dict[str, Any]:
    code = await world.code(pool)
    return await world.call(
        "ConfirmSignUp", ClientId=client["ClientId"], Username="ada", ConfirmationCode=code, **members
    )


async def test_somebody_signs_up_without_a_password_and_is_signed_in(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool)

    made = await sign_up(world, client)
    confirmed = await confirm(world, pool, client, Session=made["Session"])
    done = await begin(world, client, Session=confirmed["Session"])

    token = claims(done["AuthenticationResult"]["IdToken"])
    assert (token["cognito:username"], token["email_verified"]) == ("ada", True)
    assert "AvailableChallenges" not in done
    assert len(await world.inbox(pool)) == 1  # no second code


async def test_somebody_signs_up_with_a_password_and_is_signed_in_without_it(world: World) -> None:
    pool = await a_pool(world)
    client = await a_client(world, pool)

    made = await sign_up(world, client, Password=PASSWORD)
    confirmed = await confirm(world, pool, client, Session=made["Session"])
    done = await begin(world, client, Session=confirmed["Session"])

    assert "RefreshToken" in done["AuthenticationResult"]
    assert "AccessToken" in await world.tokens(client)


async def test_a_client_without_the_flow_gets_no_session(world: World) -> None:
    pool = await a_pool(world)
    client = await world.client(pool)

    made = await sign_up(world, client, Password=PASSWORD)
    confirmed = await confirm(world, pool, client)

    assert ("Session" in made, "Session" in confirmed) == (False, False)


@pytest.mark.parametrize("unasked", [True, False])
async def test_without_the_first_session_there_is_a_second_one_where_it_is_wanted(
    world: World, monkeypatch: pytest.MonkeyPatch, unasked: bool
) -> None:
    monkeypatch.setattr(auto_sign_in, "SESSION_UNASKED", unasked)  # [K]
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool)
    await sign_up(world, client)

    confirmed = await confirm(world, pool, client)

    assert ("Session" in confirmed) is unasked


async def test_a_pool_that_requires_a_second_factor_asks_for_it(world: World) -> None:
    pool = await a_pool(world, EmailConfiguration=SENDER)
    await world.call("SetUserPoolMfaConfig", UserPoolId=pool, MfaConfiguration="ON", **TOTP_ON)
    client = await a_client(world, pool)
    made = await sign_up(world, client, Password=PASSWORD)
    confirmed = await confirm(world, pool, client, Session=made["Session"])

    asked = await begin(world, client, Session=confirmed["Session"])

    assert asked["ChallengeName"] == "MFA_SETUP"
    assert "AuthenticationResult" not in asked
    with pytest.raises(SessionUsed):
        await begin(world, client, Session=confirmed["Session"])


async def test_a_level_counts_what_signing_up_has_proven(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool)
    made = await sign_up(world, client)
    confirmed = await confirm(world, pool, client, Session=made["Session"])

    done = await begin(world, client, Session=confirmed["Session"], TARGET_ACR_VALUES="urn:cognito:loa:2")

    token = claims(done["AuthenticationResult"]["AccessToken"])
    assert (token["acr"], token["amr"]) == ("urn:cognito:loa:2", ["otp"])


async def test_after_the_first_sign_in_a_code_signs_in(world: World) -> None:
    pool = await a_pool(world, "EMAIL_OTP")
    client = await a_client(world, pool)
    made = await sign_up(world, client)
    confirmed = await confirm(world, pool, client, Session=made["Session"])
    await begin(world, client, Session=confirmed["Session"])

    asked = await begin(world, client, preferred="EMAIL_OTP")
    done = await answer(world, client, asked, EMAIL_OTP_CODE=await world.code(pool))

    assert asked["AvailableChallenges"] == ["EMAIL_OTP"]
    assert "AccessToken" in done["AuthenticationResult"]

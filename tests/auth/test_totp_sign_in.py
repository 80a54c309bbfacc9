"""TOTP from the first sight of the secret to the second sign-in (behaviour file, 2.4, 2.5 and 2.9)."""

import pytest
from tests.idp import authenticator
from tests.idp.authenticator import TOTP_ON, begin, code, pool_with_mfa, respond
from tests.world import World

from poolhouse.errors import SoftwareTokenReplayed


async def test_optional_first_tokens_then_an_app_then_its_code(world: World) -> None:
    pool = await pool_with_mfa(world, "OPTIONAL", TOTP_ON)
    client = await world.client(pool)
    await world.user(pool)
    tokens = (await begin(world, client))["AuthenticationResult"]

    secret = await authenticator.set_up(world, tokens["AccessToken"])

    asked = await begin(world, client)
    assert asked["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert "AuthenticationResult" not in asked
    done = await respond(
        world,
        client,
        "SOFTWARE_TOKEN_MFA",
        asked["Session"],
        SOFTWARE_TOKEN_MFA_CODE=code(world, secret),
    )
    assert done["ChallengeParameters"] == {}
    assert {"AccessToken", "IdToken", "RefreshToken"} <= set(done["AuthenticationResult"])


async def test_required_a_temporary_password_then_setup_then_tokens_then_the_code(world: World) -> None:
    pool = await pool_with_mfa(world, "ON", TOTP_ON)
    client = await world.client(pool)
    await world.call(
        "AdminCreateUser",
        UserPoolId=pool,
        Username="ada",
        TemporaryPassword="Temp0rary!",
        MessageAction="SUPPRESS",
    )
    first = await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": "Temp0rary!"},
    )
    assert first["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    setup = await respond(world, client, "NEW_PASSWORD_REQUIRED", first["Session"], NEW_PASSWORD="P2$Sword")
    assert setup["ChallengeName"] == "MFA_SETUP"
    assert setup["ChallengeParameters"] == {"MFAS_CAN_SETUP": '["SOFTWARE_TOKEN_MFA"]'}

    made = await world.call("AssociateSoftwareToken", Session=setup["Session"])
    secret = made["SecretCode"]
    shown = await world.call("VerifySoftwareToken", Session=made["Session"], UserCode=code(world, secret))
    done = await respond(world, client, "MFA_SETUP", shown["Session"])

    assert shown["Status"] == "SUCCESS"
    assert "AccessToken" in done["AuthenticationResult"]
    again = await begin(world, client)
    assert again["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    with pytest.raises(SoftwareTokenReplayed):  # the code that set it up is used up too
        await respond(
            world,
            client,
            "SOFTWARE_TOKEN_MFA",
            again["Session"],
            SOFTWARE_TOKEN_MFA_CODE=code(world, secret),
        )
    done = await respond(
        world,
        client,
        "SOFTWARE_TOKEN_MFA",
        again["Session"],
        SOFTWARE_TOKEN_MFA_CODE=code(world, secret, steps=1),
    )
    assert "AccessToken" in done["AuthenticationResult"]

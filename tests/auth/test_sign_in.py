"""Signing in: what comes back, what comes next, and what a client that hides users gives away."""

import base64
import json
from contextlib import suppress
from typing import Any

import pytest
from tests.srp_client import AWSSRP
from tests.world import PASSWORD, World

from poolhouse.errors import (
    ApiError,
    IncorrectLogin,
    PasswordResetRequired,
    TemporaryPasswordExpired,
    UserDisabled,
    UserNotConfirmed,
    UserNotFound,
)
from poolhouse.ports import DAY, SECOND

NEW_PASSWORD = "An0ther-P2$Sword"


def claims(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(part + "==")))


async def srp_challenge(world: World, client: dict[str, Any], name: str) -> dict[str, str]:
    answer = await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_SRP_AUTH",
        AuthParameters={"USERNAME": name, "SRP_A": "2"},
    )
    return dict(answer["ChallengeParameters"])


async def srp(world: World, client: dict[str, Any], name: str, password: str = PASSWORD) -> dict[str, Any]:
    prover = AWSSRP(name, password, client["UserPoolId"], client["ClientId"], client=object())
    begun = await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_SRP_AUTH",
        AuthParameters=prover.get_auth_params(),
    )
    assert "Session" not in begun  # gotcha 3
    answer = prover.process_challenge(begun["ChallengeParameters"], {"USERNAME": name})
    return await world.call(
        "RespondToAuthChallenge",
        ClientId=client["ClientId"],
        ChallengeName="PASSWORD_VERIFIER",
        ChallengeResponses=answer,
    )


async def test_a_password_gives_three_tokens(world: World) -> None:
    pool = await world.pool()
    client = await world.client(pool)
    await world.user(pool)

    result = await world.tokens(client)

    assert set(result) == {"AccessToken", "IdToken", "RefreshToken", "TokenType", "ExpiresIn"}
    assert (result["TokenType"], result["ExpiresIn"]) == ("Bearer", 3600)
    assert result["RefreshToken"].count(".") == 4


async def test_srp_gives_the_tokens_and_empty_challenge_parameters(world: World) -> None:
    pool = await world.pool()
    client = await world.client(pool)
    await world.user(pool)

    answer = await srp(world, client, "ada")

    assert answer["ChallengeParameters"] == {}  # gotcha 52
    assert claims(answer["AuthenticationResult"]["AccessToken"])["username"] == "ada"


async def test_in_a_pool_of_addresses_the_user_name_is_the_sub(world: World) -> None:
    pool = await world.pool(UsernameAttributes=["email"])
    client = await world.client(pool)
    username = await world.user(pool, "ada@example.com")

    challenge = await srp_challenge(world, client, "ada@example.com")
    answer = await srp(world, client, "ada@example.com")

    found = claims(answer["AuthenticationResult"]["IdToken"])
    assert challenge["USER_ID_FOR_SRP"] == username
    assert found["cognito:username"] == found["sub"] == username
    assert found["email"] == "ada@example.com"


async def test_a_verified_alias_signs_in_and_another_case_does_where_the_pool_has_none(world: World) -> None:
    pool = await world.pool(AliasAttributes=["email"], UsernameConfiguration={"CaseSensitive": False})
    client = await world.client(pool)
    await world.user(pool, "ada", email="ada@example.com", email_verified="true")

    for name in ("ada", "ADA", "ada@example.com", "Ada@Example.COM"):
        assert "AccessToken" in await world.tokens(client, name)


async def test_a_temporary_password_leads_to_a_new_one_and_then_to_tokens(world: World) -> None:
    pool = await world.pool()
    client = await world.client(pool)
    await world.call(
        "AdminCreateUser",
        UserPoolId=pool,
        Username="kim",
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
    )

    begun = await srp(world, client, "kim")
    done = await world.call(
        "RespondToAuthChallenge",
        ClientId=client["ClientId"],
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=begun["Session"],
        ChallengeResponses={"USERNAME": "kim", "NEW_PASSWORD": NEW_PASSWORD},
    )

    assert begun["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert begun["ChallengeParameters"]["requiredAttributes"] == "[]"
    assert "AccessToken" in done["AuthenticationResult"]
    assert "AccessToken" in await world.tokens(client, "kim", NEW_PASSWORD)
    with pytest.raises(IncorrectLogin):
        await world.tokens(client, "kim", PASSWORD)


async def test_a_new_password_is_asked_for_with_what_the_client_may_read(world: World) -> None:
    """[K]: turn it round here and in challenges/new_password_required.py."""
    pool = await world.pool(Schema=[{"Name": "plan", "AttributeDataType": "String", "Mutable": True}])
    attributes = {"email": "kim@example.com", "email_verified": "true", "custom:plan": "gold"}
    await world.call(
        "AdminCreateUser",
        UserPoolId=pool,
        Username="kim",
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
    )

    async def shown(**settings: Any) -> dict[str, str]:
        begun = await srp(world, await world.client(pool, **settings), "kim")
        return dict(json.loads(begun["ChallengeParameters"]["userAttributes"]))

    assert await shown() == {"email": "kim@example.com", "email_verified": "true"}
    assert await shown(ReadAttributes=["email", "custom:plan"]) == {
        "email": "kim@example.com",
        "custom:plan": "gold",
    }


async def test_a_temporary_password_is_good_for_the_days_of_the_policy(world: World) -> None:
    pool = await world.pool(Policies={"PasswordPolicy": {"TemporaryPasswordValidityDays": 2}})
    client = await world.client(pool)
    await world.call(
        "AdminCreateUser",
        UserPoolId=pool,
        Username="kim",
        TemporaryPassword=PASSWORD,
        MessageAction="SUPPRESS",
    )

    async def begin() -> str:
        answer = await world.call(
            "InitiateAuth",
            ClientId=client["ClientId"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "kim", "PASSWORD": PASSWORD},
        )
        return str(answer["ChallengeName"])

    world.advance(2 * DAY - 10 * SECOND)
    in_time = await begin()
    world.advance(20 * SECOND)

    assert in_time == "NEW_PASSWORD_REQUIRED"
    with pytest.raises(TemporaryPasswordExpired):
        await begin()


# What a client tells: the state of the user, whether the client hides users, and then what comes of the right
# and of a wrong password.
_STATES = {
    "nobody": {False: (UserNotFound, UserNotFound), True: (IncorrectLogin, IncorrectLogin)},
    "unconfirmed": {False: (UserNotConfirmed, IncorrectLogin), True: (UserNotConfirmed, IncorrectLogin)},
    "disabled": {False: (UserDisabled, UserDisabled), True: (UserDisabled, IncorrectLogin)},
    "reset": {
        False: (PasswordResetRequired, PasswordResetRequired),
        True: (IncorrectLogin, IncorrectLogin),  # gotcha 10
    },
}


async def _put(world: World, pool: str, client: dict[str, Any], state: str) -> None:
    if state == "unconfirmed":
        await world.call("SignUp", ClientId=client["ClientId"], Username="ada", Password=PASSWORD)
    if state in ("disabled", "reset"):
        await world.user(pool, "ada", email="ada@example.com", email_verified="true")
    if state == "disabled":
        await world.call("AdminDisableUser", UserPoolId=pool, Username="ada")
    if state == "reset":
        await world.call("AdminResetUserPassword", UserPoolId=pool, Username="ada")


@pytest.mark.parametrize("hides", [False, True], ids=["LEGACY", "ENABLED"])
@pytest.mark.parametrize("state", _STATES)
@pytest.mark.parametrize("flow", ["password", "srp"])
async def test_what_a_client_tells_about_a_user(world: World, flow: str, state: str, hides: bool) -> None:
    pool = await world.pool()
    client = await world.client(pool, PreventUserExistenceErrors="ENABLED" if hides else "LEGACY")
    await _put(world, pool, client, state)
    sign_in = world.tokens if flow == "password" else lambda *given: srp(world, *given)

    async def answered(password: str) -> type[ApiError]:
        with pytest.raises(ApiError) as refusal:
            await sign_in(client, "ada", password)
        return type(refusal.value)

    said = await answered(PASSWORD), await answered("Wr0ng-P2$Sword")

    assert said == _STATES[state][hides]


async def test_a_decoy_is_asked_the_same_as_a_user_and_the_same_every_time(world: World) -> None:
    pool = await world.pool()
    client = await world.client(pool, PreventUserExistenceErrors="ENABLED")
    await world.user(pool)

    user = await srp_challenge(world, client, "ada")
    first, second = [await srp_challenge(world, client, "nobody") for _ in range(2)]
    other = await srp_challenge(world, client, "nobody-else")

    assert set(first) == set(user)
    assert {name: len(text) for name, text in first.items() if name in ("SALT", "SECRET_BLOCK")} == {
        name: len(text) + _longer(name) for name, text in user.items() if name in ("SALT", "SECRET_BLOCK")
    }
    assert first["SALT"] == second["SALT"] != other["SALT"]
    assert first["SRP_B"] != second["SRP_B"]
    assert first["USER_ID_FOR_SRP"] == "nobody"


def _longer(name: str) -> int:
    """The block holds the name that was typed: three letters more, in base64."""
    return 4 if name == "SECRET_BLOCK" else 0


async def test_a_decoy_has_another_salt_in_another_pool_and_a_uuid_where_users_have_one(world: World) -> None:
    here, there = await world.pool(), await world.pool(UsernameAttributes=["email"])
    hides = {"PreventUserExistenceErrors": "ENABLED"}
    by_name, by_address = await world.client(here, **hides), await world.client(there, **hides)

    decoys = [await srp_challenge(world, client, "nobody@example.com") for client in (by_name, by_address)]

    assert decoys[0]["SALT"] != decoys[1]["SALT"]
    assert decoys[0]["USER_ID_FOR_SRP"] == "nobody@example.com"
    assert len(decoys[1]["USER_ID_FOR_SRP"]) == 36


# Requests that anybody can make about anybody, and that must not cost less for nobody.
_ABOUT_ANYBODY: dict[str, dict[str, Any]] = {
    "InitiateAuth": {"AuthFlow": "USER_PASSWORD_AUTH"},
    "ForgotPassword": {},
    "ConfirmForgotPassword": {"ConfirmationCode": "000000", "Password": "An0ther-P2$Sword"},
    "ConfirmSignUp": {"ConfirmationCode": "000000"},
    "ResendConfirmationCode": {},
}


async def ask_about(world: World, client: dict[str, Any], operation: str, name: str) -> None:
    members = {"ClientId": client["ClientId"], "Username": name} | _ABOUT_ANYBODY[operation]
    if operation == "InitiateAuth":
        members["AuthParameters"] = {"USERNAME": members.pop("Username"), "PASSWORD": "Wr0ng-P2$Sword"}
    with suppress(ApiError):
        await world.call(operation, **members)


@pytest.mark.parametrize("operation", [*_ABOUT_ANYBODY, "SRP"])
async def test_nobody_costs_as_many_statements_as_somebody(world: World, operation: str) -> None:
    pool = await world.pool(AutoVerifiedAttributes=["email"])
    client = await world.client(pool, PreventUserExistenceErrors="ENABLED")
    await world.user(pool, "ada", email="ada@example.com", email_verified="true")
    executed: list[str] = []
    db: Any = world.env.db
    for connection in (db._reader, db._writer):
        connection.set_trace_callback(executed.append)

    async def statements(name: str) -> int:
        executed.clear()
        if operation == "SRP":
            with pytest.raises(IncorrectLogin):
                await srp(world, client, name, "Wr0ng-P2$Sword")
        else:
            await ask_about(world, client, operation, name)
        return len(executed)

    await statements("warm")

    assert await statements("ada") == await statements("nobody")

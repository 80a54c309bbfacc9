"""One code of an app and twenty who show it at once, each in a sign-in of their own: one gets in."""

import base64
import time
from typing import Any

from tests.races.sites import (
    RUNNERS,
    Site,
    new_client,
    new_pool,
    new_user,
    password_sign_in,
    race,
)

from poolhouse.crypto import totp

# The race is for one code, not for the lock-out: a replayed code is a failed try.
_MANY_TRIES = {"poolhouse:lockout-free-tries": "100"}


def now_step() -> int:
    return time.time_ns() // 1_000 // totp.STEP


def code(secret: str, step: int) -> str:
    return totp.code_at(base64.b32decode(secret), step)


async def with_secret(site: Site) -> tuple[str, str, str]:
    """Ada has asked for a secret; gives the client, an access token and the secret."""
    pool = await new_pool(site, UserPoolTags=_MANY_TRIES)
    await site.call(
        "SetUserPoolMfaConfig",
        UserPoolId=pool,
        MfaConfiguration="OPTIONAL",
        SoftwareTokenMfaConfiguration={"Enabled": True},
    )
    client = await new_client(site, pool)
    await new_user(site, pool)
    tokens = (await site.call("InitiateAuth", **password_sign_in(client)))["AuthenticationResult"]
    made = await site.call("AssociateSoftwareToken", AccessToken=tokens["AccessToken"])
    return client, tokens["AccessToken"], made["SecretCode"]


def answer(client: str, session: str, shown: str) -> dict[str, Any]:
    return {
        "ClientId": client,
        "ChallengeName": "SOFTWARE_TOKEN_MFA",
        "Session": session,
        "ChallengeResponses": {"USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": shown},
    }


async def test_one_of_many_signs_in_with_the_code_of_an_app(site: Site) -> None:
    client, token, secret = await with_secret(site)
    await site.call("VerifySoftwareToken", AccessToken=token, UserCode=code(secret, now_step() - 1))
    await site.call("SetUserMFAPreference", AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True})
    sessions = [
        (await site.call("InitiateAuth", **password_sign_in(client)))["Session"] for _ in range(RUNNERS)
    ]
    shown = code(secret, now_step() + 1)

    outcomes = await race(
        *(site.attempt("RespondToAuthChallenge", **answer(client, session, shown)) for session in sessions)
    )

    assert sum(outcome.won for outcome in outcomes) == 1
    assert {outcome.text for outcome in outcomes if not outcome.won} == {
        "Your software token has already been used once."
    }

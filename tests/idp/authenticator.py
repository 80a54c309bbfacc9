"""An authenticator app, as users have it: the secret in base32, and a code for every half minute."""

import base64
from typing import Any

from tests.world import PASSWORD, World

from poolhouse.crypto import totp

SENDER = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/example.com",
}
SMS = {"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}
TOTP_ON = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
SMS_ON = {"SmsMfaConfiguration": {"SmsConfiguration": SMS}}
EMAIL_ON: dict[str, Any] = {"EmailMfaConfiguration": {}}


def code(world: World, secret: str, *, steps: int = 0) -> str:
    """What the app shows now, or `steps` half minutes later."""
    return totp.code_at(base64.b32decode(secret), world.now // totp.STEP + steps)


async def pool_with_mfa(world: World, mode: str, *factors: dict[str, Any], **settings: Any) -> str:
    """A pool whose MFA is OPTIONAL or ON with these factors."""
    pool = await world.pool(EmailConfiguration=SENDER, **settings)
    members: dict[str, Any] = {}
    for factor in factors:
        members |= factor
    await world.call("SetUserPoolMfaConfig", UserPoolId=pool, MfaConfiguration=mode, **members)
    return pool


async def begin(world: World, client: dict[str, Any], name: str = "ada") -> dict[str, Any]:
    """Show the password; gives the challenge or the tokens."""
    return await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
    )


async def respond(
    world: World,
    client: dict[str, Any],
    challenge: str,
    session: str,
    name: str = "ada",
    **answer: str,
) -> dict[str, Any]:
    return await world.call(
        "RespondToAuthChallenge",
        ClientId=client["ClientId"],
        ChallengeName=challenge,
        Session=session,
        ChallengeResponses={"USERNAME": name} | answer,
    )


async def set_up(world: World, access_token: str, *, turn_on: bool = True) -> str:
    """Associate and verify an app, turn it on, and let its code of now be over; gives the secret."""
    made = await world.call("AssociateSoftwareToken", AccessToken=access_token)
    secret = str(made["SecretCode"])
    await world.call("VerifySoftwareToken", AccessToken=access_token, UserCode=code(world, secret))
    if turn_on:
        await world.call(
            "SetUserMFAPreference",
            AccessToken=access_token,
            SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True},
        )
    world.advance(2 * totp.STEP)
    return secret

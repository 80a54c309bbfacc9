"""Second factors on the stage of a refusal: pools that have them, and people who use them."""

from typing import Any

import pytest
from tests.idp import authenticator
from tests.idp.authenticator import SENDER
from tests.refusals.scene import PASSWORD, Members, Scene

from poolhouse.crypto import totp
from poolhouse.errors import ApiError

INVALID = "NotAuthorizedException: Invalid session for the user."
EXPIRED_SESSION = "NotAuthorizedException: Invalid session for the user, session is expired."
USED = "NotAuthorizedException: Invalid session for the user, session can only be used once."
LOCKED = "NotAuthorizedException: Password attempts exceeded"
WRONG_APP_CODE = "CodeMismatchException: Invalid code received for user"
WRONG_SENT_CODE = "CodeMismatchException: Invalid code or auth state for the user."
REPLAYED = "ExpiredCodeException: Your software token has already been used once."
NOT_VERIFIED = "InvalidParameterException: User has not verified software token mfa"

# A pool that may send codes by e-mail.
MAILS: Members = {"EmailConfiguration": SENDER}
PHONE = {"phone_number": "+12065550100", "phone_number_verified": "true"}


async def mfa(s: Scene, mode: str, *factors: Members) -> Any:
    members: dict[str, Any] = {}
    for factor in factors:
        members |= factor
    return await s.admin("SetUserPoolMfaConfig", MfaConfiguration=mode, **members)


async def phone_given(s: Scene) -> None:
    """An administrator gives Ada a phone."""
    listed = [{"Name": name, "Value": text} for name, text in PHONE.items()]
    await s.admin("AdminUpdateUserAttributes", Username="ada", UserAttributes=listed)


def code(s: Scene, secret: str = "secret", *, steps: int = 0) -> str:
    """What an app with the kept secret shows now, or `steps` half minutes later."""
    return authenticator.code(s.world, s.got[secret], steps=steps)


def wrong(right: str) -> str:
    return "000000" if right != "000000" else "111111"


async def with_app(s: Scene, *factors: Members, mode: str = "OPTIONAL") -> None:
    """Ada has an app that is asked for; `secret` is kept, and an access token of before."""
    await mfa(s, mode, authenticator.TOTP_ON, *factors)
    await s.keep(tokens=s.tokens())
    await s.keep(secret=authenticator.set_up(s.world, s.got["tokens"]["AccessToken"]))


async def asked(s: Scene, name: str = "ada", key: str = "session") -> dict[str, Any]:
    """Show the password; the session of what is asked is kept."""
    answer = await s.sign_in(name)
    s.got[key] = answer["Session"]
    return answer


async def app_asked(s: Scene) -> None:
    """Ada has shown the password, and the code of her app is asked for."""
    await with_app(s)
    await asked(s)


async def respond(
    s: Scene,
    challenge: str,
    *,
    session: str = "session",
    name: str = "ada",
    app: Members | None = None,
    **answer: str,
) -> dict[str, Any]:
    """Answer a challenge with a kept session; a session of the answer is kept as `next`."""
    answered = await s.call(
        "RespondToAuthChallenge",
        ClientId=(app or s.app)["ClientId"],
        ChallengeName=challenge,
        Session=s.got[session],
        ChallengeResponses={"USERNAME": name} | answer,
    )
    s.got["next"] = answered.get("Session", "")
    return answered


async def answer_app(s: Scene, given: str | None = None, **more: Any) -> dict[str, Any]:
    """Answer SOFTWARE_TOKEN_MFA; without a code, rightly."""
    return await respond(s, "SOFTWARE_TOKEN_MFA", SOFTWARE_TOKEN_MFA_CODE=given or code(s), **more)


async def answer_sms(s: Scene, given: str | None = None, **more: Any) -> dict[str, Any]:
    return await respond(s, "SMS_MFA", SMS_MFA_CODE=given or await s.code(), **more)


async def answer_email(s: Scene, given: str | None = None, **more: Any) -> dict[str, Any]:
    return await respond(s, "EMAIL_OTP", EMAIL_OTP_CODE=given or await s.code(), **more)


async def sign_in_with_app(s: Scene, *, steps: int = 0) -> dict[str, Any]:
    """From the start: password, then the app's code of now or `steps` half minutes later."""
    await asked(s)
    return await answer_app(s, code(s, steps=steps))


async def prefer(s: Scene, **settings: Any) -> Any:
    return await s.token("SetUserMFAPreference", **settings)


async def wrong_app_codes(s: Scene, times: int) -> None:
    """Answer wrongly, in the kept session."""
    for _ in range(times):
        await refused(answer_app(s, wrong(code(s))))


async def refused(step: Any) -> None:
    """Let a step be refused, whatever it is answered."""
    with pytest.raises(ApiError):
        await step


async def setup_asked(s: Scene, *factors: Members) -> None:
    """Kim has a password, no factor, and is at MFA_SETUP; `session` is kept."""
    await mfa(s, "ON", *(factors or (authenticator.TOTP_ON,)))
    await s.world.user(s.pool, "kim", PASSWORD)
    answer = await asked(s, "kim")
    if answer["ChallengeName"] != "MFA_SETUP":
        raise AssertionError(answer["ChallengeName"])


async def associate(s: Scene, session: str = "session", into: str = "") -> None:
    """AssociateSoftwareToken with a kept session; keeps `secret<into>` and `associated<into>`."""
    made = await s.call("AssociateSoftwareToken", Session=s.got[session])
    s.got[f"secret{into}"], s.got[f"associated{into}"] = made["SecretCode"], made["Session"]


async def verify(s: Scene, session: str = "associated", given: str | None = None) -> dict[str, Any]:
    """VerifySoftwareToken with a kept session; keeps the session `verified`."""
    answer = await s.call("VerifySoftwareToken", Session=s.got[session], UserCode=given or code(s))
    s.got["verified"] = answer["Session"]
    return answer


async def set_up(s: Scene, session: str = "session") -> dict[str, Any]:
    """Kim's app, from the challenge to the tokens."""
    await associate(s, session)
    await verify(s)
    return await respond(s, "MFA_SETUP", session="verified", name="kim")


async def half_minutes(s: Scene, count: int) -> None:
    await s.later(count * totp.STEP)

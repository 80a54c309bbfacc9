"""Refused: factors set up or turned on by the wrong person, with the wrong proof, or where they cannot be."""

from typing import Any

from tests.idp.authenticator import EMAIL_ON, SMS_ON, TOTP_ON
from tests.refusals.mfa import (
    INVALID,
    LOCKED,
    MAILS,
    NOT_VERIFIED,
    PHONE,
    USED,
    WRONG_SENT_CODE,
    answer_app,
    answer_email,
    app_asked,
    asked,
    associate,
    code,
    mfa,
    prefer,
    refused,
    respond,
    set_up,
    setup_asked,
    verify,
    with_app,
    wrong,
)
from tests.refusals.scene import EMAIL, Scene
from tests.refusals.table import Row, play, table

from poolhouse.ports import SECOND

CODE_MISMATCH = "EnableSoftwareTokenMFAException: Code mismatch"
NO_SECRET = "SoftwareTokenMFANotFoundException: User has not set up software token mfa"
POOL_OFF = "SoftwareTokenMFANotFoundException: Software Token MFA has not been enabled by the userPool"
ONE_PROOF = "InvalidParameterException: Exactly one of AccessToken and Session must be given."
NO_WAY = "InvalidParameterException: User does not have delivery config set to turn on "
ON = {"Enabled": True}
PREFERRED = {"Enabled": True, "PreferredMfa": True}


async def signed_in(s: Scene, mode: str = "OPTIONAL", *factors: Any) -> None:
    """Ada has tokens in a pool with these factors, apps where none are named."""
    await mfa(s, mode, *(factors or (TOTP_ON,)))
    await s.keep(tokens=s.tokens())


async def own_secret(s: Scene, into: str = "secret") -> None:
    """Ada, signed in, asks for a secret."""
    made = await s.token("AssociateSoftwareToken")
    s.got[into] = made["SecretCode"]


async def verify_own(s: Scene, given: str | None = None, **more: str) -> Any:
    return await s.token("VerifySoftwareToken", UserCode=given or code(s), **more)


async def wrong_setup_codes(s: Scene, times: int) -> None:
    for _ in range(times):
        await refused(verify_own(s, wrong(code(s))))


async def two_setups(s: Scene) -> None:
    """Two people know Kim's password, and both are setting up an app."""
    await setup_asked(s)
    await asked(s, "kim", "later")
    await associate(s)
    await associate(s, "later", into="_later")


WITH_TOKEN = (
    Row(
        "a secret where the pool has no apps",
        POOL_OFF,
        lambda s: own_secret(s),
        lambda s: s.steps(mfa(s, "OPTIONAL", TOTP_ON), own_secret(s)),
        arrange=lambda s: s.keep(tokens=s.tokens()),
    ),
    Row(
        "a wrong code for a new secret",
        CODE_MISMATCH,
        lambda s: verify_own(s, wrong(code(s))),
        lambda s: verify_own(s),
        arrange=lambda s: s.steps(signed_in(s), own_secret(s)),
    ),
    Row(
        "a code for a secret that a newer one replaced",
        CODE_MISMATCH,
        lambda s: verify_own(s, code(s, "first")),
        lambda s: verify_own(s),
        arrange=lambda s: s.steps(signed_in(s), own_secret(s, "first"), own_secret(s)),
    ),
    Row(
        "a code without a secret",
        NO_SECRET,
        lambda s: verify_own(s, "123456"),
        lambda s: s.steps(own_secret(s), verify_own(s)),
        arrange=signed_in,
    ),
    Row(
        "a secret verified twice",
        NO_SECRET,
        lambda s: verify_own(s),
        lambda s: s.steps(own_secret(s), verify_own(s)),
        arrange=lambda s: s.steps(signed_in(s), own_secret(s), verify_own(s)),
    ),
    Row(
        "a right code for a new secret after five wrong ones",
        LOCKED,
        lambda s: verify_own(s),
        lambda s: s.steps(s.later(2 * SECOND), verify_own(s)),
        arrange=lambda s: s.steps(signed_in(s), own_secret(s), wrong_setup_codes(s, 5)),
    ),
    Row(
        "a secret asked for with neither a token nor a session",
        ONE_PROOF,
        lambda s: s.call("AssociateSoftwareToken"),
        own_secret,
        arrange=signed_in,
    ),
    Row(
        "a secret asked for with a token and a session",
        ONE_PROOF,
        lambda s: s.token("AssociateSoftwareToken", Session=s.got["session"]),
        own_secret,
        arrange=lambda s: s.steps(signed_in(s), s.keep(kept=setup_asked(s))),
    ),
)

WITH_SESSION = (
    Row(
        "a secret asked for with a session that we did not make",
        INVALID,
        lambda s: s.call("AssociateSoftwareToken", Session="QUFB" * 40),
        lambda s: associate(s),
        arrange=setup_asked,
    ),
    Row(
        "a secret asked for with a session that is not base64",
        INVALID,
        lambda s: s.call("AssociateSoftwareToken", Session="not base64, but long enough"),
        lambda s: associate(s),
        arrange=setup_asked,
    ),
    Row(
        "a secret asked for in the session of a code",
        INVALID,
        lambda s: s.call("AssociateSoftwareToken", Session=s.got["session"]),
        lambda s: answer_app(s),
        arrange=app_asked,
    ),
    Row(
        "a secret asked for by who has set up an app meanwhile",
        INVALID,
        lambda s: associate(s, "late"),
        lambda s: s.token("AssociateSoftwareToken", s.got["access"]),
        arrange=lambda s: s.steps(setup_asked(s), asked(s, "kim", "late"), kims_tokens(s)),
    ),
    Row(
        "the secret of one session verified in another",
        INVALID,
        lambda s: verify(s),
        lambda s: verify(s, "associated_later", code(s, "secret_later")),
        arrange=two_setups,
    ),
    Row(
        "a wrong code for the secret of a session",
        CODE_MISMATCH,
        lambda s: verify(s, given=wrong(code(s))),
        lambda s: verify(s),
        arrange=lambda s: s.steps(setup_asked(s), associate(s)),
    ),
    Row(
        "a code in a session that asked for no secret",
        INVALID,
        lambda s: verify(s, "session"),
        lambda s: verify(s),
        arrange=lambda s: s.steps(setup_asked(s), associate(s)),
    ),
    *(
        Row(
            f"MFA_SETUP answered {when}",
            NOT_VERIFIED,
            lambda s, session=session: respond(s, "MFA_SETUP", session=session, name="kim"),
            lambda s: s.steps(verify(s), respond(s, "MFA_SETUP", session="verified", name="kim")),
            arrange=lambda s: s.steps(setup_asked(s), associate(s)),
        )
        for when, session in (("before anything is set up", "session"), ("before the code", "associated"))
    ),
    Row(
        "MFA_SETUP answered twice",
        USED,
        lambda s: respond(s, "MFA_SETUP", session="verified", name="kim"),
        lambda s: asked(s, "kim"),
        arrange=lambda s: s.steps(setup_asked(s), set_up(s)),
    ),
    Row(
        "MFA_SETUP answered for somebody else",
        INVALID,
        lambda s: respond(s, "MFA_SETUP", session="verified", name="ada"),
        lambda s: respond(s, "MFA_SETUP", session="verified", name="kim"),
        arrange=lambda s: s.steps(setup_asked(s), associate(s), verify(s)),
    ),
    Row(
        "MFA_SETUP with an app that an administrator deleted meanwhile",
        INVALID,
        lambda s: respond(s, "MFA_SETUP", session="verified", name="kim"),
        lambda s: s.steps(asked(s, "kim"), set_up(s)),
        arrange=lambda s: s.steps(
            setup_asked(s), associate(s), verify(s), s.admin("AdminDeleteSoftwareToken", Username="kim")
        ),
    ),
    Row(
        "an e-mail address that is none as the factor to set up",
        "InvalidParameterException: Invalid email address format.",
        lambda s: give_email(s, "kim"),
        lambda s: give_email(s, "kim@example.com"),
        arrange=lambda s: setup_asked(s, TOTP_ON, EMAIL_ON),
        pool=MAILS,
    ),
    Row(
        "an e-mail address where the pool has no e-mail factor",
        NOT_VERIFIED,
        lambda s: give_email(s, "kim@example.com"),
        lambda s: set_up(s),
        arrange=setup_asked,
    ),
    Row(
        "a wrong code for the e-mail address to set up",
        WRONG_SENT_CODE,
        lambda s: answer_email(s, "000000", session="next", name="kim"),
        lambda s: answer_email(s, session="next", name="kim"),
        arrange=lambda s: s.steps(
            setup_asked(s, TOTP_ON, EMAIL_ON), give_email(s, "kim@example.com"), s.keep(next=kept_next(s))
        ),
        pool=MAILS,
    ),
    Row(
        "the e-mail address that another user signs in with",
        "AliasExistsException: An account with the given email already exists.",
        lambda s: answer_email(s, session="mine", name="kim"),
        lambda s: s.steps(
            asked(s, "kim"), give_email(s, "kim@example.com"), answer_email(s, session="next", name="kim")
        ),
        arrange=lambda s: s.steps(
            setup_asked(s, TOTP_ON, EMAIL_ON), give_email(s, EMAIL), s.keep(mine=kept_next(s))
        ),
        pool=MAILS | {"AliasAttributes": ["email"]},
    ),
)


async def kims_tokens(s: Scene) -> None:
    done = await set_up(s)
    s.got["access"] = done["AuthenticationResult"]["AccessToken"]


async def kept_next(s: Scene) -> str:
    return str(s.got["next"])


async def give_email(s: Scene, address: str) -> Any:
    return await respond(s, "MFA_SETUP", name="kim", EMAIL=address)


async def by_admin(s: Scene, **settings: Any) -> Any:
    return await s.admin("AdminSetUserMFAPreference", Username="ada", **settings)


PREFERENCES = (
    Row(
        "an app turned on before it is set up",
        NOT_VERIFIED,
        lambda s: prefer(s, SoftwareTokenMfaSettings=ON),
        lambda s: s.steps(own_secret(s), verify_own(s), prefer(s, SoftwareTokenMfaSettings=ON)),
        arrange=signed_in,
    ),
    Row(
        "an app turned on before it is verified",
        NOT_VERIFIED,
        lambda s: prefer(s, SoftwareTokenMfaSettings=ON),
        lambda s: s.steps(verify_own(s), prefer(s, SoftwareTokenMfaSettings=ON)),
        arrange=lambda s: s.steps(signed_in(s), own_secret(s)),
    ),
    Row(
        "an app turned on by an administrator before it is set up",
        NO_WAY + "SOFTWARE_TOKEN_MFA",
        lambda s: by_admin(s, SoftwareTokenMfaSettings=ON),
        lambda s: s.steps(own_secret(s), verify_own(s), by_admin(s, SoftwareTokenMfaSettings=ON)),
        arrange=signed_in,
    ),
    Row(
        "SMS turned on without a phone",
        NO_WAY + "SMS_MFA",
        lambda s: prefer(s, SMSMfaSettings=ON),
        lambda s: prefer(s, SMSMfaSettings={"Enabled": False}),
        arrange=lambda s: signed_in(s, "OPTIONAL", SMS_ON),
    ),
    Row(
        "SMS turned on where the pool has only apps",
        NO_WAY + "SMS_MFA",
        lambda s: by_admin(s, SMSMfaSettings=ON),
        lambda s: s.steps(mfa(s, "OPTIONAL", SMS_ON), by_admin(s, SMSMfaSettings=ON)),
        arrange=signed_in,
        user=PHONE,
    ),
    Row(
        "e-mail turned on where the pool has no e-mail factor",
        NO_WAY + "EMAIL_OTP",
        lambda s: prefer(s, EmailMfaSettings=ON),
        lambda s: s.steps(mfa(s, "OPTIONAL", EMAIL_ON), prefer(s, EmailMfaSettings=ON)),
        arrange=signed_in,
        pool=MAILS,
    ),
    Row(
        "two preferred factors",
        "InvalidParameterException: Only one MFA method can be the preferred one.",
        lambda s: prefer(s, SMSMfaSettings=PREFERRED, EmailMfaSettings=PREFERRED),
        lambda s: prefer(s, SMSMfaSettings=PREFERRED, EmailMfaSettings=ON),
        arrange=lambda s: signed_in(s, "OPTIONAL", SMS_ON, EMAIL_ON),
        pool=MAILS,
        user=PHONE,
    ),
    Row(
        "a preferred factor that is off",
        "InvalidParameterException: An MFA method that is not enabled cannot be the preferred one.",
        lambda s: prefer(s, SMSMfaSettings={"Enabled": False, "PreferredMfa": True}),
        lambda s: prefer(s, SMSMfaSettings=PREFERRED),
        arrange=lambda s: signed_in(s, "OPTIONAL", SMS_ON),
        user=PHONE,
    ),
    Row(
        "the last factor turned off where one is required",
        "InvalidParameterException: MFA is required in this user pool: the last MFA method of a user cannot "
        "be turned off.",
        lambda s: prefer(s, SoftwareTokenMfaSettings={"Enabled": False}),
        lambda s: s.steps(
            mfa(s, "OPTIONAL", TOTP_ON), prefer(s, SoftwareTokenMfaSettings={"Enabled": False})
        ),
        arrange=lambda s: s.steps(with_app(s), mfa(s, "ON", TOTP_ON)),
    ),
    Row(
        "the older settings with another medium than SMS",
        "InvalidParameterException: MFAOptions can only have the delivery medium SMS and the attribute name "
        "phone_number.",
        lambda s: s.token(
            "SetUserSettings", MFAOptions=[{"DeliveryMedium": "EMAIL", "AttributeName": "email"}]
        ),
        lambda s: s.token(
            "SetUserSettings", MFAOptions=[{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]
        ),
        arrange=lambda s: signed_in(s, "OPTIONAL", SMS_ON),
        user=PHONE,
    ),
    Row(
        "the app of nobody deleted",
        "UserNotFoundException: User does not exist.",
        lambda s: s.admin("AdminDeleteSoftwareToken", Username="nobody"),
        lambda s: s.admin("AdminDeleteSoftwareToken", Username="ada"),
        arrange=with_app,
    ),
    Row(
        "the app of somebody who is not confirmed deleted",
        "UserNotConfirmedException: User is not confirmed.",
        lambda s: s.admin("AdminDeleteSoftwareToken", Username="eve"),
        lambda s: s.admin("AdminDeleteSoftwareToken", Username="ada"),
        arrange=lambda s: s.signed_up("eve"),
    ),
    Row(
        "a code for a lost password over the medium of the second factor",
        "InvalidParameterException: Cannot reset password for the user as there is no registered/verified "
        "email or phone_number",
        lambda s: s.public("ForgotPassword", Username="ada"),
        lambda s: s.steps(
            by_admin(s, EmailMfaSettings={"Enabled": False}), s.public("ForgotPassword", Username="ada")
        ),
        arrange=lambda s: s.steps(mfa(s, "OPTIONAL", EMAIL_ON), by_admin(s, EmailMfaSettings=ON)),
        pool=MAILS,
    ),
)


@table(WITH_TOKEN, WITH_SESSION, PREFERENCES)
async def test_a_factor_is_not_set_up_or_turned_on(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)

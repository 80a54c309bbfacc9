"""Refused: sessions of sign-ups that are not this sign-in's, and passwords of users who have none."""

from typing import Any

from tests.refusals.choice import (
    CLIENT,
    CODES,
    allowing,
    anew,
    answer,
    auto,
    begin,
    chosen,
    confirmed,
    new_here,
    passwordless,
    right,
    signed_up,
)
from tests.refusals.scene import OTHER_PASSWORD, PASSWORD, Scene
from tests.refusals.table import Row, play, table

from poolhouse.ports import MINUTE

INVALID = "NotAuthorizedException: Invalid session for the user."
EXPIRED = "NotAuthorizedException: Invalid session for the user, session is expired."
USED = "NotAuthorizedException: Invalid session for the user, session can only be used once."
NO_PASSWORD = "InvalidParameterException: Missing required parameter Password"
NO_PREVIOUS = "InvalidParameterException: Missing required parameter PreviousPassword"
NO_RESET = "NotAuthorizedException: User password cannot be reset in the current state."
# Whether a session was used up is written down whatever comes of it.
SPENT = frozenset({"spent_sessions"})


def row(name: str, error: str, refused: Any, twin: Any, **more: Any) -> Row:
    return Row(name, error, refused, twin, **({"pool": CODES, "client": CLIENT} | more))


async def two_sign_ups(s: Scene) -> None:
    await signed_up(s)
    await signed_up(s, "zoe", kept="other")


async def two_confirmed(s: Scene) -> None:
    await two_sign_ups(s)
    await s.keep(zoe=confirmed(s, "zoe", kept="other"), eve=confirmed(s))


async def here_twice(s: Scene) -> None:
    await s.keep(app=s.another_client(**CLIENT))
    await new_here(s)


async def used(s: Scene) -> None:
    await new_here(s)
    await auto(s)


async def signed_in_before(s: Scene) -> None:
    await new_here(s)
    await chosen(s, "EMAIL_OTP", "eve")
    await right(s, "eve")


async def with_a_code(s: Scene) -> dict[str, Any]:
    await chosen(s, "EMAIL_OTP", "eve", kept="again")
    return await right(s, "eve", asked="again")


async def late(s: Scene) -> dict[str, Any]:
    await s.later(3 * MINUTE + 1)
    return await auto(s)


async def late_confirmation(s: Scene) -> dict[str, Any]:
    await s.later(3 * MINUTE + 1)
    return await confirmed(s)


async def without_session(s: Scene) -> dict[str, Any]:
    code = s.got["sign-up code"]
    return await s.public("ConfirmSignUp", Username="eve", ConfirmationCode=code)


async def both_ways(s: Scene) -> None:
    """Nia has no password; her tokens and Ada's are kept."""
    await passwordless(s)
    await chosen(s, "EMAIL_OTP", "nia")
    await s.keep(nia=right(s, "nia"), tokens=s.tokens())


async def native_off(s: Scene) -> None:
    """Nia is signed in, and an administrator ends the native sign-in of both."""
    await both_ways(s)
    subject = {"ProviderName": "Cognito", "ProviderAttributeName": "Cognito_Subject"}
    await s.admin("AdminDisableProviderForUser", User=subject | {"ProviderAttributeValue": "nia"})


async def first_password(s: Scene) -> dict[str, Any]:
    access = s.got["nia"]["AuthenticationResult"]["AccessToken"]
    return await s.call("ChangePassword", AccessToken=access, ProposedPassword=PASSWORD)


async def by_administrator(s: Scene, name: str = "nia") -> dict[str, Any]:
    await s.admin("AdminSetUserPassword", Username=name, Password=PASSWORD, Permanent=True)
    return await s.sign_in(name)


async def sign_up(s: Scene, *, address: bool = True, password: str = "") -> dict[str, Any]:
    listed = [{"Name": "email", "Value": "eve@example.com"}] if address else []
    given = {"Password": password} if password else {}
    return await s.public("SignUp", Username="eve", UserAttributes=listed, **given)


SESSIONS = (
    row(
        "the Session of SignUp in place of that of ConfirmSignUp",
        INVALID,
        lambda s: auto(s, session=s.got["sign-up"]["Session"]),
        auto,
        arrange=new_here,
    ),
    row(
        "the Session of SignUp before the sign-up is confirmed",
        INVALID,
        lambda s: auto(s, session=s.got["sign-up"]["Session"]),
        lambda s: s.steps(confirmed(s), auto(s)),
        arrange=signed_up,
    ),
    row("the Session of ConfirmSignUp twice", USED, auto, with_a_code, arrange=used),
    row(
        "the Session of ConfirmSignUp after another sign-in",
        INVALID,
        auto,
        with_a_code,
        arrange=signed_in_before,
        changes=SPENT,
    ),
    row(
        "the Session of somebody else's ConfirmSignUp",
        INVALID,
        lambda s: auto(s, session=s.got["zoe"]["Session"]),
        auto,
        arrange=two_confirmed,
    ),
    row(
        "the Session of ConfirmSignUp at another client",
        INVALID,
        lambda s: auto(s, app=s.got["app"]),
        auto,
        arrange=here_twice,
    ),
    row("the Session of ConfirmSignUp three minutes later", EXPIRED, late, with_a_code, arrange=new_here),
    row(
        "the Session of ConfirmSignUp as the answer to a challenge",
        INVALID,
        lambda s: answer(s, "eve", asked="confirmed", challenge="EMAIL_OTP", EMAIL_OTP_CODE="12345678"),
        auto,
        arrange=new_here,
    ),
    row(
        "a challenge's Session in place of that of ConfirmSignUp",
        INVALID,
        lambda s: begin(s, Session=s.got["asked"]["Session"]),
        anew,
        arrange=lambda s: chosen(s, "EMAIL_OTP"),
    ),
    row(
        "ConfirmSignUp with the Session of somebody else's SignUp",
        INVALID,
        lambda s: confirmed(s, Session=s.got["other"]["Session"]),
        lambda s: confirmed(s),
        arrange=two_sign_ups,
    ),
    row(
        "ConfirmSignUp with a Session of three minutes ago",
        EXPIRED,
        late_confirmation,
        without_session,
        arrange=signed_up,
    ),
    row(
        "ConfirmSignUp with a Session that is none",
        INVALID,
        lambda s: confirmed(s, Session="A" * 64),
        lambda s: confirmed(s),
        arrange=signed_up,
    ),
)

WITHOUT_PASSWORD = (
    row(
        "a sign-up without a password where passwords alone are allowed",
        NO_PASSWORD,
        lambda s: sign_up(s),
        lambda s: sign_up(s, password=PASSWORD),
        pool=allowing(),
    ),
    row(
        "a sign-up without a password and without an address",
        NO_PASSWORD,
        lambda s: sign_up(s, address=False),
        lambda s: sign_up(s),
    ),
    row(
        "a sign-up without a password where only passkeys do without one",
        NO_PASSWORD,
        lambda s: sign_up(s),
        lambda s: sign_up(s, password=PASSWORD),
        pool=allowing("WEB_AUTHN"),
    ),
    row(
        "a change of the password by who does not say the previous one",
        NO_PREVIOUS,
        lambda s: s.token("ChangePassword", ProposedPassword=OTHER_PASSWORD),
        first_password,
        arrange=both_ways,
    ),
    row(
        "a second first password",
        NO_PREVIOUS,
        first_password,
        lambda s: s.sign_in("nia"),
        arrange=lambda s: s.steps(both_ways(s), first_password(s)),
    ),
    row(
        "a first password for whom the native sign-in was ended",
        NO_PREVIOUS,
        first_password,
        by_administrator,
        arrange=native_off,
    ),
    row(
        "a first password that breaks the policy",
        "InvalidPasswordException: Password does not conform to policy: Password not long enough",
        lambda s: s.call(
            "ChangePassword",
            AccessToken=s.got["nia"]["AuthenticationResult"]["AccessToken"],
            ProposedPassword="P2$Swo",
        ),
        first_password,
        arrange=both_ways,
    ),
    row(
        "a code for a lost password that never was",
        NO_RESET,
        lambda s: s.public("ForgotPassword", Username="nia"),
        lambda s: s.public("ForgotPassword", Username="ada"),
        arrange=passwordless,
    ),
    row(
        "the reset of a password that never was",
        NO_RESET,
        lambda s: s.admin("AdminResetUserPassword", Username="nia"),
        by_administrator,
        arrange=passwordless,
    ),
    row(
        "another invitation for a user who needs no password",
        "UnsupportedUserStateException: The user's status does not allow a new invitation.",
        lambda s: s.admin("AdminCreateUser", Username="nia", MessageAction="RESEND"),
        lambda s: s.steps(
            s.invited("kim"), s.admin("AdminCreateUser", Username="kim", MessageAction="RESEND")
        ),
        arrange=passwordless,
    ),
)


def policy(*factors: str) -> dict[str, Any]:
    return {"PoolName": "new", "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": list(factors)}}}


def levels(**names: str) -> dict[str, Any]:
    given = {level: {"AcrValue": name} for level, name in names.items()}
    return {"PoolName": "new", "AcrConfiguration": given}


SETTINGS = (
    row(
        "first factors without the password",
        "InvalidParameterException: AllowedFirstAuthFactors must have PASSWORD.",
        lambda s: s.call("CreateUserPool", **policy("EMAIL_OTP")),
        lambda s: s.call("CreateUserPool", **policy("PASSWORD", "EMAIL_OTP")),
    ),
    row(
        "an authenticator app as first factor",
        "InvalidParameterException: SOFTWARE_TOKEN is not supported in AllowedFirstAuthFactors.",
        lambda s: s.call("CreateUserPool", **policy("PASSWORD", "SOFTWARE_TOKEN")),
        lambda s: s.call("CreateUserPool", **policy("PASSWORD", "SMS_OTP", "WEB_AUTHN")),
    ),
    row(
        "one name for two levels",
        "InvalidParameterException: Each AcrValue of AcrConfiguration must differ from all others and from "
        "the default names.",
        lambda s: s.call("CreateUserPool", **levels(Level1="low", Level2="low")),
        lambda s: s.call("CreateUserPool", **levels(Level1="low", Level2="lower")),
    ),
    row(
        "the default name of another level",
        "InvalidParameterException: Each AcrValue of AcrConfiguration must differ from all others and from "
        "the default names.",
        lambda s: s.call("CreateUserPool", **levels(Level1="urn:cognito:loa:2")),
        lambda s: s.call("CreateUserPool", **levels(Level1="urn:cognito:loa:1")),
    ),
)


@table(SESSIONS, WITHOUT_PASSWORD, SETTINGS)
async def test_what_users_without_a_password_have_not_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)

"""Refused: sign-ups, confirmations and invitations."""

from typing import Any

from tests.refusals.scene import EMAIL, PASSWORD, Scene
from tests.refusals.table import Row, play, table

from poolhouse.ports import DAY, HOUR, SECOND

EXISTS = "UsernameExistsException: User already exists"
MISMATCH = "CodeMismatchException: Invalid verification code provided, please try again."
EXPIRED = "ExpiredCodeException: Invalid code provided, please request a code again."
NOBODY = "UserNotFoundException: Username/client id combination not found."
LIMIT = "LimitExceededException: Attempt limit exceeded, please try after some time."
SCHEMA = "InvalidParameterException: Attributes did not conform to the schema: "
POLICY = "InvalidPasswordException: Password did not conform with policy: "
ADMIN_POLICY = "InvalidPasswordException: Password did not conform with password policy: "
UNAUTHORIZED = "NotAuthorizedException: A client attempted to write unauthorized attribute"
HIDES = {"PreventUserExistenceErrors": "ENABLED"}
NAMED_BY_EMAIL = {"UsernameAttributes": ["email"]}
NO_CASE = {"UsernameConfiguration": {"CaseSensitive": False}}
_CODE_LIMIT = 15


async def sign_up(s: Scene, name: str = "eve", password: str = PASSWORD, **attributes: str) -> Any:
    listed = [{"Name": key.replace("__", ":"), "Value": text} for key, text in attributes.items()]
    return await s.public("SignUp", Username=name, Password=password, UserAttributes=listed)


async def waiting(s: Scene) -> None:
    """Eve has signed up; `wrong` is not her code."""
    await s.signed_up("eve")
    s.got["code"] = await s.code()
    s.got["wrong"] = "000000" if s.got["code"] != "000000" else "111111"


async def confirm(s: Scene, name: str = "eve", code: str | None = None, **more: Any) -> Any:
    return await s.public("ConfirmSignUp", Username=name, ConfirmationCode=code or s.got["code"], **more)


async def confirm_wrongly(s: Scene, name: str = "eve") -> Any:
    return await confirm(s, name, s.got["wrong"])


async def resend(s: Scene, name: str = "eve") -> Any:
    return await s.public("ResendConfirmationCode", Username=name)


async def confirm_with_new_code(s: Scene, name: str = "eve") -> Any:
    await resend(s, name)
    return await confirm(s, name, await s.code())


async def two_waiting(s: Scene) -> None:
    await waiting(s)
    await s.signed_up("mia")
    s.got["mia"] = await s.code()


async def tried_too_often(s: Scene) -> None:
    await waiting(s)
    for _ in range(_CODE_LIMIT):
        try:
            await confirm_wrongly(s)
        except Exception as error:  # noqa: BLE001 - which one it is, another row says
            s.got["error"] = error


async def sent_five_times(s: Scene) -> None:
    await waiting(s)
    for _ in range(5):
        await resend(s)


async def sent_again(s: Scene) -> None:
    """A newer code has taken the place of the first, and is not the same."""
    await waiting(s)
    while await s.code() == s.got["code"]:
        await resend(s)


async def invite(s: Scene, name: str = "kim", **members: Any) -> Any:
    usual = {"MessageAction": "SUPPRESS", "TemporaryPassword": PASSWORD}
    return await s.admin("AdminCreateUser", Username=name, **(usual | members))


def attribute(name: str, value: str) -> dict[str, Any]:
    return {"UserAttributes": [{"Name": name, "Value": value}]}


NAMES = (
    Row("a user name that is taken", EXISTS, lambda s: sign_up(s, "ada"), lambda s: sign_up(s, "eve")),
    Row(
        "a user name that is taken by somebody who has not confirmed",
        EXISTS,
        lambda s: sign_up(s, "eve"),
        lambda s: sign_up(s, "mia"),
        arrange=waiting,
    ),
    Row(
        "a user name that is taken, in other letters",
        EXISTS,
        lambda s: sign_up(s, "ADA"),
        lambda s: sign_up(s, "ADA2"),
        pool=NO_CASE,
    ),
    Row(
        "a user name that is taken, with the sign for Kelvin as its K",
        EXISTS,
        lambda s: sign_up(s, "\u212aim"),
        lambda s: sign_up(s, "Jim"),
        pool=NO_CASE,
        arrange=lambda s: s.another_user("kim"),
    ),
    Row(
        "an e-mail address that is somebody's user name",
        "UsernameExistsException: An account with the given email already exists.",
        lambda s: sign_up(s, EMAIL),
        lambda s: sign_up(s, "eve@example.com"),
        pool=NAMED_BY_EMAIL,
    ),
    Row(
        "a user name that is no e-mail address, in a pool of addresses",
        "InvalidParameterException: Username should be an email.",
        lambda s: sign_up(s, "eve"),
        lambda s: sign_up(s, "eve@example.com"),
        pool=NAMED_BY_EMAIL,
    ),
    Row(
        "a user name that is neither address nor number, in a pool of both",
        "InvalidParameterException: Username should be either an email or a phone number.",
        lambda s: sign_up(s, "eve"),
        lambda s: sign_up(s, "+15550100"),
        pool={"UsernameAttributes": ["email", "phone_number"]},
    ),
    Row(
        "a user name that could be somebody's e-mail alias",
        "InvalidParameterException: Username cannot be of email format, since user pool is "
        "configured for email alias.",
        lambda s: sign_up(s, "eve@example.com"),
        lambda s: sign_up(s, "eve"),
        pool={"AliasAttributes": ["email"]},
    ),
    Row(
        "a sign-up where only administrators create users",
        "NotAuthorizedException: SignUp is not permitted for this user pool",
        sign_up,
        invite,
        pool={"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True}},
    ),
)

PASSWORDS = tuple(
    Row(
        f"a sign-up with a password that is {what}",
        POLICY + text,
        lambda s, password=password: sign_up(s, password=password),
        lambda s: sign_up(s, password="Passw0rd!"),
    )
    for what, password, text in (
        ("too short", "Pass0!", "Password not long enough"),
        ("without a lower-case letter", "12341234", "Password must have lowercase characters"),
        ("without an upper-case letter", "password", "Password must have uppercase characters"),
        ("without a digit", "Password", "Password must have numeric characters"),
        ("without a symbol", "Password123", "Password must have symbol characters"),
    )
)

ATTRIBUTES = (
    *(
        Row(
            f"a sign-up that sets {name}",
            UNAUTHORIZED,
            lambda s, name=name, value=value: sign_up(s, **{name: value}),
            lambda s: sign_up(s, email="eve@example.com"),
        )
        for name, value in (
            ("sub", "00000000-0000-4000-8000-000000000000"),
            ("email_verified", "true"),
            ("phone_number_verified", "true"),
        )
    ),
    Row(
        "a sign-up that sets an attribute which the client may not write",
        UNAUTHORIZED,
        lambda s: sign_up(s, custom__tenant="acme"),
        lambda s: sign_up(s, custom__plan="free"),
        client={"WriteAttributes": ["email", "custom:plan"]},
    ),
    Row(
        "a sign-up with an attribute that the pool does not have",
        SCHEMA + "custom:role: Attribute does not exist in the schema.\n",
        lambda s: sign_up(s, custom__role="admin"),
        lambda s: sign_up(s, custom__plan="free"),
    ),
    Row(
        "a sign-up without a required attribute",
        SCHEMA + "family_name: The attribute is required\n",
        lambda s: sign_up(s, name="Eve"),
        lambda s: sign_up(s, name="Eve", family_name="Moneypenny"),
        pool={"Schema": [{"Name": "family_name", "Required": True}]},
        client={"WriteAttributes": ["email", "name", "family_name"]},
    ),
    Row(
        "a sign-up with an e-mail address that is none",
        "InvalidParameterException: Invalid email address format.",
        lambda s: sign_up(s, email="eve"),
        lambda s: sign_up(s, email="eve@example.com"),
    ),
    Row(
        "a sign-up with a phone number that is none",
        "InvalidParameterException: Invalid phone number format.",
        lambda s: sign_up(s, phone_number="555-0100"),
        lambda s: sign_up(s, phone_number="+15550100"),
    ),
    Row(
        "a sign-up without a password",
        "InvalidParameterException: Missing required parameter Password",
        lambda s: s.public("SignUp", Username="eve"),
        sign_up,
    ),
)

CONFIRMATIONS = (
    Row("a wrong code", MISMATCH, confirm_wrongly, confirm, arrange=waiting),
    Row(
        "a code that is too old",
        EXPIRED,
        confirm,
        confirm_with_new_code,
        arrange=lambda s: s.steps(waiting(s), s.later(DAY + SECOND)),
    ),
    Row("a code that a newer one has replaced", MISMATCH, confirm, confirm_with_new_code, arrange=sent_again),
    Row(
        "the code of somebody else",
        MISMATCH,
        lambda s: confirm(s, "eve", s.got["mia"]),
        lambda s: confirm(s, "mia", s.got["mia"]),
        arrange=two_waiting,
    ),
    Row(
        "a code that was used",
        "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED",
        confirm,
        lambda s: s.sign_in("eve"),
        arrange=lambda s: s.steps(waiting(s), confirm(s)),
    ),
    Row("a code for nobody", NOBODY, lambda s: confirm(s, "nobody"), confirm, arrange=waiting),
    Row(
        "a code for nobody, where the client hides that",
        MISMATCH,
        lambda s: confirm(s, "nobody"),
        confirm,
        client=HIDES,
        arrange=waiting,
    ),
    Row(
        "a code for somebody who is confirmed, where the client hides that",
        MISMATCH,
        lambda s: confirm(s, "ada"),
        confirm,
        client=HIDES,
        arrange=waiting,
    ),
    Row(
        "a confirmation with a Session",
        "NotAuthorizedException: Invalid session for the user.",
        lambda s: confirm(s, Session="A" * 40),
        confirm,
        arrange=waiting,
    ),
    Row(
        "the right code, after fifteen wrong ones",
        LIMIT,
        confirm,
        lambda s: s.steps(s.later(HOUR + SECOND), confirm_with_new_code(s)),
        arrange=tried_too_often,
    ),
    Row(
        "an e-mail address that has become somebody's alias",
        "AliasExistsException: An account with the email already exists.",
        lambda s: confirm(s, "mia"),
        lambda s: confirm(s, "mia", ForceAliasCreation=True),
        pool={"AliasAttributes": ["email"]},
        arrange=lambda s: s.steps(sign_up(s, "mia", email=EMAIL), keep_code(s)),
    ),
    Row(
        "a code sent again to somebody who is confirmed",
        "InvalidParameterException: User is already confirmed.",
        lambda s: resend(s, "ada"),
        resend,
        arrange=waiting,
    ),
    Row("a code sent again to nobody", NOBODY, lambda s: resend(s, "nobody"), resend, arrange=waiting),
    Row(
        "a code sent again where the pool verifies nothing",
        "NotAuthorizedException: Cannot resend codes. Auto verification not turned on.",
        resend,
        lambda s: s.admin("AdminConfirmSignUp", Username="eve"),
        pool={"AutoVerifiedAttributes": []},
        arrange=lambda s: s.signed_up("eve"),
    ),
    Row(
        "a sixth code in an hour",
        LIMIT,
        resend,
        lambda s: s.steps(s.later(HOUR + SECOND), resend(s)),
        arrange=sent_five_times,
    ),
    Row(
        "an administrator's confirmation of somebody who is confirmed",
        "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED",
        lambda s: s.admin("AdminConfirmSignUp", Username="ada"),
        lambda s: s.admin("AdminConfirmSignUp", Username="eve"),
        arrange=waiting,
    ),
)


async def keep_code(s: Scene) -> None:
    await s.keep(code=s.code())


INVITATIONS = (
    Row(
        "an invitation under a name that is taken",
        "UsernameExistsException: User account already exists",
        lambda s: invite(s, "ada"),
        lambda s: invite(s, "kim"),
    ),
    Row(
        "an invitation sent again to nobody",
        "UserNotFoundException: User does not exist.",
        lambda s: invite(s, "nobody", MessageAction="RESEND"),
        lambda s: invite(s, "kim", MessageAction="RESEND"),
        arrange=invite,
    ),
    Row(
        "an invitation sent again to somebody who has a password",
        "UnsupportedUserStateException: The user's status does not allow a new invitation.",
        lambda s: invite(s, "ada", MessageAction="RESEND"),
        lambda s: invite(s, "kim", MessageAction="RESEND"),
        arrange=invite,
    ),
    Row(
        "an invitation with a temporary password that breaks the policy",
        ADMIN_POLICY + "Password must have symbol characters",
        lambda s: invite(s, TemporaryPassword="Passw0rd1"),
        lambda s: invite(s, TemporaryPassword="Passw0rd!"),
    ),
    Row(
        "an invitation that chooses the sub",
        SCHEMA + "sub: Attribute cannot be set.\n",
        lambda s: invite(s, **attribute("sub", "00000000-0000-4000-8000-000000000000")),
        lambda s: invite(s, **attribute("email_verified", "true")),
    ),
    Row(
        "an invitation with an attribute that the pool does not have",
        SCHEMA + "custom:role: Attribute does not exist in the schema.\n",
        lambda s: invite(s, **attribute("custom:role", "admin")),
        lambda s: invite(s, **attribute("custom:tenant", "acme")),
    ),
    Row(
        "an invitation under a name that is no address, in a pool of addresses",
        "InvalidParameterException: Username should be either an email or a phone number.",
        lambda s: invite(s, "kim"),
        lambda s: invite(s, "kim@example.com"),
        pool=NAMED_BY_EMAIL,
    ),
)


@table(NAMES, PASSWORDS, ATTRIBUTES, CONFIRMATIONS, INVITATIONS)
async def test_a_sign_up_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)

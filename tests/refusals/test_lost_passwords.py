"""Refused: passwords that are forgotten, changed, reset or set."""

from typing import Any

from tests.refusals.scene import EMAIL, OTHER_PASSWORD, PASSWORD, WRONG_PASSWORD, Scene
from tests.refusals.table import Row, play, table

from poolhouse.ports import HOUR, SECOND

MISMATCH = "CodeMismatchException: Invalid verification code provided, please try again."
EXPIRED = "ExpiredCodeException: Invalid code provided, please request a code again."
NOBODY = "UserNotFoundException: Username/client id combination not found."
UNKNOWN = "UserNotFoundException: User does not exist."
DISABLED = "NotAuthorizedException: User is disabled."
STATE = "NotAuthorizedException: User password cannot be reset in the current state."
CONTACT = (
    "InvalidParameterException: Cannot reset password for the user as there is no "
    "registered/verified email or "
    "phone_number"
)
ADMINISTRATOR = "NotAuthorizedException: Contact administrator to reset password."
LIMIT = "LimitExceededException: Attempt limit exceeded, please try after some time."
POLICY = "InvalidPasswordException: Password does not conform to policy: Password must have symbol characters"
USED_BEFORE = "PasswordHistoryPolicyViolationException: Password has previously been used."
INCORRECT = "NotAuthorizedException: Incorrect username or password."
HIDES = {"PreventUserExistenceErrors": "ENABLED"}
ADMIN_ONLY = {"AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]}}
HISTORY = {"Policies": {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 3}}}
WITHOUT_SYMBOL = "Passw0rdPassw0rd"


async def forget(s: Scene, name: str = "ada") -> Any:
    return await s.public("ForgotPassword", Username=name)


async def forgotten(s: Scene) -> None:
    await forget(s)
    s.got["code"] = await s.code()
    s.got["wrong"] = "000000" if s.got["code"] != "000000" else "111111"


async def recover(
    s: Scene, name: str = "ada", code: str | None = None, password: str = OTHER_PASSWORD
) -> Any:
    return await s.public(
        "ConfirmForgotPassword", Username=name, ConfirmationCode=code or s.got["code"], Password=password
    )


async def recover_wrongly(s: Scene) -> Any:
    return await recover(s, code=s.got["wrong"])


async def forget_and_recover(s: Scene) -> Any:
    await forgotten(s)
    return await recover(s)


async def both_forgotten(s: Scene) -> None:
    await s.another_user("bob", email="bob@example.com", email_verified="true")
    await forgotten(s)
    await forget(s, "bob")
    s.got["bob"] = await s.code()


async def forgotten_too_often(s: Scene) -> None:
    for _ in range(20):
        await forget(s)


async def signed_in(s: Scene) -> None:
    await s.keep(tokens=s.tokens())


async def change(s: Scene, previous: str = PASSWORD, proposed: str = OTHER_PASSWORD) -> Any:
    return await s.token("ChangePassword", PreviousPassword=previous, ProposedPassword=proposed)


async def changed_too_often(s: Scene) -> None:
    await signed_in(s)
    for old, new in ((PASSWORD, OTHER_PASSWORD), (OTHER_PASSWORD, PASSWORD)) * 2:
        await change(s, old, new)
    await change(s)


async def set_password(s: Scene, name: str = "ada", password: str = OTHER_PASSWORD) -> Any:
    return await s.admin("AdminSetUserPassword", Username=name, Password=password, Permanent=True)


async def reset(s: Scene, name: str = "ada") -> Any:
    return await s.admin("AdminResetUserPassword", Username=name)


async def verify_address(s: Scene, name: str) -> None:
    listed = [{"Name": "email", "Value": f"{name}@example.com"}, {"Name": "email_verified", "Value": "true"}]
    await s.admin("AdminUpdateUserAttributes", Username=name, UserAttributes=listed)


FORGOTTEN = (
    Row("a code for nobody", NOBODY, lambda s: forget(s, "nobody"), forget),
    Row(
        "a code for somebody who is disabled",
        DISABLED,
        forget,
        lambda s: s.steps(s.admin("AdminEnableUser", Username="ada"), forget(s)),
        arrange=lambda s: s.admin("AdminDisableUser", Username="ada"),
    ),
    Row(
        "a code for somebody without a verified address",
        CONTACT,
        lambda s: forget(s, "bob"),
        lambda s: s.steps(verify_address(s, "bob"), forget(s, "bob")),
        arrange=lambda s: s.another_user("bob", email="bob@example.com"),
    ),
    Row(
        "a code for somebody who has a temporary password",
        STATE,
        lambda s: forget(s, "kim"),
        lambda s: s.steps(set_password(s, "kim"), forget(s, "kim")),
        arrange=lambda s: s.invited("kim", email="kim@example.com", email_verified="true"),
    ),
    Row("a code where only administrators reset", ADMINISTRATOR, forget, set_password, pool=ADMIN_ONLY),
    Row(
        "a twenty-first code in an hour",
        LIMIT,
        forget,
        lambda s: s.steps(s.later(HOUR + SECOND), forget(s)),
        arrange=forgotten_too_often,
    ),
)

RECOVERED = (
    Row(
        "a new password that nobody asked for",
        EXPIRED,
        lambda s: recover(s, code="123456"),
        forget_and_recover,
    ),
    Row("a new password with a wrong code", MISMATCH, recover_wrongly, recover, arrange=forgotten),
    Row(
        "a new password with a code that is too old",
        EXPIRED,
        recover,
        forget_and_recover,
        arrange=lambda s: s.steps(forgotten(s), s.later(HOUR + SECOND)),
    ),
    Row(
        "a second new password with the same code",
        EXPIRED,
        lambda s: recover(s, password="Y3t-another"),
        lambda s: s.sign_in(password=OTHER_PASSWORD),
        arrange=lambda s: s.steps(forgotten(s), recover(s)),
    ),
    Row(
        "a new password with the code of somebody else",
        MISMATCH,
        lambda s: recover(s, "ada", s.got["bob"]),
        lambda s: recover(s, "bob", s.got["bob"]),
        arrange=both_forgotten,
    ),
    Row("a new password for nobody", NOBODY, lambda s: recover(s, "nobody"), recover, arrange=forgotten),
    Row(
        "a new password for nobody, where the client hides that",
        MISMATCH,
        lambda s: recover(s, "nobody"),
        recover,
        client=HIDES,
        arrange=forgotten,
    ),
    Row(
        "a new password that breaks the policy: the code stays good",
        POLICY,
        lambda s: recover(s, password=WITHOUT_SYMBOL),
        recover,
        arrange=forgotten,
    ),
    Row(
        "a new password that was used before: the code stays good",
        USED_BEFORE,
        lambda s: recover(s, password=PASSWORD),
        recover,
        pool=HISTORY,
        arrange=forgotten,
    ),
    Row(
        "a code of before the address was changed",
        EXPIRED,
        recover,
        forget_and_recover,
        arrange=lambda s: s.steps(forgotten(s), moved(s)),
    ),
    Row(
        "a code of before an administrator set the password",
        EXPIRED,
        recover,
        forget_and_recover,
        arrange=lambda s: s.steps(forgotten(s), set_password(s)),
    ),
)


async def moved(s: Scene) -> None:
    listed = [{"Name": "email", "Value": "new@example.com"}, {"Name": "email_verified", "Value": "true"}]
    await s.admin("AdminUpdateUserAttributes", Username="ada", UserAttributes=listed)


CHANGED = (
    Row(
        "a change with a wrong previous password",
        INCORRECT,
        lambda s: change(s, WRONG_PASSWORD),
        change,
        arrange=signed_in,
    ),
    Row(
        "a change without the previous password",
        "InvalidParameterException: Missing required parameter PreviousPassword",
        lambda s: s.token("ChangePassword", ProposedPassword=OTHER_PASSWORD),
        change,
        arrange=signed_in,
    ),
    Row(
        "a change to a password that breaks the policy",
        POLICY,
        lambda s: change(s, proposed=WITHOUT_SYMBOL),
        change,
        arrange=signed_in,
    ),
    Row(
        "a change to the password of now, where passwords are remembered",
        USED_BEFORE,
        lambda s: change(s, proposed=PASSWORD),
        change,
        pool=HISTORY,
        arrange=signed_in,
    ),
    Row(
        "a sixth change in an hour",
        LIMIT,
        lambda s: change(s, OTHER_PASSWORD, PASSWORD),
        lambda s: s.steps(s.later(HOUR + SECOND), signed_in_again(s), change(s, OTHER_PASSWORD, PASSWORD)),
        arrange=changed_too_often,
    ),
)


async def signed_in_again(s: Scene) -> None:
    await s.keep(tokens=s.tokens(password=OTHER_PASSWORD))


BY_ADMINISTRATORS = (
    Row("a password set for nobody", UNKNOWN, lambda s: set_password(s, "nobody"), set_password),
    Row(
        "a password set that breaks the policy",
        POLICY,
        lambda s: set_password(s, password=WITHOUT_SYMBOL),
        set_password,
    ),
    Row(
        "a password set that was used before",
        USED_BEFORE,
        lambda s: set_password(s, password=PASSWORD),
        set_password,
        pool=HISTORY,
    ),
    Row("a reset for nobody", UNKNOWN, lambda s: reset(s, "nobody"), reset),
    Row(
        "a reset for somebody who has a temporary password",
        STATE,
        lambda s: reset(s, "kim"),
        lambda s: s.steps(set_password(s, "kim"), reset(s, "kim")),
        arrange=lambda s: s.invited("kim", email="kim@example.com", email_verified="true"),
    ),
    Row(
        "a reset for somebody without a verified address",
        CONTACT,
        lambda s: reset(s, "bob"),
        lambda s: s.steps(verify_address(s, "bob"), reset(s, "bob")),
        arrange=lambda s: s.another_user("bob", email=EMAIL),
    ),
)


@table(FORGOTTEN, RECOVERED, CHANGED, BY_ADMINISTRATORS)
async def test_a_new_password_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)

"""Refused: sign-ins with a password, over every flow that takes one."""

from typing import Any

import pytest
from tests.refusals.scene import OTHER_PASSWORD, PASSWORD, WRONG_PASSWORD, Scene
from tests.refusals.table import Row, play, table

from poolhouse.errors import ApiError
from poolhouse.ports import DAY, SECOND

INCORRECT = "NotAuthorizedException: Incorrect username or password."
LOCKED = "NotAuthorizedException: Password attempts exceeded"
DISABLED = "NotAuthorizedException: User is disabled."
UNKNOWN = "UserNotFoundException: User does not exist."
HIDES = {"PreventUserExistenceErrors": "ENABLED"}
_FREE_TRIES = 5


async def fail(scene: Scene, *ways: Any) -> None:
    """Use up the free tries, in the ways given, one after the other."""
    for number in range(_FREE_TRIES):
        with pytest.raises(ApiError, match="Incorrect username or password"):
            await ways[number % len(ways)]()


async def lock_with_passwords(s: Scene) -> None:
    await fail(s, lambda: s.sign_in(password=WRONG_PASSWORD))


async def lock_with_every_flow(s: Scene) -> None:
    await fail(
        s,
        lambda: s.sign_in(password=WRONG_PASSWORD),
        lambda: s.admin_sign_in(password=WRONG_PASSWORD),
        lambda: s.srp(password=WRONG_PASSWORD),
    )


async def lock_with_changes(s: Scene) -> None:
    """ChangePassword, too, is asked whether the previous password is right."""
    await s.keep(tokens=s.tokens())
    await fail(
        s, lambda: s.token("ChangePassword", PreviousPassword=WRONG_PASSWORD, ProposedPassword=OTHER_PASSWORD)
    )


async def lock_nobody(s: Scene) -> None:
    await fail(s, lambda: s.sign_in("nobody"))


def unlocked(s: Scene, step: Any) -> Any:
    """The same, two seconds later: the first lock lasts one."""
    return s.steps(s.later(2 * SECOND), step)


async def given_a_temporary_password(s: Scene) -> None:
    await s.admin("AdminSetUserPassword", Username="ada", Password=OTHER_PASSWORD, Permanent=False)


PASSWORDS = (
    Row(
        "a wrong password",
        INCORRECT,
        lambda s: s.sign_in(password=WRONG_PASSWORD),
        lambda s: s.sign_in(),
    ),
    Row(
        "a wrong password, given to an administrator's server",
        INCORRECT,
        lambda s: s.admin_sign_in(password=WRONG_PASSWORD),
        lambda s: s.admin_sign_in(),
    ),
    Row(
        "a wrong password under the old name of the flow",
        INCORRECT,
        lambda s: s.admin_sign_in(password=WRONG_PASSWORD, flow="ADMIN_NO_SRP_AUTH"),
        lambda s: s.admin_sign_in(flow="ADMIN_NO_SRP_AUTH"),
    ),
    Row(
        "a password in another case",
        INCORRECT,
        lambda s: s.sign_in(password=PASSWORD.swapcase()),
        lambda s: s.sign_in(),
    ),
    Row(
        "a password with something behind it",
        INCORRECT,
        lambda s: s.sign_in(password=PASSWORD + " "),
        lambda s: s.sign_in(),
    ),
    Row(
        "the password of somebody else",
        INCORRECT,
        lambda s: s.sign_in("bob", PASSWORD),
        lambda s: s.sign_in("bob", OTHER_PASSWORD),
        arrange=lambda s: s.world.user(s.pool, "bob", OTHER_PASSWORD),
    ),
    Row(
        "the password of before an administrator changed it",
        INCORRECT,
        lambda s: s.sign_in(),
        lambda s: s.sign_in(password=OTHER_PASSWORD),
        arrange=lambda s: s.admin(
            "AdminSetUserPassword", Username="ada", Password=OTHER_PASSWORD, Permanent=True
        ),
    ),
    Row(
        "a wrong password in a pool that keeps argon2id hashes",
        INCORRECT,
        lambda s: s.sign_in(password=WRONG_PASSWORD),
        lambda s: s.sign_in(),
        pool={"UserPoolTags": {"poolhouse:password-storage": "argon2id"}},
        client={"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},
    ),
)

WHO = (
    Row("a name that nobody has", UNKNOWN, lambda s: s.sign_in("nobody"), lambda s: s.sign_in()),
    Row(
        "a name that nobody has, asked by an administrator's server",
        UNKNOWN,
        lambda s: s.admin_sign_in("nobody"),
        lambda s: s.admin_sign_in(),
    ),
    Row("SRP for a name that nobody has", UNKNOWN, lambda s: s.srp("nobody"), lambda s: s.srp()),
    Row(
        "a name that nobody has, where the client hides that",
        INCORRECT,
        lambda s: s.sign_in("nobody"),
        lambda s: s.sign_in(),
        client=HIDES,
    ),
    Row(
        "a name that nobody has, hidden from the administrator's server too",
        INCORRECT,
        lambda s: s.admin_sign_in("nobody"),
        lambda s: s.admin_sign_in(),
        client=HIDES,
    ),
    Row(
        "SRP for a name that nobody has, where the client hides that",
        INCORRECT,
        lambda s: s.srp("nobody"),
        lambda s: s.srp(),
        client=HIDES,
    ),
    Row(
        "a name in another case in a pool that minds it",
        UNKNOWN,
        lambda s: s.sign_in("ADA"),
        lambda s: s.sign_in("ada"),
    ),
    Row(
        "an e-mail address where it is no alias",
        UNKNOWN,
        lambda s: s.sign_in("ada@example.com"),
        lambda s: s.sign_in("ada"),
    ),
    Row(
        "an alias that is not verified",
        UNKNOWN,
        lambda s: s.sign_in("bob@example.com"),
        lambda s: s.sign_in("ada@example.com"),
        pool={"AliasAttributes": ["email"]},
        arrange=lambda s: s.another_user("bob", email="bob@example.com"),
    ),
    Row(
        "a user who is disabled",
        DISABLED,
        lambda s: s.sign_in(),
        lambda s: s.steps(s.admin("AdminEnableUser", Username="ada"), s.sign_in()),
        arrange=lambda s: s.admin("AdminDisableUser", Username="ada"),
    ),
    Row(
        "SRP for a user who is disabled",
        DISABLED,
        lambda s: s.srp(),
        lambda s: s.steps(s.admin("AdminEnableUser", Username="ada"), s.srp()),
        arrange=lambda s: s.admin("AdminDisableUser", Username="ada"),
    ),
    Row(
        "a wrong password for a disabled user, where the client hides users",
        INCORRECT,
        lambda s: s.sign_in(password=WRONG_PASSWORD),
        lambda s: s.steps(s.admin("AdminEnableUser", Username="ada"), s.sign_in()),
        client=HIDES,
        arrange=lambda s: s.admin("AdminDisableUser", Username="ada"),
    ),
    Row(
        "a user who has not confirmed",
        "UserNotConfirmedException: User is not confirmed.",
        lambda s: s.sign_in("eve"),
        lambda s: s.steps(s.admin("AdminConfirmSignUp", Username="eve"), s.sign_in("eve")),
        arrange=lambda s: s.signed_up("eve"),
    ),
    Row(
        "SRP for a user who has not confirmed",
        "UserNotConfirmedException: User is not confirmed.",
        lambda s: s.srp("eve"),
        lambda s: s.steps(s.admin("AdminConfirmSignUp", Username="eve"), s.srp("eve")),
        arrange=lambda s: s.signed_up("eve"),
    ),
    Row(
        "a wrong password for a user who has not confirmed",
        INCORRECT,
        lambda s: s.sign_in("eve", WRONG_PASSWORD),
        lambda s: s.steps(s.admin("AdminConfirmSignUp", Username="eve"), s.sign_in("eve")),
        arrange=lambda s: s.signed_up("eve"),
    ),
    Row(
        "a user whose password an administrator has reset",
        "PasswordResetRequiredException: Password reset required for the user",
        lambda s: s.sign_in(),
        lambda s: s.steps(
            s.admin("AdminSetUserPassword", Username="ada", Password=PASSWORD, Permanent=True), s.sign_in()
        ),
        arrange=lambda s: s.admin("AdminResetUserPassword", Username="ada"),
    ),
    Row(
        "SRP for a user whose password an administrator has reset",
        "PasswordResetRequiredException: Password reset required for the user",
        lambda s: s.srp(),
        lambda s: s.steps(
            s.admin("AdminSetUserPassword", Username="ada", Password=PASSWORD, Permanent=True), s.srp()
        ),
        arrange=lambda s: s.admin("AdminResetUserPassword", Username="ada"),
    ),
    *(
        Row(
            f"{flow} for a user whose password was reset, where the client hides users",
            INCORRECT,
            sign_in,
            lambda s, sign_in=sign_in: s.steps(
                s.admin("AdminSetUserPassword", Username="ada", Password=PASSWORD, Permanent=True),
                sign_in(s),
            ),
            client=HIDES,
            arrange=lambda s: s.admin("AdminResetUserPassword", Username="ada"),
        )
        for flow, sign_in in (("a password", lambda s: s.sign_in()), ("SRP", lambda s: s.srp()))
    ),
    Row(
        "a temporary password that is too old",
        "NotAuthorizedException: Temporary password has expired and must be reset by an administrator.",
        lambda s: s.sign_in(password=OTHER_PASSWORD),
        lambda s: s.steps(given_a_temporary_password(s), s.sign_in(password=OTHER_PASSWORD)),
        arrange=lambda s: s.steps(given_a_temporary_password(s), s.later(7 * DAY + SECOND)),
    ),
)

LOCK_OUT = (
    Row(
        "the right password, after five wrong ones",
        LOCKED,
        lambda s: s.sign_in(),
        lambda s: unlocked(s, s.sign_in()),
        arrange=lock_with_passwords,
    ),
    Row(
        "SRP with the right password, after five wrong ones over other flows",
        LOCKED,
        lambda s: s.srp(),
        lambda s: unlocked(s, s.srp()),
        arrange=lock_with_passwords,
    ),
    Row(
        "an administrator's server, after five wrong passwords over all flows",
        LOCKED,
        lambda s: s.admin_sign_in(),
        lambda s: unlocked(s, s.admin_sign_in()),
        arrange=lock_with_every_flow,
    ),
    Row(
        "a change of the password, after five wrong ones at sign-in",
        LOCKED,
        lambda s: s.token("ChangePassword", PreviousPassword=PASSWORD, ProposedPassword=OTHER_PASSWORD),
        lambda s: unlocked(
            s, s.token("ChangePassword", PreviousPassword=PASSWORD, ProposedPassword=OTHER_PASSWORD)
        ),
        arrange=lambda s: s.steps(s.keep(tokens=s.tokens()), lock_with_passwords(s)),
    ),
    Row(
        "a sign-in, after five wrong previous passwords",
        LOCKED,
        lambda s: s.sign_in(),
        lambda s: unlocked(s, s.sign_in()),
        arrange=lock_with_changes,
    ),
    Row(
        "the same user by an alias, after five wrong passwords under the user name",
        LOCKED,
        lambda s: s.sign_in("ada@example.com"),
        lambda s: unlocked(s, s.sign_in("ada@example.com")),
        pool={"AliasAttributes": ["email"]},
        arrange=lock_with_passwords,
    ),
    Row(
        "a name that nobody has is locked like a user",
        LOCKED,
        lambda s: s.sign_in("nobody"),
        lambda s: s.sign_in(),
        client=HIDES,
        arrange=lock_nobody,
    ),
)


@table(PASSWORDS, WHO, LOCK_OUT)
async def test_a_sign_in_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)

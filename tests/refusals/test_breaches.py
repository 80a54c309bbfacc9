"""Refused: passwords that are known to be stolen, where the pool's threat protection is enforced."""

import dataclasses
from typing import Any

from msgspec.structs import replace
from tests.refusals.scene import OTHER_PASSWORD, PASSWORD, Members, Scene
from tests.refusals.table import Row, play, table
from tests.risk.breaches.made import file_of

from poolhouse.risk.breaches import digests
from poolhouse.risk.breaches.lists import Lists

STOLEN = "St0len-P2$Sword"
RESET = "PasswordResetRequiredException: Password reset required for user due to security reasons"
RESET_BEFORE = "PasswordResetRequiredException: Password reset required for the user"
NOT_SAFE = "InvalidPasswordException: Provided password cannot be used for security reasons."
INCORRECT = "NotAuthorizedException: Incorrect username or password."
SIGN_UP_POLICY = "InvalidPasswordException: Password did not conform with policy: Password not long enough"

ENFORCED: Members = {"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}
WITH_CHOICE: Members = {"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]}
HIDES: Members = {"PreventUserExistenceErrors": "ENABLED"}
USERS = frozenset({"users", "audit_heads", "audit_records"})  # that the password has to be reset is audited

_FILE = digests.read(file_of(PASSWORD, STOLEN))


async def stolen(s: Scene) -> None:
    """Ada's password is known from now on, and so is another that nobody has yet."""
    s.world.env = replace(s.world.env, breaches=Lists([lambda: _FILE]))


def stolen_and(step: Any) -> Any:
    async def arrange(s: Scene) -> None:
        await stolen(s)
        await step(s)

    return arrange


async def reset(s: Scene, name: str = "ada") -> None:
    """Another password, with the code that is sent for it."""
    await s.public("ForgotPassword", Username=name)
    await recover(s, OTHER_PASSWORD, name)


async def recover(s: Scene, password: str, name: str = "ada") -> Any:
    return await s.public(
        "ConfirmForgotPassword", Username=name, ConfirmationCode=await s.code(), Password=password
    )


async def forgotten(s: Scene) -> None:
    await s.public("ForgotPassword", Username="ada")


async def by_choice(s: Scene, password: str = PASSWORD) -> Any:
    return await s.sign_in(password=password, flow="USER_AUTH", PREFERRED_CHALLENGE="PASSWORD")


async def chosen(s: Scene, password: str = PASSWORD) -> Any:
    """The password in answer to SELECT_CHALLENGE."""
    begun = await s.call(
        "InitiateAuth", ClientId=s.client, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": "ada"}
    )
    answer = {"USERNAME": "ada", "ANSWER": "PASSWORD", "PASSWORD": password}
    return await s.call(
        "RespondToAuthChallenge",
        ClientId=s.client,
        ChallengeName="SELECT_CHALLENGE",
        Session=begun["Session"],
        ChallengeResponses=answer,
    )


async def risk(s: Scene, action: str, *events: str, client: str = "") -> None:
    compromised: dict[str, Any] = {"Actions": {"EventAction": action}}
    if events:
        compromised["EventFilter"] = list(events)
    named = {"ClientId": client} if client else {}
    await s.admin("SetRiskConfiguration", CompromisedCredentialsRiskConfiguration=compromised, **named)


async def blocked_at_this_client_alone(s: Scene) -> None:
    await risk(s, "NO_ACTION")
    await risk(s, "BLOCK", client=s.client)
    await s.keep(other=s.another_client())


async def blocked_at_sign_up_alone(s: Scene) -> None:
    await risk(s, "BLOCK", "SIGN_UP")
    await signed_in(s)


async def enforced_since(s: Scene) -> None:
    await stolen(s)
    await s.sign_in()
    await s.admin("UpdateUserPool", **ENFORCED)


async def reset_required(s: Scene) -> None:
    await stolen(s)
    await s.admin("AdminResetUserPassword", Username="ada")


async def signed_in(s: Scene) -> None:
    await s.keep(tokens=s.tokens())


async def sign_up(s: Scene, password: str) -> Any:
    listed = [{"Name": "email", "Value": "eve@example.com"}]
    return await s.public("SignUp", Username="eve", Password=password, UserAttributes=listed)


async def change(s: Scene, password: str) -> Any:
    return await s.token("ChangePassword", PreviousPassword=PASSWORD, ProposedPassword=password)


async def set_password(s: Scene, password: str, *, permanent: bool = True) -> Any:
    return await s.admin("AdminSetUserPassword", Username="ada", Password=password, Permanent=permanent)


async def invite(s: Scene, password: str, **more: str) -> Any:
    given = {"Username": "kim", "TemporaryPassword": password, "MessageAction": "SUPPRESS"} | more
    return await s.admin("AdminCreateUser", **given)


async def invited(s: Scene) -> None:
    """Kim has shown the temporary password, and has to choose another."""
    await s.invited()
    s.got["session"] = (await s.sign_in("kim"))["Session"]


SIGN_INS = (
    Row(
        "a stolen password",
        RESET,
        lambda s: s.sign_in(),
        lambda s: s.steps(reset(s), s.sign_in(password=OTHER_PASSWORD)),
        arrange=stolen,
        changes=USERS,
    ),
    Row(
        "a stolen password, given to an administrator's server",
        RESET,
        lambda s: s.admin_sign_in(),
        lambda s: s.steps(reset(s), s.admin_sign_in(password=OTHER_PASSWORD)),
        arrange=stolen,
        changes=USERS,
    ),
    Row(
        "a stolen password in a flow of choice that prefers it",
        RESET,
        by_choice,
        lambda s: s.steps(reset(s), by_choice(s, OTHER_PASSWORD)),
        arrange=stolen,
        client=WITH_CHOICE,
        changes=USERS,
    ),
    Row(
        "a stolen password that is chosen",
        RESET,
        chosen,
        lambda s: s.steps(reset(s), chosen(s, OTHER_PASSWORD)),
        arrange=stolen,
        client=WITH_CHOICE,
        changes=USERS,
    ),
    Row(
        "a stolen password at a client that hides who exists: who has it knows that already",
        RESET,
        lambda s: s.sign_in(),
        lambda s: s.steps(reset(s), s.sign_in(password=OTHER_PASSWORD)),
        arrange=stolen,
        client=HIDES,
        changes=USERS,
    ),
    Row(
        "a stolen password of which a hash is kept",
        RESET,
        lambda s: s.sign_in(),
        lambda s: s.steps(reset(s), s.sign_in(password=OTHER_PASSWORD)),
        arrange=stolen,
        pool={"UserPoolTags": {"poolhouse:password-storage": "argon2id"}},
        client={"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]},
        changes=USERS,
    ),
    Row(
        "a stolen password, once threat protection is enforced",
        RESET,
        lambda s: s.sign_in(),
        lambda s: s.steps(reset(s), s.sign_in(password=OTHER_PASSWORD)),
        arrange=enforced_since,
        pool={"UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}},
        changes=USERS,
    ),
    Row(
        "a stolen password where one app client blocks what its pool lets pass",
        RESET,
        lambda s: s.sign_in(),
        lambda s: s.steps(set_password(s, PASSWORD), s.sign_in(app=s.got["other"])),
        arrange=stolen_and(blocked_at_this_client_alone),
        changes=USERS,
    ),
    Row(
        "a stolen password that has to be reset already, for which it is said as always",
        RESET_BEFORE,
        lambda s: s.sign_in(),
        lambda s: s.steps(recover(s, OTHER_PASSWORD), s.sign_in(password=OTHER_PASSWORD)),
        arrange=reset_required,
    ),
    Row(
        "a wrong password, whatever is known of it",
        INCORRECT,
        lambda s: s.sign_in(password=STOLEN),
        lambda s: s.sign_in("bob", OTHER_PASSWORD),
        arrange=stolen_and(lambda s: s.world.user(s.pool, "bob", OTHER_PASSWORD)),
    ),
)

NEW_PASSWORDS = (
    Row(
        "a stolen password at a sign-up",
        NOT_SAFE,
        lambda s: sign_up(s, STOLEN),
        lambda s: sign_up(s, OTHER_PASSWORD),
        arrange=stolen,
    ),
    Row(
        "one of the most common passwords, without any file of ours",
        NOT_SAFE,
        lambda s: sign_up(s, "iloveyou"),
        lambda s: sign_up(s, "iloveyou,zebra"),
        pool={
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 6,
                    "RequireUppercase": False,
                    "RequireLowercase": False,
                    "RequireNumbers": False,
                    "RequireSymbols": False,
                }
            }
        },
    ),
    Row(
        "a stolen password in place of the old one",
        NOT_SAFE,
        lambda s: change(s, STOLEN),
        lambda s: change(s, OTHER_PASSWORD),
        arrange=lambda s: s.steps(signed_in(s), stolen(s)),
    ),
    Row(
        "a stolen password in place of a forgotten one: the code stays good",
        NOT_SAFE,
        lambda s: recover(s, STOLEN),
        lambda s: recover(s, OTHER_PASSWORD),
        arrange=stolen_and(forgotten),
    ),
    Row(
        "a stolen password in place of a temporary one: the session stays good",
        NOT_SAFE,
        lambda s: s.new_password(s.got["session"], password=STOLEN),
        lambda s: s.new_password(s.got["session"]),
        arrange=lambda s: s.steps(invited(s), stolen(s)),
    ),
    Row(
        "a stolen password that an administrator sets for good",
        NOT_SAFE,
        lambda s: set_password(s, STOLEN),
        lambda s: set_password(s, OTHER_PASSWORD),
        arrange=stolen,
    ),
    Row(
        "a stolen password that an administrator sets for once",
        NOT_SAFE,
        lambda s: set_password(s, STOLEN, permanent=False),
        lambda s: set_password(s, OTHER_PASSWORD, permanent=False),
        arrange=stolen,
    ),
    Row(
        "a stolen password to invite somebody with",
        NOT_SAFE,
        lambda s: invite(s, STOLEN),
        lambda s: invite(s, OTHER_PASSWORD),
        arrange=stolen,
    ),
    Row(
        "a stolen password to invite somebody with again",
        NOT_SAFE,
        lambda s: invite(s, STOLEN, MessageAction="RESEND"),
        lambda s: invite(s, OTHER_PASSWORD, MessageAction="RESEND"),
        arrange=stolen_and(lambda s: invite(s, OTHER_PASSWORD)),
    ),
    Row(
        "a stolen password at a sign-up, where changes to one pass",
        NOT_SAFE,
        lambda s: sign_up(s, STOLEN),
        lambda s: change(s, STOLEN),
        arrange=lambda s: s.steps(blocked_at_sign_up_alone(s), stolen(s)),
    ),
    Row(
        "a stolen password that also breaks the policy is told of that first",
        SIGN_UP_POLICY,
        lambda s: sign_up(s, "P2$"),
        lambda s: sign_up(s, OTHER_PASSWORD),
        arrange=stolen,
    ),
)


@table(SIGN_INS, NEW_PASSWORDS)
async def test_a_known_password_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(dataclasses.replace(row, pool={**ENFORCED, **row.pool}), scene, count)

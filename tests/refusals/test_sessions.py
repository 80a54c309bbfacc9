"""Refused: steps of a sign-in that are wrong, late, repeated, somebody else's, or out of order."""

import base64
from typing import Any

from tests.refusals.scene import OTHER_PASSWORD, PASSWORD, WRONG_PASSWORD, Scene, srp_time
from tests.refusals.table import Row, play, table

from poolhouse.crypto.group import N
from poolhouse.ports import DAY, MINUTE, SECOND

INCORRECT = "NotAuthorizedException: Incorrect username or password."
INVALID = "NotAuthorizedException: Invalid session for the user."
EXPIRED = "NotAuthorizedException: Invalid session for the user, session is expired."
USED = "NotAuthorizedException: Invalid session for the user, session can only be used once."


async def challenged(s: Scene) -> None:
    await s.keep(answer=s.srp_challenge())


async def challenged_elsewhere(s: Scene) -> None:
    """An answer that belongs to another client of the pool, which has the same user."""
    await s.keep(other=s.another_client(), answer=s.srp_challenge())


async def invited(s: Scene) -> None:
    """Kim was invited and has shown the temporary password."""
    await s.invited("kim", email="kim@example.com")
    answer = await s.sign_in("kim")
    s.got["session"] = answer["Session"]


async def used_up(s: Scene) -> None:
    await invited(s)
    await s.new_password(s.got["session"])


async def changed(s: Scene, **parts: str) -> Any:
    return await s.srp_answer(s.got["answer"] | parts)


def turned(text: str) -> str:
    """The same base64 with one bit of its middle turned."""
    raw = bytearray(base64.b64decode(text))
    raw[len(raw) // 2] ^= 1
    return base64.b64encode(raw).decode()


async def on_a_day_of_one_digit(s: Scene) -> None:
    """Move to the fifth of next month, where the day has a zero that must not be written."""
    while " 5 " not in f" {s.timestamp()} ".replace("  ", " "):
        await s.later(DAY)


async def answered_at(s: Scene, timestamp: str) -> Any:
    """SRP with a proof that is right for this TIMESTAMP."""
    s.timestamp = lambda: timestamp  # type: ignore[method-assign]
    try:
        answer = await s.srp_challenge()
    finally:
        del s.timestamp  # type: ignore[method-assign]
    return await s.srp_answer(answer)


SRP = (
    Row("SRP with a wrong password", INCORRECT, lambda s: s.srp(password=WRONG_PASSWORD), lambda s: s.srp()),
    Row(
        "a proof with one bit turned",
        INCORRECT,
        lambda s: changed(s, PASSWORD_CLAIM_SIGNATURE=turned(s.got["answer"]["PASSWORD_CLAIM_SIGNATURE"])),
        lambda s: changed(s),
        arrange=challenged,
    ),
    Row(
        "a proof that is not base64",
        INCORRECT,
        lambda s: changed(s, PASSWORD_CLAIM_SIGNATURE="*" * 44),
        lambda s: changed(s),
        arrange=challenged,
    ),
    Row(
        "a proof for another TIMESTAMP than the one sent",
        INCORRECT,
        lambda s: changed(s, TIMESTAMP=srp_time(s.world.now - 60 * SECOND)),
        lambda s: changed(s),
        arrange=challenged,
    ),
    Row(
        "a TIMESTAMP that is six minutes old",
        INCORRECT,
        lambda s: answered_at(s, srp_time(s.world.now - 6 * MINUTE)),
        lambda s: answered_at(s, srp_time(s.world.now - 4 * MINUTE)),
    ),
    Row(
        "a TIMESTAMP that is six minutes ahead",
        INCORRECT,
        lambda s: answered_at(s, srp_time(s.world.now + 6 * MINUTE)),
        lambda s: answered_at(s, srp_time(s.world.now + 4 * MINUTE)),
    ),
    Row(
        "a TIMESTAMP with a zero before the day",
        INCORRECT,
        lambda s: answered_at(s, srp_time(s.world.now, "02d")),
        lambda s: answered_at(s, srp_time(s.world.now)),
        arrange=on_a_day_of_one_digit,
    ),
    Row(
        "a TIMESTAMP in ISO form",
        INCORRECT,
        lambda s: answered_at(s, "2026-11-24T03:00:00Z"),
        lambda s: s.srp(),
    ),
    *(
        Row(
            f"an SRP_A that is {what}",
            "InvalidParameterException: Invalid SRP_A",
            lambda s, value=value: s.sign_in(flow="USER_SRP_AUTH", SRP_A=value),
            lambda s: s.srp(),
        )
        for what, value in (
            ("zero", "0"),
            ("N", f"{N:x}"),
            ("twice N", f"{2 * N:x}"),
            ("negative", "-1"),
            ("not hexadecimal", "xyz"),
            ("longer than any number mod N", "f" * 801),
        )
    ),
)

BLOCKS = (
    Row(
        "a SECRET_BLOCK that was used",
        USED,
        lambda s: changed(s),
        lambda s: s.srp(),
        arrange=lambda s: s.steps(challenged(s), changed(s)),
    ),
    Row(
        "a SECRET_BLOCK with one bit turned",
        INVALID,
        lambda s: changed(
            s, PASSWORD_CLAIM_SECRET_BLOCK=turned(s.got["answer"]["PASSWORD_CLAIM_SECRET_BLOCK"])
        ),
        lambda s: changed(s),
        arrange=challenged,
    ),
    Row(
        "a SECRET_BLOCK that is not base64",
        INVALID,
        lambda s: changed(s, PASSWORD_CLAIM_SECRET_BLOCK="not base64"),
        lambda s: changed(s),
        arrange=challenged,
    ),
    Row(
        "a SECRET_BLOCK after the session's three minutes",
        EXPIRED,
        lambda s: changed(s),
        lambda s: s.srp(),
        arrange=lambda s: s.steps(challenged(s), s.later(3 * MINUTE + SECOND)),
    ),
    Row(
        "a SECRET_BLOCK of another client",
        INVALID,
        lambda s: s.srp_answer(s.got["answer"], app=s.got["other"]),
        lambda s: changed(s),
        arrange=challenged_elsewhere,
    ),
    Row(
        "a SECRET_BLOCK of another pool",
        INVALID,
        lambda s: s.srp_answer(s.got["answer"], app=s.got["other"]),
        lambda s: changed(s),
        arrange=lambda s: s.steps(
            s.keep(there=s.another_pool()),
            s.keep(answer=s.srp_challenge()),
            foreign_client(s),
        ),
    ),
    Row(
        "a SECRET_BLOCK answered for somebody else",
        INVALID,
        lambda s: changed(s, USERNAME="bob"),
        lambda s: changed(s),
        arrange=lambda s: s.steps(s.another_user("bob"), challenged(s)),
    ),
    Row(
        "a Session as SECRET_BLOCK",
        INVALID,
        lambda s: changed(s, PASSWORD_CLAIM_SECRET_BLOCK=s.got["session"]),
        lambda s: changed(s),
        arrange=lambda s: s.steps(challenged(s), invited(s)),
    ),
    Row(
        "an answer without its proof",
        "InvalidParameterException: Missing required parameter PASSWORD_CLAIM_SIGNATURE",
        lambda s: changed(s, PASSWORD_CLAIM_SIGNATURE=""),
        lambda s: changed(s),
        arrange=challenged,
    ),
    Row(
        "an answer without USERNAME",
        "InvalidParameterException: Missing required parameter USERNAME",
        lambda s: changed(s, USERNAME=""),
        lambda s: changed(s),
        arrange=challenged,
    ),
)


async def foreign_client(s: Scene) -> None:
    await s.keep(other=s.another_client(s.got["there"]))
    await s.world.user(s.got["there"], "ada", PASSWORD)


NEW_PASSWORD = (
    Row(
        "a new password by somebody who has not shown the old one",
        INVALID,
        lambda s: s.new_password(s.got["block"]),
        lambda s: s.new_password(s.got["session"]),
        arrange=lambda s: s.steps(invited(s), unproven(s)),
    ),
    Row(
        "a new password with a Session that we did not make",
        INVALID,
        lambda s: s.new_password("QUFB" * 40),
        lambda s: s.new_password(s.got["session"]),
        arrange=invited,
    ),
    Row(
        "a new password with a Session that has one bit turned",
        INVALID,
        lambda s: s.new_password(turned(s.got["session"])),
        lambda s: s.new_password(s.got["session"]),
        arrange=invited,
    ),
    Row(
        "a new password without a Session",
        "InvalidParameterException: Missing required parameter Session",
        lambda s: s.call(
            "RespondToAuthChallenge",
            ClientId=s.client,
            ChallengeName="NEW_PASSWORD_REQUIRED",
            ChallengeResponses={"USERNAME": "kim", "NEW_PASSWORD": OTHER_PASSWORD},
        ),
        lambda s: s.new_password(s.got["session"]),
        arrange=invited,
    ),
    Row(
        "a second new password with the same Session",
        USED,
        lambda s: s.new_password(s.got["session"], password="Y3t-another"),
        lambda s: s.sign_in("kim", OTHER_PASSWORD),
        arrange=used_up,
    ),
    Row(
        "a new password after the session's three minutes",
        EXPIRED,
        lambda s: s.new_password(s.got["session"]),
        lambda s: renewed(s),
        arrange=lambda s: s.steps(invited(s), s.later(3 * MINUTE + SECOND)),
    ),
    Row(
        "a new password with a Session of another client",
        INVALID,
        lambda s: s.new_password(s.got["session"], app=s.got["other"]),
        lambda s: s.new_password(s.got["session"]),
        arrange=lambda s: s.steps(s.keep(other=s.another_client()), invited(s)),
    ),
    Row(
        "a new password for somebody else",
        INVALID,
        lambda s: s.new_password(s.got["session"], "ada"),
        lambda s: s.new_password(s.got["session"], "kim"),
        arrange=invited,
    ),
    Row(
        "a new password that breaks the policy",
        "InvalidPasswordException: Password does not conform to policy: Password must have symbol characters",
        lambda s: s.new_password(s.got["session"], password="Passw0rdPassw0rd"),
        lambda s: s.new_password(s.got["session"], password="Passw0rdPassw0rd!"),
        arrange=invited,
    ),
    *(
        Row(
            f"a new password {what}",
            "InvalidParameterException: 1 validation error detected: Value at 'password' failed to satisfy "
            f"constraint: Member must {must}",
            lambda s, password=password: s.new_password(s.got["session"], password=password),
            lambda s: s.new_password(s.got["session"], password="P2$" + "a" * 253),
            arrange=invited,
        )
        for what, password, must in (
            ("of 257 characters", "P2$" + "a" * 254, "have length less than or equal to 256"),
            ("with a space before it", " P2$Sword", r"satisfy regular expression pattern: ^[\S]+.*[\S]+$"),
        )
    ),
    Row(
        "a new password with an attribute that has a value",
        "NotAuthorizedException: Cannot modify an already provided email",
        lambda s: s.new_password(s.got["session"], userAttributes__email="eve@example.com"),
        lambda s: s.new_password(s.got["session"], userAttributes__name="Kim"),
        arrange=invited,
    ),
    Row(
        "a new password with an attribute that no user may write",
        "NotAuthorizedException: A client attempted to write unauthorized attribute",
        lambda s: s.new_password(s.got["session"], userAttributes__phone_number_verified="true"),
        lambda s: s.new_password(s.got["session"], userAttributes__phone_number="+15550100"),
        arrange=invited,
    ),
    Row(
        "a new password without a required attribute",
        "InvalidParameterException: Invalid attributes given, given_name is missing",
        lambda s: s.new_password(s.got["session"]),
        lambda s: s.new_password(s.got["session"], userAttributes__given_name="Kim"),
        pool={"Schema": [{"Name": "given_name", "Required": True}]},
        client={"WriteAttributes": ["given_name", "email"]},
        arrange=invited,
    ),
    Row(
        "a new password without the new password",
        "InvalidParameterException: Missing required parameter NEW_PASSWORD",
        lambda s: s.new_password(s.got["session"], password=""),
        lambda s: s.new_password(s.got["session"]),
        arrange=invited,
    ),
    Row(
        "a new password by a user who was disabled meanwhile",
        "NotAuthorizedException: User is disabled.",
        lambda s: s.new_password(s.got["session"]),
        lambda s: s.steps(s.admin("AdminEnableUser", Username="kim"), s.new_password(s.got["session"])),
        arrange=lambda s: s.steps(invited(s), s.admin("AdminDisableUser", Username="kim")),
    ),
    Row(
        "a new password by a user who was deleted meanwhile",
        INVALID,
        lambda s: s.new_password(s.got["session"]),
        lambda s: renewed(s, "lea"),
        arrange=lambda s: s.steps(invited(s), s.admin("AdminDeleteUser", Username="kim")),
    ),
    Row(
        "an answer to a challenge that nobody asked",
        INVALID,
        lambda s: s.call(
            "RespondToAuthChallenge",
            ClientId=s.client,
            ChallengeName="SMS_MFA",
            Session=s.got["session"],
            ChallengeResponses={"USERNAME": "kim", "SMS_MFA_CODE": "123456"},
        ),
        lambda s: s.new_password(s.got["session"]),
        arrange=invited,
    ),
)


async def unproven(s: Scene) -> None:
    """SRP for kim was begun, and nothing was proven: the block must not pass as a Session."""
    s.got["block"] = (await s.srp_challenge("kim"))["PASSWORD_CLAIM_SECRET_BLOCK"]


async def renewed(s: Scene, name: str = "kim") -> None:
    """A new start, for kim or for somebody who is invited now."""
    if name != "kim":
        await s.invited(name)
    answer = await s.sign_in(name)
    await s.new_password(answer["Session"], name)


@table(SRP, BLOCKS, NEW_PASSWORD)
async def test_a_step_of_a_sign_in_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)

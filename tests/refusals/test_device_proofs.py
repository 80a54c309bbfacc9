"""Refused: proofs of devices that are wrong, late, used, or made in another device's name."""

import base64
from functools import partial
from typing import Any

import pytest
from tests.browser import TRACKING, Prover, new_browser
from tests.refusals import device_steps as steps
from tests.refusals.device_steps import (
    answer_kept,
    answered_from,
    forget,
    in_turn,
    key,
    not_remembered,
    remembered,
)
from tests.refusals.scene import Scene, srp_time
from tests.refusals.table import Row, play, table

from poolhouse.errors import IncorrectLogin
from poolhouse.ports import MINUTE, SECOND

NO_DEVICE = "ResourceNotFoundException: Device does not exist."
INVALID = "NotAuthorizedException: Invalid session for the user."
INCORRECT = "NotAuthorizedException: Incorrect username or password."
USED = "NotAuthorizedException: Invalid session for the user, session can only be used once."
EXPIRED = "NotAuthorizedException: Invalid session for the user, session is expired."
LOCKED = "NotAuthorizedException: Password attempts exceeded"
row = partial(Row, pool=TRACKING)


async def wrong_browser(s: Scene) -> None:
    await steps.suppressed(s)
    await both_proofs(s)


async def both_proofs(s: Scene) -> None:
    """`right`, and `wrong`: made with a password that the device was not confirmed with."""
    await steps.begun(s)
    right = s.got["browser"]
    offered = {"NewDeviceMetadata": {"DeviceKey": right.key, "DeviceGroupKey": right.group_key}}
    await proof_kept(s, "right", Prover(right))
    await proof_kept(s, "wrong", Prover(new_browser(offered)))


async def proof_kept(s: Scene, name: str, prover: Prover) -> None:
    s.got["prover"] = prover
    await steps.asked_for_proof(s)
    s.got[name] = s.got["proof"]


async def other_proof(s: Scene, name: str) -> Any:
    s.got["proof"] = s.got[name]
    return await steps.proved(s)


def turned(text: str) -> str:
    """The same base64 with one bit of its middle turned."""
    raw = bytearray(base64.b64decode(text))
    raw[len(raw) // 2] ^= 1
    return base64.b64encode(raw).decode()


async def five_wrong(s: Scene) -> None:
    await steps.suppressed(s)
    await steps.device_sign_in(s)  # a whole sign-in: of what was before, nothing is counted any more
    await both_proofs(s)
    for _ in range(5):
        with pytest.raises(IncorrectLogin):
            await other_proof(s, "wrong")
    s.got["proof"] = s.got["right"]


async def password_block(s: Scene) -> None:
    """The proof names the SECRET_BLOCK of a password step that nobody has answered."""
    await steps.ready(s)
    s.got["block"] = (await s.srp_challenge())["PASSWORD_CLAIM_SECRET_BLOCK"]


async def disabled(s: Scene) -> None:
    await s.admin("AdminDisableUser", Username="ada")


async def enabled(s: Scene) -> None:
    await s.admin("AdminEnableUser", Username="ada")


PROVING = (
    row(
        "a device that does not know its password",
        INCORRECT,
        lambda s: other_proof(s, "wrong"),
        lambda s: other_proof(s, "right"),
        arrange=wrong_browser,
    ),
    row(
        "a device's proof with one bit turned",
        INCORRECT,
        lambda s: steps.proved(
            s, PASSWORD_CLAIM_SIGNATURE=turned(s.got["proof"]["PASSWORD_CLAIM_SIGNATURE"])
        ),
        steps.proved,
        arrange=steps.ready,
    ),
    row(
        "a device's proof for another TIMESTAMP",
        INCORRECT,
        lambda s: steps.proved(s, TIMESTAMP=srp_time(s.world.now - 60 * SECOND)),
        steps.proved,
        arrange=steps.ready,
    ),
    row(
        "a device's SECRET_BLOCK with one bit turned",
        INVALID,
        lambda s: steps.proved(
            s, PASSWORD_CLAIM_SECRET_BLOCK=turned(s.got["proof"]["PASSWORD_CLAIM_SECRET_BLOCK"])
        ),
        steps.proved,
        arrange=steps.ready,
    ),
    row(
        "a device's proof over the SECRET_BLOCK of a password step",
        INVALID,
        lambda s: steps.proved(s, PASSWORD_CLAIM_SECRET_BLOCK=s.got["block"]),
        steps.proved,
        arrange=password_block,
    ),
    row(
        "a device's proof in the name of another device",
        NO_DEVICE,
        lambda s: steps.proved(s, DEVICE_KEY=key(s, "other")),
        steps.proved,
        arrange=lambda s: in_turn(
            s, steps.two_confirmed, steps.with_second_factor, steps.begun, steps.asked_for_proof
        ),
    ),
    row(
        "a device's proof that was good once",
        USED,
        steps.proved,
        steps.device_sign_in,
        arrange=lambda s: in_turn(s, steps.ready, steps.proved),
    ),
    row(
        "a device's proof after the session's three minutes",
        EXPIRED,
        steps.proved,
        steps.device_sign_in,
        arrange=lambda s: in_turn(s, steps.ready, lambda s: s.later(3 * MINUTE + SECOND)),
    ),
    row(
        "the proof of a device that was forgotten meanwhile",
        NO_DEVICE,
        steps.proved,
        lambda s: in_turn(s, answer_kept, lambda s: answered_from(s, None)),
        arrange=lambda s: in_turn(s, steps.ready, forget),
    ),
    row(
        "the proof of a device that is remembered no more",
        NO_DEVICE,
        steps.proved,
        lambda s: in_turn(s, remembered, steps.proved),
        arrange=lambda s: in_turn(s, steps.ready, not_remembered),
    ),
    row(
        "the proof of a device whose owner was disabled meanwhile",
        "NotAuthorizedException: User is disabled.",
        steps.proved,
        lambda s: in_turn(s, enabled, steps.proved),
        arrange=lambda s: in_turn(s, steps.ready, disabled),
    ),
    row(
        "the right proof after five wrong ones",
        LOCKED,
        steps.proved,
        lambda s: in_turn(s, lambda s: s.later(2 * SECOND), steps.proved),
        arrange=five_wrong,
    ),
    *(
        row(
            f"a device's proof without {name}",
            f"InvalidParameterException: Missing required parameter {name}",
            lambda s, name=name: steps.proved(s, **{name: ""}),
            steps.proved,
            arrange=steps.ready,
        )
        for name in ("DEVICE_KEY", "PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK", "TIMESTAMP")
    ),
)


@table(PROVING)
async def test_a_device_that_proves_nothing_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)

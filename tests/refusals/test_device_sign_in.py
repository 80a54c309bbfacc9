"""Refused: sign-ins that name an unknown device, or let a device answer what was not asked of it."""

from functools import partial
from typing import Any

from tests.browser import TRACKING, Prover
from tests.idp import authenticator
from tests.refusals import device_steps as steps
from tests.refusals.device_steps import (
    NOBODY,
    answer_kept,
    answered_from,
    forget,
    in_turn,
    key,
    not_remembered,
    remembered,
)
from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

from poolhouse.ports import MINUTE, SECOND

NO_DEVICE = "ResourceNotFoundException: Device does not exist."
INVALID = "NotAuthorizedException: Invalid session for the user."
NO_SESSION = "InvalidParameterException: Missing required parameter Session"
EXPIRED = "NotAuthorizedException: Invalid session for the user, session is expired."
HIDING = {"PreventUserExistenceErrors": "ENABLED"}
NO_SUPPRESSION = {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False}
row = partial(Row, pool=TRACKING)


async def by_code(s: Scene, **more: str) -> Any:
    """The right answer of the authenticator app, for the session that waits for it."""
    code = authenticator.code(s.world, s.got["secret"])
    answer = {"USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": code} | more
    return await steps.respond(s, "SOFTWARE_TOKEN_MFA", s.got["session"], answer)


async def asked_for_code(s: Scene) -> None:
    await steps.confirmed(s)
    await steps.with_second_factor(s)
    s.got["session"] = (await s.srp())["Session"]


NAMED = (
    *(
        row(
            f"the right password from {what}",
            NO_DEVICE,
            lambda s, device=device: answered_from(s, device(s)),
            twin,
            arrange=arrange,
        )
        for what, device, arrange, twin in (
            (
                "a device that nobody has",
                lambda s: NOBODY,
                answer_kept,
                lambda s: answered_from(s, None),
            ),
            (
                "a device of somebody else",
                lambda s: key(s, "theirs"),
                lambda s: in_turn(s, steps.confirmed_by_bob, answer_kept),
                lambda s: answered_from(s, key(s)),
            ),
            (
                "a device that was offered and not confirmed",
                key,
                lambda s: in_turn(s, steps.signed_in, answer_kept),
                lambda s: in_turn(s, steps.confirm, lambda s: answered_from(s, key(s))),
            ),
            (
                "a forgotten device",
                key,
                lambda s: in_turn(s, steps.confirmed, answer_kept, forget),
                lambda s: answered_from(s, None),
            ),
            (
                "a device whose key has no form of one",
                lambda s: "x",
                answer_kept,
                lambda s: answered_from(s, None),
            ),
        )
    ),
    row(
        "a password in clear from a device that nobody has",
        NO_DEVICE,
        lambda s: s.sign_in(DEVICE_KEY=NOBODY),
        lambda s: s.sign_in(DEVICE_KEY=key(s)),
        arrange=steps.confirmed,
    ),
    row(
        "a name that nobody has, with the device of somebody",
        NO_DEVICE,
        lambda s: s.sign_in("nobody", DEVICE_KEY=key(s)),
        lambda s: s.sign_in("ada", DEVICE_KEY=key(s)),
        client=HIDING,
        arrange=steps.confirmed,
    ),
    row(
        "the right code from a device that nobody has",
        NO_DEVICE,
        lambda s: by_code(s, DEVICE_KEY=NOBODY),
        lambda s: by_code(s, DEVICE_KEY=key(s)),
        arrange=asked_for_code,
    ),
)

STARTING = (
    row(
        "a device step that no password step came before",
        NO_SESSION,
        lambda s: steps.started(s, None),
        steps.device_sign_in,
        arrange=lambda s: in_turn(s, steps.suppressed, prover_only),
    ),
    row(
        "a device step without a Session from another address than the password step",
        NO_SESSION,
        lambda s: steps.started(s, None),
        lambda s: in_turn(s, at_home, lambda s: steps.started(s, None)),
        arrange=lambda s: in_turn(s, steps.waiting, elsewhere),
    ),
    row(
        "a device step without a Session after the sign-in is complete",
        NO_SESSION,
        lambda s: steps.started(s, None),
        lambda s: in_turn(s, steps.begun, lambda s: steps.started(s, None)),
        arrange=lambda s: in_turn(s, steps.ready, steps.proved),
    ),
    row(
        "a device step with the Session of another client",
        INVALID,
        lambda s: steps.respond(
            s, "DEVICE_SRP_AUTH", s.got["session"], s.got["prover"].start(), s.got["other_app"]
        ),
        steps.started,
        arrange=lambda s: in_turn(s, steps.waiting, lambda s: s.keep(other_app=s.another_client())),
    ),
    row(
        "a device step for somebody else",
        INVALID,
        lambda s: steps.started(s, USERNAME="bob"),
        steps.started,
        arrange=lambda s: in_turn(s, lambda s: s.another_user("bob"), steps.waiting),
    ),
    row(
        "a device step with the Session of a step for a code",
        INVALID,
        steps.started,
        by_code,
        arrange=lambda s: in_turn(s, asked_for_code, prover_only),
    ),
    row(
        "a code for the Session that waits for a device",
        INVALID,
        by_code,
        lambda s: in_turn(s, steps.asked_for_proof, steps.proved),
        arrange=steps.waiting,
    ),
    row(
        "a device step by another device of the same user",
        NO_DEVICE,
        lambda s: steps.started(s, DEVICE_KEY=key(s, "other")),
        steps.started,
        arrange=lambda s: in_turn(s, steps.two_confirmed, steps.with_second_factor, steps.begun),
    ),
    row(
        "a device step after the session's three minutes",
        EXPIRED,
        steps.started,
        steps.device_sign_in,
        arrange=lambda s: in_turn(s, steps.waiting, lambda s: s.later(3 * MINUTE + SECOND)),
    ),
    row(
        "a device step with an SRP_A that is zero",
        "InvalidParameterException: Invalid SRP_A",
        lambda s: steps.started(s, SRP_A="0"),
        steps.started,
        arrange=steps.waiting,
    ),
    *(
        row(
            f"a device step without {name}",
            f"InvalidParameterException: Missing required parameter {name}",
            lambda s, name=name: steps.started(s, **{name: ""}),
            steps.started,
            arrange=steps.waiting,
        )
        for name in ("SRP_A", "DEVICE_KEY")
    ),
    row(
        "a device step of a device that is remembered no more",
        NO_DEVICE,
        steps.started,
        lambda s: in_turn(s, remembered, steps.started),
        arrange=lambda s: in_turn(s, steps.waiting, not_remembered),
    ),
    row(
        "a device step where devices stand for no second factor any more",
        NO_DEVICE,
        steps.started,
        lambda s: in_turn(s, suppressing_again, steps.started),
        arrange=lambda s: in_turn(s, steps.waiting, suppressing_no_more),
    ),
)


async def prover_only(s: Scene) -> None:
    s.got["prover"] = Prover(s.got["browser"])


async def elsewhere(s: Scene) -> None:
    s.world.address = "198.51.100.1"


async def at_home(s: Scene) -> None:
    s.world.address = "203.0.113.7"


async def suppressing_no_more(s: Scene) -> None:
    await steps.track(s, NO_SUPPRESSION)


async def suppressing_again(s: Scene) -> None:
    await steps.track(s, TRACKING["DeviceConfiguration"])


@table(NAMED, STARTING)
async def test_a_device_in_a_sign_in_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)

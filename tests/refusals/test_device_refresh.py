"""Refused: refresh tokens that are not shown by the device that they belong to."""

from functools import partial
from typing import Any

from tests.browser import TRACKING
from tests.refusals import device_steps as steps
from tests.refusals.device_steps import NOBODY, answer_kept, answered_from, forget, in_turn, key
from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

from poolhouse.ports import HOUR, SECOND

INVALID_TOKEN = "NotAuthorizedException: Invalid Refresh Token"
ROTATING = {
    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
}
row = partial(Row, pool=TRACKING)


async def admin_signed_in(s: Scene) -> None:
    s.got["tokens"] = (await s.admin_sign_in())["AuthenticationResult"]


async def track_no_more(s: Scene) -> None:
    await steps.track(s, None)


async def forgotten_untracked(s: Scene) -> None:
    """The pool tracks no devices now; one of two was forgotten before."""
    await in_turn(s, steps.two_confirmed, forget, track_no_more)


async def stolen(s: Scene) -> None:
    """The successor of the refresh token is out, so showing the old one again is reuse."""
    await steps.confirmed(s)
    s.got["newer"] = (await steps.exchanged(s, DeviceKey=key(s)))["AuthenticationResult"]
    await s.later(SECOND)


REFRESHING = (
    *(
        row(
            f"REFRESH_TOKEN_AUTH {what}",
            INVALID_TOKEN,
            lambda s, given=given: steps.refreshed(s, **given(s)),
            lambda s: steps.refreshed(s, DEVICE_KEY=key(s)),
            arrange=arrange,
        )
        for what, given, arrange in (
            ("without a device", lambda s: {}, steps.confirmed),
            ("from a device that nobody has", lambda s: {"DEVICE_KEY": NOBODY}, steps.confirmed),
            (
                "from another device of the user",
                lambda s: {"DEVICE_KEY": key(s, "other")},
                steps.two_confirmed,
            ),
            (
                "from a device of somebody else",
                lambda s: {"DEVICE_KEY": key(s, "theirs")},
                steps.confirmed_by_bob,
            ),
        )
    ),
    *(
        row(
            f"GetTokensFromRefreshToken {what}",
            INVALID_TOKEN,
            lambda s, given=given: steps.exchanged(s, **given(s)),
            lambda s: steps.exchanged(s, DeviceKey=key(s)),
            arrange=arrange,
        )
        for what, given, arrange in (
            ("without a device", lambda s: {}, steps.confirmed),
            (
                "from another device of the user",
                lambda s: {"DeviceKey": key(s, "other")},
                steps.two_confirmed,
            ),
        )
    ),
    row(
        "a refresh from a device that is not confirmed",
        INVALID_TOKEN,
        lambda s: steps.refreshed(s, DEVICE_KEY=key(s)),
        lambda s: in_turn(s, steps.confirm, lambda s: steps.refreshed(s, DEVICE_KEY=key(s))),
        arrange=steps.signed_in,
    ),
    row(
        "a refresh from a forgotten device",
        INVALID_TOKEN,
        lambda s: steps.refreshed(s, DEVICE_KEY=key(s)),
        lambda s: steps.refreshed(s, s.got["other_tokens"], DEVICE_KEY=key(s, "other")),
        arrange=lambda s: in_turn(s, steps.two_confirmed, forget),
    ),
    row(
        "a refresh of a forgotten device where devices are tracked no more",
        INVALID_TOKEN,
        lambda s: steps.refreshed(s, DEVICE_KEY=key(s)),
        lambda s: steps.refreshed(s, s.got["other_tokens"]),
        arrange=forgotten_untracked,
    ),
    row(
        "a refresh after an administrator's sign-in in a pool that tracks devices",
        INVALID_TOKEN,
        lambda s: steps.refreshed(s, DEVICE_KEY=NOBODY),
        lambda s: in_turn(s, track_no_more, steps.refreshed),
        arrange=admin_signed_in,
    ),
    row(
        "a used refresh token from no device, which ends nothing",
        INVALID_TOKEN,
        steps.exchanged,
        lambda s: steps.exchanged(s, s.got["newer"], DeviceKey=key(s)),
        client=ROTATING,
        arrange=stolen,
    ),
    row(
        "a refresh after signing out everywhere",
        "NotAuthorizedException: Refresh Token has been revoked",
        lambda s: steps.refreshed(s, DEVICE_KEY=key(s)),
        lambda s: in_turn(s, answer_kept, lambda s: answered_from(s, key(s))),
        arrange=lambda s: in_turn(
            s, steps.confirmed, lambda s: s.admin("AdminUserGlobalSignOut", Username="ada")
        ),
    ),
    row(
        "a refresh after the end of the token, device or not",
        "NotAuthorizedException: Refresh Token has expired",
        lambda s: steps.refreshed(s, DEVICE_KEY=key(s)),
        lambda s: in_turn(s, answer_kept, lambda s: answered_from(s, key(s))),
        client={"RefreshTokenValidity": 2, "TokenValidityUnits": {"RefreshToken": "hours"}},
        arrange=lambda s: in_turn(s, steps.confirmed, lambda s: s.later(3 * HOUR)),
    ),
)


@table(REFRESHING)
async def test_a_refresh_from_another_device_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)

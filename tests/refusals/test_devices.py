"""Refused: operations on devices that are somebody else's, were never offered, or are not tracked."""

import base64
from functools import partial
from typing import Any

from tests.browser import TRACKING, new_browser
from tests.refusals import device_steps as steps
from tests.refusals.device_steps import NOBODY, Step, forget, in_turn, key
from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

from poolhouse.crypto.group import N

NO_DEVICE = "ResourceNotFoundException: Device does not exist."
UNTRACKED = "InvalidUserPoolConfigurationException: The user pool does not track devices."
VERIFIER = "InvalidParameterException: Invalid device secret verifier configuration."

row = partial(Row, pool=TRACKING)


async def tracked_at_last(s: Scene, step: Step) -> Any:
    """The twin of what a pool that tracks no devices refuses."""
    await steps.track(s, TRACKING["DeviceConfiguration"])
    return await in_turn(s, steps.confirmed, step)


def verifier(**changes: str) -> Step:
    async def confirm(s: Scene) -> Any:
        config = dict(s.got["browser"].verifier) | changes
        return await steps.confirm(s, DeviceSecretVerifierConfig=config)

    return confirm


def number(value: int) -> str:
    return base64.b64encode(value.to_bytes(385, "big")).decode()


CONFIRMING = (
    row(
        "confirming a device that nobody was offered",
        NO_DEVICE,
        lambda s: steps.confirm(s, DeviceKey=NOBODY),
        steps.confirm,
        arrange=steps.signed_in,
    ),
    row(
        "confirming the device that somebody else was offered",
        NO_DEVICE,
        lambda s: steps.confirm(s, DeviceKey=s.got["theirs"].key),
        steps.confirm,
        arrange=lambda s: in_turn(s, offered_to_bob, steps.signed_in),
    ),
    row(
        "confirming a device twice",
        "DeviceKeyExistsException: The device is confirmed already.",
        steps.confirm,
        steps.confirmed,
        arrange=steps.confirmed,
    ),
    row(
        "confirming a forgotten device with the access token of before",
        NO_DEVICE,
        steps.confirm,
        steps.confirmed,
        arrange=lambda s: in_turn(s, steps.confirmed, forget),
    ),
    row(
        "confirming a device without a name",
        "InvalidParameterException: DeviceName must be present.",
        lambda s: steps.confirm(s, DeviceName=None),
        steps.confirm,
        arrange=steps.signed_in,
    ),
    row(
        "confirming a device without a verifier",
        "InvalidParameterException: DeviceSecretVerifierConfig must be present.",
        lambda s: steps.confirm(s, DeviceSecretVerifierConfig=None),
        steps.confirm,
        arrange=steps.signed_in,
    ),
    *(
        row(
            f"confirming a device with {what}",
            VERIFIER,
            verifier(**changes),
            steps.confirm,
            arrange=steps.signed_in,
        )
        for what, changes in (
            ("a verifier that is not base64", {"PasswordVerifier": "*"}),
            ("an empty verifier", {"PasswordVerifier": ""}),
            ("the verifier 0, which any proof would fit", {"PasswordVerifier": number(0)}),
            ("the verifier 1, which any proof would fit", {"PasswordVerifier": number(1)}),
            ("the verifier N - 1", {"PasswordVerifier": number(N - 1)}),
            ("a verifier of N and more", {"PasswordVerifier": number(N + 2)}),
            ("an empty salt", {"Salt": ""}),
            ("a salt of 65 bytes", {"Salt": base64.b64encode(b"\x01" * 65).decode()}),
        )
    ),
)


async def offered_to_bob(s: Scene) -> None:
    await s.another_user("bob")
    s.got["theirs"] = new_browser(await steps.offered(s, "bob"))


OPERATIONS = (
    *(
        row(
            f"{name} for somebody else's device",
            NO_DEVICE,
            lambda s, name=name, more=more: s.token(name, DeviceKey=key(s, "theirs"), **more),
            lambda s, name=name, more=more: s.token(name, DeviceKey=key(s), **more),
            arrange=steps.confirmed_by_bob,
        )
        for name, more in (
            ("GetDevice", {}),
            ("ForgetDevice", {}),
            ("UpdateDeviceStatus", {"DeviceRememberedStatus": "not_remembered"}),
        )
    ),
    *(
        row(
            f"{name} for a device of another user",
            NO_DEVICE,
            lambda s, name=name, more=more: s.admin(
                name, Username="bob", DeviceKey=key(s, "browser"), **more
            ),
            lambda s, name=name, more=more: s.admin(name, Username="bob", DeviceKey=key(s, "theirs"), **more),
            arrange=steps.confirmed_by_bob,
        )
        for name, more in (
            ("AdminGetDevice", {}),
            ("AdminForgetDevice", {}),
            ("AdminUpdateDeviceStatus", {"DeviceRememberedStatus": "not_remembered"}),
        )
    ),
    *(
        row(
            f"{name} for a user who does not exist",
            error,
            lambda s, name=name, more=more: s.admin(name, Username="nobody", **_named(s, name), **more),
            lambda s, name=name, more=more: s.admin(name, Username="ada", **_named(s, name), **more),
            arrange=steps.confirmed,
        )
        for name, more, error in (
            ("AdminGetDevice", {}, "ResourceNotFoundException: User does not exist."),
            ("AdminListDevices", {}, "ResourceNotFoundException: User does not exist."),
            ("AdminForgetDevice", {}, "UserNotFoundException: User does not exist."),
            (
                "AdminUpdateDeviceStatus",
                {"DeviceRememberedStatus": "remembered"},
                "UserNotFoundException: User does not exist.",
            ),
        )
    ),
    *(
        row(
            f"{name} without an access token",
            "InvalidParameterException: Missing required parameter AccessToken",
            lambda s, name=name: s.call(name, DeviceKey=key(s)),
            lambda s, name=name: s.token(name, DeviceKey=key(s)),
            arrange=steps.confirmed,
        )
        for name in ("GetDevice", "ForgetDevice")
    ),
    *(
        row(
            f"{name} without a status",
            "InvalidParameterException: Missing required parameter DeviceRememberedStatus",
            lambda s, call=call: call(s, {}),
            lambda s, call=call: call(s, {"DeviceRememberedStatus": "not_remembered"}),
            arrange=steps.confirmed,
        )
        for name, call in (
            ("UpdateDeviceStatus", lambda s, more: s.token("UpdateDeviceStatus", DeviceKey=key(s), **more)),
            (
                "AdminUpdateDeviceStatus",
                lambda s, more: s.admin("AdminUpdateDeviceStatus", Username="ada", DeviceKey=key(s), **more),
            ),
        )
    ),
    row(
        "a pagination token of somebody else's devices",
        "InvalidParameterException: Invalid pagination token given.",
        lambda s: s.token("ListDevices", s.got["their_tokens"]["AccessToken"], PaginationToken=s.got["page"]),
        lambda s: s.token("ListDevices", PaginationToken=s.got["page"]),
        arrange=lambda s: in_turn(s, steps.confirmed_by_bob, steps.confirmed, first_page),
    ),
)


def _named(s: Scene, operation: str) -> dict[str, str]:
    return {} if operation == "AdminListDevices" else {"DeviceKey": key(s)}


async def first_page(s: Scene) -> None:
    s.got["page"] = (await s.token("ListDevices", Limit=1))["PaginationToken"]


async def signed_in_untracked(s: Scene) -> None:
    s.got["tokens"] = await s.tokens()


WITHOUT_TRACKING = (
    *(
        Row(
            f"{name} in a pool that tracks no devices",
            UNTRACKED,
            lambda s, call=call: call(s, NOBODY),
            lambda s, call=call: tracked_at_last(s, lambda s: call(s, key(s))),
            arrange=signed_in_untracked,
        )
        for name, call in (
            ("GetDevice", lambda s, device: s.token("GetDevice", DeviceKey=device)),
            ("ListDevices", lambda s, device: s.token("ListDevices")),
            ("ForgetDevice", lambda s, device: s.token("ForgetDevice", DeviceKey=device)),
            (
                "UpdateDeviceStatus",
                lambda s, device: s.token(
                    "UpdateDeviceStatus", DeviceKey=device, DeviceRememberedStatus="remembered"
                ),
            ),
            (
                "AdminGetDevice",
                lambda s, device: s.admin("AdminGetDevice", Username="ada", DeviceKey=device),
            ),
            ("AdminListDevices", lambda s, device: s.admin("AdminListDevices", Username="ada")),
            (
                "AdminForgetDevice",
                lambda s, device: s.admin("AdminForgetDevice", Username="ada", DeviceKey=device),
            ),
            (
                "AdminUpdateDeviceStatus",
                lambda s, device: s.admin(
                    "AdminUpdateDeviceStatus",
                    Username="ada",
                    DeviceKey=device,
                    DeviceRememberedStatus="remembered",
                ),
            ),
        )
    ),
    Row(
        "ConfirmDevice in a pool that tracks no devices",
        UNTRACKED,
        lambda s: s.token(
            "ConfirmDevice",
            DeviceKey=NOBODY,
            DeviceName="x",
            DeviceSecretVerifierConfig={"Salt": "AQ==", "PasswordVerifier": "BQ=="},
        ),
        lambda s: tracked_at_last(s, lambda s: s.token("ListDevices")),
        arrange=signed_in_untracked,
    ),
)


@table(CONFIRMING, OPERATIONS, WITHOUT_TRACKING)
async def test_an_operation_on_a_device_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)

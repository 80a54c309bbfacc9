"""Devices that a pool tracks, and how the API shows them (behaviour file, 1.8 and 2.2). Pure."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from poolhouse.directory.pools import Pool
from poolhouse.directory.users import User
from poolhouse.ports import SECOND, Instant

REMEMBERED, NOT_REMEMBERED = "remembered", "not_remembered"

# Flows whose sign-ins belong to a device; that the administrator's do not is sure (2.2). The guide of 2023
# names USER_SRP_AUTH alone, yet AWS's clients send DEVICE_KEY and confirm what they are offered in all [K].
TRACKED_FLOWS = frozenset({"USER_SRP_AUTH", "USER_PASSWORD_AUTH", "USER_AUTH", "CUSTOM_AUTH"})

_KEY = re.compile(r"[\w-]+_[0-9a-f-]+", re.ASCII)
_LONGEST_KEY = 55
_SDK = "aws-sdk-unknown-unknown"  # what AWS's own sample of AdminListDevices shows [K]


class Device(Struct, frozen=True):
    """A device that its owner has confirmed.

    sealed    salt and SRP verifier of the device's password (auth/devices.py)
    state     REMEMBERED or NOT_REMEMBERED
    session   the sealed sign-in that waits for DEVICE_SRP_AUTH; empty: none
    """

    pool_id: str
    sub: str
    device_key: str
    group_key: str
    sealed: bytes
    state: str
    name: str
    last_ip: str
    session: str
    created_at: Instant
    modified_at: Instant
    authenticated_at: Instant

    @property
    def remembered(self) -> bool:
        return self.state == REMEMBERED


def from_row(row: Mapping[str, Any]) -> Device:
    return Device(**{name: row[name] for name in Device.__struct_fields__})


def is_key(text: str) -> bool:
    """Has it the form of a device key: Region, `_`, UUID?"""
    return len(text) <= _LONGEST_KEY and _KEY.fullmatch(text) is not None


def listed(device: Device) -> dict[str, Any]:
    """`DeviceType` as ListDevices shows it."""
    return _device_type(device, _own_attributes(device))


def described(device: Device, pool: Pool, owner: User, account_id: str) -> dict[str, Any]:
    """`DeviceType` as GetDevice and the administrator's operations show it."""
    name = f"{owner.username}.{pool.pool_id}"
    arn = f"arn:aws:cognito-idp:{pool.region}:{account_id}:owner/{name}/device/{device.device_key}"
    status, *named, address = _own_attributes(device)
    return _device_type(
        device,
        [
            status,
            *named,
            ("dev:device_arn", arn),
            ("dev:device_owner", name),
            address,
            ("dev:device_remembered_status", device.state),
            ("dev:device_sdk", _SDK),
        ],
    )


def _own_attributes(device: Device) -> list[tuple[str, str]]:
    return [
        ("device_status", "valid"),
        *([("device_name", device.name)] if device.name else []),
        ("last_ip_used", device.last_ip),
    ]


def _device_type(device: Device, attributes: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "DeviceKey": device.device_key,
        "DeviceAttributes": [{"Name": name, "Value": value} for name, value in attributes],
        "DeviceCreateDate": device.created_at,
        "DeviceLastModifiedDate": device.modified_at,
        "DeviceLastAuthenticatedDate": device.authenticated_at // SECOND * SECOND,
    }

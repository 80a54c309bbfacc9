"""How devices are shown, in the members and the order of AWS's own samples (behaviour file, 1.8)."""

import msgspec
import pytest
from msgspec.structs import replace

from poolhouse.directory import devices, pools
from poolhouse.directory.devices import TRACKED_FLOWS, Device
from poolhouse.directory.pools import DeviceSettings
from poolhouse.directory.users import User, UserStatus
from poolhouse.ports import SECOND

POOL = "us-west-2_EXAMPLE"
KEY = "us-west-2_a1b2c3d4-5678-90ab-cdef-111111111111"
DIEGO = User(POOL, "sub", "diego", UserStatus.CONFIRMED, True, {}, 1, 0, 0, 0)
DEVICE = Device(
    pool_id=POOL,
    sub="sub",
    device_key=KEY,
    group_key="-wt2ha1Zd",
    sealed=b"",
    state="remembered",
    name="MyDevice",
    last_ip="192.0.2.1",
    session="",
    created_at=1715100742022000,
    modified_at=1723233651167000,
    authenticated_at=1715100742999999,
)


def a_pool(configuration: dict[str, bool] | None):
    config = {"DeviceConfiguration": configuration} if configuration is not None else {}
    row = {"pool_id": POOL, "name": "pool", "version": 1, "config": msgspec.json.encode(config)}
    return pools.from_row(row | {"created_at": 0, "modified_at": 0}, {})


def pairs(shown):
    return [(entry["Name"], entry["Value"]) for entry in shown["DeviceAttributes"]]


def test_a_device_is_described_as_the_sample_of_aws_has_it():
    shown = devices.described(DEVICE, a_pool(None), DIEGO, "123456789012")

    assert shown["DeviceKey"] == KEY
    assert pairs(shown) == [
        ("device_status", "valid"),
        ("device_name", "MyDevice"),
        (
            "dev:device_arn",
            f"arn:aws:cognito-idp:us-west-2:123456789012:owner/diego.{POOL}/device/{KEY}",
        ),
        ("dev:device_owner", f"diego.{POOL}"),
        ("last_ip_used", "192.0.2.1"),
        ("dev:device_remembered_status", "remembered"),
        ("dev:device_sdk", "aws-sdk-unknown-unknown"),
    ]


def test_the_list_of_the_owner_shows_what_is_not_the_developers():
    assert pairs(devices.listed(DEVICE)) == [
        ("device_status", "valid"),
        ("device_name", "MyDevice"),
        ("last_ip_used", "192.0.2.1"),
    ]


def test_the_last_sign_in_is_shown_in_whole_seconds_and_the_other_dates_are_not():
    shown = devices.listed(DEVICE)

    assert shown["DeviceCreateDate"] == 1715100742022000
    assert shown["DeviceLastModifiedDate"] == 1723233651167000
    assert shown["DeviceLastAuthenticatedDate"] == 1715100742 * SECOND


def test_a_device_without_a_name_shows_none():
    nameless = replace(DEVICE, name="")

    assert "device_name" not in dict(pairs(devices.listed(nameless)))
    assert "device_name" not in dict(pairs(devices.described(nameless, a_pool(None), DIEGO, "1")))


@pytest.mark.parametrize("key", [KEY, "eu-central-1_0-a", "a_0"])
def test_a_device_key_has_a_region_and_a_uuid(key):
    assert devices.is_key(key)


@pytest.mark.parametrize("key", ["", "x", "us-west-2_XYZ", "us-west-2_", KEY + "\n", "a_" + "0" * 54, "à_0"])
def test_what_has_not_the_form_of_a_device_key_is_none(key):
    assert not devices.is_key(key)


def test_the_flows_of_administrators_belong_to_no_device():
    """[K] that the other flows do: the guide of 2023 names USER_SRP_AUTH alone (2.2)."""
    assert {"USER_SRP_AUTH", "USER_PASSWORD_AUTH", "USER_AUTH", "CUSTOM_AUTH"} == TRACKED_FLOWS


@pytest.mark.parametrize(
    ("configuration", "settings"),
    [
        (None, None),
        ({}, None),
        ({"ChallengeRequiredOnNewDevice": False}, DeviceSettings(challenge=False, asks_user=False)),
        ({"DeviceOnlyRememberedOnUserPrompt": True}, DeviceSettings(challenge=False, asks_user=True)),
        ({"ChallengeRequiredOnNewDevice": True}, DeviceSettings(challenge=True, asks_user=False)),
    ],
)
def test_any_value_turns_tracking_on(configuration, settings):
    assert a_pool(configuration).devices == settings

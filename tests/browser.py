"""A device as the clients keep it: its keys, its password, and the proofs that it makes.

The arithmetic is pycognito's; the time of a proof is given by the test.
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.srp_client import AWSSRP, generate_hash_device, hex_to_long, long_to_hex

TRACKING: Mapping[str, Any] = {
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
}
OPT_IN: Mapping[str, Any] = {
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True}
}


@dataclass(frozen=True)
class Browser:
    """What a client keeps of `NewDeviceMetadata`, and the password that it made up for it."""

    key: str
    group_key: str
    password: str = field(repr=False)
    verifier: Mapping[str, str] = field(repr=False)

    def confirmation(self, **changes: Any) -> dict[str, Any]:
        """A ConfirmDevice request, less its access token."""
        usual = {
            "DeviceKey": self.key,
            "DeviceName": "Ada's browser",
            "DeviceSecretVerifierConfig": dict(self.verifier),
        }
        return usual | changes


def new_browser(tokens: Mapping[str, Any]) -> Browser:
    """The device that a sign-in was offered."""
    offered = tokens["NewDeviceMetadata"]
    password, verifier = generate_hash_device(offered["DeviceGroupKey"], offered["DeviceKey"])
    return Browser(offered["DeviceKey"], offered["DeviceGroupKey"], password, verifier)


class Prover:
    """One run of SRP for a device: `start` for DEVICE_SRP_AUTH, `proof` for DEVICE_PASSWORD_VERIFIER."""

    def __init__(self, browser: Browser, name: str = "ada") -> None:
        self._browser = browser
        self._name = name
        self._srp = AWSSRP(
            name,
            "unused",
            "us-east-1_unused",
            "unused",
            client=object(),
            device_key=browser.key,
            device_group_key=browser.group_key,
            device_password=browser.password,
        )

    def start(self) -> dict[str, str]:
        public = long_to_hex(self._srp.large_a_value)
        return {"USERNAME": self._name, "DEVICE_KEY": self._browser.key, "SRP_A": public}

    def proof(self, asked: Mapping[str, str], timestamp: str) -> dict[str, str]:
        device, block = self._browser, asked["SECRET_BLOCK"]
        key = self._srp.get_device_authentication_key(
            device.group_key, device.key, device.password, hex_to_long(asked["SRP_B"]), asked["SALT"]
        )
        signed = f"{device.group_key}{device.key}".encode() + base64.b64decode(block) + timestamp.encode()
        return {
            "USERNAME": asked["USERNAME"],
            "DEVICE_KEY": device.key,
            "TIMESTAMP": timestamp,
            "PASSWORD_CLAIM_SECRET_BLOCK": block,
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(hmac.digest(key, signed, "sha256")).decode(),
        }

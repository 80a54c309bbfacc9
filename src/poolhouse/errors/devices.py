"""Devices that a pool tracks."""

from poolhouse.errors.answers import ApiError
from poolhouse.errors.parameters import InvalidParameter
from poolhouse.errors.resources import ResourceNotFound


class DeviceNotFound(ResourceNotFound):
    """Clients look for these words and go on without the device (gotcha 25)."""

    message = "Device does not exist."


class DeviceOwnerNotFound(ResourceNotFound):
    """Where the operation's model does not declare UserNotFoundException. The wording is [K]."""

    message = "User does not exist."


class DeviceKeyExists(ApiError):
    """The wording is [K]."""

    code = "DeviceKeyExistsException"
    message = "The device is confirmed already."


class DevicesNotTracked(ApiError):
    """The wording is [K]."""

    code = "InvalidUserPoolConfigurationException"
    message = "The user pool does not track devices."


class DeviceMemberMissing(InvalidParameter):
    """The end of the sentence is known (1.8), the rest is [K]."""

    message = "{name} must be present."


class InvalidDeviceVerifier(InvalidParameter):
    """The wording is [K]."""

    message = "Invalid device secret verifier configuration."

"""Members of requests that nothing acts on yet: refused, because a stored setting looks like one in force.

A value that asks for nothing (false, empty, the default) is let through: Terraform, CDK and Amplify
send many of those.
"""

from collections.abc import Mapping
from typing import Any

from poolhouse.errors import NotSupportedYet

_ABSENT = (None, "", False)

# Members of a pool's configuration, each with the values that ask for nothing.
_POOL_MEMBERS: Mapping[str, tuple[Any, ...]] = {
    "KeyConfiguration.KeyType": ("AWS_OWNED_KEY",),
    "KeyConfiguration.KmsKeyArn": (),
    "IssuerConfiguration.Type": ("ORIGINAL",),
    "SmsConfiguration.EumsSms": (),
}

# Of SetUserPoolMfaConfig.
_MFA_MEMBERS: Mapping[str, tuple[Any, ...]] = {
    "SmsMfaConfiguration.SmsConfiguration.EumsSms": (),
}

_CLIENT_MEMBERS: Mapping[str, tuple[Any, ...]] = {
    "AnalyticsConfiguration": ({},),
}


def check_pool(request: Mapping[str, Any]) -> None:
    """Of CreateUserPool or UpdateUserPool. Raises `NotSupportedYet`."""
    _check_members(request, _POOL_MEMBERS)


def check_mfa_config(request: Mapping[str, Any]) -> None:
    """Of SetUserPoolMfaConfig. Raises `NotSupportedYet`."""
    _check_members(request, _MFA_MEMBERS)


def check_client(request: Mapping[str, Any]) -> None:
    """Of CreateUserPoolClient or UpdateUserPoolClient. Raises `NotSupportedYet`."""
    _check_members(request, _CLIENT_MEMBERS)


def _check_members(request: Mapping[str, Any], members: Mapping[str, tuple[Any, ...]]) -> None:
    for path, harmless in members.items():
        value = _value_at(request, path)
        if value not in _ABSENT and value not in harmless:
            raise NotSupportedYet(setting=path)


def _value_at(request: Mapping[str, Any], path: str) -> Any:
    value: Any = request
    for member in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(member)
    return value

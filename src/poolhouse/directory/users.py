"""Users: one frozen value per user and version, and what their names and states mean."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct

from poolhouse.ports import Instant


class UserStatus(StrEnum):
    """Behaviour file, 3.1."""

    UNCONFIRMED = "UNCONFIRMED"
    CONFIRMED = "CONFIRMED"
    FORCE_CHANGE_PASSWORD = "FORCE_CHANGE_PASSWORD"
    RESET_REQUIRED = "RESET_REQUIRED"
    EXTERNAL_PROVIDER = "EXTERNAL_PROVIDER"


class Factors(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a user has set up beside the password: the column `factors`.

    sms, email, totp  turned on as a second factor
    passkey           passkeys count as a second factor
    token             a software token is verified
    passkeys          how many are registered
    preferred         SMS_MFA | EMAIL_OTP | SOFTWARE_TOKEN_MFA, or empty
    native_off        an administrator ended the sign-in that is not by another provider (1.6)
    """

    sms: bool = False
    email: bool = False
    totp: bool = False
    passkey: bool = False
    token: bool = False
    passkeys: int = 0
    preferred: str = ""
    native_off: bool = False


NO_FACTORS = Factors()
_FACTORS = msgspec.json.Decoder(Factors)


class User(Struct, frozen=True):
    """One user at one version.

    attributes   everything but `sub`, as the strings that Cognito keeps ("true", not True)
    credential   the sealed password credential, where the query asked for it
    """

    pool_id: str
    sub: str
    username: str
    status: UserStatus
    enabled: bool
    attributes: Mapping[str, str]
    version: int
    signed_out_at: Instant
    created_at: Instant
    modified_at: Instant
    factors: Factors = NO_FACTORS
    credential: bytes | None = None
    credential_set_at: Instant = 0

    def verified(self, name: str) -> bool:
        """Is this `email` or `phone_number` there and proven to be the user's?"""
        return bool(self.attributes.get(name)) and self.attributes.get(f"{name}_verified") == "true"


def from_row(row: Mapping[str, Any], *, with_credential: bool = False) -> User:
    return User(
        pool_id=row["pool_id"],
        sub=row["sub"],
        username=row["username"],
        status=UserStatus(row["status"]),
        enabled=bool(row["enabled"]),
        attributes=msgspec.json.decode(row["attributes"]),
        version=row["version"],
        signed_out_at=row["signed_out_at"],
        created_at=row["created_at"],
        modified_at=row["modified_at"],
        factors=NO_FACTORS if row["factors"] in (None, "{}") else _FACTORS.decode(row["factors"]),
        credential=row["sealed"] if with_credential else None,
        credential_set_at=(row["set_at"] or 0) if with_credential else 0,
    )


def attribute_list(user: User) -> list[dict[str, str]]:
    """The user's attributes as the API lists them, `sub` first."""
    found = [{"Name": "sub", "Value": user.sub}]
    found += [{"Name": name, "Value": value} for name, value in user.attributes.items()]
    return found


def mfa_options(user: User) -> dict[str, Any]:
    """MFAOptions, of before authenticator apps: it knows of nothing but SMS."""
    if not user.factors.sms:
        return {}
    return {"MFAOptions": [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]}


def user_type(user: User) -> dict[str, Any]:
    """`UserType`: how ListUsers, ListUsersInGroup and AdminCreateUser show a user."""
    return {
        "Username": user.username,
        "Attributes": attribute_list(user),
        "UserCreateDate": user.created_at,
        "UserLastModifiedDate": user.modified_at,
        "Enabled": user.enabled,
        "UserStatus": user.status.value,
        **mfa_options(user),
    }

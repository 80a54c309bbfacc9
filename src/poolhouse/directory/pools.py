"""User pools as the rest of the house sees them: frozen, with what sign-in asks for worked out once."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

import msgspec
from msgspec import Struct

from poolhouse.directory import (
    log_delivery,
    passkeys,
    schema,
    session_settings,
    threat_protection,
    triggers,
)
from poolhouse.directory.passkeys import PasskeySettings
from poolhouse.directory.schema import Attribute
from poolhouse.directory.session_settings import SessionSettings
from poolhouse.directory.threat_protection import ThreatProtection
from poolhouse.directory.triggers import Trigger
from poolhouse.ports import Instant

_LONGEST_NAME = 512  # characters: PostgreSQL keeps at most 2,700 bytes in one place of an index

ALIAS_KINDS = ("email", "phone_number", "preferred_username")

# Our own settings of a pool travel as tags, so that any AWS tool can set them (docs/settings.md).
PASSWORD_STORAGE_TAG = "poolhouse:password-storage"
FREE_TRIES_TAG = "poolhouse:lockout-free-tries"
LONGEST_LOCK_TAG = "poolhouse:lockout-max-seconds"
UNREACHABLE_TAG = "poolhouse:unreachable-triggers"

# Members of the stored configuration that DescribeUserPool does not show: the second factors that are
# turned on, the words of e-mails with their codes, and how passkeys are used (directory/mfa_config.py).
MFA_FACTORS = "MfaFactors"
WEB_AUTHN = "WebAuthnConfiguration"
EMAIL_MFA = "EmailMfaConfiguration"
NOT_DESCRIBED = (MFA_FACTORS, EMAIL_MFA, WEB_AUTHN, session_settings.CONFIG, log_delivery.CONFIG)


class PasswordPolicy(Struct, frozen=True):
    """`Policies.PasswordPolicy` (behaviour file, 3.9)."""

    minimum_length: int = 8
    uppercase: bool = True
    lowercase: bool = True
    numbers: bool = True
    symbols: bool = True
    temporary_days: int = 7
    history_size: int = 0

    @classmethod
    def from_config(cls, policy: Mapping[str, Any]) -> Self:
        return cls(
            minimum_length=policy.get("MinimumLength", 8),
            uppercase=policy.get("RequireUppercase", True),
            lowercase=policy.get("RequireLowercase", True),
            numbers=policy.get("RequireNumbers", True),
            symbols=policy.get("RequireSymbols", True),
            temporary_days=policy.get("TemporaryPasswordValidityDays", 7),
            history_size=policy.get("PasswordHistorySize", 0),
        )


class Lockout(Struct, frozen=True):
    """How failed proofs lock a user (behaviour file, 7.1); both figures may be set per pool by a tag."""

    free_tries: int = 5
    longest_seconds: int = 900


class DeviceSettings(Struct, frozen=True):
    """`DeviceConfiguration` (behaviour file, 2.2).

    challenge     a remembered device stands for the second factor (ChallengeRequiredOnNewDevice)
    asks_user     a device is remembered only when the user says so (DeviceOnlyRememberedOnUserPrompt)
    """

    challenge: bool
    asks_user: bool


class Pool(Struct, frozen=True):
    """One user pool at one version.

    config   what DescribeUserPool answers, less dates, counts and tags
    schema   every attribute by its full name
    """

    pool_id: str
    name: str
    version: int
    config: Mapping[str, Any]
    tags: Mapping[str, str]
    created_at: Instant
    modified_at: Instant
    schema: Mapping[str, Attribute]
    password_policy: PasswordPolicy
    lockout: Lockout
    username_attributes: tuple[str, ...]
    alias_attributes: tuple[str, ...]
    auto_verified: tuple[str, ...]
    keep_original: tuple[str, ...]
    case_sensitive: bool
    sign_up_open: bool
    password_storage: Literal["srp", "argon2id"]
    mfa: Literal["OFF", "OPTIONAL", "ON"]
    mfa_factors: frozenset[str]  # SMS_MFA | SOFTWARE_TOKEN_MFA | EMAIL_OTP
    first_factors: tuple[str, ...]  # AllowedFirstAuthFactors
    passkeys: PasskeySettings
    devices: DeviceSettings | None
    triggers: Mapping[str, Trigger]  # by kind (directory/triggers.py)
    sessions: SessionSettings
    protection: ThreatProtection
    logs: Mapping[str, str]  # the ARN that events of a source go to (directory/log_delivery.py)

    @property
    def region(self) -> str:
        return self.pool_id.partition("_")[0]

    @property
    def short_name(self) -> str:
        """The part of the id after `_`, which SRP hashes (behaviour file, 2.1)."""
        return self.pool_id.partition("_")[2]

    def arn(self, account_id: str) -> str:
        return f"arn:aws:cognito-idp:{self.region}:{account_id}:userpool/{self.pool_id}"

    def fold(self, kind: str, value: str) -> str:
        """A name as the alias table keeps it: `kind` is `username`, `email`, ...

        Case-insensitive pools fold user names, preferred user names and e-mail addresses; phone
        numbers have no case. An e-mail address that is the user name folds like the user name. What is
        too long for an index is its digest.
        """
        folded = value if self.case_sensitive or kind == "phone_number" else value.lower()
        if len(folded) <= _LONGEST_NAME:
            return folded
        return "sha256:" + hashlib.sha256(folded.encode()).hexdigest()


def from_row(row: Mapping[str, Any], tags: Mapping[str, str]) -> Pool:
    """A pool from its row in the store."""
    config = msgspec.json.decode(row["config"])
    admin = config.get("AdminCreateUserConfig", {})
    updates = config.get("UserAttributeUpdateSettings", {})
    username = config.get("UsernameConfiguration", {})
    return Pool(
        pool_id=row["pool_id"],
        name=row["name"],
        version=row["version"],
        config=config,
        tags=tags,
        created_at=row["created_at"],
        modified_at=row["modified_at"],
        schema=schema.from_config(config.get("SchemaAttributes", ())),
        password_policy=PasswordPolicy.from_config(config.get("Policies", {}).get("PasswordPolicy", {})),
        lockout=_lockout(tags),
        username_attributes=_names(config, "UsernameAttributes"),
        alias_attributes=_names(config, "AliasAttributes"),
        auto_verified=_names(config, "AutoVerifiedAttributes"),
        keep_original=_names(updates, "AttributesRequireVerificationBeforeUpdate"),
        case_sensitive=username.get("CaseSensitive", True),
        sign_up_open=not admin.get("AllowAdminCreateUserOnly", False),
        password_storage="argon2id" if tags.get(PASSWORD_STORAGE_TAG) == "argon2id" else "srp",
        mfa=config.get("MfaConfiguration", "OFF"),
        mfa_factors=frozenset(config.get(MFA_FACTORS, ())),
        first_factors=tuple(
            config.get("Policies", {}).get("SignInPolicy", {}).get("AllowedFirstAuthFactors") or ("PASSWORD",)
        ),
        passkeys=passkeys.from_config(config.get(WEB_AUTHN, {})),
        devices=_devices(config.get("DeviceConfiguration")),
        triggers=triggers.from_config(config.get("LambdaConfig", {})),
        sessions=session_settings.from_config(config),
        protection=threat_protection.from_config(config),
        logs=log_delivery.destinations(config),
    )


def _devices(config: Mapping[str, Any] | None) -> DeviceSettings | None:
    if not config:
        return None
    return DeviceSettings(
        challenge=config.get("ChallengeRequiredOnNewDevice", False),
        asks_user=config.get("DeviceOnlyRememberedOnUserPrompt", False),
    )


def _lockout(tags: Mapping[str, str]) -> Lockout:
    usual = Lockout()
    return Lockout(
        free_tries=int(tags.get(FREE_TRIES_TAG, usual.free_tries)),
        longest_seconds=int(tags.get(LONGEST_LOCK_TAG, usual.longest_seconds)),
    )


def _names(config: Mapping[str, Any], member: str) -> tuple[str, ...]:
    names: Sequence[str] = config.get(member) or ()
    return tuple(names)

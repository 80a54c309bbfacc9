"""Roles and managed policies of the account: what they are called, and what they may be set to.

Documents here are dicts that were checked when they were stored.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from poolhouse.ports import Instant

SHORTEST_MAXIMUM, LONGEST_MAXIMUM = 3_600, 43_200  # seconds of a session
ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
ID_LENGTH = 17  # behind AROA or ANPA
MOST_TAGS = 50
MOST_MANAGED = 20

_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_POLICY_NAME = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)
_PATH = re.compile(r"/|/[\x21-\x7e]{1,510}/")
_ROLE_ARN = re.compile(r"arn:aws:iam::([0-9]{12}):role(/|/[\x21-\x7e]{1,510}/)([\w+=,.@-]{1,64})", re.ASCII)
_POLICY_ARN = re.compile(
    r"arn:aws:iam::([0-9]{12}|aws):policy(/|/[\x21-\x7e]{1,510}/)([\w+=,.@-]{1,128})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the account.

    trust           who may assume it
    policies        inline permission policies, by name
    managed         ARNs of managed policies of the account
    max_seconds     the longest session
    revoked_before  sessions that began before are no longer good; 0: none was revoked
    from_settings   the settings file keeps it as it is there
    """

    role_id: str
    name: str
    path: str
    trust: Mapping[str, Any]
    policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    managed: tuple[str, ...] = ()
    max_seconds: int = SHORTEST_MAXIMUM
    tags: Mapping[str, str] = field(default_factory=dict)
    revoked_before: Instant = 0
    from_settings: bool = False
    created_at: Instant = 0

    def arn(self, account: str) -> str:
        return f"arn:aws:iam::{account}:role{self.path}{self.name}"

    def session_arn(self, account: str, session_name: str) -> str:
        """The ARN of a session does not have the path of its role."""
        return f"arn:aws:sts::{account}:assumed-role/{self.name}/{session_name}"


def folded(name: str) -> str:
    return name.lower()  # names are ASCII


def role_named(arn: str, account: str) -> str | None:
    """The name in the ARN of a role of this account; None for any other ARN."""
    found = _ROLE_ARN.fullmatch(arn)
    return found[3] if found and found[1] == account else None


def policy_named(arn: str, account: str) -> str | None:
    """The name in the ARN of a managed policy of this account; None for any other ARN."""
    found = _POLICY_ARN.fullmatch(arn)
    return found[3] if found and found[1] == account else None


def check_name(name: str) -> None:
    """Raises `ValueError` with one sentence."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"A role's name has 1 to 64 letters, digits and +=,.@_- : '{name[:64]}' has not.")


def check_policy_name(name: str) -> None:
    if not _POLICY_NAME.fullmatch(name):
        raise ValueError(
            f"A policy's name has 1 to 128 letters, digits and +=,.@_- : '{name[:128]}' has not."
        )


def check_path(path: str) -> None:
    if not _PATH.fullmatch(path):
        raise ValueError(
            "A path begins and ends with a slash and has at most 512 characters, without blanks."
        )


def check_maximum(seconds: int) -> None:
    if not SHORTEST_MAXIMUM <= seconds <= LONGEST_MAXIMUM:
        raise ValueError(
            f"The longest session of a role is from {SHORTEST_MAXIMUM} to {LONGEST_MAXIMUM} seconds."
        )

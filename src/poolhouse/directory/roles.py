"""Roles of the account: what they are called, and what they may be set to (docs/roles.md)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from poolhouse.policies.document import IDENTITY, LARGEST_TRUST, ROLE_POLICIES, TRUST, Policy, parse
from poolhouse.ports import Instant

SHORTEST_MAXIMUM, LONGEST_MAXIMUM = 3_600, 43_200  # seconds of a session
ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
ID_LENGTH = 17  # behind AROA or ANPA
MOST_TAGS = 50
MOST_MANAGED = 20

PATH = r"/|/[\x21-\x7e]{1,510}/"
_NAME = re.compile(r"[\w+=,.@-]{1,64}", re.ASCII)
_PATH = re.compile(PATH)
_POLICY_NAME = re.compile(r"[\w+=,.@-]{1,128}", re.ASCII)
_ROLE_ARN = re.compile(rf"arn:aws:iam::([0-9]{{12}}):role({PATH})([\w+=,.@-]{{1,64}})", re.ASCII)
_TAG_NAME = re.compile(r"(?!aws:)[\w .:/=+@-]{1,128}", re.IGNORECASE)
_TAG_VALUE = re.compile(r"[\w .:/=+@-]{0,256}")


@dataclass(frozen=True)
class Role:
    """A role of the account. Documents are JSON, checked by `check` before they were stored.

    trust           who may assume it
    policies        inline permission policies, by name
    managed         ARNs of managed policies
    max_seconds     the longest session
    revoked_before  sessions that began before are no longer good; 0: none was revoked
    from_settings   the settings file keeps it as it is there
    """

    role_id: str
    name: str
    path: str
    trust: str
    policies: Mapping[str, str] = field(default_factory=dict)
    managed: tuple[str, ...] = ()
    max_seconds: int = SHORTEST_MAXIMUM
    tags: Mapping[str, str] = field(default_factory=dict)
    revoked_before: Instant = 0
    from_settings: bool = False
    created_at: Instant = 0

    @cached_property
    def trust_policy(self) -> Policy:
        return parse(self.trust, TRUST, self.name, LARGEST_TRUST)

    @cached_property
    def inline_policies(self) -> tuple[Policy, ...]:
        return tuple(parse(document, IDENTITY, name) for name, document in self.policies.items())

    def arn(self, account: str) -> str:
        return f"arn:aws:iam::{account}:role{self.path}{self.name}"

    def session_arn(self, account: str, session_name: str) -> str:
        """The ARN of a session does not have the path of its role."""
        return f"arn:aws:sts::{account}:assumed-role/{self.name}/{session_name}"


def folded(name: str) -> str:
    return name.lower()  # names are ASCII


def named(arn: str, account: str) -> str | None:
    """The name in the ARN of a role of this account; None for any other ARN."""
    found = _ROLE_ARN.fullmatch(arn)
    return found[3] if found and found[1] == account else None


def name_of(arn: str) -> str:
    """The last part of a role's ARN."""
    return arn.rpartition("/")[2]


def check(role: Role) -> None:
    """Raises `ValueError` with one sentence that says what is wrong with the role."""
    if not _NAME.fullmatch(role.name):
        raise ValueError("A role's name must be of 1 to 64 letters, digits and the characters +=,.@_-.")
    check_path(role.path)
    if not SHORTEST_MAXIMUM <= role.max_seconds <= LONGEST_MAXIMUM:
        raise ValueError(
            f"The longest session of a role must be from {SHORTEST_MAXIMUM} to {LONGEST_MAXIMUM} seconds."
        )
    for name in role.policies:
        check_policy_name(name)
    if len(role.managed) > MOST_MANAGED:
        raise ValueError(f"A role may have at most {MOST_MANAGED} managed policies.")
    _check_tags(role.tags)
    if not role.trust_policy.allows and not role.trust_policy.denies:
        raise ValueError("A trust policy must have a statement.")
    if sum(policy.size for policy in role.inline_policies) > ROLE_POLICIES:
        raise ValueError(f"The inline policies of a role must not be longer than {ROLE_POLICIES} characters.")


def check_path(path: str) -> None:
    """Raises `ValueError`."""
    if not _PATH.fullmatch(path):
        raise ValueError(
            "A path must begin and end with a slash and have at most 512 characters, none blank."
        )


def check_policy_name(name: str) -> None:
    """Raises `ValueError`."""
    if not _POLICY_NAME.fullmatch(name):
        raise ValueError("A policy's name must be of 1 to 128 letters, digits and the characters +=,.@_-.")


def _check_tags(tags: Mapping[str, str]) -> None:
    if len(tags) > MOST_TAGS or len({name.lower() for name in tags}) < len(tags):
        raise ValueError(f"A role may have at most {MOST_TAGS} tags, whose names differ by more than case.")
    for name, value in tags.items():
        if not _TAG_NAME.fullmatch(name) or not _TAG_VALUE.fullmatch(value):
            raise ValueError(
                "A tag must have a name of 1 to 128 letters, digits, blanks and .:/=+@_- that does not begin "
                "with aws:, and a value of at most 256 of them."
            )

"""Managed policies: documents with an ARN of their own, which roles and sessions name.

Those of the account are in the store. Of AWS's own, only a few have a meaning here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from poolhouse.directory.roles import PATH, check_path, check_policy_name
from poolhouse.policies.document import IDENTITY, Policy, parse

LARGEST = 6_144  # characters without white space

_ARN = re.compile(rf"arn:aws:iam::([0-9]{{12}}):policy({PATH})([\w+=,.@-]{{1,128}})", re.ASCII)


@dataclass(frozen=True)
class ManagedPolicy:
    """A managed policy of the account. `document` is JSON."""

    policy_id: str
    name: str
    path: str
    document: str
    from_settings: bool = False

    @cached_property
    def policy(self) -> Policy:
        return parse(self.document, IDENTITY, self.name, LARGEST)

    def arn(self, account: str) -> str:
        return f"arn:aws:iam::{account}:policy{self.path}{self.name}"


_EVERYTHING = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'

BUILT_IN: Mapping[str, Policy] = {  # by ARN; they never change
    "arn:aws:iam::aws:policy/AdministratorAccess": parse(_EVERYTHING, IDENTITY, "AdministratorAccess"),
}


def named(arn: str, account: str) -> str | None:
    """The name in the ARN of a managed policy of this account; None for any other ARN."""
    found = _ARN.fullmatch(arn)
    return found[3] if found and found[1] == account else None


def check(policy: ManagedPolicy) -> None:
    """Raises `ValueError` with one sentence."""
    check_policy_name(policy.name)
    check_path(policy.path)
    if not policy.policy.allows and not policy.policy.denies:
        raise ValueError("A policy must have a statement.")

"""The Principal element of trust policies: who may assume the role.

Source: AWS IAM User Guide, "AWS JSON policy elements: Principal". A wildcard stands for everybody or not at
all: it is never a part of a name.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from poolhouse.policies.reading import MalformedPolicy, shown, texts

_ACCOUNT = re.compile(r"[0-9]{12}")
_ROOT = re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}):root")
_ARN = re.compile(r"arn:aws[a-z-]*:(?:iam|sts)::[0-9]{12}:[^*?\s]+")
_UNIQUE_ID = re.compile(r"A[A-Z0-9]{15,127}")  # AROA..., AIDA...
_SERVICE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_PROVIDER = re.compile(r"[^*?\s]{1,2048}")

Name = tuple[str, str]  # its kind (AWS, Account, Federated, Service), and the name


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: every name under which a policy may mean it."""

    names: frozenset[Name]


NOBODY = Caller(frozenset())


def aws(arn: str, *others: str) -> Caller:
    """A user, a role or a session of a role, by its ARN; its account is in it.

    others  further names: the ARN of the session's role, unique ids such as AROA...
    """
    account = arn.split(":", 5)[4]
    return Caller(frozenset({("Account", account), *(("AWS", name) for name in (arn, *others))}))


def federated(provider: str) -> Caller:
    """Who comes from an identity provider: `cognito-identity.amazonaws.com`, or the ARN of a provider."""
    return Caller(frozenset({("Federated", provider)}))


def service(name: str) -> Caller:
    return Caller(frozenset({("Service", name)}))


@dataclass(frozen=True, slots=True)
class Principals:
    """Whom a statement is about."""

    everybody: bool
    named: frozenset[Name]

    def include(self, caller: Caller) -> bool:
        return self.everybody or not self.named.isdisjoint(caller.names)


def read(element: Any) -> Principals:
    """Raises `MalformedPolicy`."""
    if element == "*":
        return Principals(True, frozenset())
    if not isinstance(element, dict) or not element:
        raise MalformedPolicy("Principal must be * or an object with AWS, Federated or Service.")
    everybody = False
    named: set[Name] = set()
    for kind, given in element.items():
        if kind not in _KINDS:
            raise MalformedPolicy(
                f"Principal cannot have the member {kind}: it has AWS, Federated or Service."
            )
        for name in texts(kind, given):
            if kind == "AWS" and name == "*":
                everybody = True
            else:
                named.add(_KINDS[kind](name))
    return Principals(everybody, frozenset(named))


def _aws(name: str) -> Name:
    root = _ROOT.fullmatch(name)
    if root:
        return ("Account", root[1])
    if _ACCOUNT.fullmatch(name):
        return ("Account", name)
    if _ARN.fullmatch(name) or _UNIQUE_ID.fullmatch(name):
        return ("AWS", name)
    raise MalformedPolicy(
        f"The AWS principal {shown(name)} must be *, an account id, or the whole ARN of an account, a user, "
        "a role or a session of a role."
    )


def _federated(name: str) -> Name:
    if not _PROVIDER.fullmatch(name):
        raise MalformedPolicy(f"The federated principal {shown(name)} must be a provider without wildcards.")
    return ("Federated", name)


def _service(name: str) -> Name:
    if not _SERVICE.fullmatch(name):
        raise MalformedPolicy(
            f"The service principal {shown(name)} must be a name such as lambda.amazonaws.com."
        )
    return ("Service", name)


_KINDS: dict[str, Callable[[str], Name]] = {"AWS": _aws, "Federated": _federated, "Service": _service}

"""Policy documents: JSON texts become policies that are ready to be asked, or are refused with one sentence.

Source: AWS IAM User Guide, "Grammar of the IAM JSON policy language" and "IAM and AWS STS quotas".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from poolhouse.policies import conditions, globs, principals, reading, resources, variables
from poolhouse.policies.conditions import Condition
from poolhouse.policies.globs import Match
from poolhouse.policies.principals import Caller, Principals
from poolhouse.policies.reading import MalformedPolicy, shown
from poolhouse.policies.resources import Reach
from poolhouse.policies.variables import Context, Language

ROLE_POLICIES = 10_240  # characters of all policies of a role together, without white space
LARGEST_TRUST = 4_096  # what an account may raise its limit for trust policies to

_OLD, _CURRENT = "2008-10-17", "2012-10-17"
_POLICY_MEMBERS = frozenset({"Version", "Id", "Statement"})
_STATEMENT_MEMBERS = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)
_SID = re.compile(r"[A-Za-z0-9]*")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a policy is attached to.

    title   its type, as AccessDenied messages name it
    limit   characters, without white space
    trust   it says who (Principal) and not on what (Resource)
    free    Sid and Id may be anything: such policies were stored before they were looked at
    """

    title: str
    limit: int
    trust: bool = False
    free: bool = False

    @property
    def one(self) -> str:
        """The title with its article."""
        return f"an {self.title}" if self.title.startswith("i") else f"a {self.title}"


IDENTITY = Kind("identity-based policy", ROLE_POLICIES)
SESSION = Kind("session policy", 2_048)
TRUST = Kind("role trust policy", 2_048, trust=True)
ACCESS_KEY = Kind("identity-based policy", 65_536, free=True)  # what `poolhouse keys create` has always taken


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, compiled.

    label       its Sid, or its number in the document, counted from 1
    resources   None in a trust policy
    principals  None in every other
    """

    label: str
    denies: bool
    actions: Match  # of an action in lower case
    resources: Reach | None
    principals: Principals | None
    conditions: tuple[Condition, ...]

    def covers(self, action: str, resource: str, context: Context, caller: Caller) -> bool:
        """Does the statement speak about this? `action` is in lower case."""
        if not self.actions(action):
            return False
        if self.resources is not None and not self.resources(resource, context):
            return False
        if self.principals is not None and not self.principals.include(caller):
            return False
        return not self.conditions or all(holds(context) for holds in self.conditions)


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy that is ready to be asked.

    name  what the owner of a role calls it; "" where it has no name
    size  in characters, without white space
    """

    kind: Kind
    name: str
    size: int
    denies: tuple[Statement, ...]
    allows: tuple[Statement, ...]


NOTHING = Policy(IDENTITY, "", 0, (), ())  # allows nothing


def parse(source: str | Mapping[str, Any], kind: Kind, name: str = "", limit: int = 0) -> Policy:
    """Make a policy of its document: JSON, or what JSON says. Raises `MalformedPolicy`.

    limit  characters, in place of the kind's
    """
    document = reading.load(source)
    size = reading.size(source if isinstance(source, str) else reading.written(document))
    if size > (limit or kind.limit):
        raise MalformedPolicy(
            f"The {kind.title} must not be longer than {limit or kind.limit} characters without white space; "
            f"this one has {size}."
        )
    _refuse_unknown("A policy", document, _POLICY_MEMBERS)
    if not kind.free and not reading.is_text(document.get("Id", "")):
        raise MalformedPolicy("The Id of a policy must be a text.")
    version = document.get("Version", _OLD)
    if version not in (_OLD, _CURRENT):
        raise MalformedPolicy("The Version of a policy must be 2012-10-17 or 2008-10-17.")
    statements = _statements(document, kind, version == _CURRENT)
    denies = tuple(one for one in statements if one.denies)
    return Policy(kind, name, size, denies, tuple(one for one in statements if not one.denies))


def _statements(document: Mapping[str, Any], kind: Kind, has_variables: bool) -> list[Statement]:
    given = document.get("Statement")
    if isinstance(given, dict):
        given = [given]
    if not isinstance(given, list) or not given:
        raise MalformedPolicy("A policy must have at least one statement in Statement.")
    statements = []
    sids: set[str] = set()
    for number, one in enumerate(given, 1):
        try:
            label = _label(one, number, kind, sids)
            statements.append(_statement(one, label, kind, has_variables))
        except MalformedPolicy as error:
            raise MalformedPolicy(f"Statement {number}: {error}") from None
    return statements


def _label(given: Any, number: int, kind: Kind, sids: set[str]) -> str:
    """The Sid, which must be unlike those before it, or else the number."""
    if not isinstance(given, dict):
        raise MalformedPolicy("Each statement of a policy must be a JSON object.")
    sid = given.get("Sid", "")
    if not kind.free:
        if not reading.is_text(sid) or not _SID.fullmatch(sid):
            raise MalformedPolicy("The Sid of a statement must be of the letters A-Z and a-z and of digits.")
        if sid in sids:
            raise MalformedPolicy(f"The Sid {sid} is another statement's: each must be unique.")
    if reading.is_text(sid) and sid:
        sids.add(sid)
        return str(sid)
    return str(number)


def _statement(given: Mapping[str, Any], label: str, kind: Kind, has_variables: bool) -> Statement:
    _refuse_unknown("A statement", given, _STATEMENT_MEMBERS)
    if given.get("Effect") not in ("Allow", "Deny"):
        raise MalformedPolicy("The Effect of a statement must be Allow or Deny.")
    language = Language(given["Effect"] == "Deny", has_variables)
    return Statement(
        label=label,
        denies=language.denies,
        actions=_actions(given, kind),
        resources=_resources(given, kind, language),
        principals=_principals(given, kind),
        conditions=conditions.read(given.get("Condition", {}), language),
    )


def _actions(given: Mapping[str, Any], kind: Kind) -> Match:
    member, patterns = reading.either(given, "Action")
    for pattern in patterns:
        _check_action(pattern, kind)
    match = globs.any_of(
        variables.known(variables.read(pattern.lower(), wildcards=True, variables=False))
        for pattern in patterns
    )
    return match if member == "Action" else lambda action: not match(action)


def _check_action(pattern: str, kind: Kind) -> None:
    service, colon, name = pattern.partition(":")
    if pattern != "*" and not (service and colon and name and ":" not in name and pattern.isascii()):
        raise MalformedPolicy(
            f"The action {shown(pattern)} must be * or a service and a name, such as cognito-idp:List*."
        )
    if kind.trust and service.lower() != "sts":
        raise MalformedPolicy(f"The action {shown(pattern)} is not one of sts: a trust policy has no others.")


def _resources(given: Mapping[str, Any], kind: Kind, language: Language) -> Reach | None:
    if not kind.trust:
        member, patterns = reading.either(given, "Resource")
        return resources.read(patterns, language, excepted=member == "NotResource")
    for member in ("Resource", "NotResource"):
        if member in given:
            raise MalformedPolicy(f"A trust policy cannot have {member}: it is about its role.")
    return None


def _principals(given: Mapping[str, Any], kind: Kind) -> Principals | None:
    if not kind.trust:
        for member in ("Principal", "NotPrincipal"):
            if member in given:
                raise MalformedPolicy(
                    f"{kind.one.capitalize()} cannot have the member {member}: only a trust policy can."
                )
        return None
    if "NotPrincipal" in given:
        raise MalformedPolicy("A trust policy cannot have NotPrincipal: use Principal.")
    if "Principal" not in given:
        raise MalformedPolicy("A statement of a trust policy must have Principal.")
    return principals.read(given["Principal"])


def _refuse_unknown(what: str, given: Mapping[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(name for name in given if name not in known)
    if unknown:
        raise MalformedPolicy(f"{what} cannot have the member {unknown[0]}.")

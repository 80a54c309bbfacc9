"""Policies and questions, made briefly."""

from collections.abc import Mapping, Sequence
from typing import Any

from poolhouse.policies.document import IDENTITY, Kind, Policy, parse
from poolhouse.policies.evaluate import Answer, decide, request

VERSION = "2012-10-17"
Keys = Mapping[str, str | Sequence[str]]


def document(*statements: Mapping[str, Any], version: str = VERSION) -> dict[str, Any]:
    return {"Version": version, "Statement": list(statements)}


def statement(effect: str = "Allow", **members: Any) -> dict[str, Any]:
    """About everything, unless its members say otherwise; a member that is None is left out."""
    given = {"Effect": effect, "Action": "*", "Resource": "*"} | members
    return {name: value for name, value in given.items() if value is not None}


def policy(*statements: Mapping[str, Any], kind: Kind = IDENTITY, name: str = "") -> Policy:
    return parse(document(*statements), kind, name)


def ask(
    policies: Policy | Sequence[Policy],
    action: str = "s3:GetObject",
    resource: str = "arn:aws:s3:::bucket/key",
    keys: Keys | None = None,
    session: Sequence[Policy] = (),
) -> Answer:
    identity = (policies,) if isinstance(policies, Policy) else policies
    return decide(request(action, resource, keys), identity, session)


def holds(condition: Any, keys: Keys, effect: str = "Allow", version: str = VERSION) -> bool:
    """Does a statement with this Condition apply to a request with these keys?"""
    statements = [statement(effect, Condition=condition)]
    if effect == "Deny":
        statements.append(statement())
    made = parse(document(*statements, version=version), IDENTITY)
    return ask(made, keys=keys).allowed is (effect == "Allow")

"""Whether a role's trust policy lets somebody in. The policy engine takes this module's place."""

from collections.abc import Mapping
from typing import Any

from poolhouse.wire.policy import matches


def allows(
    document: Mapping[str, Any], action: str, federated: str, context: Mapping[str, tuple[str, ...]]
) -> bool:
    """Whether a provider's principal may do `action` (`sts:AssumeRoleWithWebIdentity`) under `context`."""
    covering = [
        statement["Effect"]
        for statement in _listed(document.get("Statement", []))
        if federated in _listed(statement.get("Principal", {}).get("Federated", []))
        and any(matches(pattern.lower(), action.lower()) for pattern in _listed(statement["Action"]))
        and _holds(statement.get("Condition", {}), context)
    ]
    return "Allow" in covering and "Deny" not in covering


def _holds(conditions: Mapping[str, Any], context: Mapping[str, tuple[str, ...]]) -> bool:
    return all(
        _compared(operator, _listed(expected), context.get(key, ()))
        for operator, keys in conditions.items()
        for key, expected in keys.items()
    )


def _compared(operator: str, expected: list[str], given: tuple[str, ...]) -> bool:
    if operator in ("StringEquals", "ForAnyValue:StringEquals"):
        return any(value in expected for value in given)
    if operator in ("StringLike", "ForAnyValue:StringLike"):
        return any(matches(pattern, value) for value in given for pattern in expected)
    return False


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]

"""UserContextData and ContextData: what callers say about the user's side (behaviour file, 7.2)."""

from collections.abc import Mapping
from typing import Any

from poolhouse.context import Told
from poolhouse.wire.operations import Operation

# Members that have the name of the user in a map of their own.
_PARAMETERS = ("AuthParameters", "ChallengeResponses")


def of(operation: Operation, request: Mapping[str, Any]) -> Told:
    """Only what administrators call has ContextData, and only the rest has UserContextData."""
    data = request.get("ContextData" if operation.needs_signature else "UserContextData") or {}
    return Told(_username(request), operation.needs_signature, data)


def _username(request: Mapping[str, Any]) -> str:
    named = request.get("Username")
    for member in _PARAMETERS:
        named = named or (request.get(member) or {}).get("USERNAME")
    return str(named or "")

"""The rules of the IAM User Guide written out plainly, and differently: strings and regular expressions.

Of the conditions it knows what the tests draw. A value is put into a pattern with its special characters
replaced by private-use ones, which stand for themselves.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

GUARDED = {"*": "\ue000", "?": "\ue001", "$": "\ue002"}
Keys = Mapping[str, Sequence[str]]


def guarded(text: str) -> str:
    for plain, private in GUARDED.items():
        text = text.replace(plain, private)
    return text


def filled(pattern: str, keys: Keys) -> str | None:
    """The pattern with its variables replaced; None: one has no value."""
    for special in "*?$":
        pattern = pattern.replace(f"${{{special}}}", GUARDED[special])
    while "${" in pattern:
        before, _, rest = pattern.partition("${")
        name, _, after = rest.partition("}")
        given = keys.get(name, [])
        if len(given) != 1 or given[0] == "":
            return None
        pattern = before + guarded(given[0]) + after
    return pattern


def like(pattern: str | None, text: str) -> bool:
    if pattern is None:
        return False
    expression = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch(expression, guarded(text), re.DOTALL) is not None


def equal(pattern: str | None, text: str) -> bool:
    return pattern is not None and guarded(pattern) == guarded(text)


def condition_holds(operator: str, key: str, wanted: list[str], keys: Keys, denies: bool) -> bool:
    if operator == "Null":
        return (wanted[0] == "true") == (not any(keys.get(key, [])))
    quantifier, _, name = operator.rpartition(":")
    if key not in keys:
        if name.endswith("IfExists") or quantifier == "ForAllValues":
            return True
        return "Not" in name and quantifier != "ForAnyValue"
    given = keys[key]
    if quantifier and all(value == "" for value in given):
        return quantifier == "ForAllValues"
    compare = like if "Like" in name else equal
    verdicts = []
    for value in given:
        hit = any(compare(filled(pattern, keys), value) for pattern in wanted)
        verdicts.append(hit != ("Not" in name))
    if quantifier == "ForAllValues" or (not quantifier and not denies):
        return all(verdicts)
    return any(verdicts)


def listed(element: Any) -> list[Any]:
    return element if isinstance(element, list) else [element]


def applies(statement: Mapping[str, Any], action: str, resource: str, keys: Keys) -> bool:
    denies = statement["Effect"] == "Deny"
    patterns = listed(statement.get("Action", statement.get("NotAction")))
    if any(like(pattern.lower(), action.lower()) for pattern in patterns) != ("Action" in statement):
        return False
    patterns = [
        filled(pattern, keys) for pattern in listed(statement.get("Resource", statement.get("NotResource")))
    ]
    if "NotResource" in statement and None in patterns and not denies:
        return False
    if any(like(pattern, resource) for pattern in patterns) != ("Resource" in statement):
        return False
    return all(
        condition_holds(operator, key, listed(wanted), keys, denies)
        for operator, of_keys in statement.get("Condition", {}).items()
        for key, wanted in of_keys.items()
    )


def verdict(documents: Sequence[Mapping[str, Any]], action: str, resource: str, keys: Keys) -> str:
    effects = {
        statement["Effect"]
        for document in documents
        for statement in document["Statement"]
        if applies(statement, action, resource, keys)
    }
    return "explicit deny" if "Deny" in effects else "allowed" if effects else "implicit deny"

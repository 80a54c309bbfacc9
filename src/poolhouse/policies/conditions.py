"""The Condition element: what must hold of the request for its statement to apply.

All operators and all keys of an element must hold; of the values of a key one suffices, and of a negated
operator none may match. A key that is missing makes an operator false and a negated one true, except:

    ...IfExists     true
    ForAllValues:   true, as for a value that is empty
    ForAnyValue:    false, as for a value that is empty, negated or not
    Null            it is what is asked

Sources: AWS IAM User Guide, "Condition operators", "Set operators for multivalued context keys", "Policy
variables with no value".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from poolhouse.policies import operators, variables
from poolhouse.policies.globs import Match
from poolhouse.policies.operators import OPERATORS, Operator
from poolhouse.policies.reading import MalformedPolicy, shown
from poolhouse.policies.variables import Context, Language, Parts

Condition = Callable[[Context], bool]
Accept = Callable[[Context], Match]

_ALL, _ANY = "forallvalues:", "foranyvalue:"
_IF_EXISTS = "ifexists"


@dataclass(frozen=True, slots=True)
class _Named:
    """An operator as it is named in a policy."""

    title: str
    operator: Operator
    qualifier: str = ""
    if_exists: bool = False


def read(block: Any, language: Language) -> tuple[Condition, ...]:
    """The conditions of a Condition element. Raises `MalformedPolicy`."""
    if not isinstance(block, dict):
        raise MalformedPolicy("Condition must be an object.")
    _refuse_twins(block)
    return tuple(
        _condition(title, key, _values(title, key, given), language)
        for title, keys in block.items()
        for key, given in _keys(title, keys)
    )


def _keys(title: str, keys: Any) -> Iterable[tuple[str, Any]]:
    if not isinstance(keys, dict) or not keys:
        raise MalformedPolicy(f"{title} must be an object with at least one condition key.")
    _refuse_twins(keys)
    for key in keys:
        service, colon, name = key.partition(":")
        if not (service and colon and name):
            raise MalformedPolicy(
                f"The condition key {shown(key)} must be a service and a name, such as aws:SourceIp."
            )
    return keys.items()


def _values(title: str, key: str, given: Any) -> list[str]:
    values = [_text(value) for value in (given if isinstance(given, list) else [given])]
    if not values or None in values:
        raise MalformedPolicy(
            f"{title} must have a text, a number or true or false for {key}, or a list of them."
        )
    return [value for value in values if value is not None]


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str) else None


def _refuse_twins(block: dict[str, Any]) -> None:
    """Names of operators and keys ignore case: two that differ in nothing else are one, given twice."""
    seen = set()
    for name in block:
        if name.lower() in seen:
            raise MalformedPolicy(f"Condition has {name} twice: its names ignore case.")
        seen.add(name.lower())


def _condition(title: str, key: str, values: list[str], language: Language) -> Condition:
    if title.lower() == "null":
        return _null(key, values)
    named = _named(title)
    if named.operator.single and len(values) > 1:
        raise MalformedPolicy(f"{title} must have one value for {key}.")
    accept = _accept(named, values, language)
    return _holds(named, key.lower(), accept, language)


def _named(title: str) -> _Named:
    name = title.lower()
    qualifier = next((one for one in (_ALL, _ANY) if name.startswith(one)), "")
    name = name.removeprefix(qualifier)
    found = OPERATORS.get(name.removesuffix(_IF_EXISTS))
    if found is None:
        raise MalformedPolicy(f"{title} is not a condition operator.")
    return _Named(title, found, qualifier, name.endswith(_IF_EXISTS))


def _null(key: str, values: list[str]) -> Condition:
    """Is the key missing, or its value empty?"""
    if len(values) > 1:
        raise MalformedPolicy(f"Null must have one value for {key}.")
    missing, name = operators.truth(values[0]), key.lower()
    return lambda context: any(context.get(name, ())) is not missing


def _accept(named: _Named, values: list[str], language: Language) -> Accept:
    """What makes, for a request, the matcher of the policy's values."""
    operator = named.operator
    known: list[Match] = []
    templates: list[Parts] = []
    for value in values:
        parts = _parts(named, value, language)
        if variables.has_variables(parts):
            templates.append(parts)
        else:
            known.append(operator.matcher(variables.known(parts)))
    always = known[0] if len(known) == 1 else lambda value: any(match(value) for match in known)
    if not templates:
        return lambda _context: always

    def accept(context: Context) -> Match:
        """A variable without a value is equal to nothing and like nothing."""
        resolved = [variables.resolve(parts, context) for parts in templates]
        more = [operator.matcher(tokens) for tokens in resolved if tokens is not None]
        return lambda value: always(value) or any(match(value) for match in more)

    return accept


def _parts(named: _Named, value: str, language: Language) -> Parts:
    operator = named.operator
    parts = variables.read(value, wildcards=operator.wildcards, variables=language.variables)
    if variables.has_variables(parts) and not operator.variables:
        raise MalformedPolicy(
            f"{named.title} cannot have a policy variable, as {shown(value)} does: String and ARN ones can."
        )
    if not variables.has_variables(parts) and value.count(":") < operator.parts - 1:
        raise MalformedPolicy(f"{named.title} needs ARNs with six parts, which {shown(value)} is not.")
    return parts


def _holds(named: _Named, key: str, accept: Accept, language: Language) -> Condition:
    """Without a qualifier a key should have one value. Of several an Allow needs all, a Deny one [K]."""
    negated = named.operator.negated
    qualified = bool(named.qualifier)
    for_all = named.qualifier == _ALL or (not qualified and not language.denies)
    if_missing = named.if_exists or (for_all if qualified else negated)

    def holds(context: Context) -> bool:
        values = context.get(key)
        if values is None:
            return if_missing
        if qualified and not any(values):
            return for_all
        match = accept(context)
        if len(values) == 1:
            return match(values[0]) is not negated
        verdicts = (match(value) is not negated for value in values)
        return all(verdicts) if for_all else any(verdicts)

    return holds

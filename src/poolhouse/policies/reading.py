"""Strict JSON for policy documents: what two readers could understand differently is refused."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

LONGEST = 131_072  # characters of a document with its white space, as at AWS
LONGEST_TEXT = 2048  # characters of an action, a resource or a principal

_SHOWN = 80


class MalformedPolicy(ValueError):
    """A policy document that is not one: one sentence for its author (MalformedPolicyDocument)."""


class Number(str):
    """A JSON number, as it is written."""

    __slots__ = ()


def load(source: str | Mapping[str, Any]) -> dict[str, Any]:
    """The object that a JSON text holds; numbers are `Number`. A mapping is written as JSON first.

    Raises `MalformedPolicy`: no JSON, no object, a member twice, NaN, nested too deep, half a surrogate pair.
    """
    text = source if isinstance(source, str) else written(source)
    if len(text) > LONGEST:
        raise MalformedPolicy(f"A policy must not be longer than {LONGEST} characters.")
    try:
        text.encode()
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=Number,
            parse_float=Number,
            parse_constant=_no_number,
        )
        written(value).encode()
    except RecursionError:
        raise MalformedPolicy("The policy is nested too deep.") from None
    except UnicodeEncodeError:
        raise MalformedPolicy("The policy has half of a surrogate pair in a text.") from None
    except json.JSONDecodeError as error:
        raise MalformedPolicy(
            f"The policy is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    if not isinstance(value, dict):
        raise MalformedPolicy("A policy must be a JSON object.")
    return value


def written(value: Any) -> str:
    """`value` as compact JSON. Raises `MalformedPolicy` for what JSON cannot say."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except RecursionError:
        raise MalformedPolicy("The policy is nested too deep.") from None
    except (TypeError, ValueError):
        raise MalformedPolicy("A policy must be a JSON object.") from None


def size(text: str) -> int:
    """Characters without white space, as AWS counts the sizes of policies."""
    return sum(map(len, text.split()))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise MalformedPolicy(f"The policy has the member {name} twice in one object.")
        members[name] = value
    return members


def _no_number(text: str) -> NoReturn:
    raise MalformedPolicy(f"The policy has {text} in it, which is not JSON.")


def either(given: Mapping[str, Any], name: str) -> tuple[str, list[str]]:
    """Which of the two forms of an element (`Action`, `NotAction`) a statement has, and its texts."""
    negated = f"Not{name}"
    if (negated in given) == (name in given):
        raise MalformedPolicy(f"A statement must have either {name} or {negated}.")
    member = negated if negated in given else name
    return member, texts(member, given[member])


def shown(text: str) -> str:
    """As much of a text as an error repeats, between quotation marks."""
    return f"'{text}'" if len(text) <= _SHOWN else f"'{text[:_SHOWN]}...'"


def is_text(value: Any) -> bool:
    return isinstance(value, str) and not isinstance(value, Number)


def texts(member: str, given: Any) -> list[str]:
    """A text or a list of texts, none of them empty. Raises `MalformedPolicy`, which names the member."""
    values = given if isinstance(given, list) else [given]
    if not values or not all(map(is_text, values)):
        raise MalformedPolicy(f"{member} must be a text or a list of texts.")
    if not all(1 <= len(value) <= LONGEST_TEXT for value in values):
        raise MalformedPolicy(f"{member} must hold texts of 1 to {LONGEST_TEXT} characters.")
    return values

"""Requests checked against the AWS models, in AWS's words.

Each shape of a model is compiled once into a closure. A closure gives the clean value back and adds
what is wrong with it to a list, so that one answer names all violations (behaviour file, section 0,
"Model validation"). What a shape cannot even hold (a number where text belongs) is another error,
`Serialization`, and ends the check at once.
"""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import regex

from poolhouse.errors import InvalidParameter, Serialization, ValidationFailed
from poolhouse.wire.operations import Operation, model, operations

# One request cannot make us write a long answer: the check ends after so many violations in one list
# or map, and shows no more characters than this of a value.
MAX_LISTED = 100
MAX_SHOWN = 4096

Found = list[str]
Clean = Callable[[Any, str, Found], Any]  # value, its path in the request, violations so far
Constraint = tuple[Callable[[Any], bool], str]  # what must hold, and how AWS says it

_INTEGER_BITS = {"integer": 31, "long": 63}

# These patterns of the models take quadratic time or worse in a backtracking matcher, and several are
# for members without a length limit. Every delimiter in them is also in the class around it, so each
# means no more than "all characters are in the class, and the delimiters occur in order".
_WORD = r"\p{L}\p{M}\p{S}\p{N}\p{P}"
_LINEAR = {
    rf"[{_WORD}\s*]*\{{####\}}[{_WORD}\s*]*": rf"(?s)(?=[{_WORD}\s*]*+\Z)(?>.*?\{{####\}}).*",
    rf"[{_WORD}\s*]*\{{##[{_WORD}\s*]*##\}}[{_WORD}\s*]*": (
        rf"(?s)(?=[{_WORD}\s*]*+\Z)(?>.*?\{{##)(?>.*?##\}}).*"
    ),
    r"^[\S]+.*[\S]+$": r"\S.*\S",
    rf"[{_WORD}]+@[{_WORD}]+": rf"(?s)(?=[{_WORD}]*+\Z)(?>.+?@).+",
    r".*\{####\}.*": r"(?=.*+\Z)(?>.*?\{####\}).*",
}

# What the service is seen to check where its published model says something else (behaviour file, 1.12,
# 1.17 and gotcha 43): the model lets no password have a space inside and no custom domain a dot, and a
# prefix with a wrong character is answered in words of its own.
_AS_OBSERVED: Mapping[str, Mapping[str, Any]] = {
    "PasswordType": {"pattern": r"^[\S]+.*[\S]+$"},
    "DomainType": {"pattern": r"(?s).*"},
}


def check(operation: Operation, body: Mapping[str, Any]) -> dict[str, Any]:
    """The request of an operation: the members that the model has, each of its type and in its limits.

    Members that are unknown or null are left out, blobs are decoded, documents are any JSON. No request
    of these models holds a timestamp. Raises `InvalidParameter` (cognito-idp) or `ValidationFailed` with
    all violations, and `Serialization` for a value of the wrong JSON type.
    """
    found: Found = []
    request: dict[str, Any] = _compiled(operation.service, operation.input, False)(body, "", found)
    _refuse(operation.service, found)
    return request


def check_text(service: str, shape_name: str, value: str, path: str) -> None:
    """As `check`, for a text that travels inside another: a password among the answers to a challenge."""
    found: Found = []
    _compiled(service, shape_name, False)(value, path, found)
    _refuse(service, found)


def _refuse(service: str, found: Found) -> None:
    if found:
        refusal = InvalidParameter if service == "cognito-idp" else ValidationFailed
        plural = "" if len(found) == 1 else "s"
        raise refusal(f"{len(found)} validation error{plural} detected: {'; '.join(found)}")


def compile_all() -> None:
    """Compile every operation now, so that no request waits for it."""
    for operation in operations().values():
        _compiled(operation.service, operation.input, False)


@cache
def _compiled(service: str, shape_name: str, secret: bool) -> Clean:
    """The closure of a shape. `secret`: values must not be repeated in a violation."""
    shape = model(service)["shapes"][shape_name] | _AS_OBSERVED.get(shape_name, {})
    if shape.get("document"):
        return _any_json
    return _COMPILERS[shape["type"]](service, shape, secret or shape.get("sensitive", False))


def _structure(service: str, shape: Mapping[str, Any], secret: bool) -> Clean:
    required = frozenset(shape.get("required", ()))
    members = tuple(
        (name, name[0].lower() + name[1:], name in required, _compiled(service, target["shape"], secret))
        for name, target in shape["members"].items()
    )

    def clean(value: Any, path: str, found: Found) -> dict[str, Any]:
        if type(value) is not dict:
            raise Serialization(_not_a("structure", value))
        kept: dict[str, Any] = {}
        prefix = f"{path}." if path else ""
        for name, wire_name, needed, inner in members:
            item = value.get(name)
            if item is not None:
                kept[name] = inner(item, prefix + wire_name, found)
            elif needed:
                found.append(f"Value null at '{prefix}{wire_name}' {_FAILED} Member must not be null")
        return kept

    return clean


def _list(service: str, shape: Mapping[str, Any], secret: bool) -> Clean:
    element = shape["member"]["shape"]
    nested = _holds_members(service, element)
    inner = _compiled(service, element, secret)
    constraints = _range(shape, len, "length")
    hidden = secret or nested or _is_secret(service, element)
    whole = "Member must satisfy constraint: " + _all_texts(service, element)

    def clean(value: Any, path: str, found: Found) -> list[Any]:
        if type(value) is not list:
            raise Serialization(_not_a("list", value))
        _hold(constraints, value, path, found, hidden)
        inside: Found = []
        kept = []
        for place, item in enumerate(value, start=1):
            if item is None:
                found.append(f"{_named(value, path, hidden)} {_FAILED} {_NO_NULLS}")
                break
            kept.append(inner(item, f"{path}.{place}.member" if nested else path, inside))
            if len(inside) >= MAX_LISTED:
                break
        if inside:
            found.extend(inside if nested else (f"{_named(value, path, hidden)} {_FAILED} {whole}",))
        return kept

    return clean


def _map(service: str, shape: Mapping[str, Any], secret: bool) -> Clean:
    key, target = shape["key"]["shape"], shape["value"]["shape"]
    nested = _holds_members(service, target)
    clean_key = _compiled(service, key, secret)
    inner = _compiled(service, target, secret)
    constraints = _range(shape, len, "length")
    hidden = secret or nested or _is_secret(service, target)
    keys_text = "Map keys must satisfy constraint: " + _all_texts(service, key)
    values_text = "Map value must satisfy constraint: " + _all_texts(service, target)

    def clean(value: Any, path: str, found: Found) -> dict[str, Any]:
        if type(value) is not dict:
            raise Serialization(_not_a("map", value))
        bad_keys: Found = []
        inside: Found = []
        kept = {}
        for name, item in value.items():
            clean_key(name, path, bad_keys)
            if item is not None:
                kept[name] = inner(item, f"{path}.{name[:MAX_SHOWN]}.member" if nested else path, inside)
            if len(inside) + len(bad_keys) >= MAX_LISTED:
                break
        _hold(constraints, value, path, found, hidden)
        if bad_keys:
            found.append(f"{_named(value, path, hidden)} {_FAILED} {keys_text}")
        if inside:
            found.extend(inside if nested else (f"{_named(value, path, hidden)} {_FAILED} {values_text}",))
        return kept

    return clean


def _string(service: str, shape: Mapping[str, Any], secret: bool) -> Clean:
    constraints = _of_string(shape)

    def clean(value: Any, path: str, found: Found) -> str:
        if type(value) is not str:
            raise Serialization(_not_a("String", value))
        _hold(constraints, value, path, found, secret)
        if "\0" in value:
            found.append(f"{_named(value, path, secret)} {_FAILED} {_NO_NUL}")
        return value

    return clean


def _number(service: str, shape: Mapping[str, Any], secret: bool) -> Clean:
    kind = shape["type"]
    limit = 1 << _INTEGER_BITS[kind]
    constraints = _range(shape, int, "value")

    def clean(value: Any, path: str, found: Found) -> int:
        whole = int(value) if type(value) is float and value.is_integer() else value
        if isinstance(whole, bool) or not isinstance(whole, int) or not -limit <= whole < limit:
            raise Serialization(_not_a(kind.capitalize(), value))
        _hold(constraints, whole, path, found, secret)
        return int(whole)

    return clean


def _boolean(service: str, shape: Mapping[str, Any], secret: bool) -> Clean:
    def clean(value: Any, path: str, found: Found) -> bool:
        if type(value) is not bool:
            raise Serialization(_not_a("Boolean", value))
        return value

    return clean


def _blob(service: str, shape: Mapping[str, Any], secret: bool) -> Clean:
    constraints = _range(shape, len, "length")

    def clean(value: Any, path: str, found: Found) -> bytes:
        if type(value) is not str:
            raise Serialization(_not_a("Blob", value))
        try:
            decoded = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            raise Serialization("A binary value is not valid base64.") from None
        _hold(constraints, decoded, path, found, True)
        return decoded

    return clean


def _any_json(value: Any, path: str, found: Found) -> Any:
    return value


_COMPILERS: Mapping[str, Callable[[str, Mapping[str, Any], bool], Clean]] = {
    "structure": _structure,
    "list": _list,
    "map": _map,
    "string": _string,
    "integer": _number,
    "long": _number,
    "boolean": _boolean,
    "blob": _blob,
}


# Constraints and their texts

_FAILED = "failed to satisfy constraint:"
_NO_NUL = "Member must not contain the character U+0000"  # PostgreSQL cannot keep it [K]
_NO_NULLS = "Member must satisfy constraint: [Member must not be null]"


def _of_string(shape: Mapping[str, Any]) -> tuple[Constraint, ...]:
    if "enum" in shape:
        allowed = frozenset(shape["enum"])
        listed = ", ".join(_in_hash_set_order(shape["enum"]))
        return ((allowed.__contains__, f"Member must satisfy enum value set: [{listed}]"),)
    constraints = _range(shape, len, "length")
    if "pattern" in shape:
        text = f"Member must satisfy regular expression pattern: {shape['pattern']}"
        constraints = (*constraints, (_matcher(shape["pattern"]), text))
    return constraints


def _range(shape: Mapping[str, Any], measure: Callable[[Any], int], noun: str) -> tuple[Constraint, ...]:
    """The limits of a shape. AWS names the upper one first (seen in aws/aws-cli #2941)."""
    constraints: list[Constraint] = []
    if "max" in shape:
        upper = shape["max"]
        text = f"Member must have {noun} less than or equal to {upper}"
        constraints.append((lambda value: measure(value) <= upper, text))
    if "min" in shape:
        lower = shape["min"]
        text = f"Member must have {noun} greater than or equal to {lower}"
        constraints.append((lambda value: measure(value) >= lower, text))
    return tuple(constraints)


@cache
def _matcher(pattern: str) -> Callable[[str], bool]:
    """Whether a Java pattern matches a whole text. Without `\\p`, classes such as `\\w` are ASCII.

    `re` is three times as fast on the long texts that tokens are, but knows no `\\p`.
    """
    linear = _LINEAR.get(pattern, pattern)
    compiled = regex.compile(linear) if r"\p" in linear else re.compile(linear, re.ASCII)
    fullmatch = compiled.fullmatch
    return lambda value: fullmatch(value) is not None


def _hold(constraints: tuple[Constraint, ...], value: Any, path: str, found: Found, hidden: bool) -> None:
    for holds, text in constraints:
        if not holds(value):
            found.append(f"{_named(value, path, hidden)} {_FAILED} {text}")


def _named(value: Any, path: str, hidden: bool) -> str:
    """`Value 'x' at 'path'`; a sensitive value is left out."""
    return f"Value at '{path}'" if hidden else f"Value '{_java(value)[:MAX_SHOWN]}' at '{path}'"


def _java(value: Any) -> str:
    """A value as Java's toString() writes it: `[a, b]`, `{k=v}`."""
    if type(value) is list:
        return f"[{', '.join(_java(item) for item in value)}]"
    if type(value) is dict:
        return f"{{{', '.join(f'{key}={_java(item)}' for key, item in value.items())}}}"
    return "null" if value is None else str(value)


def _all_texts(service: str, shape_name: str) -> str:
    """All constraints of an element in brackets: AWS lists them all, whichever was violated."""
    shape = model(service)["shapes"][shape_name]
    constraints = _of_string(shape) if shape["type"] == "string" else ()
    return f"[{', '.join(text for _, text in constraints)}]"


def _holds_members(service: str, shape_name: str) -> bool:
    return bool(model(service)["shapes"][shape_name]["type"] in ("structure", "list", "map"))


def _is_secret(service: str, shape_name: str) -> bool:
    return bool(model(service)["shapes"][shape_name].get("sensitive", False))


def _in_hash_set_order(names: list[str]) -> list[str]:
    """Names in the order of a Java HashSet, which is how AWS lists an enum.

    It gives `[OPTIONAL, OFF, ON]` and `[implicit, client_credentials, code]` as captured from Cognito;
    nobody outside AWS knows the order of longer sets for certain.
    """
    buckets = 16
    while len(names) > buckets * 3 // 4:
        buckets *= 2
    return sorted(names, key=lambda name: _java_hash(name) & (buckets - 1))


def _java_hash(text: str) -> int:
    code = 0
    for char in text:
        code = (31 * code + ord(char)) & 0xFFFFFFFF
    return code ^ (code >> 16)


# Values of the wrong JSON type

_JSON_NAMES = {str: "STRING_VALUE", int: "NUMBER_VALUE", float: "NUMBER_VALUE"}


def _not_a(expected: str, value: Any) -> str:
    """AWS's words for a value that a shape cannot hold (aws-amplify/amplify-js #4738, #5165)."""
    if expected in ("structure", "map"):
        return "Expected map or null"
    if expected == "list":
        return "Expected list or null"
    if type(value) is dict:
        return "Start of structure or map found where not expected."
    if type(value) is list:
        return "Start of list found where not expected."
    token = f"{value!s}_VALUE".upper() if type(value) is bool else _JSON_NAMES[type(value)]
    return f"{token} can not be converted to {expected}"

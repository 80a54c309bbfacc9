"""The condition operators: how a value of the request is compared with a value of the policy.

An operator makes a matcher of a policy's value; `conditions.py` adds what a missing key, several values, a
negation and IfExists mean. Source: AWS IAM User Guide, "IAM JSON policy elements: Condition operators".
"""

import base64
import binascii
import ipaddress
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from poolhouse.policies import globs
from poolhouse.policies.globs import Match, Tokens
from poolhouse.policies.reading import MalformedPolicy, shown

ARN_PARTS = 6
_NUMBER = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?")
_EPOCH_SECONDS = re.compile(r"-?[0-9]{5,12}(\.[0-9]{1,9})?|[0-9]{1,3}")  # four digits are a year [K]
_DATE = re.compile(
    r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})"
    r"(?:T([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)
_START = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_MAPPED = 96  # bits before an IPv4 address inside IPv6

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Compare = Callable[[int | Decimal, int | Decimal], bool]


@dataclass(frozen=True, slots=True)
class Operator:
    """How one operator reads a value of the policy.

    matcher    raises `MalformedPolicy` for a value that is not of the operator's type
    wildcards  `*` and `?` in the policy's value are wildcards
    variables  the value may have policy variables
    parts      how many parts between colons a value without variables must have, 0: it need not
    single     there is one value, never a list
    """

    matcher: Callable[[Tokens], Match]
    negated: bool = False
    wildcards: bool = False
    variables: bool = False
    parts: int = 0
    single: bool = False


def _ignoring_case(tokens: Tokens) -> Match:
    wanted = globs.literal(tokens).lower()
    return lambda value: value.lower() == wanted


def _arn(tokens: Tokens) -> Match:
    """Each of the six parts on its own: no wildcard reaches over a colon, but in the last part."""
    parts = globs.split(tokens, ":", ARN_PARTS - 1)
    matches = [globs.matcher(part) for part in parts]

    def match(value: str) -> bool:
        given = value.split(":", ARN_PARTS - 1)
        return len(given) == len(matches) and all(one(part) for one, part in zip(matches, given, strict=True))

    return match


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _instant(text: str) -> int | None:
    """Microseconds since 1970 of a date (W3C's profile of ISO 8601) or of epoch seconds."""
    if _EPOCH_SECONDS.fullmatch(text):
        return int(Decimal(text) * 1_000_000)
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups(default="")
    try:
        moment = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int(f"{fraction:0<6.6}"),
            UTC,
        )
    except ValueError:
        return None
    return (moment - _START) // _MICROSECOND - _offset(zone)


def _offset(zone: str) -> int:
    """Microseconds that a zone (`+02:00`, `Z`) is before UTC."""
    if zone in ("", "Z"):
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return (-minutes if zone[0] == "-" else minutes) * 60_000_000


def _compared(
    read: Callable[[str], int | Decimal | None], compare: Compare, noun: str
) -> Callable[[Tokens], Match]:
    """An operator that compares quantities. A request's value that is none matches nothing."""

    def make(tokens: Tokens) -> Match:
        wanted = _typed(read, tokens, noun)

        def match(value: str) -> bool:
            given = read(value)
            return given is not None and compare(given, wanted)

        return match

    return make


def _typed(read: Callable[[str], int | Decimal | None], tokens: Tokens, noun: str) -> int | Decimal:
    text = globs.literal(tokens)
    value = read(text)
    if value is None:
        raise MalformedPolicy(f"{shown(text)} is not {noun}.")
    return value


def truth(text: str) -> bool:
    """What `true` or `false`, in whatever case, says. Raises `MalformedPolicy` for another text."""
    if text.lower() not in ("true", "false"):
        raise MalformedPolicy(f"{shown(text)} is not true or false.")
    return text.lower() == "true"


def _bool(tokens: Tokens) -> Match:
    wanted = "true" if truth(globs.literal(tokens)) else "false"
    return lambda value: value.lower() == wanted


def _binary(tokens: Tokens) -> Match:
    text = globs.literal(tokens)
    wanted = _bytes(text)
    if wanted is None:
        raise MalformedPolicy(f"{shown(text)} is not base64.")
    return lambda value: _bytes(value) == wanted


def _bytes(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _network(tokens: Tokens) -> Match:
    """An address or a range. IPv4 inside IPv6 counts as what it is."""
    text = globs.literal(tokens)
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise MalformedPolicy(
            f"{shown(text)} is not an IP address or a range such as 203.0.113.0/24."
        ) from None
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped and network.prefixlen >= _MAPPED:
        network = ipaddress.ip_network((mapped, network.prefixlen - _MAPPED))

    def match(value: str) -> bool:
        address = _address(value)
        return address is not None and address.version == network.version and address in network

    return match


@lru_cache(maxsize=1024)
def _address(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


_EXACT = Operator(globs.matcher, variables=True)
_LIKE = Operator(globs.matcher, wildcards=True, variables=True)
_ANY_CASE = Operator(_ignoring_case, variables=True)
_ARN = Operator(
    _arn, wildcards=True, variables=True, parts=ARN_PARTS
)  # ArnEquals and ArnLike behave identically
_ADDRESS = Operator(_network)
_QUANTITIES: dict[str, tuple[Callable[[str], int | Decimal | None], str]] = {
    "numeric": (_number, "a number"),
    "date": (_instant, "a date such as 2026-01-31T12:00:00Z"),
}
_COMPARISONS: dict[str, Compare] = {
    "equals": operator.eq,
    "lessthan": operator.lt,
    "lessthanequals": operator.le,
    "greaterthan": operator.gt,
    "greaterthanequals": operator.ge,
}


def _negated(one: Operator) -> Operator:
    return replace(one, negated=True)


OPERATORS: dict[str, Operator] = {  # by name, in lower case [K]: IAM takes them in any case
    "stringequals": _EXACT,
    "stringnotequals": _negated(_EXACT),
    "stringequalsignorecase": _ANY_CASE,
    "stringnotequalsignorecase": _negated(_ANY_CASE),
    "stringlike": _LIKE,
    "stringnotlike": _negated(_LIKE),
    "bool": Operator(_bool, single=True),
    "binaryequals": Operator(_binary),
    "ipaddress": _ADDRESS,
    "notipaddress": _negated(_ADDRESS),
    "arnequals": _ARN,
    "arnlike": _ARN,
    "arnnotequals": _negated(_ARN),
    "arnnotlike": _negated(_ARN),
    **{
        kind + name: Operator(_compared(read, compare, noun))
        for kind, (read, noun) in _QUANTITIES.items()
        for name, compare in _COMPARISONS.items()
    },
    **{
        f"{kind}notequals": _negated(Operator(_compared(read, operator.eq, noun)))
        for kind, (read, noun) in _QUANTITIES.items()
    },
}

"""What headers go on to an upstream, and what come back: neither those of the connection nor forged ones.

Servers that read `-` and `_` alike (WSGI) must not be told a protected header under its other name.
"""

import json
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import quote

from poolhouse.authorizer import Claims
from poolhouse.gateway.calls import Call, Headers

# RFC 9110, section 7.6.1, and what older ones named
_OF_THE_CONNECTION = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"http2-settings",
    }
)
# Who the client is, the gateway says; what a client says of it goes no further.
_FORWARDED = frozenset(
    {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto", "x-real-ip"}
)
_PRINTABLE = "".join(map(chr, range(0x20, 0x7F))).replace("%", "")
_PORTS = {"http": "80", "https": "443"}


def end_to_end(headers: Headers) -> Headers:
    """Without those of the connection, and without what `Connection` names."""
    named = {
        token.strip().lower()
        for name, value in headers
        if name == b"connection"
        for token in value.split(b",")
    }
    gone = (_OF_THE_CONNECTION | named) - {b"authorization", b"host", b"content-length"}
    return tuple((name, value) for name, value in headers if name not in gone)


def without(headers: Headers, names: Collection[str]) -> Headers:
    """Without these headers, however they are spelled; `names` with hyphens and in lower case."""
    return tuple(pair for pair in headers if pair[0].decode("latin-1").replace("_", "-") not in names)


def trusted(headers: Headers, claim_headers: Collection[str]) -> Headers:
    """Without what only the gateway may say."""
    return without(headers, _FORWARDED | frozenset(claim_headers))


def forwarded(call: Call) -> Headers:
    """Who the client is, and what it asked for."""
    port = call.host.rpartition(":")[2] if ":" in call.host.rpartition("]")[2] else _PORTS[call.scheme]
    said = {
        "x-forwarded-for": call.client,
        "x-forwarded-host": call.host,
        "x-forwarded-port": port,
        "x-forwarded-proto": call.scheme,
    }
    return tuple((name.encode(), value.encode("latin-1")) for name, value in said.items() if value)


def of_claims(claims: Claims | None, wanted: Mapping[str, str]) -> Headers:
    """A header for each claim that is there: printable ASCII, all else percent-encoded as UTF-8."""
    found: Mapping[str, Any] = claims or {}
    return tuple(
        (name.lower().encode(), _text(found[claim]).encode())
        for name, claim in wanted.items()
        if claim in found
    )


def _text(value: Any) -> str:
    if isinstance(value, str):
        return quote(value, safe=_PRINTABLE)
    if isinstance(value, list):
        return ",".join(_text(entry).replace(",", "%2C") for entry in value)
    return quote(json.dumps(value), safe=_PRINTABLE)

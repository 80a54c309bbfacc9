"""AWS Signature Version 4, both ways: what callers signed is checked, what we send to AWS is signed.

Pure: the caller gives the request, the secret and the time. The form is in `canonical.py`; bodies that S3
lets be signed piece by piece are in `aws_chunked.py`.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from poolhouse.errors import (
    HeaderNotSigned,
    IncompleteSignature,
    InvalidSignature,
    MissingAuthenticationToken,
    SignatureExpired,
    SignatureNotYetValid,
    WrongScope,
)
from poolhouse.ports import MINUTE, SECOND, Instant
from poolhouse.wire import canonical

ALGORITHM = "AWS4-HMAC-SHA256"
MAX_SKEW: Instant = 5 * MINUTE
MAX_EXPIRES = 604_800  # seconds, for a presigned request

_TERMINATOR = "aws4_request"
_DATE = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_SIGNATURE = re.compile(r"[0-9a-f]{64}")
_REGION = re.compile(r"[a-z0-9-]{1,32}")
_ACCESS_KEY = re.compile(r"[0-9A-Za-z_.-]{1,128}")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
_EXPIRES = re.compile(r"[0-9]{1,6}")


class Request(Struct, frozen=True):
    """An HTTP request as it is on the wire."""

    method: str
    path: str  # percent-encoded, without the query
    query: str  # percent-encoded, without the question mark
    headers: tuple[tuple[str, str], ...]  # in the order received; values are the bytes as Latin-1
    body: bytes


class Credentials(Struct, frozen=True):
    access_key_id: str
    secret_access_key: str
    session_token: str | None = None

    def __repr__(self) -> str:
        return f"Credentials({self.access_key_id})"


class Proof(Struct, frozen=True):
    """A signature that was verified, and what further ones are made with: those of the body's chunks."""

    key: bytes
    timestamp: str
    scope: str
    signature: str  # lower-case hex

    def __repr__(self) -> str:
        return f"Proof({self.scope})"


class Signed(Struct, frozen=True):
    """What a request says about its signature. Nothing of it is proven before `verify`."""

    kind: Literal["header", "presigned"]
    access_key_id: str
    date: str  # YYYYMMDD, of the credential scope
    region: str
    service: str
    terminator: str
    signed_headers: tuple[str, ...]  # lower case, in the order that the client signed them
    signature: str  # lower-case hex
    timestamp: str  # YYYYMMDDTHHMMSSZ
    expires_in: int | None  # seconds; presigned requests only
    session_token: str | None
    request: Request
    headers: Mapping[str, str]  # by lower-case name


def parse_authorization(request: Request) -> Signed:
    """Read the `Authorization` header or the `X-Amz-*` query parameters of a request.

    Raises `MissingAuthenticationToken` when there is neither, `IncompleteSignature` when a part is
    missing or malformed, `InvalidSignature` for a header that must be signed and is not.
    """
    headers = _by_name(request)
    presigned = presigned_parameters(request.query)
    if "authorization" in headers and presigned:
        raise IncompleteSignature("Sign a request in its headers or in its query string, not in both.")
    if "authorization" in headers:
        signed = _from_header(request, headers)
    elif presigned:
        signed = _from_query(request, headers, presigned)
    else:
        raise MissingAuthenticationToken
    _check_headers(signed)
    return signed


def verify(signed: Signed, secret: str, service: str, now: Instant) -> None:
    """Prove that the holder of `secret` signed this request, for `service`, within five minutes of `now`.

    Raises `InvalidSignature`, with AWS's text for what is wrong, and returns nothing.
    """
    check_scope(signed, service)
    check_time(signed, now)
    digest = hashlib.sha256(signed.request.body).hexdigest()
    if signed.headers.get("x-amz-content-sha256", digest) != digest:
        raise InvalidSignature
    prove(signed, secret, digest)


def prove(signed: Signed, secret: str, payload: str) -> Proof:
    """That the holder of `secret` signed this request; scope and time are other questions.

    payload  the SHA-256 of the body in hex, or the word that S3 has in its place
    Raises `InvalidSignature`.
    """
    form = canonical.request(
        signed.request.method,
        canonical.path(signed.request.path, signed.service),
        canonical.query(
            signed.request.query, without="X-Amz-Signature" if signed.kind == "presigned" else None
        ),
        {name: signed.headers[name] for name in signed.signed_headers},
        payload,
    )
    scope = f"{signed.date}/{signed.region}/{signed.service}/{_TERMINATOR}"
    key = signing_key(secret, signed.date, signed.region, signed.service)
    expected = _signature(key, signed.timestamp, scope, form)
    if not hmac.compare_digest(expected, signed.signature):
        raise InvalidSignature
    return Proof(key, signed.timestamp, scope, expected)


def sign(
    request: Request,
    credentials: Credentials,
    region: str,
    service: str,
    now: Instant,
    payload: str | None = None,
) -> dict[str, str]:
    """The headers to add to `request` (which has its `host`) before it is sent to AWS.

    payload  what stands for the body, where that is not `request.body`: its SHA-256 in hex, or a word of S3's
    """
    timestamp = amz_date(now)
    hashed = hashlib.sha256(request.body).hexdigest() if payload is None else payload
    added = {"x-amz-date": timestamp}
    if canonical.is_s3(service):
        added["x-amz-content-sha256"] = hashed
    if credentials.session_token is not None:
        added["x-amz-security-token"] = credentials.session_token
    headers = {name.lower(): value for name, value in request.headers} | added
    names = sorted(headers)
    form = canonical.request(
        request.method,
        canonical.path(request.path, service),
        canonical.query(request.query),
        {name: headers[name] for name in names},
        hashed,
    )
    scope = f"{timestamp[:8]}/{region}/{service}/{_TERMINATOR}"
    key = signing_key(credentials.secret_access_key, timestamp[:8], region, service)
    added["authorization"] = (
        f"{ALGORITHM} Credential={credentials.access_key_id}/{scope}, "
        f"SignedHeaders={';'.join(names)}, Signature={_signature(key, timestamp, scope, form)}"
    )
    return added


def signer_of_posts(
    credentials: Credentials, service: str, now: Callable[[], Instant]
) -> Callable[[str, str, tuple[tuple[str, str], ...], bytes], dict[str, str]]:
    """Signs the POSTs of one service: (region, path, headers, body) -> the headers to add."""

    def sign_post(
        region: str, path: str, headers: tuple[tuple[str, str], ...], body: bytes
    ) -> dict[str, str]:
        return sign(Request("POST", path, "", headers, body), credentials, region, service, now())

    return sign_post


@lru_cache(maxsize=1024)
def signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    """The key that a secret gives for one day, Region and service."""
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, _TERMINATOR):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def amz_date(instant: Instant) -> str:
    """An instant as `YYYYMMDDTHHMMSSZ`."""
    return datetime.fromtimestamp(instant // SECOND, UTC).strftime("%Y%m%dT%H%M%SZ")


# Reading


def _by_name(request: Request) -> dict[str, str]:
    """The headers by lower-case name; of one that comes twice, the first."""
    headers: dict[str, str] = {}
    for name, value in request.headers:
        headers.setdefault(name.lower(), value)
    return headers


def _from_header(request: Request, headers: Mapping[str, str]) -> Signed:
    # The header is never repeated in an error: it may hold somebody's token.
    algorithm, _, rest = headers["authorization"].strip().partition(" ")
    if algorithm != ALGORITHM:
        raise IncompleteSignature(f"The Authorization header must begin with '{ALGORITHM}'.")
    fields: dict[str, str] = {}
    for part in rest.split(","):
        name, _, value = part.strip().partition("=")
        if name in fields or name not in ("Credential", "SignedHeaders", "Signature"):
            raise IncompleteSignature("The Authorization header is malformed.")
        fields[name] = value
    missing = [name for name in ("Credential", "Signature", "SignedHeaders") if not fields.get(name)]
    if "x-amz-date" not in headers:
        raise IncompleteSignature("Authorization header requires existence of a 'X-Amz-Date' header.")
    if missing:
        raise IncompleteSignature(
            " ".join(f"Authorization header requires '{name}' parameter." for name in missing)
        )
    return _signed(
        "header", fields, headers["x-amz-date"], None, headers.get("x-amz-security-token"), request, headers
    )


def presigned_parameters(query: str) -> dict[str, str]:
    """The `X-Amz-*` parameters of a query string; empty where it is not presigned."""
    if "X-Amz-" not in query:
        return {}
    found: dict[str, str] = {}
    for part in query.split("&"):
        raw_name, _, raw_value = part.partition("=")
        name = unquote_to_bytes(raw_name).decode("latin-1")
        if name in found:
            raise IncompleteSignature(f"The query parameter '{name[:64]}' must not come twice.")
        if name.startswith("X-Amz-"):
            found[name] = unquote_to_bytes(raw_value).decode("latin-1")
    return found if "X-Amz-Algorithm" in found or "X-Amz-Signature" in found else {}


def _from_query(request: Request, headers: Mapping[str, str], parameters: Mapping[str, str]) -> Signed:
    needed = ("Algorithm", "Credential", "Date", "Expires", "Signature", "SignedHeaders")
    missing = [name for name in needed if not parameters.get(f"X-Amz-{name}")]
    if missing:
        raise IncompleteSignature(
            " ".join(f"AWS query-string parameters must include 'X-Amz-{name}'." for name in missing)
        )
    if parameters["X-Amz-Algorithm"] != ALGORITHM:
        raise IncompleteSignature(f"'X-Amz-Algorithm' must be '{ALGORITHM}'.")
    expires = parameters["X-Amz-Expires"]
    if not _EXPIRES.fullmatch(expires) or not 1 <= int(expires) <= MAX_EXPIRES:
        raise IncompleteSignature(f"'X-Amz-Expires' must be a number from 1 to {MAX_EXPIRES}.")
    return _signed(
        "presigned",
        {name: parameters[f"X-Amz-{name}"] for name in needed},
        parameters["X-Amz-Date"],
        int(expires),
        parameters.get("X-Amz-Security-Token"),
        request,
        headers,
    )


def _signed(
    kind: Literal["header", "presigned"],
    fields: Mapping[str, str],
    timestamp: str,
    expires_in: int | None,
    session_token: str | None,
    request: Request,
    headers: Mapping[str, str],
) -> Signed:
    scope = fields["Credential"].split("/")
    if len(scope) != 5 or not _ACCESS_KEY.fullmatch(scope[0]):
        raise IncompleteSignature(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term."
        )
    if not _SIGNATURE.fullmatch(fields["Signature"]):
        raise IncompleteSignature("The signature must be 64 lower-case hexadecimal digits.")
    if not _is_date(timestamp):
        raise IncompleteSignature("Date must be in ISO-8601 'basic format', such as 20260101T000000Z.")
    names = tuple(fields["SignedHeaders"].split(";"))
    if any(not _HEADER_NAME.fullmatch(name) or name not in headers for name in names):
        raise IncompleteSignature("'SignedHeaders' must name headers of the request, in lower case.")
    access_key_id, date, region, service, terminator = scope
    return Signed(
        kind, access_key_id, date, region, service, terminator, names, fields["Signature"],
        timestamp, expires_in, session_token, request, headers,
    )  # fmt: skip


def _is_date(timestamp: str) -> bool:
    if not _DATE.fullmatch(timestamp):
        return False
    try:
        instant(timestamp)
    except ValueError:
        return False
    return True


def instant(timestamp: str) -> Instant:
    parts = (
        timestamp[0:4],
        timestamp[4:6],
        timestamp[6:8],
        timestamp[9:11],
        timestamp[11:13],
        timestamp[13:15],
    )
    year, month, day, hour, minute, second = map(int, parts)
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()) * SECOND


# Checking


def _check_headers(signed: Signed) -> None:
    """The headers that carry meaning are signed, and none of them comes twice."""
    if "host" not in signed.signed_headers:
        raise HeaderNotSigned("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
    covered = {"authorization", *signed.signed_headers}
    seen: set[str] = set()
    for raw_name, _ in signed.request.headers:
        name = raw_name.lower()
        if name.startswith("x-amz-") and name not in covered:
            raise HeaderNotSigned(f"'{name[:64]}' must be a 'SignedHeader' in the AWS Authorization.")
        if name in seen and name in covered:
            raise IncompleteSignature(f"The header '{name[:64]}' must not come twice.")
        seen.add(name)


def check_scope(signed: Signed, service: str, region: str = "") -> None:
    """Was it signed for this service, and this Region where one is given? Raises `WrongScope`."""
    if signed.terminator != _TERMINATOR:
        raise WrongScope(
            f"Credential should be scoped with a valid terminator: '{_TERMINATOR}', "
            f"not '{signed.terminator[:32]}'. "
        )
    if not _REGION.fullmatch(signed.region):
        raise WrongScope(f"Credential should be scoped to a valid region, not '{signed.region[:32]}'. ")
    if region and signed.region != region:
        raise WrongScope(f"Credential should be scoped to the region '{region}', not '{signed.region}'. ")
    if signed.service != service:
        raise WrongScope(f"Credential should be scoped to correct service: '{service}'. ")
    if signed.date != signed.timestamp[:8]:
        raise WrongScope(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{signed.date[:32]}' != '{signed.timestamp[:8]}', from '{signed.timestamp}'."
        )


def check_time(signed: Signed, now: Instant, skew: Instant = MAX_SKEW) -> None:
    """Raises `SignatureExpired` and `SignatureNotYetValid`."""
    issued = instant(signed.timestamp)
    lifetime = skew if signed.expires_in is None else signed.expires_in * SECOND
    if issued < now - lifetime:
        raise SignatureExpired(
            f"Signature expired: {signed.timestamp} is now earlier than {amz_date(now - lifetime)} "
            f"({amz_date(now)} - {_span(lifetime)}.)"
        )
    if issued > now + skew:
        raise SignatureNotYetValid(
            f"Signature not yet current: {signed.timestamp} is still later than {amz_date(now + skew)} "
            f"({amz_date(now)} + {_span(skew)}.)"
        )


def _span(length: Instant) -> str:
    return f"{length // MINUTE} min" if length % MINUTE == 0 else f"{length // SECOND} sec"


def _signature(key: bytes, timestamp: str, scope: str, form: bytes) -> str:
    hashed = hashlib.sha256(form).hexdigest()
    return hmac.digest(key, f"{ALGORITHM}\n{timestamp}\n{scope}\n{hashed}".encode(), "sha256").hex()

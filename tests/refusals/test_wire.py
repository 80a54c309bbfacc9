"""Refused: bodies, headers and bytes that are not what the protocol says, at a real server process."""

import gzip
from collections.abc import Callable
from typing import Any

from tests.refusals.front import Front
from tests.refusals.http_table import (
    FORM,
    TARGET,
    Answer,
    HttpRow,
    Request,
    http_table,
    play,
    signed,
    unsigned,
)

NOT_JSON = "400 SerializationException: The request body is not valid JSON."
TOO_DEEP = "400 SerializationException: The request body is nested more than 32 levels deep."
NO_OBJECT = "400 SerializationException: The request body must be a JSON object."
TWICE = "400 SerializationException: The request body has the same member twice."
TOO_LARGE = "413 SerializationException: The request body is larger than 1 MB."
CONTENT_TYPE = "400 SerializationException: The Content-Type must be application/x-amz-json-1.1."
UNKNOWN = "400 UnknownOperationException: The X-Amz-Target header names no operation of this service."
SERIALIZATION = "400 SerializationException: "
INVALID = "400 InvalidParameterException: "


def sign_in(f: Front, **changes: Any) -> Request:
    return Request("InitiateAuth", f.sign_in(), **changes)


async def succeed(f: Front) -> Answer:
    """The twin of every spoilt sign-in."""
    return await unsigned(f, sign_in(f))


def raw(body: bytes | Callable[[bytes], bytes]) -> Any:
    """A sign-in with another body, or with its own body changed."""

    async def send(f: Front) -> Answer:
        usual = sign_in(f).payload
        return await unsigned(f, sign_in(f, body=body(usual) if callable(body) else body))

    return send


def inside(text: str) -> Any:
    """The same sign-in with one more member, which nobody would look at."""
    return raw(lambda body: body[:-1] + b', "More": ' + text.encode() + b"}")


def with_members(**changes: Any) -> Any:
    return lambda f: unsigned(f, Request("InitiateAuth", f.sign_in(**changes)))


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


BODIES = tuple(
    HttpRow(f"a body {what}", error, refused, twin)
    for what, error, refused, twin in (
        ("that is empty", NOT_JSON, raw(b""), succeed),
        ("that is no JSON", NOT_JSON, raw(b"ClientId=1"), succeed),
        ("that ends too early", NOT_JSON, raw(lambda body: body[:-1]), succeed),
        ("that goes on", NOT_JSON, raw(lambda body: body + b"{}"), succeed),
        ("with a comma too many", NOT_JSON, raw(lambda body: body[:-1] + b",}"), succeed),
        ("that is a list", NO_OBJECT, raw(b"[]"), succeed),
        ("that is a text", NO_OBJECT, raw(b'"text"'), succeed),
        ("that is null", NO_OBJECT, raw(b"null"), succeed),
        ("with a member twice", TWICE, raw(lambda body: body[:-1] + b', "ClientId": "other"}'), succeed),
        ("with a member twice, further in", TWICE, inside('{"a": 1, "a": 2}'), inside('{"a": 1, "b": 2}')),
        (
            "with a member twice, spelled in two ways",
            TWICE,
            inside(r'{"a": 1, "\u0061": 2}'),
            inside('{"a": 1}'),
        ),
        ("with NaN", NOT_JSON, inside("NaN"), inside("0")),
        ("with Infinity", NOT_JSON, inside("-Infinity"), inside("-1")),
        ("with 33 levels", TOO_DEEP, inside(nested(32)), inside(nested(30))),
        ("with 100,000 levels", TOO_DEEP, inside(nested(100_000)), inside(nested(30))),
        (
            "in bad UTF-8",
            NOT_JSON,
            raw(lambda body: body.replace(b"InitiateAuth", b"\xff").replace(b"USER_PASSWORD", b"\xc3\x28")),
            succeed,
        ),
        (
            "in UTF-8 that is longer than it need be",
            NOT_JSON,
            raw(lambda body: body.replace(b"USER_PASSWORD", b"\xc0\xaf")),
            succeed,
        ),
        ("in UTF-16", NOT_JSON, raw(lambda body: body.decode().encode("utf-16")), succeed),
        ("that begins with a byte order mark", NOT_JSON, raw(lambda body: b"\xef\xbb\xbf" + body), succeed),
        ("with half a surrogate", NOT_JSON, inside(r'"\ud800"'), inside(r'"\ud83d\ude00"')),
        ("that is compressed", NOT_JSON, raw(gzip.compress), succeed),
        (
            "of more than 1 MB",
            TOO_LARGE,
            inside('"' + "a" * 1_048_576 + '"'),
            inside('"' + "a" * 1_000_000 + '"'),
        ),
    )
)

HEADERS = (
    *(
        HttpRow(
            f"a content type that is {what}",
            CONTENT_TYPE,
            lambda f, value=value: unsigned(f, sign_in(f, content_type=value)),
            succeed,
        )
        for what, value in (
            ("missing", ""),
            ("text/plain", "text/plain"),
            ("that of an upload", "multipart/form-data"),
            ("another version's", "application/x-amz-json-2.0"),
        )
    ),
    HttpRow(
        "a content type that comes twice",
        CONTENT_TYPE,
        lambda f: unsigned(f, sign_in(f, more=(("Content-Type", "text/plain"),))),
        succeed,
    ),
    HttpRow(
        "a target that comes twice",
        UNKNOWN,
        lambda f: unsigned(f, sign_in(f, more=(("X-Amz-Target", f"{TARGET}InitiateAuth"),))),
        succeed,
    ),
    *(
        HttpRow(
            f"a target that names {what}",
            UNKNOWN,
            lambda f, name=name: unsigned(f, Request(name, f.sign_in())),
            succeed,
        )
        for what, name in (
            ("no operation", "NoSuchOperation"),
            ("an operation in other letters", "initiateauth"),
            ("an operation and more", "InitiateAuth.Twice"),
            ("nothing", ""),
        )
    ),
    HttpRow(
        "an operation that is not there yet",
        "400 UnsupportedOperationException: Poolhouse does not support CreateUserPoolReplica "
        "yet. User pool replicas come with a later release.",
        lambda f: signed(f, Request("CreateUserPoolReplica", {"UserPoolId": f.pool})),
        lambda f: signed(f, Request("DescribeUserPool", {"UserPoolId": f.pool})),
    ),
)

TYPES = tuple(
    HttpRow(f"a member that is {what}", SERIALIZATION + error, refused, succeed)
    for what, error, refused in (
        (
            "a number where text belongs",
            "NUMBER_VALUE can not be converted to String",
            with_members(ClientId=1),
        ),
        (
            "a number of 5,000 digits",
            "The request body is not valid JSON.",
            raw(lambda body: body.replace(b'"USER_PASSWORD_AUTH"', b"9" * 5_000)),
        ),
        ("true where text belongs", "TRUE_VALUE can not be converted to String", with_members(AuthFlow=True)),
        (
            "a list where text belongs",
            "Start of list found where not expected.",
            with_members(ClientId=["a"]),
        ),
        (
            "an object where text belongs",
            "Start of structure or map found where not expected.",
            with_members(ClientId={}),
        ),
        ("text where a map belongs", "Expected map or null", with_members(AuthParameters="USERNAME=ada")),
        ("a list where a map belongs", "Expected map or null", with_members(AuthParameters=["USERNAME"])),
    )
)


def sign_up(**changes: Any) -> Any:
    """A sign-up at the demo pool; the twin's name is new each time."""

    async def send(f: Front) -> Answer:
        usual = {"ClientId": f.client, "Username": "eve@example.com", "Password": "P2$Sword"}
        return await unsigned(f, Request("SignUp", usual | changes))

    return send


def failed(member: str, constraint: str) -> str:
    return (
        INVALID
        + f"1 validation error detected: Value at '{member}' failed to satisfy constraint: {constraint}"
    )


CONSTRAINTS = (
    HttpRow(
        "a flow that does not exist",
        INVALID + "1 validation error detected: Value 'GUESS' at 'authFlow' failed to satisfy "
        "constraint: Member must satisfy "
        "enum value set: [USER_AUTH, REFRESH_TOKEN_AUTH, ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, "
        "ADMIN_USER_PASSWORD_AUTH, REFRESH_TOKEN, USER_SRP_AUTH, CUSTOM_AUTH]",
        with_members(AuthFlow="GUESS"),
        succeed,
    ),
    HttpRow(
        "a request without its required members",
        INVALID + "2 validation errors detected: Value null at 'authFlow' failed to satisfy constraint: "
        "Member must not be null; "
        "Value null at 'clientId' failed to satisfy constraint: Member must not be null",
        with_members(AuthFlow=None, ClientId=None),
        succeed,
    ),
    HttpRow(
        "a client id that is none: it is not repeated, for it may be a secret",
        failed("clientId", r"Member must satisfy regular expression pattern: [\w+]+"),
        with_members(ClientId="a b"),
        succeed,
    ),
    HttpRow(
        "a client that does not exist",
        "400 ResourceNotFoundException: User pool client 1a2b3c does not exist.",
        with_members(ClientId="1a2b3c"),
        succeed,
    ),
    HttpRow(
        "a user name with a space",
        failed("username", r"Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+"),
        sign_up(Username="eve smith"),
        sign_up(Username="eve1@example.com"),
    ),
    HttpRow(
        "a user name of 129 characters",
        failed("username", "Member must have length less than or equal to 128"),
        sign_up(Username="e" * 117 + "@example.com"),
        sign_up(Username="e" * 116 + "@example.com"),
    ),
    HttpRow(
        "a password of 257 characters: it is not repeated",
        failed("password", "Member must have length less than or equal to 256"),
        sign_up(Password="P2$" + "s" * 254),
        sign_up(Password="P2$" + "s" * 253, Username="eve2@example.com"),
    ),
    HttpRow(
        "a page of more than it may be",
        INVALID + "1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: "
        "Member must have value less "
        "than or equal to 60",
        lambda f: signed(f, Request("ListUsers", {"UserPoolId": f.pool, "Limit": 61})),
        lambda f: signed(f, Request("ListUsers", {"UserPoolId": f.pool, "Limit": 60})),
    ),
    HttpRow(
        "a number with a fraction",
        SERIALIZATION + "NUMBER_VALUE can not be converted to Integer",
        lambda f: signed(f, Request("ListUsers", {"UserPoolId": f.pool, "Limit": 1.5})),
        lambda f: signed(f, Request("ListUsers", {"UserPoolId": f.pool, "Limit": 1.0})),
    ),
)


def form(body: bytes) -> Any:
    request = Request("", service="sts", content_type=FORM, body=body)
    return lambda f: signed(f, request)


_WHO_AM_I = form(b"Action=GetCallerIdentity&Version=2011-06-15")
FORMS = tuple(
    HttpRow(f"a form {what}", error, form(body), _WHO_AM_I)
    for what, error, body in (
        (
            "without an action",
            "400 MalformedQueryString: A request needs the parameters Action and Version.",
            b"Version=2011-06-15",
        ),
        (
            "without a version",
            "400 MalformedQueryString: A request needs the parameters Action and Version.",
            b"Action=GetCallerIdentity",
        ),
        ("that is none", "400 MalformedQueryString: The request is not a valid form.", b"{}"),
        (
            "with an unknown action",
            "400 InvalidAction: Could not find operation Guess for version 2011-06-15",
            b"Action=Guess&Version=2011-06-15",
        ),
        (
            "with an action of another service",
            "400 InvalidAction: Could not find operation ListUsers for version 2011-06-15",
            b"Action=ListUsers&Version=2011-06-15",
        ),
    )
)


@http_table(BODIES, HEADERS, TYPES, CONSTRAINTS, FORMS)
async def test_a_request_is_refused(row: HttpRow, front: Front, count: Any) -> None:
    await play(row, front, count)

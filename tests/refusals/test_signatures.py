"""Refused: administrators' requests that are not signed, not signed rightly, or not theirs to make."""

from typing import Any

from tests.refusals.gate import Gate
from tests.refusals.http_table import (
    FORM,
    Answer,
    Headers,
    HttpRow,
    Request,
    added,
    http_table,
    play,
    presigned,
    signed,
    unsigned,
    with_header,
    without_header,
)
from tests.refusals.scene import PASSWORD

from poolhouse.store import access_keys
from poolhouse.wire import operations
from poolhouse.wire.operations import Operation

MISSING = "400 MissingAuthenticationTokenException: Missing Authentication Token"
UNRECOGNIZED = "400 UnrecognizedClientException: The security token included in the request is invalid."
WRONG = (
    "400 InvalidSignatureException: The request signature we calculated does not match "
    "the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)
INCOMPLETE = "400 IncompleteSignatureException: "
INVALID = "400 InvalidSignatureException: "
_WHO_AM_I = "Action=GetCallerIdentity&Version=2011-06-15"


def get_user(g: Gate, **changes: Any) -> Request:
    return Request("AdminGetUser", {"UserPoolId": g.pool, "Username": "ada"}, **changes)


def who_am_i(**changes: Any) -> Request:
    """sts:GetCallerIdentity, the request that is presigned in practice."""
    return Request("", service="sts", content_type=FORM, target=f"/?{_WHO_AM_I}", body=b"", **changes)


async def ask(g: Gate, **more: Any) -> Answer:
    """AdminGetUser, signed as it should be, except for what is given."""
    changes = {
        name: more.pop(name) for name in ("seconds", "region", "more", "target", "method") if name in more
    }
    return await signed(g, get_user(g, **changes), **more)


def changed_headers(change: Any) -> Any:
    return lambda g: ask(g, changed=change)


# A few operations without signature, each with what makes the signed twin succeed.
_EXAMPLES: dict[str, dict[str, Any]] = {
    "AdminGetUser": {"Username": "ada"},
    "AdminDeleteUser": {"Username": "ada"},
    "AdminSetUserPassword": {"Username": "ada", "Password": PASSWORD, "Permanent": True},
    "AdminConfirmSignUp": {"Username": "eve"},
    "AdminAddUserToGroup": {"Username": "ada", "GroupName": "staff"},
    "AdminInitiateAuth": {
        "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "ada", "PASSWORD": PASSWORD},
    },
    "ListUsers": {},
    "DescribeUserPool": {},
    "CreateUserPoolClient": {"ClientName": "another"},
    "DeleteUserPool": {},
}


def example(g: Gate, operation: str) -> Request:
    client = {"ClientId": g.client} if operation == "AdminInitiateAuth" else {}
    return Request(operation, {"UserPoolId": g.pool} | client | _EXAMPLES[operation])


async def with_eve_and_staff(g: Gate) -> None:
    await g.scene.signed_up("eve")
    await g.scene.admin("CreateGroup", GroupName="staff")


UNSIGNED = [
    HttpRow(
        f"{operation} without a signature",
        MISSING,
        lambda g, operation=operation: unsigned(g, example(g, operation)),
        lambda g, operation=operation: signed(g, example(g, operation)),
        arrange=with_eve_and_staff,
    )
    for operation in _EXAMPLES
]


def doubled(name: str) -> Any:
    """A header that comes a second time, with another value."""
    return lambda headers: added(headers, name, "AWSCognitoIdentityProviderService.AdminDeleteUser")


def in_authorization(old: str, new: str) -> Any:
    def change(headers: Headers) -> Headers:
        value = dict(headers)["Authorization"]
        return with_header(headers, "Authorization", value.replace(old, new))

    return change


def with_other_signature(headers: Headers) -> Headers:
    value = dict(headers)["Authorization"]
    last = "0" if value[-1] != "0" else "1"
    return with_header(headers, "Authorization", value[:-1] + last)


def with_host_unsigned(headers: Headers) -> Headers:
    value = dict(headers)["Authorization"].replace("content-type;host;", "content-type;")
    return with_header(headers, "Authorization", value)


async def with_body_of_somebody_else(g: Gate) -> Answer:
    other = b'{"UserPoolId":"' + g.pool.encode() + b'","Username":"bob"}'
    return await ask(g, body=other)


async def query_added(g: Gate) -> Answer:
    """The signature knows nothing of the query that travels with it."""
    return await signed(g, get_user(g), target="/?Username=bob")


async def revoked(g: Gate) -> None:
    g.got["key"] = await g.new_key({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
    env = g.scene.world.env
    await env.db.run(lambda tx: access_keys.revoke(tx, g.got["key"][0], env.clock.now()))


SIGNATURES = (
    HttpRow(
        "a key that does not exist",
        UNRECOGNIZED,
        lambda g: ask(g, key=("AKIAAAAAAAAAAAAAAAAA", "a" * 40)),
        ask,
    ),
    HttpRow("a key that was revoked", UNRECOGNIZED, lambda g: ask(g, key=g.got["key"]), ask, arrange=revoked),
    HttpRow(
        "a key with a session token, which we never gave", UNRECOGNIZED, lambda g: ask(g, token="token"), ask
    ),
    HttpRow("a wrong secret", WRONG, lambda g: ask(g, key=(g.key[0], "a" * 40)), ask),
    HttpRow("a signature with one digit changed", WRONG, changed_headers(with_other_signature), ask),
    HttpRow("another body than the one signed", WRONG, with_body_of_somebody_else, ask),
    HttpRow(
        "another operation than the one signed", WRONG, lambda g: ask(g, operation="AdminDeleteUser"), ask
    ),
    HttpRow("another query than the one signed", WRONG, query_added, ask),
    HttpRow(
        "a payload hash that is not the body's",
        WRONG,
        lambda g: ask(g, more=(("X-Amz-Content-SHA256", "0" * 64),)),
        ask,
    ),
    HttpRow(
        "a payload that is not signed",
        WRONG,
        lambda g: ask(g, more=(("X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD"),)),
        ask,
    ),
    HttpRow(
        "a signature that is six minutes old",
        INVALID + "Signature expired: {time} is now earlier than {time} ({time} - 5 min.)",
        lambda g: ask(g, seconds=-360),
        lambda g: ask(g, seconds=-240),
    ),
    HttpRow(
        "a signature that is six minutes ahead",
        INVALID + "Signature not yet current: {time} is still later than {time} ({time} + 5 min.)",
        lambda g: ask(g, seconds=360),
        lambda g: ask(g, seconds=240),
    ),
    HttpRow(
        "a signature for another service",
        INVALID + "Credential should be scoped to correct service: 'cognito-idp'. ",
        lambda g: ask(g, scope="sts"),
        ask,
    ),
    HttpRow(
        "a scope without its end",
        INVALID + "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. ",
        changed_headers(in_authorization("aws4_request", "aws5_request")),
        ask,
    ),
    HttpRow(
        "an X-Amz-Target that is not signed",
        INVALID + "'x-amz-target' must be a 'SignedHeader' in the AWS Authorization.",
        changed_headers(in_authorization(";x-amz-target", "")),
        ask,
    ),
    HttpRow(
        "a Host that is not signed",
        INVALID + "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
        changed_headers(with_host_unsigned),
        ask,
    ),
    HttpRow(
        "an X-Amz-Target that comes twice: two names are none",
        "400 UnknownOperationException: The X-Amz-Target header names no operation of this service.",
        changed_headers(doubled("X-Amz-Target")),
        ask,
    ),
    HttpRow(
        "an Authorization that comes twice",
        INCOMPLETE + "The header 'authorization' must not come twice.",
        changed_headers(lambda headers: added(headers, "Authorization", dict(headers)["Authorization"])),
        ask,
    ),
    HttpRow(
        "an X-Amz-Date that comes twice",
        INCOMPLETE + "The header 'x-amz-date' must not come twice.",
        changed_headers(lambda headers: added(headers, "X-Amz-Date", dict(headers)["X-Amz-Date"])),
        ask,
    ),
    HttpRow(
        "a signature without its date",
        INCOMPLETE + "Authorization header requires existence of a 'X-Amz-Date' header.",
        changed_headers(lambda headers: without_header(headers, "X-Amz-Date")),
        ask,
    ),
    HttpRow(
        "an Authorization of another kind",
        INCOMPLETE + "The Authorization header must begin with 'AWS4-HMAC-SHA256'.",
        changed_headers(lambda headers: with_header(headers, "Authorization", "Bearer token")),
        ask,
    ),
    HttpRow(
        "an Authorization without a Credential",
        INCOMPLETE + "Authorization header requires 'Credential' parameter.",
        changed_headers(
            lambda headers: with_header(
                headers, "Authorization", "AWS4-HMAC-SHA256 SignedHeaders=host, Signature=" + "0" * 64
            )
        ),
        ask,
    ),
    HttpRow(
        "a presigned request after its time",
        "403 SignatureDoesNotMatch: Signature expired: {time} is now earlier than {time} ({time} - 1 min.)",
        lambda g: presigned(g, who_am_i(seconds=-90)),
        lambda g: presigned(g, who_am_i(seconds=-30)),
    ),
    HttpRow(
        "a presigned request with another body",
        WRONG.replace("400 InvalidSignatureException", "403 SignatureDoesNotMatch"),
        lambda g: presigned(g, who_am_i(), body=_WHO_AM_I.encode()),
        lambda g: presigned(g, who_am_i()),
    ),
)


@http_table(UNSIGNED, SIGNATURES)
async def test_a_signed_operation_is_refused(row: HttpRow, gate: Gate, count: Any) -> None:
    await play(row, gate, count)


SIGNED_OPERATIONS = sorted(
    (
        found
        for found in operations.operations().values()
        if found.needs_signature and found.service == "cognito-idp"
    ),
    key=lambda found: found.name,
)


async def test_every_signed_operation_asks_for_a_signature_before_it_looks_at_the_body(gate: Gate) -> None:
    heard: dict[str, str] = {}
    for operation in SIGNED_OPERATIONS:
        heard[operation.name] = (await unsigned(gate, Request(operation.name, body=b"no JSON"))).error

    assert len(heard) == 105  # of the model's 107, two are an app client's too (behaviour file, 1.2)
    assert {name for name, error in heard.items() if error != MISSING} == set()


async def test_every_signed_operation_looks_at_the_body_once_it_is_signed(gate: Gate) -> None:
    async def error(operation: Operation) -> str:
        answer = await signed(gate, Request(operation.name, body=b"no JSON"))
        return answer.error.partition(":")[0]

    heard = {await error(operation) for operation in SIGNED_OPERATIONS}

    assert heard == {"400 SerializationException"}

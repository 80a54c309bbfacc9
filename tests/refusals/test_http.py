"""Refused: bytes that are no HTTP request, and addresses that come from a header (security.md, 7 and 11)."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.refusals.front import Front
from tests.refusals.test_wire import sign_in

# What no HTTP server may take for a request, each with what makes it one again.
_HEAD = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.1\r\n"
_HEAD += "X-Amz-Target: AWSCognitoIdentityProviderService.InitiateAuth\r\nConnection: close\r\n"


def framed(*lines: str, body: Callable[[bytes], bytes] = lambda body: body) -> Callable[[bytes], bytes]:
    """A sign-in of these header lines; {length} is the true length of its body."""

    def make(payload: bytes) -> bytes:
        said = "".join(f"{line}\r\n" for line in lines).replace("{length}", str(len(payload)))
        return (_HEAD + said + "\r\n").encode() + body(payload)

    return make


def chunked(size: str = "{:x}") -> Callable[[bytes], bytes]:
    return lambda body: size.format(len(body)).encode() + b"\r\n" + body + b"\r\n0\r\n\r\n"


_LENGTH = "Content-Length: {length}"
_CHUNKED = "Transfer-Encoding: chunked"
_FRAMES = {
    "two lengths that differ": (framed(_LENGTH, "Content-Length: 5"), framed(_LENGTH)),
    "a length and chunks": (framed(_LENGTH, _CHUNKED, body=chunked()), framed(_CHUNKED, body=chunked())),
    "a length that is negative": (framed("Content-Length: -5"), framed(_LENGTH)),
    "a length that is no number": (framed("Content-Length: 0x20"), framed(_LENGTH)),
    "a length with a sign": (framed("Content-Length: +{length}"), framed(_LENGTH)),
    "chunks of an unknown coding": (
        framed("Transfer-Encoding: xchunked", body=chunked()),
        framed(_CHUNKED, body=chunked()),
    ),
    "chunks that are compressed as well": (
        framed("Transfer-Encoding: gzip, chunked", body=chunked()),
        framed(_CHUNKED, body=chunked()),
    ),
    "a second host": (framed(_LENGTH, "Host: evil.example.com"), framed(_LENGTH)),
    "a chunk whose size is no number": (
        framed(_CHUNKED, body=chunked("z{:x}")),
        framed(_CHUNKED, body=chunked()),
    ),
    "a chunk whose size is negative": (
        framed(_CHUNKED, body=chunked("-{:x}")),
        framed(_CHUNKED, body=chunked()),
    ),
    "a chunk of more bytes than there are numbers": (
        framed(_CHUNKED, body=chunked("ffffffffffffffff{:x}")),
        framed(_CHUNKED, body=chunked()),
    ),
    "a header name with a space": (framed(_LENGTH, "X-Note : a"), framed(_LENGTH, "X-Note: a")),
    "a header that goes on in the next line": (
        framed(_LENGTH, "X-Note: a", " b"),
        framed(_LENGTH, "X-Note: a b"),
    ),
}


@pytest.mark.parametrize("name", _FRAMES)
async def test_bytes_that_are_no_request_are_refused_and_the_server_lives(
    name: str, front: Front, count: Any
) -> None:
    spoilt, good = _FRAMES[name]
    payload = json.dumps(front.sign_in()).encode()

    refused = await front.statuses(spoilt(payload))
    answered = await front.statuses(good(payload))

    assert refused in ([400], [])  # an answer, or the end of the connection; never a success
    count("refused", 1)
    assert answered == [200]
    count("twins", 1)


async def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(front: Front) -> None:
    payload = json.dumps(front.sign_in()).encode()

    assert await front.statuses(framed("Content-Length: 9223372036854775807")(payload)) == [413]
    assert await front.statuses(framed("Content-Length: 1048577")(b"")) == [413]
    assert await front.statuses(framed(_LENGTH)(payload)) == [200]


async def test_no_header_changes_the_issuer(front: Front) -> None:
    named = "evil.example.com"
    more = (
        ("X-Forwarded-Host", named),
        ("X-Forwarded-Proto", "https"),
        ("Forwarded", f"host={named};proto=https"),
    )
    request = sign_in(front, more=(*more, ("X-Original-URL", f"https://{named}/")))
    headers = tuple((name, named if name == "Host" else value) for name, value in request.headers(front))

    answer = await front.send("POST", "/", headers, request.payload)
    found = await front.send("GET", f"/{front.pool}/.well-known/openid-configuration", headers, b"")

    tokens = json.loads(answer.body)["AuthenticationResult"]
    issuer = f"http://{front.host}/{front.pool}"
    for token in (tokens["AccessToken"], tokens["IdToken"]):
        part = token.split(".")[1]
        assert json.loads(base64.urlsafe_b64decode(part + "=="))["iss"] == issuer
    assert json.loads(found.body)["issuer"] == issuer
    assert named.encode() not in found.body


async def test_what_is_no_address_of_ours_is_answered_with_404(front: Front) -> None:
    async def status(method: str, target: str) -> int:
        return (await front.send(method, target, (("Host", front.host),), b"")).status

    unknown = [
        await status("GET", "/nothing"),
        await status("POST", "/nothing"),
        await status("GET", "/..%2f.well-known/jwks.json"),
        await status("PUT", f"/{front.pool}/.well-known/jwks.json"),
    ]
    known = await status("GET", f"/{front.pool}/.well-known/jwks.json")

    assert unknown == [404, 404, 404, 404]
    assert known == 200

"""The middleware: what was not signed does not reach the application, nor what of a body is not verified."""

import base64
import dataclasses
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from tests.authorizer.signing import (
    CODED_TRAILER,
    OWN,
    ROLE,
    SESSION_ARN,
    UNSIGNED_TRAILER,
    bundle,
    chunked,
    signed,
    verifier,
)

from poolhouse.authorizer.sigv4 import Asked, Request, s3
from poolhouse.authorizer.sigv4.asgi import VERIFIED, SignedRequests
from poolhouse.authorizer.sigv4.body import HELD

CRC = "x-amz-checksum-crc32"


class Store:
    """An application that keeps what it is sent, and knows whether it was sent the whole of it."""

    def __init__(self, *, answers_first: bool = False) -> None:
        self.answers_first = answers_first
        self.scope: dict[str, Any] = {}
        self.pieces: list[bytes] = []
        self.whole = False
        self.calls = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.scope, self.calls = scope, self.calls + 1
        if self.answers_first:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        while (event := await receive())["type"] == "http.request":
            self.pieces.append(event["body"])
            if not event["more_body"]:
                self.whole = True
                break
        if not self.answers_first:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"stored"})

    @property
    def content(self) -> bytes:
        return b"".join(self.pieces)


def cut(body: bytes, size: int) -> Iterator[dict[str, Any]]:
    for place in range(0, max(len(body), 1), size):
        more = place + size < len(body)
        yield {"type": "http.request", "body": body[place : place + size], "more_body": more}


async def sent(app: Any, request: Request, size: int = 50, **scope: Any) -> tuple[int, bytes]:
    events = cut(request.body, size)
    answer: list[dict[str, Any]] = []

    async def receive() -> Any:
        return next(events, {"type": "http.disconnect"})

    async def send(event: Any) -> None:
        answer.append(event)

    whole = {
        "type": "http",
        "method": request.method,
        "path": request.path,
        "raw_path": request.path.encode(),
        "query_string": request.query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in request.headers],
        "scheme": "https",
        "client": ("192.0.2.7", 4711),
    } | scope
    await app(whole, receive, send)
    return answer[0]["status"], b"".join(event.get("body", b"") for event in answer)


def guarded(store: Store, **options: Any) -> SignedRequests:
    return SignedRequests(store, verifier(), s3.actions, **options)


async def test_the_application_knows_who_signed() -> None:
    store = Store()

    status, body = await sent(guarded(store), signed("PUT", f"{OWN}/a", body=b"content"))

    assert (status, body, store.content) == (200, b"stored", b"content")
    assert store.scope[VERIFIED].principal.arn == SESSION_ARN
    assert store.scope["state"]["signed"].keys["aws:SourceIp"] == ("192.0.2.7",)


async def test_who_may_not_do_it_gets_s3s_answer_and_the_application_hears_nothing() -> None:
    store = Store()

    status, body = await sent(guarded(store), signed("PUT", "/photos/private/other/a", body=b"content"))

    assert status == 403
    assert b"<Code>AccessDenied</Code>" in body
    assert b"is not authorized to perform: s3:PutObject" in body
    assert store.calls == 0


async def test_public_paths_need_no_signature() -> None:
    store = Store()
    plain = Request("GET", "/health", "", (("host", "x"),), b"")

    assert (await sent(guarded(store, public="/health"), plain))[0] == 200
    status, body = await sent(guarded(store), plain)

    assert (status, store.calls) == (403, 1)
    assert b"AccessDenied" in body


async def test_sockets_are_closed() -> None:
    events: list[Any] = []

    async def send(event: Any) -> None:
        events.append(event["type"])

    await guarded(Store())({"type": "websocket", "path": "/"}, None, send)  # type: ignore[arg-type]

    assert events == ["websocket.close"]


async def test_chunks_reach_the_application_one_by_one_and_decoded() -> None:
    store = Store()
    request = chunked([b"a" * 70, b"b" * 70, b"c" * 70])

    await sent(guarded(store), request, 40)

    assert store.whole
    assert [piece for piece in store.pieces if piece] == [b"a" * 70, b"b" * 70, b"c" * 70]
    headers = dict(store.scope["headers"])
    assert headers[b"content-length"] == b"210"
    assert b"content-encoding" not in headers


def crc(content: bytes) -> tuple[str, str]:
    return CRC, base64.b64encode(zlib.crc32(content).to_bytes(4, "big")).decode()


@pytest.mark.parametrize("kind", [CODED_TRAILER, UNSIGNED_TRAILER])
async def test_a_body_with_a_trailer_is_verified_by_it(kind: str) -> None:
    good, bad = Store(), Store()

    assert (await sent(guarded(good), chunked([b"abc"], kind, crc(b"abc"))))[0] == 200
    status, body = await sent(guarded(bad), chunked([b"abc"], kind, crc(b"abd")))

    assert (good.content, good.whole) == (b"abc", True)
    assert (status, bad.content, bad.whole) == (400, b"", False)
    assert b"<Code>BadDigest</Code>" in body


async def test_a_wrong_chunk_ends_the_request_and_what_came_before_was_verified() -> None:
    store = Store()
    request = chunked([b"a" * 70, b"b" * 70])

    status, body = await sent(guarded(store), replace(request, body=request.body.replace(b"bb", b"bX", 1)))

    assert (status, store.content, store.whole) == (403, b"a" * 70, False)
    assert body.count(b"<Error>") == 1
    assert b"SignatureDoesNotMatch" in body
    assert b"stored" not in body


async def test_a_wrong_body_after_an_answer_began_breaks_it_off() -> None:
    request = chunked([b"a" * 70])
    wrong = replace(request, body=request.body.replace(b"a" * 70, b"b" * 70))

    assert (await sent(guarded(Store(answers_first=True)), request))[0] == 200
    with pytest.raises(Exception, match="does not match"):
        await sent(guarded(Store(answers_first=True)), wrong)


async def test_a_small_body_of_a_wrong_hash_is_not_shown_at_all() -> None:
    store, request = Store(), signed("PUT", f"{OWN}/a", body=b"content")

    status, body = await sent(guarded(store), replace(request, body=b"c0ntent"), 3)

    assert (status, store.content, store.whole) == (400, b"", False)
    assert b"XAmzContentSHA256Mismatch" in body


async def test_a_large_body_is_held_back_only_at_its_end() -> None:
    content = b"x" * (3 * HELD)
    good, bad = Store(), Store()
    request = signed("PUT", f"{OWN}/a", body=content)

    await sent(guarded(good), request, 65_536)
    await sent(guarded(bad), replace(request, body=content[:-1] + b"y"), 65_536)

    assert (good.content == content, good.whole) == (True, True)
    assert not bad.whole
    assert HELD <= len(content) - len(bad.content) <= HELD + 65_536


async def test_a_client_that_goes_away_is_gone() -> None:
    store, request = Store(), chunked([b"a" * 70])

    status, _ = await sent(guarded(store), replace(request, body=request.body[:-2]))

    assert (status, store.whole) == (400, False)


async def test_requests_of_other_services_are_verified_as_a_whole() -> None:
    def actions(request: Request) -> list[Asked]:
        return [Asked("bedrock:InvokeModel", "*")]

    store, policy = Store(), '{"Statement": {"Effect": "Allow", "Action": "bedrock:*", "Resource": "*"}}'
    mine = _verifier_of_bedrock(policy)
    request = signed("POST", "/model/x/invoke", body=b'{"a": 1}', service="bedrock")

    assert (await sent(SignedRequests(store, mine, actions), request, 3))[0] == 200
    status, body = await sent(SignedRequests(store, mine, actions), replace(request, body=b'{"a": 2}'), 3)
    large, _ = await sent(SignedRequests(store, mine, actions, largest=7), request, 3)

    assert (store.content, store.calls) == (b'{"a": 1}', 1)
    assert (status, large) == (403, 413)
    assert b'"__type": "InvalidSignatureException"' in body


def _verifier_of_bedrock(policy: str) -> Any:
    return verifier(bundle([dataclasses.replace(ROLE, policies={"models": policy})]), service="bedrock")


async def test_an_application_that_reads_no_body_may_answer() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    status, _ = await sent(SignedRequests(app, verifier(), s3.actions), signed())

    assert status == 204


async def test_a_client_that_waits_to_be_asked_for_its_body_gets_a_new_connection() -> None:
    events: list[Any] = []

    async def send(event: Any) -> None:
        events.append(event)

    request = signed("PUT", "/photos/private/other/a", body=b"x")
    scope = {
        "type": "http",
        "method": "PUT",
        "path": request.path,
        "headers": [(name.lower().encode(), value.encode()) for name, value in request.headers],
    }
    for more, closes in (([(b"expect", b"100-continue")], True), ([], False)):
        await guarded(Store())({**scope, "headers": [*scope["headers"], *more]}, None, send)  # type: ignore[arg-type, misc]
        assert ((b"connection", b"close") in events[-2]["headers"]) is closes
        assert events[-2]["status"] == 403

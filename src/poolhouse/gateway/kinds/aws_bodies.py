"""Bodies of signed requests on their way to the upstream: verified in passing, and coded anew.

A body in S3's `aws-chunked` coding is taken apart, for its chunks are signed with the caller's secret. Where
a checksum follows it, the store must see that too, or it would not keep it: such a body goes on in the
coding without signatures, as one chunk.
"""

from collections.abc import AsyncIterator

from msgspec import Struct

from poolhouse.authorizer.sigv4 import Refused, TooLarge
from poolhouse.authorizer.sigv4.body import Body
from poolhouse.errors import BodyTooLarge
from poolhouse.gateway.calls import Body as Coming
from poolhouse.gateway.calls import Call, Headers
from poolhouse.wire import checksums

LARGEST_WHOLE = 26_214_400  # bytes of a body whose hash is signed without being said

_CODED = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


class MissingLength(Refused):
    status = 411
    code = "MissingContentLength"
    message = "You must provide the Content-Length HTTP header."


class Going(Struct, frozen=True):
    """What is sent: headers that speak of the body, the body, and what the signature says of it.

    payload  None: the SHA-256 of the body
    """

    headers: Headers
    body: AsyncIterator[bytes] | bytes
    payload: str | None


async def whole(call: Call) -> bytes:
    """Raises `TooLarge`."""
    try:
        call.body.limit(min(call.body.most, LARGEST_WHOLE))
        return await call.body.whole()
    except BodyTooLarge:
        raise TooLarge from None


def of_whole(call: Call, content: bytes) -> Going:
    coding = call.header(b"content-encoding").encode("latin-1")
    kept: Headers = ((b"content-encoding", coding),) if coding else ()
    has_body = bool(content) or call.method in ("PUT", "POST")
    length = ((b"content-length", str(len(content)).encode()),) if has_body else ()
    return Going((*kept, *length), content, None)


async def streamed(call: Call, body: Body | None) -> Going:
    """Of a request of S3. Raises `Refused`."""
    if body is None:
        raise TypeError("The body of a request of S3 is verified as it comes.")
    coding = _coding(call)
    if body.trailer:
        return _with_trailer(call, body, coding)
    length = body.length if body.coded else _length(call)
    kept: Headers = ((b"content-encoding", coding),) if coding else ()
    if not length:
        rest = b"".join([piece async for piece in _verified(call.body, body)])
        says = length is not None and call.method in ("PUT", "POST")
        return Going((*kept, *(((b"content-length", b"0"),) if says else ())), rest, body.payload)
    return Going((*kept, (b"content-length", str(length).encode())), _verified(call.body, body), body.payload)


def _with_trailer(call: Call, body: Body, coding: bytes) -> Going:
    length = body.length or 0
    head = f"{length:x}\r\n".encode() if length else b""
    tail = (b"\r\n" if length else b"") + f"0\r\n{body.trailer}:".encode()
    size = len(head) + length + len(tail) + checksums.text_length(body.trailer) + len(b"\r\n\r\n")

    async def coded() -> AsyncIterator[bytes]:
        yield head
        async for piece in _verified(call.body, body):
            yield piece
        yield tail + body.checksum.encode() + b"\r\n\r\n"

    said = (
        (b"content-encoding", b"aws-chunked" + (b"," + coding if coding else b"")),
        (b"content-length", str(size).encode()),
        (b"x-amz-decoded-content-length", str(length).encode()),
        (b"x-amz-trailer", body.trailer.encode()),
    )
    return Going(said, coded(), _CODED)


async def _verified(coming: Coming, body: Body) -> AsyncIterator[bytes]:
    """Raises `Refused`: then the upstream was never sent the whole."""
    async for piece in coming.pieces():
        ready = body.feed(piece)
        if ready:
            yield ready
    rest = body.end()
    if rest:
        yield rest


def _length(call: Call) -> int | None:
    """None: the request has no body. Raises `MissingLength` for one of which nobody says how long it is."""
    said = call.header(b"content-length")
    if said:
        return int(said)
    if call.header(b"transfer-encoding"):
        raise MissingLength
    return None


def _coding(call: Call) -> bytes:
    """Content-Encoding without the coding that is taken away."""
    codings = [coding.strip() for coding in call.header(b"content-encoding").split(",")]
    return ",".join(coding for coding in codings if coding and coding.lower() != "aws-chunked").encode()

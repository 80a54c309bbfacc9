"""The bodies of signed requests: verified as they come, held back until that has been done.

A chunk that is signed is passed on when its signature was verified. What has one hash or one checksum for
all of it is known to be right only at its end: then up to `HELD` bytes are held back, so a body that is no
larger is passed on as a whole or not at all, and of a larger one the end is never passed on before it
was verified.
"""

import hashlib
import hmac
import re
from collections import deque
from typing import Protocol

from poolhouse import errors as wire
from poolhouse.authorizer.sigv4 import errors
from poolhouse.authorizer.sigv4.errors import BadBody, NotUnderstood, WrongHash
from poolhouse.wire import checksums
from poolhouse.wire.aws_chunked import Chain, Decoder
from poolhouse.wire.sigv4 import Proof, Signed, presigned_parameters

UNSIGNED = "UNSIGNED-PAYLOAD"
HELD = 1_048_576  # bytes

_SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
_CODINGS = {_SIGNED_CHUNKS, f"{_SIGNED_CHUNKS}-TRAILER", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}
_HASH = re.compile(r"[0-9a-f]{64}")
_LENGTH = re.compile(r"[0-9]{1,15}")


class Body(Protocol):
    """
    length   bytes of what comes out, where that is known beforehand
    payload  what a signature can say of what comes out: its SHA-256, or UNSIGNED-PAYLOAD
    trailer  name of the checksum that follows it in its coding; at the end it was verified
    checksum its value, at the end
    coded    it came in S3's `aws-chunked` coding, which is taken away here
    """

    length: int | None
    payload: str
    trailer: str
    coded: bool

    @property
    def checksum(self) -> str: ...

    def feed(self, piece: bytes) -> bytes:
        """What may be passed on. Raises `Refused`."""
        ...

    def end(self) -> bytes:
        """The rest, now that nothing comes any more. Raises `Refused`."""
        ...


def payload_of(signed: Signed) -> str:
    """What a request of S3 says of its body: a SHA-256, or a word. Raises `Refused`."""
    said = signed.headers.get("x-amz-content-sha256")
    if signed.kind == "presigned":
        return _presigned_payload(signed, said)
    if said is None:
        raise BadBody("Missing required header for this request: x-amz-content-sha256")
    if said not in (UNSIGNED, *_CODINGS) and not _HASH.fullmatch(said):
        raise (NotUnderstood if said.startswith("STREAMING-") else BadBody)(
            "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING- value, or a valid sha256 value."
        )
    return said


def _presigned_payload(signed: Signed, said: str | None) -> str:
    """An address is made before there is a body: it is not signed, unless a hash is named."""
    named = presigned_parameters(signed.request.query).get("X-Amz-Content-Sha256")
    found = said or named or UNSIGNED
    if found != UNSIGNED and not _HASH.fullmatch(found):
        raise BadBody("A presigned request must have UNSIGNED-PAYLOAD or a valid sha256 value.")
    return found


def of(signed: Signed, proof: Proof, payload: str) -> Body:
    """Raises `Refused` for a head that cannot be right."""
    if payload in _CODINGS:
        return _chunked(signed, proof, payload)
    if "x-amz-trailer" in signed.headers:
        raise BadBody("x-amz-trailer is for bodies in the aws-chunked coding.")
    return Unsigned() if payload == UNSIGNED else Hashed(payload)


def _chunked(signed: Signed, proof: Proof, payload: str) -> "Chunked":
    length = signed.headers.get("x-amz-decoded-content-length", "")
    if not _LENGTH.fullmatch(length):
        raise BadBody("Missing or malformed header for this request: x-amz-decoded-content-length")
    trailer = signed.headers.get("x-amz-trailer", "").strip().lower()
    if bool(trailer) is not payload.endswith("-TRAILER"):
        raise BadBody("x-amz-trailer and x-amz-content-sha256 do not say the same.")
    if trailer and not checksums.known(trailer):
        raise NotUnderstood("The value specified in the x-amz-trailer header is not supported")
    chain = Chain(proof) if payload.startswith(_SIGNED_CHUNKS) else None
    return Chunked(int(length), chain, trailer)


class Unsigned:
    """What comes goes on: nobody has signed it, and the client wanted it so."""

    length: int | None = None
    payload = UNSIGNED
    trailer = checksum = ""
    coded = False

    def feed(self, piece: bytes) -> bytes:
        return piece

    def end(self) -> bytes:
        return b""


class Hashed:
    """A body whose SHA-256 is signed."""

    length: int | None = None
    trailer = checksum = ""
    coded = False

    def __init__(self, digest: str) -> None:
        self.payload = digest
        self._running = hashlib.sha256()
        self._held = _Held()

    def feed(self, piece: bytes) -> bytes:
        self._running.update(piece)
        return self._held.put(piece)

    def end(self) -> bytes:
        if not hmac.compare_digest(self._running.hexdigest(), self.payload):
            raise WrongHash
        return self._held.rest()


class Chunked:
    """A body in S3's own coding."""

    payload = UNSIGNED
    coded = True

    @property
    def checksum(self) -> str:
        return self._decoder.checksums.get(self.trailer, "")

    def __init__(self, length: int, chain: Chain | None, trailer: str) -> None:
        self.length: int | None = length
        self.trailer = trailer
        self._decoder = Decoder(length, chain, (trailer,) if trailer else ())
        self._held = _Held() if trailer else None

    def feed(self, piece: bytes) -> bytes:
        try:
            ready = self._decoder.feed(piece)
        except wire.ApiError as error:
            raise errors.of(error) from None
        return self._held.put(ready) if self._held else ready

    def end(self) -> bytes:
        try:
            self._decoder.end()
        except wire.ApiError as error:
            raise errors.of(error) from None
        return self._held.rest() if self._held else b""


class _Held:
    """The last bytes of a body."""

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self._size = 0

    def put(self, piece: bytes) -> bytes:
        """What no longer has to be held."""
        if piece:
            self._pieces.append(piece)
            self._size += len(piece)
        free = []
        while self._size - len(self._pieces[0] if self._pieces else b"") >= HELD:
            first = self._pieces.popleft()
            self._size -= len(first)
            free.append(first)
        return b"".join(free)

    def rest(self) -> bytes:
        rest = b"".join(self._pieces)
        self._pieces.clear()
        self._size = 0
        return rest

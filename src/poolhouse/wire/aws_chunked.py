"""Bodies in S3's `aws-chunked` coding, taken apart as they come.

Amazon S3 API Reference, "Signature calculations for the Authorization header: transferring payload in
multiple chunks", and "... with trailing headers". Nothing of a chunk whose signature is asked for leaves here
before it was verified, so no more than one chunk is held at a time.
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from poolhouse.errors import IncompleteBody, InvalidSignature, MalformedChunk, WrongChecksum
from poolhouse.wire import checksums
from poolhouse.wire.sigv4 import Proof

LARGEST_SIGNED = 1_048_576  # bytes of a chunk that has a signature

_HEADER = re.compile(rb"([0-9A-Fa-f]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?")
_TRAILER = re.compile(rb"([a-z0-9-]{1,64}):([\x21-\x7e]{1,128})")
_SIGNED_TRAILER = "x-amz-trailer-signature"
_LONGEST_LINE = 256
_EMPTY = hashlib.sha256(b"").hexdigest()


class Chain:
    """The signatures of a body's chunks, each of which signs the one before; the first signs the head."""

    def __init__(self, proof: Proof) -> None:
        self._proof = proof
        self._last = proof.signature

    def check_chunk(self, data: bytes, signature: str) -> None:
        """Raises `InvalidSignature`."""
        self._check("PAYLOAD", f"{_EMPTY}\n{hashlib.sha256(data).hexdigest()}", signature)

    def check_trailers(self, lines: bytes, signature: str) -> None:
        """lines  `name:value`, each with its line feed. Raises `InvalidSignature`."""
        self._check("TRAILER", hashlib.sha256(lines).hexdigest(), signature)

    def _check(self, what: str, hashed: str, signature: str) -> None:
        signed = (
            f"AWS4-HMAC-SHA256-{what}\n{self._proof.timestamp}\n{self._proof.scope}\n{self._last}\n{hashed}"
        )
        expected = hmac.digest(self._proof.key, signed.encode(), "sha256").hex()
        if not hmac.compare_digest(expected, signature):
            raise InvalidSignature
        self._last = expected


class Decoder:
    """What is fed in comes out decoded and verified: chunk by chunk where chunks are signed.

    length    bytes of the decoded body, as its head says
    chain     None: chunks have no signatures
    trailers  names of the checksums that follow the body, in lower case; all of `checksums.known`

    Raises `InvalidSignature`, `MalformedChunk`, `IncompleteBody` and `WrongChecksum`.
    """

    def __init__(self, length: int, chain: Chain | None, trailers: Sequence[str]) -> None:
        self._left = length
        self._chain = chain
        self._checks = {name: checksums.running(name) for name in trailers}
        self._held = bytearray()
        self._size = 0  # of the chunk that is being read, as far as it is still to come
        self._signature = ""
        self._trailers: dict[str, str] = {}
        self._step: Callable[[], bytes | None] = self._header

    @property
    def checksums(self) -> Mapping[str, str]:
        """By trailer; after the end they are verified."""
        return self._trailers

    def feed(self, piece: bytes) -> bytes:
        self._held += piece
        return b"".join(self._steps())

    def end(self) -> None:
        """Nothing comes any more."""
        if self._step != self._nothing_more:
            raise IncompleteBody

    def _steps(self) -> Iterator[bytes]:
        """A step gives what is ready of the body, or None where it waits for more."""
        while (ready := self._step()) is not None:
            if ready:
                for check in self._checks.values():
                    check.update(ready)
                yield ready

    def _line(self) -> bytes | None:
        end = self._held.find(b"\r\n")
        if end > _LONGEST_LINE or (end < 0 and len(self._held) > _LONGEST_LINE):
            raise MalformedChunk
        if end < 0:
            return None
        line = bytes(self._held[:end])
        del self._held[: end + 2]
        return line

    def _header(self) -> bytes | None:
        line = self._line()
        if line is None:
            return None
        found = _HEADER.fullmatch(line)
        if found is None or (found[2] is None) is not (self._chain is None):
            raise MalformedChunk
        self._size, self._signature = int(found[1], 16), (found[2] or b"").decode()
        if self._size > self._left or (self._size == 0 and self._left):
            raise IncompleteBody
        if self._chain is not None and self._size > LARGEST_SIGNED:
            raise MalformedChunk
        self._left -= self._size
        self._step = self._last if self._size == 0 else self._data
        return b""

    def _data(self) -> bytes | None:
        if not self._held or (self._chain is not None and len(self._held) < self._size):
            return None
        data = bytes(self._held[: self._size])
        del self._held[: self._size]
        self._size -= len(data)
        if self._chain is not None:
            self._chain.check_chunk(data, self._signature)
        if self._size == 0:
            self._step = self._data_end
        return data

    def _data_end(self) -> bytes | None:
        if len(self._held) < 2:
            return None
        if self._held[:2] != b"\r\n":
            raise MalformedChunk
        del self._held[:2]
        self._step = self._header
        return b""

    def _last(self) -> bytes | None:
        if self._chain is not None:
            self._chain.check_chunk(b"", self._signature)
        self._step = self._trailer
        return b""

    def _trailer(self) -> bytes | None:
        line = self._line()
        if line is None:
            return None
        if line == b"":
            self._check_trailers()
            self._step = self._nothing_more
            return b""
        found = _TRAILER.fullmatch(line)
        name = found[1].decode() if found else ""
        if found is None or name in self._trailers or name not in (*self._checks, _SIGNED_TRAILER):
            raise MalformedChunk
        self._trailers[name] = found[2].decode()
        return b""

    def _check_trailers(self) -> None:
        signature = self._trailers.pop(_SIGNED_TRAILER, None)
        if (signature is None) is not (self._chain is None or not self._checks):
            raise MalformedChunk
        if self._trailers.keys() != self._checks.keys():
            raise MalformedChunk
        if self._chain is not None and signature is not None:
            lines = "".join(f"{name}:{value}\n" for name, value in sorted(self._trailers.items()))
            self._chain.check_trailers(lines.encode(), signature)
        for name, check in self._checks.items():
            if not hmac.compare_digest(checksums.text(check), self._trailers[name]):
                raise WrongChecksum

    def _nothing_more(self) -> bytes | None:
        if self._held:
            raise MalformedChunk
        return None

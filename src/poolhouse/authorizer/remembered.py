"""Tokens whose signature was right, by SHA-256: a signature is verified once, everything else each time."""

import hashlib
import threading
from collections import OrderedDict

import msgspec

from poolhouse.crypto.jose import VerifyKey


class Known(msgspec.Struct, frozen=True):
    """What a good signature proved: these claims (as JSON), by this key of this issuer."""

    issuer: str
    kid: str
    key: VerifyKey
    payload: bytes


class Remembered:
    """At most `limit` tokens; the one that was used least lately is forgotten."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._tokens: OrderedDict[bytes, Known] = OrderedDict()

    def get(self, token: str) -> Known | None:
        if not self._limit:
            return None
        digest = _digest(token)
        with self._lock:
            known = self._tokens.get(digest)
            if known is not None:
                self._tokens.move_to_end(digest)
        return known

    def put(self, token: str, known: Known) -> None:
        if not self._limit:
            return
        with self._lock:
            self._tokens[_digest(token)] = known
            if len(self._tokens) > self._limit:
                self._tokens.popitem(last=False)

    def drop(self, token: str) -> None:
        with self._lock:
            self._tokens.pop(_digest(token), None)

    def __len__(self) -> int:
        return len(self._tokens)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

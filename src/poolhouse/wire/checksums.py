"""Checksums of S3 that the standard library computes at the speed of the network."""

import base64
import hashlib
import zlib
from collections.abc import Callable
from typing import Protocol


class Running(Protocol):
    def update(self, data: bytes, /) -> object: ...

    def digest(self) -> bytes: ...


class _Crc32:
    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(4, "big")


# CRC32C and CRC64NVME are not among them: in Python they take a second for ten megabytes.
_KNOWN: dict[str, tuple[Callable[[], Running], int]] = {
    "x-amz-checksum-crc32": (_Crc32, 4),
    "x-amz-checksum-sha1": (lambda: hashlib.sha1(usedforsecurity=False), 20),
    "x-amz-checksum-sha256": (hashlib.sha256, 32),
}


def known(name: str) -> bool:
    """name  of a header or trailer, in lower case"""
    return name in _KNOWN


def running(name: str) -> Running:
    return _KNOWN[name][0]()


def text(checksum: Running) -> str:
    """As the header has it."""
    return base64.b64encode(checksum.digest()).decode()


def text_length(name: str) -> int:
    """Characters of that text."""
    return -(-_KNOWN[name][1] // 3) * 4

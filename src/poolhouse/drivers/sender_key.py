"""Keys for one message each, wrapped under a key file: for custom senders where there is no AWS KMS.

A message names the wrapping key as the AWS Encryption SDK does for a raw AES key: namespace and name, the
lengths of tag and nonce, the nonce. So its clients in every language open such a message with the key in
the file (docs/messages.md).
"""

import secrets
import struct
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from poolhouse.drivers import vault
from poolhouse.errors import DeliveryFailed, SettingsError
from poolhouse.ports import DataKey

NAMESPACE = b"poolhouse"
NAME = b"sender"

_KEY_BYTES = 32
_NONCE_BYTES = 12
_TAG_BITS = 128


class KeyFileDataKeys:
    """The file is read, or made, when the first key is asked for."""

    def __init__(self, path: Path, context_bytes: Callable[[Mapping[str, str]], bytes]) -> None:
        """`context_bytes` writes an encryption context as it is authenticated."""
        self._path = path
        self._context_bytes = context_bytes
        self._cipher: AESGCM | None = None

    async def generate(self, key_arn: str, bound: Mapping[str, str]) -> DataKey:
        """`key_arn` is of no account here. Raises `DeliveryFailed` when the file cannot be used."""
        try:
            cipher = self._opened(vault.key_in)
        except (SettingsError, OSError):
            raise DeliveryFailed("The key file of custom senders cannot be used.") from None
        key, nonce = secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_NONCE_BYTES)
        wrapped = cipher.encrypt(nonce, key, self._context_bytes(bound))
        return DataKey(key, wrapped, NAMESPACE, _info(nonce))

    def unwrap(self, info: bytes, wrapped: bytes, context: bytes) -> bytes | None:
        """The key again; None when it was wrapped under another. Raises `SettingsError`."""
        nonce = info[-_NONCE_BYTES:]
        if info != _info(nonce):
            return None
        try:
            return self._opened(vault.key_in_existing).decrypt(nonce, wrapped, context)
        except (InvalidTag, ValueError):
            return None

    async def close(self) -> None:
        """There is nothing to close."""

    def _opened(self, read: Callable[[Path], bytes]) -> AESGCM:
        if self._cipher is None:
            self._cipher = AESGCM(read(self._path))
        return self._cipher


def _info(nonce: bytes) -> bytes:
    return NAME + struct.pack(">II", _TAG_BITS, _NONCE_BYTES) + nonce

"""Sealing (AES-256-GCM), key derivation and keyed digests: what keeps secrets at rest.

A sealed value is 0x01 | nonce (12) | ciphertext | tag (16). It is bound to a text, usually the
record's id, so that it cannot be moved to another record.
"""

import hmac
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from poolhouse.crypto.hkdf import hkdf_sha256

KEY_BYTES = 32
NONCE_BYTES = 12
_TAG_BYTES = 16
_FORMAT = b"\x01"
_LENGTH_BYTES = 8


def seal(key: bytes, plaintext: bytes, bound_to: str, nonce: bytes) -> bytes:
    """Encrypt so that only `open_sealed` with the same key and `bound_to` gives it back.

    `nonce` is 12 random bytes, never used twice with one key; with random nonces a key may seal
    2^32 values (NIST SP 800-38D, section 8.3). Raises `ValueError` for wrong sizes.
    """
    if len(nonce) != NONCE_BYTES:
        raise ValueError("A nonce has 12 bytes.")
    return _FORMAT + nonce + cipher(key).encrypt(nonce, plaintext, _FORMAT + bound_to.encode())


def open_sealed(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    """Decrypt. `ValueError` for anything but what `seal` made with this key and this `bound_to`."""
    if sealed[:1] != _FORMAT or len(sealed) < 1 + NONCE_BYTES + _TAG_BYTES:
        raise ValueError("Not a sealed value.")
    nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return cipher(key).decrypt(nonce, ciphertext, _FORMAT + bound_to.encode())
    except InvalidTag:
        raise ValueError("The sealed value was changed, or belongs to another key or record.") from None


def derive(data_key: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose; keys of different purposes tell nothing about each other."""
    return hkdf_sha256(data_key, salt=b"", info=purpose.encode(), length=KEY_BYTES)


def keyed_digest(key: bytes, *parts: bytes | str) -> bytes:
    """HMAC-SHA256 over the parts, each behind its length: ("ab", "c") is not ("a", "bc").

    Text counts as its UTF-8. 32 bytes.
    """
    message = b""
    for part in parts:
        content = part.encode() if isinstance(part, str) else part
        message += len(content).to_bytes(_LENGTH_BYTES, "big") + content
    return hmac.digest(key, message, "sha256")


@lru_cache(maxsize=1024)
def cipher(key: bytes) -> AESGCM:
    """The cipher object of a key, kept because its key schedule costs more than a short value."""
    if len(key) != KEY_BYTES:
        raise ValueError("A key has 32 bytes.")
    return AESGCM(key)

"""Refresh tokens: JWE compact serialisation, `dir` with A256GCM (RFC 7516, RFC 7518 section 5.3).

Cognito's own are RSA-OAEP; that would put a whole RSA private operation on every refresh for a token
that only we ever open (performance.md, section 2). Five parts and the same header members stay.
"""

import base64
import binascii

from cryptography.exceptions import InvalidTag

from poolhouse.crypto.aead import cipher

_HEADER = base64.urlsafe_b64encode(b'{"cty":"JWT","enc":"A256GCM","alg":"dir"}').rstrip(b"=").decode()
_TAG_BYTES = 16
_IV_BYTES = 12


def seal(key: bytes, plaintext: bytes, nonce: bytes) -> str:
    """`key` is 32 bytes, `nonce` 12 random ones."""
    sealed = cipher(key).encrypt(nonce, plaintext, _HEADER.encode())
    parts = (_HEADER, "", _encode(nonce), _encode(sealed[:-_TAG_BYTES]), _encode(sealed[-_TAG_BYTES:]))
    return ".".join(parts)


def open_sealed(key: bytes, token: str) -> bytes:
    """Raises `ValueError` for anything that `seal` did not make with this key."""
    header, empty, nonce, body, tag = _parts(token)
    if header != _HEADER or empty:
        raise ValueError("not one of our tokens")
    nonce_bytes, tag_bytes = _decode(nonce), _decode(tag)
    if len(nonce_bytes) != _IV_BYTES or len(tag_bytes) != _TAG_BYTES:
        raise ValueError("wrong length")
    try:
        return cipher(key).decrypt(nonce_bytes, _decode(body) + tag_bytes, _HEADER.encode())
    except InvalidTag as error:
        raise ValueError("not one of our tokens") from error


def _parts(token: str) -> list[str]:
    parts = token.split(".")
    if len(parts) != 5:
        raise ValueError("a JWE has five parts")
    return parts


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    """Canonical base64url only, so that one token has one spelling."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if _encode(data) != text:
        raise ValueError("not canonical base64url")
    return data

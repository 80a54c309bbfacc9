"""HKDF with SHA-256 (RFC 5869)."""

import hmac

_DIGEST_BYTES = 32


def hkdf_sha256(key_material: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    """Derive `length` bytes. An empty salt means 32 zero bytes (RFC 5869, section 2.2).

    Raises `ValueError` for more than 255 blocks.
    """
    if not 0 < length <= 255 * _DIGEST_BYTES:
        raise ValueError("HKDF-SHA256 gives 1 to 8160 bytes.")
    pseudo_random_key = hmac.digest(salt or bytes(_DIGEST_BYTES), key_material, "sha256")
    output = block = b""
    counter = 0
    while len(output) < length:
        counter += 1
        block = hmac.digest(pseudo_random_key, block + info + bytes((counter,)), "sha256")
        output += block
    return output[:length]

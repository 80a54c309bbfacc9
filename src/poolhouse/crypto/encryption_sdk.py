"""Messages in the format of the AWS Encryption SDK, so that its clients in every language open ours.

Pure. Version 2, algorithm suite 0x0478: AES-256-GCM with HKDF-SHA-512 and key commitment, no signature; one
data key and one frame, which is plenty for a code (AWS Encryption SDK developer guide, "message format
reference" and "algorithms reference").
"""

import hmac
import struct
from collections.abc import Callable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from poolhouse.ports import DataKey

MESSAGE_ID_BYTES = 32

_VERSION = b"\x02"
_SUITE = b"\x04\x78"
_FRAMED = b"\x02"
_FRAME_BYTES = 4_096  # the most that one frame could hold, of which we fill one in part
_KEY_BYTES = 32
_IV_BYTES = 12
_TAG_BYTES = 16
_LAST = b"\xff\xff\xff\xff"
_FIRST_FRAME = (1).to_bytes(4, "big")
_BODY = b"AWSKMSEncryptionClient Final Frame"


def encrypt(plaintext: bytes, key: DataKey, bound: Mapping[str, str], message_id: bytes) -> bytes:
    """A whole message. `bound` is the encryption context, which goes with it in the clear.

    message_id  32 random bytes, never used twice with one data key

    Raises `ValueError` for more than one frame.
    """
    if len(plaintext) > _FRAME_BYTES:
        raise ValueError(f"At most {_FRAME_BYTES} bytes fit.")
    context = context_bytes(bound)
    header = b"".join(
        (
            _VERSION,
            _SUITE,
            message_id,
            _counted(context),
            struct.pack(">H", 1),
            _counted(key.provider),
            _counted(key.info),
            _counted(key.wrapped),
            _FRAMED,
            struct.pack(">I", _FRAME_BYTES),
            _commitment(key.plaintext, message_id),
        )
    )
    cipher = AESGCM(_message_key(key.plaintext, message_id))
    tag = cipher.encrypt(bytes(_IV_BYTES), b"", header)
    iv = bytes(_IV_BYTES - 4) + _FIRST_FRAME
    sealed = cipher.encrypt(iv, plaintext, _frame_data(message_id, len(plaintext)))
    return header + tag + _LAST + _FIRST_FRAME + iv + struct.pack(">I", len(plaintext)) + sealed


def decrypt(message: bytes, unwrap: Callable[[bytes, bytes, bytes], bytes | None]) -> bytes:
    """Open a message that `encrypt` made. Raises `ValueError` for any other, and for one that was changed.

    unwrap  gives the data key for (info, wrapped, serialised context), or None when it is not its own
    """
    read = _Reader(message)
    if (read.take(1), read.take(2)) != (_VERSION, _SUITE):
        raise ValueError("Not a message of ours.")
    message_id, context = read.take(MESSAGE_ID_BYTES), read.counted()
    key_count = struct.unpack(">H", read.take(2))[0]
    _provider, info, wrapped = read.counted(), read.counted(), read.counted()
    read.take(5)  # framed, and the length of a frame: authenticated below
    commitment = read.take(_KEY_BYTES)
    header = message[: read.at]
    key = unwrap(info, wrapped, context)
    if key_count != 1 or key is None or not hmac.compare_digest(commitment, _commitment(key, message_id)):
        raise ValueError("The message is under another key.")
    cipher = AESGCM(_message_key(key, message_id))
    try:
        cipher.decrypt(bytes(_IV_BYTES), read.take(_TAG_BYTES), header)
        if read.take(8) != _LAST + _FIRST_FRAME:
            raise ValueError("Not a message of ours.")
        iv, length = read.take(_IV_BYTES), struct.unpack(">I", read.take(4))[0]
        plaintext = cipher.decrypt(iv, read.take(length + _TAG_BYTES), _frame_data(message_id, length))
    except InvalidTag:
        raise ValueError("The message was changed.") from None
    if read.at != len(message):
        raise ValueError("Something stands behind the message.")
    return plaintext


def context_bytes(bound: Mapping[str, str]) -> bytes:
    """An encryption context as it is authenticated: sorted by the bytes of its keys."""
    if not bound:
        return b""
    pairs = sorted((name.encode(), value.encode()) for name, value in bound.items())
    return struct.pack(">H", len(pairs)) + b"".join(_counted(name) + _counted(value) for name, value in pairs)


class _Reader(Struct):
    """Takes a message apart; `ValueError` where it ends too early."""

    message: bytes
    at: int = 0

    def take(self, count: int) -> bytes:
        part = self.message[self.at : self.at + count]
        if len(part) != count:
            raise ValueError("The message is cut off.")
        self.at += count
        return part

    def counted(self) -> bytes:
        return self.take(struct.unpack(">H", self.take(2))[0])


def _counted(part: bytes) -> bytes:
    return struct.pack(">H", len(part)) + part


def _frame_data(message_id: bytes, length: int) -> bytes:
    return message_id + _BODY + _FIRST_FRAME + length.to_bytes(8, "big")


def _message_key(data_key: bytes, message_id: bytes) -> bytes:
    return _derived(data_key, message_id, _SUITE + b"DERIVEKEY")


def _commitment(data_key: bytes, message_id: bytes) -> bytes:
    return _derived(data_key, message_id, b"COMMITKEY")


def _derived(data_key: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA-512 (RFC 5869); 32 bytes are less than one block."""
    return hmac.digest(hmac.digest(salt, data_key, "sha512"), info + b"\x01", "sha512")[:_KEY_BYTES]

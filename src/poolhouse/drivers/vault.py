"""The master key, held in memory: from a key file in development, from the settings in production.

It wraps the data keys with AES-256-GCM: 12 random bytes of nonce, then the ciphertext with its tag.
What the key belongs to (`bound_to`) is authenticated with it, so that a wrapped key that was moved
to another record does not open.
"""

import base64
import binascii
import hashlib
import os
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from poolhouse.errors import SettingsError

_KEY_BYTES = 32
_NONCE_BYTES = 12


def master_key(text: str) -> bytes:
    """Read a master key as the settings and the key file hold it: 32 bytes in base64."""
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise SettingsError(
            "A master key must be 32 bytes in base64: make one with `openssl rand -base64 32`."
        )
    return key


def _key_id(key: bytes) -> str:
    return hashlib.sha256(b"poolhouse master key" + key).hexdigest()[:16]


class MasterKeyVault:
    """Wraps with the current master key and unwraps with that one or any of the previous ones."""

    def __init__(self, current: bytes, previous: Sequence[bytes] = ()) -> None:
        self._key_id = _key_id(current)
        self._ciphers = {_key_id(key): AESGCM(key) for key in (current, *previous)}

    @property
    def key_id(self) -> str:
        return self._key_id

    def wrap(self, data_key: bytes, bound_to: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._ciphers[self._key_id].encrypt(nonce, data_key, bound_to.encode())

    def unwrap(self, wrapped: bytes, bound_to: str, key_id: str) -> bytes:
        """Raises `SettingsError` for a master key that is not configured, and for a damaged data key."""
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise SettingsError(
                f"The store was sealed with the master key {key_id}, which is not configured: "
                "set it as the master key, or as a previous one."
            )
        nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, sealed, bound_to.encode())
        except (InvalidTag, ValueError):
            raise SettingsError(
                f"The data key of {bound_to} does not open: it is damaged or was moved from another record. "
                "Restore it from a backup."
            ) from None


class KeyFileVault(MasterKeyVault):
    """The development vault: the master key lies in a file beside the store, made at the first start.

    Raises `SettingsError` when others than the owner may read the file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(key_in(path))


def key_in(path: Path) -> bytes:
    """The key in a file, which is made with a new one where it is not there. Raises `SettingsError`."""
    if not path.exists():
        _make_key_file(path)
    return key_in_existing(path)


def _make_key_file(path: Path) -> None:
    """Make the file whole or not at all; of several workers that start at once, one makes it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    key = base64.b64encode(secrets.token_bytes(_KEY_BYTES)) + b"\n"
    with open(draft, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another worker was first: its key is the key
    finally:
        draft.unlink()
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make a new name in the folder survive a loss of power: a lost key is a lost store."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def key_in_existing(path: Path) -> bytes:
    """The key in a file. Raises `SettingsError` where others may read it, or there is none."""
    if not path.exists():
        raise SettingsError(f"The key file {path} is not there: correct its name.")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise SettingsError(f"The key file {path} can be read by others: run `chmod 600 {path}`.")
    try:
        return master_key(path.read_text("ascii"))
    except (SettingsError, UnicodeDecodeError):
        raise SettingsError(
            f"The key file {path} does not hold 32 bytes in base64: restore it from a backup, since "
            "what was encrypted with its key opens with no other."
        ) from None

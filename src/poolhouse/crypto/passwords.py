"""Stored passwords: what is kept of them and how a submitted one is compared.

A credential is one of two kinds: `srp`, a verifier that serves SRP sign-in as well as a submitted
password, or `argon2id`, which is far harder to attack but serves submitted passwords only. A third,
`imported`, is a hash that another system made; it is there until the first sign-in with the password
itself. Each is sealed before it is stored; nothing here is fit to be stored as it is.
"""

import base64
import hashlib
import hmac
from typing import Literal

import msgspec
from argon2 import Type
from argon2.exceptions import VerificationError, VerifyMismatchError
from argon2.low_level import hash_secret, verify_secret

from poolhouse.crypto import imported_hashes, srp
from poolhouse.crypto.group import GROUP_BYTES

Storage = Literal["srp", "argon2id"]  # what a pool may ask for
Kind = Literal["srp", "argon2id", "imported"]

_FORMAT = b"\x01"
_MEMORY_KIB = 19 * 1024  # with two passes and one lane: the least that OWASP recommends
_PASSES = 2
_LANES = 1
_HASH_BYTES = 32


class Credential(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of one password."""

    kind: Kind
    salt: bytes
    verifier: bytes = b""  # srp: v, 384 bytes, big-endian; imported: one that no password has
    encoded: str = ""  # argon2id, imported: the string that holds costs, salt and hash

    def __repr__(self) -> str:
        return f"Credential(kind={self.kind!r})"

    @property
    def v(self) -> int:
        return int.from_bytes(self.verifier, "big")


_decoder = msgspec.msgpack.Decoder(Credential)


def prepare(password: str) -> str:
    """The text that is hashed: the password as it was submitted, without any normalisation.

    SRP clients hash the UTF-8 of what the user typed, on their side. Were the server to normalise
    (NFC, say), a password typed in another form would fit in one flow and fail in the other.
    Raises `ValueError` for text that has no UTF-8 (lone surrogates); its message does not hold
    the password.
    """
    try:
        password.encode()
    except UnicodeEncodeError:
        raise ValueError("The password is not well-formed Unicode.") from None
    return password


def hash_argon2id(password: str, salt: bytes) -> str:
    """The PHC string of argon2id with 19 MiB, 2 passes, 1 lane. 20 ms: call it in a thread."""
    return hash_secret(
        prepare(password).encode(), salt, _PASSES, _MEMORY_KIB, _LANES, _HASH_BYTES, Type.ID
    ).decode()


def verify_argon2id(encoded: str, password: str) -> bool:
    """Whether the password has this PHC string; the costs are read from it.

    Raises `ValueError` for a string that is not argon2id's.
    """
    try:
        return verify_secret(encoded.encode(), prepare(password).encode(), Type.ID)
    except VerifyMismatchError:
        return False
    except VerificationError:
        raise ValueError("The stored hash is not one of argon2id.") from None


def new_credential(kind: Storage, pool_name: str, user_id: str, password: str, salt: bytes) -> Credential:
    """Make the credential of a new password from 16 random bytes of salt.

    `pool_name` and `user_id` are those of `srp.verifier`; argon2id does not use them.
    """
    if len(salt) != srp.SALT_BYTES:
        raise ValueError("A salt has 16 bytes.")
    if kind == "argon2id":
        return Credential(kind, salt, encoded=hash_argon2id(password, salt))
    salt = srp.usable_salt(salt)
    return Credential(kind, salt, verifier=_verifier(pool_name, user_id, password, salt))


def decoy_credential(kind: Storage, seed: bytes) -> Credential:
    """A credential that no known password fits, the same for one seed: for users who do not exist.

    Comparing a password with it costs what a real one costs.
    """
    salt = srp.usable_salt(hashlib.sha256(b"decoy salt" + seed).digest()[: srp.SALT_BYTES])
    if kind == "srp":
        return Credential(kind, salt, verifier=srp.decoy_verifier(seed).to_bytes(GROUP_BYTES, "big"))
    hashed = hashlib.sha256(b"decoy hash" + seed).digest()
    costs = f"$argon2id$v=19$m={_MEMORY_KIB},t={_PASSES},p={_LANES}"
    return Credential(kind, salt, encoded=f"{costs}${_phc_base64(salt)}${_phc_base64(hashed)}")


def imported_credential(encoded: str, seed: bytes) -> Credential:
    """The credential of a hash that was checked by `imported_hashes.parse`.

    seed  random; SRP sees in it what it sees in a user who does not exist: a salt that is always the same
          and a verifier of no password
    """
    return msgspec.structs.replace(decoy_credential("srp", seed), kind="imported", encoded=encoded)


def matches(credential: Credential, pool_name: str, user_id: str, password: str) -> bool:
    """Whether this is the password, in time that does not tell how nearly it is.

    0.2 ms for `srp`; 20 ms for `argon2id` and up to half a second for `imported`, which belong in a thread.
    """
    if credential.kind == "imported":
        return imported_hashes.verify(credential.encoded, prepare(password).encode())
    if credential.kind == "argon2id":
        return verify_argon2id(credential.encoded, password)
    return hmac.compare_digest(credential.verifier, _verifier(pool_name, user_id, password, credential.salt))


def pack(credential: Credential) -> bytes:
    """The bytes to be sealed: a format byte, then MessagePack."""
    return _FORMAT + msgspec.msgpack.encode(credential)


def unpack(packed: bytes) -> Credential:
    """The opposite of `pack`. Raises `ValueError` for anything else."""
    if packed[:1] != _FORMAT:
        raise ValueError("A credential in a format that this version does not know.")
    try:
        return _decoder.decode(packed[1:])
    except msgspec.DecodeError:
        raise ValueError("Not a credential.") from None


def _verifier(pool_name: str, user_id: str, password: str, salt: bytes) -> bytes:
    return srp.verifier(pool_name, user_id, prepare(password), salt).to_bytes(GROUP_BYTES, "big")


def _phc_base64(value: bytes) -> str:
    return base64.b64encode(value).decode().rstrip("=")

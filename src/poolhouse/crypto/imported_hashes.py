"""Password hashes that other systems made: bcrypt, scrypt, argon2id and PBKDF2-SHA256.

They come as the strings that those systems write: modular crypt and PHC strings. Which encodings
Cognito takes is not documented, so all of this is [K] (behaviour file, section 9):

    BCRYPT          $2a$ | $2b$ | $2y$, then the cost and 53 characters
    SCRYPT          $scrypt$ln=14,r=8,p=1$salt$hash
    ARGON2ID        $argon2id$v=19$m=65536,t=3,p=4$salt$hash
    PBKDF2_SHA256   $pbkdf2-sha256$i=600000,l=32$salt$hash (PHC), $pbkdf2-sha256$29000$salt$hash
                    (passlib), pbkdf2_sha256$870000$salt$hash (Django, where the salt is text)

The costs are bounded: whoever may write a row of an import must not make a sign-in cost seconds or
gigabytes. The bounds leave in what the makers recommend today.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping

import bcrypt
from argon2 import Type
from argon2.low_level import hash_secret_raw
from msgspec import Struct

LONGEST = 512  # characters of an encoded hash

_BCRYPT_BYTES = 72  # what bcrypt reads of a password; it takes no notice of the rest
_BCRYPT_COSTS = range(4, 14)  # 13 takes half a second
_LONGEST_PBKDF2 = 1_500_000  # iterations: half a second
_SHORTEST_PBKDF2 = 1_000
_SCRYPT_MEMORY = 128 * 1024 * 1024  # bytes
_SCRYPT_WORK = 1 << 20  # N * r * p
_ARGON2_MEMORY = 128 * 1024  # KiB
_ARGON2_WORK = 384 * 1024  # KiB times passes
_LANES = range(1, 17)
_SALT_BYTES = range(1, 65)
_HASH_BYTES = range(16, 65)

# The last character of the salt has four bits that bcrypt leaves at zero.
_BCRYPT = re.compile(r"\$2[aby]\$([0-9]{2})\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}")
_SCRYPT = re.compile(r"\$scrypt\$ln=([0-9]{1,2}),r=([0-9]{1,2}),p=([0-9]{1,2})\$([^$]+)\$([^$]+)")
_ARGON2 = re.compile(r"\$argon2id\$v=19\$m=([0-9]{1,7}),t=([0-9]{1,4}),p=([0-9]{1,2})\$([^$]+)\$([^$]+)")
_PBKDF2 = re.compile(r"\$pbkdf2-sha256\$(?:i=)?([0-9]{1,8})(?:,l=([0-9]{1,2}))?\$([^$]+)\$([^$]+)")
_DJANGO = re.compile(r"pbkdf2_sha256\$([0-9]{1,8})\$([^$]+)\$([^$]+)")


class NotAHash(ValueError):
    """Not a hash of this algorithm that may be imported. Never holds the hash."""


class ImportedHash(Struct, frozen=True):
    """A hash whose form and costs are good.

    matches  is this the password's (UTF-8)? Up to half a second: call it in a thread.
    costs    the beginning of the string, which says what it costs, and no more
    """

    matches: Callable[[bytes], bool]
    costs: str


def parse(algorithm: str, encoded: str) -> ImportedHash:
    """Read a hash of BCRYPT, SCRYPT, ARGON2ID or PBKDF2_SHA256. Raises `NotAHash`."""
    if len(encoded) > LONGEST:
        raise NotAHash("The hash is too long.")
    return _READERS[algorithm](encoded)


def verify(encoded: str, password: bytes) -> bool:
    """Is this the password? In constant time as far as the algorithm is. Raises `NotAHash`."""
    return parse(algorithm_of(encoded), encoded).matches(password)


def algorithm_of(encoded: str) -> str:
    """Which algorithm the string is of, by its beginning. Raises `NotAHash`."""
    for beginning, algorithm in _BEGINNINGS.items():
        if encoded.startswith(beginning):
            return algorithm
    raise NotAHash("A hash of no algorithm that can be imported.")


def decoy(encoded: str) -> str:
    """A hash with the costs of this one, and of no password and no user."""
    costs = parse(algorithm_of(encoded), encoded).costs
    if costs.startswith("$2"):
        return costs + "." * 53
    nothing = base64.b64encode(bytes(32)).decode().rstrip("=")
    return f"{costs}${nothing}${nothing}"


def _bcrypt(encoded: str) -> ImportedHash:
    found = _BCRYPT.fullmatch(encoded)
    if not found or int(found[1]) not in _BCRYPT_COSTS:
        raise NotAHash("Not a bcrypt hash, or one of another cost than 4 to 13.")
    stored = encoded.encode()

    def matches(password: bytes) -> bool:
        return hmac.compare_digest(bcrypt.hashpw(password[:_BCRYPT_BYTES], stored), stored)

    return ImportedHash(matches, encoded[:7])


def _scrypt(encoded: str) -> ImportedHash:
    found = _SCRYPT.fullmatch(encoded)
    if not found:
        raise NotAHash("Not a scrypt hash.")
    n, r, lanes = 1 << min(int(found[1]), 63), int(found[2]), int(found[3])
    memory = 128 * n * r
    if n < 2 or r < 1 or lanes not in _LANES or memory > _SCRYPT_MEMORY or n * r * lanes > _SCRYPT_WORK:
        raise NotAHash("A scrypt hash of costs that are too high.")
    salt, digest = _salt(found[4]), _digest(found[5])

    def matches(password: bytes) -> bool:
        most = memory + 128 * r * lanes + (1 << 20)
        made = hashlib.scrypt(password, salt=salt, n=n, r=r, p=lanes, maxmem=most, dklen=len(digest))
        return hmac.compare_digest(made, digest)

    return ImportedHash(matches, encoded.rsplit("$", 2)[0])


def _argon2id(encoded: str) -> ImportedHash:
    found = _ARGON2.fullmatch(encoded)
    if not found:
        raise NotAHash("Not an argon2id hash.")
    memory, passes, lanes = int(found[1]), int(found[2]), int(found[3])
    if passes < 1 or lanes not in _LANES or memory < 8 * lanes:
        raise NotAHash("An argon2id hash of costs that cannot be.")
    if memory > _ARGON2_MEMORY or memory * passes > _ARGON2_WORK:
        raise NotAHash("An argon2id hash of costs that are too high.")
    salt, digest = _salt(found[4], least=8), _digest(found[5])

    def matches(password: bytes) -> bool:
        made = hash_secret_raw(password, salt, passes, memory, lanes, len(digest), Type.ID)
        return hmac.compare_digest(made, digest)

    return ImportedHash(matches, encoded.rsplit("$", 2)[0])


def _pbkdf2(encoded: str) -> ImportedHash:
    django = _DJANGO.fullmatch(encoded)
    if django:
        return _made_by_pbkdf2(encoded, int(django[1]), django[2].encode(), _digest(django[3]))
    found = _PBKDF2.fullmatch(encoded)
    if not found:
        raise NotAHash("Not a PBKDF2-SHA256 hash.")
    digest = _digest(found[4])
    if found[2] and int(found[2]) != len(digest):
        raise NotAHash("A PBKDF2-SHA256 hash of another length than it says.")
    return _made_by_pbkdf2(encoded, int(found[1]), _salt(found[3]), digest)


def _made_by_pbkdf2(encoded: str, iterations: int, salt: bytes, digest: bytes) -> ImportedHash:
    if not _SHORTEST_PBKDF2 <= iterations <= _LONGEST_PBKDF2 or len(salt) not in _SALT_BYTES:
        raise NotAHash("A PBKDF2-SHA256 hash of costs that are too low or too high.")

    def matches(password: bytes) -> bool:
        return hmac.compare_digest(
            hashlib.pbkdf2_hmac("sha256", password, salt, iterations, len(digest)), digest
        )

    return ImportedHash(matches, f"$pbkdf2-sha256$i={iterations}")


def _salt(text: str, *, least: int = 1) -> bytes:
    salt = _base64(text)
    if len(salt) not in _SALT_BYTES or len(salt) < least:
        raise NotAHash("The salt of a hash is too short or too long.")
    return salt


def _digest(text: str) -> bytes:
    digest = _base64(text)
    if len(digest) not in _HASH_BYTES:
        raise NotAHash("A hash is too short or too long.")
    return digest


def _base64(text: str) -> bytes:
    """Standard base64 with or without padding; passlib writes `.` for `+`."""
    plain = text.rstrip("=").replace(".", "+")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise NotAHash("The base64 of a hash is not well-formed.") from None


_READERS: Mapping[str, Callable[[str], ImportedHash]] = {
    "BCRYPT": _bcrypt,
    "SCRYPT": _scrypt,
    "ARGON2ID": _argon2id,
    "PBKDF2_SHA256": _pbkdf2,
}
_BEGINNINGS: Mapping[str, str] = {
    "$2": "BCRYPT",
    "$scrypt$": "SCRYPT",
    "$argon2id$": "ARGON2ID",
    "$pbkdf2-sha256$": "PBKDF2_SHA256",
    "pbkdf2_sha256$": "PBKDF2_SHA256",
}

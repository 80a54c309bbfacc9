"""The server's side of Cognito's SRP-6a (behaviour file, section 2.1).

`pool_name` is the part of the pool id after `_` and `user_id` the value sent as USER_ID_FOR_SRP.
For a device (section 2.2) the device group key and the device key take their places.
"""

import hashlib
import hmac
import re
from datetime import UTC, datetime

from poolhouse.crypto.group import EXPONENT_BITS, GROUP_BYTES, G, N
from poolhouse.crypto.hkdf import hkdf_sha256
from poolhouse.crypto.powers import backend
from poolhouse.ports import SECOND, Instant

__all__ = [
    "PRIVATE_BYTES",
    "SALT_BYTES",
    "G",
    "K",
    "N",
    "decoy_verifier",
    "pad_hex",
    "parse_public",
    "parse_timestamp",
    "proof",
    "server_public",
    "session_key",
    "usable_salt",
    "verifier",
]

SALT_BYTES = 16
PRIVATE_BYTES = EXPONENT_BITS // 8  # of randomness make b; RFC 5054, section 2.5.4: at least 256 bits
_KEY_BYTES = 16
_KEY_INFO = b"Caldera Derived Key"
_HEX_PUBLIC = re.compile(r"[0-9A-Fa-f]{1,800}")
_TIMESTAMP = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    r" ([1-9]|[12][0-9]|3[01]) ([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]) UTC ([1-9][0-9]{3})"
)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def pad_hex(number: int) -> bytes:
    """The bytes of the clients' padHex: big-endian two's complement, as short as it can be.

    A non-negative number whose highest bit is set gets a zero byte in front.
    """
    return number.to_bytes(number.bit_length() // 8 + 1, "big")


K = int.from_bytes(hashlib.sha256(pad_hex(N) + pad_hex(G)).digest(), "big")


def usable_salt(random: bytes) -> bytes:
    """`random` with its first byte made non-zero.

    amazon-cognito-identity-js reads SALT as a number and loses leading zero bytes, pycognito keeps
    them: with a first byte of zero the two would compute different keys.
    """
    return random if random[0] else b"\x01" + random[1:]


def verifier(pool_name: str, user_id: str, password: str, salt: bytes) -> int:
    """v = g^x, x = H(padHex(salt) | H(pool_name | user_id | ":" | password)).

    The password is taken as it is (see `passwords.prepare`). SALT is sent as `salt.hex()`. Raises
    `ValueError` for a salt that does not come from `usable_salt`.
    """
    if not salt or salt[0] == 0:
        raise ValueError("The salt must begin with a byte other than zero.")
    inner = hashlib.sha256(f"{pool_name}{user_id}:{password}".encode()).digest()
    padded_salt = pad_hex(int.from_bytes(salt, "big"))
    x = int.from_bytes(hashlib.sha256(padded_salt + inner).digest(), "big")
    return backend().power_of_g(x)


def server_public(b: int, v: int) -> int:
    """B = k*v + g^b; b is the number that `PRIVATE_BYTES` random bytes make."""
    return (K * v + backend().power_of_g(b)) % N


def session_key(A: int, B: int, b: int, v: int) -> bytes:  # noqa: N803 - RFC 5054's names
    """The 16-byte key that proves the password: HKDF(salt=padHex(u), key=padHex((A * v^u)^b)).

    Raises `ValueError` where A is a multiple of N or u is zero: both would make the key known to a
    client without the password (RFC 5054, section 2.5.4).
    """
    if A % N == 0:
        raise ValueError("A is a multiple of N.")
    u = int.from_bytes(hashlib.sha256(pad_hex(A) + pad_hex(B)).digest(), "big")
    if u == 0:
        raise ValueError("u is zero.")
    secret = backend().shared_secret(A, v, u, b)
    return hkdf_sha256(pad_hex(secret), salt=pad_hex(u), info=_KEY_INFO, length=_KEY_BYTES)


def proof(key: bytes, pool_name: str, user_id: str, secret_block: bytes, timestamp: str) -> bytes:
    """The 32 bytes that PASSWORD_CLAIM_SIGNATURE must hold in base64.

    `secret_block` is the decoded SECRET_BLOCK and `timestamp` the text as the client sent it. The
    caller compares with `hmac.compare_digest`.
    """
    message = f"{pool_name}{user_id}".encode() + secret_block + timestamp.encode()
    return hmac.digest(key, message, "sha256")


def parse_public(text: str) -> int:
    """Read SRP_A: hex digits only, at most 800 of them, not a multiple of N; else `ValueError`."""
    if not _HEX_PUBLIC.fullmatch(text):
        raise ValueError("SRP_A is not a hexadecimal number of at most 800 digits.")
    number = int(text, 16)
    if number % N == 0:
        raise ValueError("SRP_A is a multiple of N.")
    return number


def parse_timestamp(text: str) -> Instant:
    """Read TIMESTAMP, `Tue Sep 1 07:03:09 UTC 2026`; any other format raises `ValueError`.

    How far it may be from now is the caller's decision.
    """
    match = _TIMESTAMP.fullmatch(text)
    if not match:
        raise ValueError("TIMESTAMP has not the format 'EEE MMM d HH:mm:ss UTC yyyy'.")
    weekday, month, *numbers = match.groups()
    day, hour, minute, second, year = map(int, numbers)
    moment = datetime(year, _MONTHS.index(month) + 1, day, hour, minute, second, tzinfo=UTC)
    if _WEEKDAYS[moment.weekday()] != weekday:
        raise ValueError("TIMESTAMP names another day of the week.")
    return int(moment.timestamp()) * SECOND


def decoy_verifier(seed: bytes) -> int:
    """A verifier that nobody knows a password for, always the same for one seed.

    For users who do not exist (RFC 5054, section 2.5.1.3): it costs as little as reading a stored
    one, and B does not tell it from g^x.
    """
    return int.from_bytes(hashlib.shake_256(b"decoy verifier" + seed).digest(GROUP_BYTES), "big") % N

"""Session tokens of temporary credentials: what they say, and who can check it (ADR 20).

A token is a JWS in compact form (RFC 7515) over Ed25519 (RFC 8037): header, session, signature. The
session is JSON behind raw DEFLATE (RFC 1951), so that its policies take little room. The secret access
key travels in it, sealed under the verifier key of the same generation: with the public key alone one
can tell whether a session is ours and what it says; only with the verifier key too can one tell whether
a request was signed with its secret, for SigV4 is symmetric.
"""

import base64
import hashlib
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from poolhouse.crypto import aead
from poolhouse.ports import SECOND, Instant

SEED_BYTES = 32
LONGEST = 16_384  # characters of a token

_TYPE = "poolhouse-session"
_MOST = 65_536  # bytes of a session, inflated
_KID_LENGTH = 16
_SIGNATURE_BYTES = 64
_RAW_DEFLATE = -15


class TokenRefused(Exception):
    """Not a session token of these keys. Never says what was in it."""


class Session(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a session token says.

    kind             role: of a role that was assumed; user: of an access key (GetSessionToken)
    issued_at        in microseconds; revocation compares with it
    expires_at       a whole second
    sealed_secret    opens with the verifier key
    principal        role: the ARN of the role; user: the name of the user
    principal_id     role: AROA...; user: the access key that asked
    name             the session's own name; user: empty
    context          condition keys of whoever proved themselves, such as `cognito-identity.amazonaws.com:sub`
    tags             principal tags, without those of the role
    transitive       names of tags that a further AssumeRole takes along
    policies         session policies, JSON as they were given; `policy_arns` more of them
    """

    kind: str = msgspec.field(name="t", default="role")
    access_key_id: str = msgspec.field(name="k")
    issued_at: Instant = msgspec.field(name="i")
    expires_at: Instant = msgspec.field(name="e")
    principal: str = msgspec.field(name="p")
    principal_id: str = msgspec.field(name="pid")
    name: str = msgspec.field(name="n", default="")
    provider: str = msgspec.field(name="idp", default="")
    subject: str = msgspec.field(name="sub", default="")
    audience: str = msgspec.field(name="aud", default="")
    context: dict[str, tuple[str, ...]] = msgspec.field(name="c", default_factory=dict)
    tags: dict[str, str] = msgspec.field(name="g", default_factory=dict)
    transitive: tuple[str, ...] = msgspec.field(name="gt", default=())
    source_identity: str = msgspec.field(name="src", default="")
    policies: tuple[str, ...] = msgspec.field(name="pol", default=())
    policy_arns: tuple[str, ...] = msgspec.field(name="arn", default=())
    sealed_secret: bytes = msgspec.field(name="s", default=b"")


@dataclass(frozen=True)
class VerifyingKey:
    """One generation of the house's keys, as workers and verifiers have it.

    public    32 bytes (RFC 8032, section 5.1.5)
    verifier  AES-256 key of the sealed secrets; None: claims can be checked, signatures of requests cannot
    """

    public: bytes = field(repr=False)
    verifier: bytes | None = field(repr=False, default=None)

    @cached_property
    def kid(self) -> str:
        """The first half of the key's thumbprint (RFC 7638)."""
        jwk = f'{{"crv":"Ed25519","kty":"OKP","x":"{_encode(self.public)}"}}'
        return _encode(hashlib.sha256(jwk.encode()).digest())[:_KID_LENGTH]

    @cached_property
    def _key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.public)

    def signed(self, message: bytes, signature: bytes) -> bool:
        try:
            self._key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class MintingKey:
    """One generation with its private half: it makes sessions.

    seed      32 random bytes: the private key (RFC 8032, section 5.1.5)
    verifier  32 random bytes
    """

    seed: bytes = field(repr=False)
    verifier: bytes = field(repr=False)

    @cached_property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def verifying(self) -> VerifyingKey:
        return VerifyingKey(self._key.public_key().public_bytes_raw(), self.verifier)

    @cached_property
    def _header(self) -> bytes:
        header = {"alg": "EdDSA", "kid": self.verifying.kid, "typ": _TYPE}
        return _encode(msgspec.json.encode(header)).encode() + b"."

    def issue(self, session: Session, secret: str, nonce: bytes) -> str:
        """The token of a session. `nonce` is 12 random bytes."""
        sealed = aead.seal(self.verifier, secret.encode(), _bound_to(session), nonce)
        whole = msgspec.structs.replace(session, sealed_secret=sealed)
        message = self._header + _encode(deflated(msgspec.json.encode(whole))).encode()
        return (message + b"." + _encode(self._key.sign(message)).encode()).decode()


_DECODER = msgspec.json.Decoder(Session)


def verified(token: str, key_by_kid: Callable[[str], VerifyingKey | None]) -> tuple[Session, VerifyingKey]:
    """The session of a token that one of these keys signed, and that key. Its times are not looked at.

    Raises `TokenRefused` for everything else: one token has one text.
    """
    parts = token.split(".")
    if len(token) > LONGEST or len(parts) != 3:
        raise TokenRefused
    header, payload, signature = (_decode(part) for part in parts)
    key = key_by_kid(_kid_of(header))
    if key is None or len(signature) != _SIGNATURE_BYTES:
        raise TokenRefused
    if not key.signed(token.rpartition(".")[0].encode(), signature):
        raise TokenRefused
    try:
        return _DECODER.decode(inflated(payload, _MOST)), key
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise TokenRefused from None


def secret_of(session: Session, key: VerifyingKey) -> str:
    """The secret access key. Raises `TokenRefused` without the verifier key that it is sealed under."""
    if key.verifier is None:
        raise TokenRefused
    try:
        return aead.open_sealed(key.verifier, session.sealed_secret, _bound_to(session)).decode()
    except ValueError:
        raise TokenRefused from None


def is_over(session: Session, now: Instant) -> bool:
    return now >= session.expires_at


def deflated(content: bytes) -> bytes:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, _RAW_DEFLATE)
    return squeeze.compress(content) + squeeze.flush()


def inflated(content: bytes, most: int) -> bytes:
    """Raises `ValueError` for what is no whole DEFLATE stream, and for more than `most` bytes."""
    stretch = zlib.decompressobj(_RAW_DEFLATE)
    try:
        found = stretch.decompress(content, most)
    except zlib.error as error:
        raise ValueError("not a DEFLATE stream") from error
    if not stretch.eof or stretch.unused_data:
        raise ValueError("too long, or not the whole of it")
    return found


def whole_second(now: Instant, seconds: int) -> Instant:
    """The end of a session that begins now."""
    return (now // SECOND + seconds) * SECOND


def _bound_to(session: Session) -> str:
    return f"session-secret|{session.access_key_id}|{session.principal_id}"


def _kid_of(header: bytes) -> str:
    try:
        found = msgspec.json.decode(header, type=dict[str, str])
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise TokenRefused from None
    expected: Mapping[str, str] = {"alg": "EdDSA", "kid": found.get("kid", ""), "typ": _TYPE}
    if found != expected:
        raise TokenRefused
    return found["kid"]


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decode(segment: str) -> bytes:
    """Base64url in its canonical form only."""
    try:
        decoded = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except ValueError:
        raise TokenRefused from None
    if _encode(decoded) != segment:
        raise TokenRefused
    return decoded

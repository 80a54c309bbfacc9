"""JSON Web Tokens as Cognito makes them: RS256 by user pools, RS512 by identity pools, and nothing else.

Signing is on the path of every sign-in, so the key object and the encoded header are kept.
Verifying knows the signature and the form only; time and claims are for the caller to check.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

Claims = dict[str, Any]

_PUBLIC_EXPONENT = 65537
_KEY_BITS = 2048
_LONGEST_TOKEN = 65_536
_LONGEST_HEADER = 1_024
_REFUSED_HEADERS = frozenset({"jwk", "jku", "x5u", "x5c", "crit", "b64", "zip"})
_PADDING = PKCS1v15()
_HASHES: Mapping[str, hashes.HashAlgorithm] = {"RS256": hashes.SHA256(), "RS512": hashes.SHA512()}


class JwtRefused(Exception):
    """A token that is not to be believed. The text tells which rule it broke, never the token."""


class NotAJwt(JwtRefused):
    """It has not the one form that we accept."""


class BadSignature(JwtRefused):
    """It has the form, but none of our keys signed it."""


class VerifyKey:
    """The public half of a signing key. `kid` is the one it was published under; None for a new key."""

    def __init__(
        self, public_key: rsa.RSAPublicKey, kid: str | None = None, algorithm: str = "RS256"
    ) -> None:
        numbers = public_key.public_numbers()
        self._key = public_key
        self.algorithm = algorithm
        self._e = _encode_number(numbers.e)
        self._n = _encode_number(numbers.n)
        self.kid = kid or _thumbprint(self._e, self._n)

    def public_jwk(self) -> dict[str, str]:
        """The key as it stands in the JWKS, its members in Cognito's order."""
        return {
            "alg": self.algorithm,
            "e": self._e,
            "kid": self.kid,
            "kty": "RSA",
            "n": self._n,
            "use": "sig",
        }

    def signed(self, message: bytes, signature: bytes) -> bool:
        try:
            self._key.verify(signature, message, _PADDING, _HASHES[self.algorithm])
        except InvalidSignature:
            return False
        return True


class SigningKey:
    """One key of a user pool (RS256), or of the identity pools (RS512).

    typ  a member of the header of its tokens; empty: they have none
    """

    def __init__(
        self, private_key: rsa.RSAPrivateKey, kid: str | None = None, algorithm: str = "RS256", typ: str = ""
    ) -> None:
        self._key = private_key
        self._hash = _HASHES[algorithm]
        self.verify_key = VerifyKey(private_key.public_key(), kid, algorithm)
        self.kid = self.verify_key.kid
        members = {"kid": self.kid, **({"typ": typ} if typ else {}), "alg": algorithm}
        header = msgspec.json.encode(members)
        self._header = base64.urlsafe_b64encode(header).rstrip(b"=") + b"."

    def public_jwk(self) -> dict[str, str]:
        return self.verify_key.public_jwk()

    def sign(self, claims: Claims) -> str:
        """The token, in compact form (RFC 7515, section 3.1). 0.26 ms, all of it RSA."""
        payload = base64.urlsafe_b64encode(msgspec.json.encode(claims)).rstrip(b"=")
        message = self._header + payload
        signature = self._key.sign(message, _PADDING, self._hash)
        return (message + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def new_signing_key() -> bytes:
    """Make an RSA-2048 key: PKCS #8 DER, to be sealed. 50 ms and more: call it in a thread.

    The one function here that draws randomness itself, from OpenSSL: finding primes cannot be fed
    from outside.
    """
    key = rsa.generate_private_key(public_exponent=_PUBLIC_EXPONENT, key_size=_KEY_BITS)
    return key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def load_signing_key(
    der: bytes, kid: str | None = None, algorithm: str = "RS256", typ: str = ""
) -> SigningKey:
    """Load a key of `new_signing_key`; 5 us, for the primes are not tested again.

    Only for keys that we sealed ourselves. A key keeps the `kid` that it was published under; None
    gives the one of a new key.
    """
    key = serialization.load_der_private_key(der, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("A signing key must be RSA.")
    return SigningKey(key, kid, algorithm, typ)


def load_verify_key(jwk: dict[str, str]) -> VerifyKey:
    """Load the public half from its JWK: for retired keys that still stand in the JWKS."""
    e, n = (int.from_bytes(_decode(jwk[member]), "big") for member in ("e", "n"))
    return VerifyKey(rsa.RSAPublicNumbers(e, n).public_key(), jwk.get("kid"))


class Unverified(msgspec.Struct, frozen=True):
    """A token whose form is right, and nothing else: for who must see `iss` before there is a key."""

    kid: str
    claims: Claims
    payload: bytes  # the claims, as JSON
    _message: bytes
    _signature: bytes

    def is_signed_by(self, key: VerifyKey) -> bool:
        return key.signed(self._message, self._signature)


def read(token: str) -> Unverified:
    """Take a token apart. Raises `NotAJwt` as `verify` does; that it is signed remains to be checked."""
    header, payload, signature = _parts(token)
    kid, content = _kid_of(header, "RS256"), _decode(payload)
    message = f"{header}.{payload}".encode()
    return Unverified(kid, _object(content), content, message, _decode(signature))


def verify(token: str, key_by_kid: Callable[[str], VerifyKey | None], algorithm: str = "RS256") -> Claims:
    """The claims of a token that one of our keys signed with this algorithm.

    Raises `NotAJwt` for any form but the canonical one: three parts of base64url without padding,
    spaces or stray bits (so that one token has one text), the algorithm, no header member that names a key
    or changes the meaning, claims that are an object, no name twice. Raises `BadSignature` where
    `key_by_kid` knows no key or the signature is wrong. Expiry and claims are not looked at.
    """
    header, payload, signature = _parts(token)
    kid = _kid_of(header, algorithm)
    claims, signature_bytes = _decode(payload), _decode(signature)
    key = key_by_kid(kid)
    if key is None or key.algorithm != algorithm:
        raise BadSignature("None of our keys signed this token.")
    if not key.signed(f"{header}.{payload}".encode(), signature_bytes):
        raise BadSignature("None of our keys signed this token.")
    return _object(claims)


def unverified_claims(token: str) -> Claims:
    """What a token claims, and nothing to believe. Raises `NotAJwt`."""
    return _object(_decode(_parts(token)[1]))


def unverified_issuer(token: str) -> str:
    """The `iss` that a token claims: where to look for its key, and nothing to believe.

    Raises `NotAJwt`.
    """
    issuer = unverified_claims(token).get("iss")
    if not isinstance(issuer, str):
        raise NotAJwt("The token names no issuer.")
    return issuer


def half_hash(token: str) -> str:
    """`at_hash` of an access token under RS256 (OpenID Connect Core, section 3.1.3.6)."""
    return _encode(hashlib.sha256(token.encode()).digest()[:16])


def _parts(token: str) -> list[str]:
    """Header, claims and signature."""
    if len(token) > _LONGEST_TOKEN:
        raise NotAJwt("The token is too long.")
    parts = token.split(".")
    if len(parts) != 3:
        raise NotAJwt("A token has three parts.")
    return parts


@lru_cache(maxsize=256)  # all tokens of a key have the same header
def _kid_of(segment: str, algorithm: str) -> str:
    """Check the header and give its `kid`."""
    if len(segment) > _LONGEST_HEADER:
        raise NotAJwt("The header is too long.")
    header = _object(_decode(segment))
    if not _REFUSED_HEADERS.isdisjoint(header):
        raise NotAJwt("The header has a member that we do not accept.")
    if header.get("alg") != algorithm:
        raise NotAJwt(f"The token is not signed with {algorithm}.")
    kid = header.get("kid")
    if not isinstance(kid, str):
        raise NotAJwt("The header names no key.")
    return kid


def _decode(segment: str) -> bytes:
    """Decode base64url in its canonical form only (RFC 7515, section 2; RFC 4648, section 3.5)."""
    try:
        decoded = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    except ValueError:
        raise NotAJwt("A part of the token is not base64url.") from None
    if _encode(decoded) != segment:
        raise NotAJwt("A part of the token is not canonical base64url.")
    return decoded


def _object(content: bytes) -> Claims:
    """Decode a JSON object, strictly."""
    try:
        value = _DECODER.decode(content.decode())
    except (ValueError, RecursionError):
        raise NotAJwt("A part of the token is not JSON.") from None
    if not isinstance(value, dict):
        raise NotAJwt("A part of the token is not a JSON object.")
    return value


def _without_duplicates(pairs: list[tuple[str, Any]]) -> Claims:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("A name occurs twice.")
    return members


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON.")


_DECODER = json.JSONDecoder(object_pairs_hook=_without_duplicates, parse_constant=_no_constant)


def _encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _encode_number(number: int) -> str:
    """Base64urlUInt (RFC 7518, section 2)."""
    return _encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def _thumbprint(e: str, n: str) -> str:
    """RFC 7638, section 3, over SHA-256, in base64url: what every library computes for the key.

    Cognito's own kids are 44 characters of base64 (4.1); to clients a kid is opaque.
    """
    return _encode(hashlib.sha256(f'{{"e":"{e}","kty":"RSA","n":"{n}"}}'.encode()).digest())

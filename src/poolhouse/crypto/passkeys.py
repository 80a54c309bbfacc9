"""What browsers and authenticators answer, verified (WebAuthn Level 3, sections 7.1 and 7.2). Pure.

Behind it is the library `webauthn`, which is imported with the first passkey: that takes 0.2 s, and a
server without passkeys never needs it. What the library leaves to its caller is here: the origin and the
frame, the form of the key, the length of the id.
"""

import base64
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct

CREATE, GET = "webauthn.create", "webauthn.get"

ES256, RS256, EDDSA = -7, -257, -8  # COSE; AWS documents the first two, the third is [K]
ALGORITHMS = (ES256, RS256, EDDSA)

_LONGEST_ID = 1023  # bytes (7.1, step 25)
_RSA_BITS = range(2048, 4097)
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")


class Unverified(Exception):
    """Not what may be believed. The text says why, for whoever debugs; no client is told."""


class Malformed(Unverified):
    """Not what a browser answers."""


class OtherRelyingParty(Unverified):
    """Made for another domain."""


class Response(msgspec.Struct, frozen=True, rename="camel"):
    """`AuthenticatorAttestationResponseJSON` or `AuthenticatorAssertionResponseJSON`."""

    client_data: str = msgspec.field(name="clientDataJSON")
    attestation_object: str = ""
    transports: list[str] = []
    authenticator_data: str = ""
    signature: str = ""
    user_handle: str | None = None


class Credential(msgspec.Struct, frozen=True, rename="camel"):
    """`RegistrationResponseJSON` or `AuthenticationResponseJSON`; every binary value is base64url."""

    id: str
    raw_id: str
    type: str
    response: Response
    authenticator_attachment: str | None = None


class ClientData(msgspec.Struct, frozen=True, rename="camel"):
    """`CollectedClientData`: what the browser says of the ceremony."""

    type: str
    challenge: str
    origin: str
    cross_origin: bool = False
    top_origin: str | None = None

    @property
    def embedded(self) -> bool:
        """The page was in a frame of another site."""
        return self.cross_origin or self.top_origin is not None


class Expected(Struct, frozen=True):
    """What an answer is held against.

    challenge    base64url, as it was given out
    origin       that of the answer, which the caller has found to be allowed
    verify_user  the authenticator must have verified the user
    """

    challenge: str
    relying_party_id: str
    origin: str
    verify_user: bool


class Registered(Struct, frozen=True):
    """A new passkey. `public_key` is a COSE_Key, `aaguid` the authenticator's model."""

    public_key: bytes
    sign_count: int
    backup_eligible: bool
    aaguid: str


class Asserted(Struct, frozen=True):
    """A sign-in with a passkey."""

    sign_count: int
    backup_eligible: bool
    user_verified: bool


def parsed(answer: str | Mapping[str, Any]) -> Credential:
    """A credential from its JSON, as text or decoded. Raises `Malformed`."""
    try:
        if isinstance(answer, str):
            return msgspec.json.decode(answer, type=Credential)
        return msgspec.convert(answer, Credential)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Malformed(str(error)) from error


def client_data(credential: Credential) -> ClientData:
    """Raises `Malformed`."""
    try:
        return msgspec.json.decode(from_base64url(credential.response.client_data), type=ClientData)
    except (msgspec.MsgspecError, RecursionError, UnicodeError) as error:
        raise Malformed(str(error)) from error


def registered(credential: Credential, expected: Expected) -> Registered:
    """The passkey that `navigator.credentials.create` has made (7.1).

    Raises `Malformed`, `OtherRelyingParty`, `Unverified`.
    """
    import webauthn
    from webauthn.helpers import parse_attestation_object

    attested = _tried(parse_attestation_object, from_base64url(credential.response.attestation_object))
    if attested.auth_data.rp_id_hash != sha256(expected.relying_party_id.encode()).digest():
        raise OtherRelyingParty(expected.relying_party_id)
    found = _tried(
        webauthn.verify_registration_response,
        credential=_builtins(credential),
        expected_challenge=from_base64url(expected.challenge),
        expected_rp_id=expected.relying_party_id,
        expected_origin=expected.origin,
        require_user_verification=expected.verify_user,
        supported_pub_key_algs=list(ALGORITHMS),
    )
    if found.credential_id != from_base64url(credential.id):
        raise Unverified("The id is not that of the authenticator.")
    if len(found.credential_id) > _LONGEST_ID:
        raise Unverified("The id is too long.")
    _check_key(found.credential_public_key)
    return Registered(
        public_key=found.credential_public_key,
        sign_count=found.sign_count,
        backup_eligible=found.credential_device_type.value == "multi_device",
        aaguid=found.aaguid,
    )


def asserted(credential: Credential, expected: Expected, public_key: bytes, sign_count: int) -> Asserted:
    """What `navigator.credentials.get` has answered with the passkey of this key (7.2).

    sign_count  the counter of the last time: where either is not 0, the new one must be greater

    Raises `Malformed`, `Unverified`.
    """
    import webauthn

    found = _tried(
        webauthn.verify_authentication_response,
        credential=_builtins(credential),
        expected_challenge=from_base64url(expected.challenge),
        expected_rp_id=expected.relying_party_id,
        expected_origin=expected.origin,
        credential_public_key=public_key,
        credential_current_sign_count=sign_count,
        require_user_verification=expected.verify_user,
    )
    return Asserted(
        sign_count=found.new_sign_count,
        backup_eligible=found.credential_device_type.value == "multi_device",
        user_verified=found.user_verified,
    )


def _tried(verify: Any, *arguments: object, **named: object) -> Any:
    """The library raises whatever its parts raise at what they did not expect: all of it is a refusal."""
    try:
        return verify(*arguments, **named)
    except Exception as error:
        raise Unverified(f"{type(error).__name__}: {error}") from error


def _builtins(credential: Credential) -> dict[str, Any]:
    """For the library: without what it would refuse and WebAuthn would have us pass over (5.1.1)."""
    made: dict[str, Any] = msgspec.to_builtins(credential)
    made.pop("authenticatorAttachment")
    return made


def _check_key(public_key: bytes) -> None:
    """The forms of section 5.8.5; RSA keys that are neither weak nor absurd. Raises `Unverified`."""
    from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography

    decoded = _tried(decode_credential_public_key, public_key)
    key = _tried(decoded_public_key_to_cryptography, decoded)  # raises where the point is on no curve
    kind = (decoded.alg, type(decoded).__name__, getattr(decoded, "crv", None))
    if kind not in {(ES256, "DecodedEC2PublicKey", 1), (EDDSA, "DecodedOKPPublicKey", 6)} and (
        kind != (RS256, "DecodedRSAPublicKey", None) or key.key_size not in _RSA_BITS
    ):
        raise Unverified(f"The key has not the form of its algorithm: {kind}")


def from_base64url(text: str) -> bytes:
    """Without padding, and nothing but its alphabet. Raises `Malformed`."""
    if not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise Malformed("This is not base64url.")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def to_base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

"""An authenticator with its browser, in software: makes passkeys and signs with them (WebAuthn Level 3).

    key = Authenticator()
    credential = key.create(options, origin="https://id.example.com")
    assertion = key.get(options, origin="https://id.example.com")

Every answer can be made wrong in one place: the last parameters of both say how.
"""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from poolhouse.crypto.passkeys import from_base64url, to_base64url

Options = dict[str, Any]

UP, UV, BE, BS, AT = 1, 4, 8, 16, 64  # flags of the authenticator data (6.1)
ES256, RS256, EDDSA = -7, -257, -8


def _new_key(alg: int, bits: int) -> Any:
    if alg == ES256:
        return ec.generate_private_key(ec.SECP256R1())
    if alg == EDDSA:
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, bits)


def cose_key(private: Any, alg: int) -> dict[int, Any]:
    """The COSE_Key of the public half."""
    public = private.public_key()
    if isinstance(private, ec.EllipticCurvePrivateKey):
        numbers, size = public.public_numbers(), (public.curve.key_size + 7) // 8
        x, y = (number.to_bytes(size, "big") for number in (numbers.x, numbers.y))
        return {1: 2, 3: alg, -1: {256: 1, 384: 2}[public.curve.key_size], -2: x, -3: y}
    if isinstance(private, ed25519.Ed25519PrivateKey):
        return {1: 1, 3: alg, -1: 6, -2: public.public_bytes_raw()}
    numbers = public.public_numbers()
    size = (numbers.n.bit_length() + 7) // 8
    return {1: 3, 3: alg, -1: numbers.n.to_bytes(size, "big"), -2: numbers.e.to_bytes(3, "big")}


@dataclass
class Authenticator:
    """One passkey. `counter` None: it is synchronised, and says 0 for ever."""

    alg: int = ES256
    bits: int = 2048
    counter: int | None = 0
    verifies: bool = True
    backup: int = 0  # BE and BS, as the flags
    credential_id: bytes = field(default_factory=lambda: token_bytes(32))
    private: Any = None
    user_handle: str = ""

    def __post_init__(self) -> None:
        self.private = self.private or _new_key(self.alg, self.bits)

    @property
    def id(self) -> str:
        return to_base64url(self.credential_id)

    def create(self, options: Options, origin: str, **wrong: Any) -> dict[str, Any]:
        """`RegistrationResponseJSON` for CredentialCreationOptions.

        wrong  rp_id, challenge, type, cross_origin, top_origin, flags, cose (the key), id, fmt,
               statement ("own": signed by the passkey itself)
        """
        self.user_handle = options["user"]["id"]
        key = cbor2.dumps(wrong.get("cose", cose_key(self.private, self.alg)))
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + key
        data = self._data(wrong.get("rp_id", options["rp"]["id"]), AT, wrong) + attested
        client_data = _client_data(options["challenge"], "webauthn.create", origin, wrong)
        statement = wrong.get("statement", {})
        if statement == "own":
            signed = data + sha256(from_base64url(client_data)).digest()
            statement = {"alg": self.alg, "sig": self._signed(signed)}
        attestation = {"fmt": wrong.get("fmt", "none"), "attStmt": statement, "authData": data}
        response = {
            "clientDataJSON": client_data,
            "attestationObject": to_base64url(cbor2.dumps(attestation)),
            "transports": ["internal", "hybrid"],
        }
        return self._credential(response, wrong)

    def get(self, options: Options, origin: str, **wrong: Any) -> dict[str, Any]:
        """`AuthenticationResponseJSON` for CREDENTIAL_REQUEST_OPTIONS.

        wrong  rp_id, challenge, type, cross_origin, top_origin, flags, count, id, user_handle, signature
        """
        if self.counter is not None:
            self.counter += 1
        data = self._data(wrong.get("rp_id", options["rpId"]), 0, wrong)
        client_data = _client_data(options["challenge"], "webauthn.get", origin, wrong)
        signed = data + sha256(from_base64url(client_data)).digest()
        response = {
            "clientDataJSON": client_data,
            "authenticatorData": to_base64url(data),
            "signature": to_base64url(wrong.get("signature") or self._signed(signed)),
            "userHandle": wrong.get("user_handle", self.user_handle or None),
        }
        return self._credential(response, wrong)

    def _data(self, rp_id: str, flags: int, wrong: dict[str, Any]) -> bytes:
        flags |= wrong.get("flags", UP | (UV if self.verifies else 0) | self.backup)
        count = wrong.get("count", self.counter or 0)
        return sha256(rp_id.encode()).digest() + bytes([flags]) + int(count).to_bytes(4, "big")

    def _signed(self, data: bytes) -> bytes:
        if self.alg == ES256:
            return bytes(self.private.sign(data, ec.ECDSA(SHA256())))
        if self.alg == EDDSA:
            return bytes(self.private.sign(data))
        return bytes(self.private.sign(data, padding.PKCS1v15(), SHA256()))

    def _credential(self, response: dict[str, Any], wrong: dict[str, Any]) -> dict[str, Any]:
        shown = wrong.get("id", self.id)
        return {
            "id": shown,
            "rawId": shown,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        }


def _client_data(challenge: str, ceremony: str, origin: str, wrong: dict[str, Any]) -> str:
    data: dict[str, Any] = {
        "type": wrong.get("type", ceremony),
        "challenge": wrong.get("challenge", challenge),
        "origin": origin,
        "crossOrigin": wrong.get("cross_origin", False),
    }
    if "top_origin" in wrong:
        data["topOrigin"] = wrong["top_origin"]
    return to_base64url(json.dumps(data, separators=(",", ":")).encode())

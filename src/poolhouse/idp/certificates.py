"""GetSigningCertificate: the certificate that SAML identity providers check our requests with (1.10)."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from poolhouse.context import Ctx
from poolhouse.ports import SECOND
from poolhouse.store import saml_keys
from poolhouse.store.saml_keys import SamlKey
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import GetSigningCertificateRequest

Response = dict[str, Any]

_LIFE = timedelta(days=3652)  # ten years
_SERIAL_BYTES = 19  # RFC 5280, section 4.1.2.2: at most 20, and positive


@operation("GetSigningCertificate")
async def get_signing_certificate(ctx: Ctx, req: GetSigningCertificateRequest) -> Response:
    """The body of the PEM, on one line. The pool has an RSA key of its own for this; it is made here."""
    certificate = self_signed(await saml_keys.of_pool(ctx), ctx.pool.pool_id)
    der = certificate.public_bytes(serialization.Encoding.DER)
    return {"Certificate": base64.b64encode(der).decode()}


def self_signed(key: SamlKey, common_name: str) -> x509.Certificate:
    """An X.509 certificate, valid for ten years from the making of the key.

    It is not stored: nothing in it is random, so the same key always gives the same bytes.
    """
    private = serialization.load_der_private_key(key.private, None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError("the key of a certificate must be RSA")
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])
    begins = datetime.fromtimestamp(key.created_at // SECOND, UTC)
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=private.public_key(),
        serial_number=_serial(private.public_key()),
        not_valid_before=begins,
        not_valid_after=begins + _LIFE,
    )
    return builder.sign(private, hashes.SHA256())


def _serial(key: rsa.RSAPublicKey) -> int:
    public = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return int.from_bytes(hashlib.sha256(public).digest()[:_SERIAL_BYTES], "big") | 1

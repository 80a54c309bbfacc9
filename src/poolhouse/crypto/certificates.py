"""Self-signed X.509 certificates: how identity providers know a key of ours (behaviour file, 1.10)."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from poolhouse.ports import SECOND, Instant

_LIFE = timedelta(days=3652)  # ten years
_SERIAL_BYTES = 19  # RFC 5280, section 4.1.2.2: at most 20, and positive


def load_rsa(private: bytes) -> rsa.RSAPrivateKey:
    """`private` is PKCS #8 DER that we sealed ourselves, so its primes are not tested again (35 ms)."""
    key = serialization.load_der_private_key(private, None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("the key of a certificate must be RSA")
    return key


def self_signed(key: rsa.RSAPrivateKey, begins_at: Instant, common_name: str) -> x509.Certificate:
    """An X.509 certificate, valid for ten years from the making of the key.

    It is not stored: nothing in it is random, so the same key always gives the same bytes.
    """
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])
    begins = datetime.fromtimestamp(begins_at // SECOND, UTC)
    builder = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=key.public_key(),
        serial_number=_serial(key.public_key()),
        not_valid_before=begins,
        not_valid_after=begins + _LIFE,
    )
    return builder.sign(key, hashes.SHA256())


def body(certificate: x509.Certificate) -> str:
    """The body of the PEM, on one line."""
    return base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()


def _serial(key: rsa.RSAPublicKey) -> int:
    public = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return int.from_bytes(hashlib.sha256(public).digest()[:_SERIAL_BYTES], "big") | 1

"""A SAML identity provider in the tests' hands: what it says can be wrong in any one place."""

import base64
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP, PKCS1v15
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod, XMLSigner
from signxml.algorithms import CanonicalizationMethod

from poolhouse.federation.saml.assertion import Expected
from poolhouse.federation.saml.xml import DS, MD, SAML, SAMLP, XENC, XENC11, date_time, tag
from poolhouse.ports import MINUTE, SECOND, Instant

NOW: Instant = 1_764_000_000 * SECOND
ISSUER = "https://idp.example/metadata"
ACS = "https://auth.example/saml2/idpresponse"
AUDIENCE = "urn:amazon:cognito:sp:us-east-1_AAAAAAAAA"
REQUEST = "_request-1"
BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
EXCLUSIVE = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0

Element = Any
PREFIXES = {"saml": SAML, "samlp": SAMLP}


class AnySigner(XMLSigner):
    """Signs with what nobody should sign with."""

    def check_deprecated_methods(self) -> None:
        return None


@cache
def key_number(number: int) -> rsa.RSAPrivateKey:
    """Keys are dear; the tests share a few."""
    return rsa.generate_private_key(65537, 2048)


def certificate_of(
    key: rsa.RSAPrivateKey, *, begins: Instant = NOW - MINUTE, days: int = 365, name: str = "idp"
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    start = datetime.fromtimestamp(begins // SECOND, UTC)
    builder = x509.CertificateBuilder(
        subject, subject, key.public_key(), 1, start, start + timedelta(days=days)
    )
    return builder.sign(key, hashes.SHA256())


def der_text(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


def expected(**other: Any) -> Expected:
    """What our service provider expects of this provider."""
    said: dict[str, Any] = {
        "issuer": ISSUER,
        "destination": ACS,
        "audience": AUDIENCE,
        "in_response_to": REQUEST,
        "now": NOW,
    }
    return Expected(**{**said, **other})


@dataclass
class Provider:
    """`assertion`, `response` and `signed` each make one part; `answer` does all of it."""

    entity_id: str = ISSUER
    key: rsa.RSAPrivateKey = field(default_factory=lambda: key_number(1))
    now: Instant = NOW

    @property
    def certificate(self) -> x509.Certificate:
        return certificate_of(self.key, begins=self.now - MINUTE)

    def answer(
        self, *, sign: str = "assertion", response: Mapping[str, Any] | None = None, **assertion: Any
    ) -> Element:
        """A response in which the assertion, the response, both or none is signed."""
        said = self.assertion(**assertion)
        if sign in ("assertion", "both"):
            said = self.signed(said)
        root = self.response(said, **(response or {}))
        return self.signed(root) if sign in ("response", "both") else root

    def assertion(
        self,
        *,
        subject: str = "ada@example.com",
        audience: str | None = AUDIENCE,
        recipient: str | None = ACS,
        in_response_to: str | None = REQUEST,
        issuer: str | None = None,
        begins: Instant | None = None,
        ends: Instant | None = None,
        confirmed_until: Instant | None = None,
        session_ends: Instant | None = None,
        session: str | None = "_session-1",
        attributes: Mapping[str, Sequence[str]] | None = None,
        method: str = BEARER,
        assertion_id: str = "_assertion-1",
        version: str = "2.0",
    ) -> Element:
        root = etree.Element(tag(SAML, "Assertion"), nsmap=PREFIXES)
        _set(root, ID=assertion_id, Version=version, IssueInstant=date_time(self.now))
        _sub(root, SAML, "Issuer", issuer or self.entity_id)
        subject_element = _sub(root, SAML, "Subject")
        _sub(subject_element, SAML, "NameID", subject, Format=PERSISTENT)
        confirmation = _sub(subject_element, SAML, "SubjectConfirmation", Method=method)
        until = date_time(confirmed_until or self.now + 5 * MINUTE)
        _sub(
            confirmation,
            SAML,
            "SubjectConfirmationData",
            Recipient=recipient,
            InResponseTo=in_response_to,
            NotOnOrAfter=until,
        )
        conditions = _sub(
            root,
            SAML,
            "Conditions",
            NotBefore=date_time(begins or self.now - MINUTE),
            NotOnOrAfter=date_time(ends or self.now + 5 * MINUTE),
        )
        if audience is not None:
            _sub(_sub(conditions, SAML, "AudienceRestriction"), SAML, "Audience", audience)
        self._statements(root, session, session_ends, attributes or {"email": ["ada@example.com"]})
        return root

    def _statements(
        self,
        root: Element,
        session: str | None,
        session_ends: Instant | None,
        attributes: Mapping[str, Sequence[str]],
    ) -> None:
        if session is not None:
            ends = date_time(session_ends) if session_ends else None
            _sub(
                root,
                SAML,
                "AuthnStatement",
                AuthnInstant=date_time(self.now),
                SessionIndex=session,
                SessionNotOnOrAfter=ends,
            )
        statement = _sub(root, SAML, "AttributeStatement")
        for name, values in attributes.items():
            attribute = _sub(statement, SAML, "Attribute", Name=name)
            for value in values:
                _sub(attribute, SAML, "AttributeValue", value)

    def response(
        self,
        *assertions: Element,
        issuer: str | None = None,
        destination: str | None = ACS,
        in_response_to: str | None = REQUEST,
        status: str = SUCCESS,
        name: str = "Response",
        response_id: str = "_response-1",
    ) -> Element:
        root = etree.Element(tag(SAMLP, name), nsmap=PREFIXES)
        _set(
            root,
            ID=response_id,
            Version="2.0",
            IssueInstant=date_time(self.now),
            Destination=destination,
            InResponseTo=in_response_to,
        )
        _sub(root, SAML, "Issuer", issuer or self.entity_id)
        _sub(_sub(root, SAMLP, "Status"), SAMLP, "StatusCode", Value=status)
        root.extend(assertions)
        return root

    def signed(
        self,
        element: Element,
        *,
        key: rsa.RSAPrivateKey | None = None,
        certificate: x509.Certificate | None = None,
        method: SignatureMethod = SignatureMethod.RSA_SHA256,
        digest: DigestAlgorithm = DigestAlgorithm.SHA256,
        canonical: CanonicalizationMethod = EXCLUSIVE,
    ) -> Element:
        signer = AnySigner(signature_algorithm=method, digest_algorithm=digest, c14n_algorithm=canonical)
        used = key or self.key
        return signer.sign(
            element,
            key=used,
            cert=[certificate or certificate_of(used)],
            reference_uri=element.get("ID"),
        )

    def metadata(
        self,
        *,
        certificates: Sequence[x509.Certificate] | None = None,
        valid_until: str | None = None,
        cache_duration: str | None = None,
        sso: Sequence[tuple[str, str]] = ((REDIRECT, "https://idp.example/sso"),),
        slo: Sequence[tuple[str, str]] = ((REDIRECT, "https://idp.example/slo"),),
        wants_signed: str | None = None,
    ) -> str:
        root = etree.Element(tag(MD, "EntityDescriptor"), nsmap={None: MD, "ds": DS})
        _set(root, entityID=self.entity_id, validUntil=valid_until, cacheDuration=cache_duration)
        role = _sub(root, MD, "IDPSSODescriptor", protocolSupportEnumeration=SAMLP)
        _set(role, WantAuthnRequestsSigned=wants_signed)
        for certificate in certificates if certificates is not None else [self.certificate]:
            info = _sub(_sub(role, MD, "KeyDescriptor", use="signing"), DS, "KeyInfo")
            _sub(_sub(info, DS, "X509Data"), DS, "X509Certificate", der_text(certificate))
        for binding, location in slo:
            _sub(role, MD, "SingleLogoutService", Binding=binding, Location=location)
        for binding, location in sso:
            _sub(role, MD, "SingleSignOnService", Binding=binding, Location=location)
        return etree.tostring(root).decode()


def encoded(root: Element | bytes | str) -> str:
    """As the form's SAMLResponse carries it."""
    data = (
        root if isinstance(root, bytes) else root.encode() if isinstance(root, str) else etree.tostring(root)
    )
    return base64.b64encode(data).decode()


def encrypted(
    assertion: Element,
    certificate: x509.Certificate,
    *,
    cipher: str = f"{XENC11}aes256-gcm",
    transport: str = f"{XENC}rsa-oaep-mgf1p",
) -> Element:
    """An EncryptedAssertion to the owner of the certificate."""
    key = os.urandom(32 if "256" in cipher else 24 if "192" in cipher or "triple" in cipher else 16)
    content = _encrypt(cipher, key, etree.tostring(assertion))
    public = certificate.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    oaep = OAEP(mgf=MGF1(hashes.SHA1()), algorithm=hashes.SHA1(), label=None)  # noqa: S303
    wrapped = public.encrypt(key, PKCS1v15() if transport.endswith("rsa-1_5") else oaep)
    root = etree.Element(tag(SAML, "EncryptedAssertion"), nsmap={**PREFIXES, "xenc": XENC, "ds": DS})
    data = _sub(root, XENC, "EncryptedData", Type=f"{XENC}Element")
    _sub(data, XENC, "EncryptionMethod", Algorithm=cipher)
    key_element = _sub(_sub(data, DS, "KeyInfo"), XENC, "EncryptedKey")
    _sub(key_element, XENC, "EncryptionMethod", Algorithm=transport)
    for parent, value in ((key_element, wrapped), (data, content)):
        text = base64.b64encode(value).decode()
        _sub(_sub(parent, XENC, "CipherData"), XENC, "CipherValue", text)
    return root


def _encrypt(cipher: str, key: bytes, content: bytes) -> bytes:
    if cipher.endswith("gcm"):
        iv = os.urandom(12)
        return iv + AESGCM(key).encrypt(iv, content, None)
    padder = padding.PKCS7(128).padder()
    iv = os.urandom(16)
    encryptor = Cipher(AES(key), CBC(iv)).encryptor()
    return iv + encryptor.update(padder.update(content) + padder.finalize()) + encryptor.finalize()


def _sub(
    parent: Element, namespace: str, name: str, text: str | None = None, **attributes: str | None
) -> Element:
    child = etree.SubElement(parent, tag(namespace, name))
    child.text = text
    _set(child, **attributes)
    return child


def _set(element: Element, **attributes: str | None) -> None:
    for name, value in attributes.items():
        if value is not None:
            element.set(name, value)

"""Our side of SAML: what we are called, where we answer, and the metadata that says so.

AWS publishes no such document; its users compose it by hand (behaviour file, 6.8). Ours has the same words.
"""

import base64

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree
from msgspec import Struct

from poolhouse.federation.saml.metadata import POST
from poolhouse.federation.saml.xml import DS, MD, SAMLP, XENC, XENC11, Element, tag

PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"

_ENCRYPTION_METHODS = (f"{XENC11}aes256-gcm", f"{XENC11}aes128-gcm", f"{XENC}rsa-oaep-mgf1p")


class ServiceProvider(Struct, frozen=True):
    """A user pool, for identity providers.

    base  what the addresses of the pool's endpoints begin with, without a slash at the end
    """

    pool_id: str
    base: str

    @property
    def entity_id(self) -> str:
        return f"urn:amazon:cognito:sp:{self.pool_id}"

    @property
    def consumer(self) -> str:
        """Where responses go: the assertion consumer service."""
        return f"{self.base}/saml2/idpresponse"

    @property
    def logout(self) -> str:
        return f"{self.base}/saml2/logout"


def metadata(
    ours: ServiceProvider, signing: x509.Certificate, encryption: x509.Certificate, *, signs: bool
) -> bytes:
    """An EntityDescriptor, UTF-8. Not signed: whoever wants to be sure fetches it over TLS.

    signs  every AuthnRequest of ours is signed (RequestSigningAlgorithm of all SAML providers)
    """
    root = etree.Element(tag(MD, "EntityDescriptor"), nsmap={"md": MD, "ds": DS})
    root.set("entityID", ours.entity_id)
    role = etree.SubElement(root, tag(MD, "SPSSODescriptor"))
    role.set("AuthnRequestsSigned", "true" if signs else "false")
    role.set("WantAssertionsSigned", "true")
    role.set("protocolSupportEnumeration", SAMLP)
    _add_key(role, "signing", signing)
    _add_key(role, "encryption", encryption)
    _add_service(role, "SingleLogoutService", ours.logout)
    etree.SubElement(role, tag(MD, "NameIDFormat")).text = PERSISTENT
    consumer = _add_service(role, "AssertionConsumerService", ours.consumer)
    consumer.set("index", "1")
    consumer.set("isDefault", "true")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _add_key(role: Element, use: str, certificate: x509.Certificate) -> None:
    descriptor = etree.SubElement(role, tag(MD, "KeyDescriptor"))
    descriptor.set("use", use)
    data = etree.SubElement(etree.SubElement(descriptor, tag(DS, "KeyInfo")), tag(DS, "X509Data"))
    body = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
    etree.SubElement(data, tag(DS, "X509Certificate")).text = body
    for algorithm in _ENCRYPTION_METHODS if use == "encryption" else ():
        etree.SubElement(descriptor, tag(MD, "EncryptionMethod")).set("Algorithm", algorithm)


def _add_service(role: Element, name: str, location: str) -> Element:
    service = etree.SubElement(role, tag(MD, name))
    service.set("Binding", POST)
    service.set("Location", location)
    return service

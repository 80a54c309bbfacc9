"""Enveloped XML signatures (XML Signature 1.1; core, 5.4), and the one form of them that is accepted.

What is believed is what signxml gives back, never what stands in the document that came.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from poolhouse.errors import SignatureRefused
from poolhouse.federation.saml.xml import DS, EC, Element, parser, tag
from poolhouse.ports import SECOND, Instant

_METHODS = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
    }
)
_DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
_ENVELOPED = f"{DS}enveloped-signature"
_CANONICAL = EC  # the identifier of exclusive canonicalisation is the namespace; comments are not signed
_PARTS = tuple(tag(DS, name) for name in ("SignedInfo", "SignatureValue", "KeyInfo"))
_FAILURES = (
    SignXMLException,
    UnsupportedAlgorithm,
    etree.LxmlError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    NotImplementedError,
)


def signature_of(element: Element) -> Element | None:
    """The signature that is a child of the element. Raises `SignatureRefused` when there are several."""
    found = element.findall(tag(DS, "Signature"))
    if len(found) > 1:
        raise SignatureRefused
    return found[0] if found else None


def verified(root: Element, certificates: Sequence[x509.Certificate], now: Instant) -> Element:
    """What the signature in a document covers: all of the document, less the signature.

    root          the root of its own document, with a signature as its child
    certificates  those of the peer's metadata; what the message brings along is never a key
    now           a certificate that is not valid at this moment is none [K]

    Raises `SignatureRefused`.
    """
    signature = signature_of(root)
    if signature is None or not _has_the_form(signature, root.get("ID")):
        raise SignatureRefused
    for certificate in certificates:
        signed = _signed(root, certificate, now)
        if signed is not None and signed.tag == root.tag and signed.get("ID") == root.get("ID"):
            return signed
    raise SignatureRefused


def _signed(root: Element, certificate: x509.Certificate, now: Instant) -> Element | None:
    expected = SignatureConfiguration(
        location="./",
        expect_references=1,
        signature_methods=_METHODS,
        digest_algorithms=_DIGESTS,
        verification_time=datetime.fromtimestamp(now // SECOND, UTC),
    )
    try:
        result = XMLVerifier().verify(root, x509_cert=certificate, parser=parser(), expect_config=expected)
    except _FAILURES:
        return None
    return None if isinstance(result, list) else result.signed_xml


def _has_the_form(signature: Element, signed_id: str | None) -> bool:
    """One reference, to the parent; enveloped, then exclusive canonicalisation; nothing carried along."""
    parts = [child.tag for child in signature if isinstance(child.tag, str)]
    references = signature.findall(f"{tag(DS, 'SignedInfo')}/{tag(DS, 'Reference')}")
    if not signed_id or any(part not in _PARTS for part in parts) or len(references) != 1:
        return False
    transforms = references[0].findall(f"{tag(DS, 'Transforms')}/{tag(DS, 'Transform')}")
    method = signature.find(f"{tag(DS, 'SignedInfo')}/{tag(DS, 'CanonicalizationMethod')}")
    return (
        references[0].get("URI") == f"#{signed_id}"
        and [transform.get("Algorithm") for transform in transforms] == [_ENVELOPED, _CANONICAL]
        and method is not None
        and method.get("Algorithm") == _CANONICAL
    )

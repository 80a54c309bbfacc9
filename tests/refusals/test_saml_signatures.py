"""Refused: SAML responses that are unsigned, forged, tampered with, or signed and encrypted in weak ways."""

import base64
from collections.abc import Callable
from typing import Any

from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod
from signxml.algorithms import CanonicalizationMethod
from tests.refusals.saml_attacks import EVIL
from tests.refusals.saml_rows import (
    ENCRYPTED_ONLY,
    IDP,
    ONE_ENCRYPTED,
    OUR_CERTIFICATE,
    SIGNATURE,
    STRANGER,
    THIEF,
    TRUST,
    Row,
    changed,
    play,
    said,
    sealed_response,
    signed_with,
    table,
)
from tests.saml_provider import DS, NOW, SAML, SAMLP, XENC, XENC11, certificate_of, encoded, encrypted, tag

from poolhouse.federation.saml.response import Trust
from poolhouse.ports import MINUTE, SECOND

# Signatures


def subject_changed(root: Any) -> None:
    root.find(f".//{tag(SAML, 'NameID')}").text = EVIL


def attribute_changed(root: Any) -> None:
    root.find(f".//{tag(SAML, 'AttributeValue')}").text = EVIL


def signature_moved(root: Any) -> None:
    """The assertion's signature becomes the response's."""
    root.append(root.find(f".//{tag(DS, 'Signature')}"))


def signature_twice(root: Any) -> None:
    assertion = root.find(tag(SAML, "Assertion"))
    assertion.append(etree.fromstring(etree.tostring(assertion.find(tag(DS, "Signature")))))


def signature_elsewhere(root: Any) -> None:
    extensions = etree.SubElement(root, tag(SAMLP, "Extensions"))
    extensions.append(etree.fromstring(etree.tostring(root.find(f".//{tag(DS, 'Signature')}"))))


def refers_to(uri: str) -> Callable[[Any], None]:
    return lambda root: root.find(f".//{tag(DS, 'Reference')}").set("URI", uri)


def another_transform(root: Any) -> None:
    transforms = root.find(f".//{tag(DS, 'Transforms')}")
    added = etree.SubElement(transforms, tag(DS, "Transform"))
    added.set("Algorithm", "http://www.w3.org/TR/1999/REC-xpath-19991116")


def another_reference(root: Any) -> None:
    reference = root.find(f".//{tag(DS, 'Reference')}")
    reference.getparent().append(etree.fromstring(etree.tostring(reference)))


def object_carried(root: Any) -> None:
    etree.SubElement(root.find(f".//{tag(DS, 'Signature')}"), tag(DS, "Object"))


def hmac_named(root: Any) -> None:
    method = root.find(f".//{tag(DS, 'SignatureMethod')}")
    method.set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")


def signed_by_a_thief() -> str:
    """Around an assertion that the provider signed."""
    return encoded(IDP.signed(IDP.answer(), key=THIEF))


def certificate_of_a_thief() -> str:
    """Signed by a thief, with the true certificate in the message."""
    return encoded(IDP.response(IDP.signed(IDP.assertion(), key=THIEF, certificate=IDP.certificate)))


def thiefs_assertion() -> str:
    """In a response that the provider signed: every signature must be right, also one that is not needed."""
    return encoded(IDP.signed(IDP.response(IDP.signed(IDP.assertion(), key=THIEF))))


OLD = certificate_of(IDP.key, begins=NOW - 2 * 86_400 * SECOND, days=1)
FUTURE = certificate_of(IDP.key, begins=NOW + MINUTE)

SIGNATURES = (
    said("an unsigned response", SIGNATURE, {"sign": "none"}),
    said("an unsigned response, beside a signed one", SIGNATURE, {"sign": "none"}, {"sign": "response"}),
    signed_with("another key, with its certificate in the message", key=THIEF),
    Row("another key, with the provider's certificate in the message", SIGNATURE, certificate_of_a_thief),
    Row("a response that a thief signed around a good assertion", SIGNATURE, signed_by_a_thief),
    Row(
        "an assertion that a thief signed in a good response",
        SIGNATURE,
        thiefs_assertion,
        lambda: encoded(IDP.answer(sign="both")),
    ),
    changed("another subject than was signed", SIGNATURE, subject_changed),
    changed("another subject than was signed with the response", SIGNATURE, subject_changed, "response"),
    changed("another attribute than was signed", SIGNATURE, attribute_changed, "both"),
    changed("the assertion's signature as the response's", SIGNATURE, signature_moved),
    changed("two signatures of one assertion", SIGNATURE, signature_twice),
    changed("a signature where none belongs", SIGNATURE, signature_elsewhere),
    changed("a signature of the whole document", SIGNATURE, refers_to("")),
    changed("a signature of the response, in the assertion", SIGNATURE, refers_to("#_response-1")),
    changed("a signature of what is elsewhere", SIGNATURE, refers_to("https://evil.example/a.xml")),
    changed("a signature by XPointer", SIGNATURE, refers_to("#xpointer(/)")),
    changed("a transform that chooses what is signed", SIGNATURE, another_transform),
    changed("a signature of two things", SIGNATURE, another_reference),
    changed("a signature that carries an object", SIGNATURE, object_carried),
    changed("HMAC, with the public key for a secret", SIGNATURE, hmac_named),
    signed_with("SHA-1 in the signature", method=SignatureMethod.RSA_SHA1),
    signed_with("SHA-1 in the digest", digest=DigestAlgorithm.SHA1),
    signed_with("inclusive canonicalisation", canonical=CanonicalizationMethod.CANONICAL_XML_1_0),
    signed_with(
        "canonicalisation with comments",
        canonical=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0_WITH_COMMENTS,
    ),
    Row(
        "a provider without certificates",
        SIGNATURE,
        lambda: encoded(IDP.answer()),
        trust=Trust([]),
        twin_trust=Trust([STRANGER, IDP.certificate]),
    ),
    Row(
        "a certificate that has expired",
        SIGNATURE,
        lambda: encoded(IDP.answer()),
        trust=Trust([OLD]),
        twin_trust=TRUST,
    ),
    Row(
        "a certificate of tomorrow",
        SIGNATURE,
        lambda: encoded(IDP.answer()),
        trust=Trust([FUTURE]),
        twin_trust=TRUST,
    ),
)


def sealed(name: str, error: str = SIGNATURE, trust: Trust = TRUST, **how: Any) -> Row:
    """A signed assertion, encrypted in another way than is accepted."""
    return Row(
        name, error, lambda: encoded(sealed_response(**how)), lambda: encoded(sealed_response()), trust=trust
    )


# Encryption


def ciphertext_changed(place: int, cipher: str) -> str:
    root = sealed_response(cipher=cipher)
    value = root.findall(f".//{tag(XENC, 'CipherValue')}")[1]
    data = bytearray(base64.b64decode(value.text))
    data[place] ^= 1
    value.text = base64.b64encode(data).decode()
    return encoded(root)


def unsigned_inside(response_signed: bool) -> str:
    root = IDP.response(encrypted(IDP.assertion(), OUR_CERTIFICATE))
    return encoded(IDP.signed(root) if response_signed else root)


def no_assertion_inside() -> str:
    return encoded(IDP.response(encrypted(IDP.response(IDP.signed(IDP.assertion())), OUR_CERTIFICATE)))


GCM, CBC = f"{XENC11}aes256-gcm", f"{XENC}aes128-cbc"
ENCRYPTED = (
    Row(
        "an assertion in the clear where the provider must encrypt",
        ONE_ENCRYPTED,
        lambda: encoded(IDP.answer()),
        lambda: encoded(sealed_response()),
        trust=ENCRYPTED_ONLY,
    ),
    Row(
        "two encrypted assertions",
        ONE_ENCRYPTED,
        lambda: encoded(
            IDP.response(*(encrypted(IDP.signed(IDP.assertion()), OUR_CERTIFICATE) for _ in "12"))
        ),
        lambda: encoded(sealed_response()),
        trust=ENCRYPTED_ONLY,
    ),
    Row(
        "an encrypted assertion that nobody signed",
        SIGNATURE,
        lambda: unsigned_inside(False),
        lambda: unsigned_inside(True),
    ),
    Row(
        "an encrypted response in place of the assertion",
        SIGNATURE,
        no_assertion_inside,
        lambda: encoded(sealed_response()),
    ),
    sealed("an assertion that is encrypted to somebody else", certificate=STRANGER),
    sealed("an assertion under 3DES", cipher=f"{XENC}tripledes-cbc"),
    sealed("a key under RSA PKCS #1 v1.5", transport=f"{XENC}rsa-1_5"),
    Row(
        "a changed byte under AES-GCM",
        SIGNATURE,
        lambda: ciphertext_changed(20, GCM),
        lambda: encoded(sealed_response(cipher=GCM)),
    ),
    Row(
        "a changed byte under AES-CBC",
        SIGNATURE,
        lambda: ciphertext_changed(20, CBC),
        lambda: encoded(sealed_response(cipher=CBC)),
    ),
    Row(
        "changed padding under AES-CBC",
        SIGNATURE,
        lambda: ciphertext_changed(-17, CBC),
        lambda: encoded(sealed_response(cipher=CBC)),
    ),
)


@table(*SIGNATURES, *ENCRYPTED)
def test_refused(row: Row, count: Callable[[str, object], None]) -> None:
    play(row, count)

"""A SAML response, verified: the assertion that an identity provider makes about a user. Pure.

The order is the rule (security.md, rule 9): the form of the document, then the signatures, and from then on
nothing is read of the assertion but what a signature covers. What only the response says (status,
destination, the request that it answers) may be unsigned; it can make us refuse, never make us believe.
"""

import base64
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from msgspec import Struct

from poolhouse.errors import (
    DestinationRefused,
    InResponseToRefused,
    IssuerRefused,
    NotOneAssertion,
    NotOneEncryptedAssertion,
    SamlUnreadable,
    SignatureRefused,
    StatusRefused,
)
from poolhouse.federation.saml import assertion, encryption, signatures
from poolhouse.federation.saml.assertion import Assertion, Expected
from poolhouse.federation.saml.xml import (
    DS,
    SAML,
    SAMLP,
    Element,
    canonical,
    parse,
    standing_alone,
    tag,
    text_of,
)

LONGEST = 100_000  # characters (behaviour file, 8.2)

SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
_ASSERTION = tag(SAML, "Assertion")
_ENCRYPTED = tag(SAML, "EncryptedAssertion")
_SIGNATURE = tag(DS, "Signature")
_FROM_URL = str.maketrans("-_", "+/")


class Trust(Struct, frozen=True):
    """What a message is verified and opened with, and when.

    certificates  of the identity provider, from its metadata
    keys          ours, for what is encrypted to us
    encrypted     an assertion that is not encrypted is refused (EncryptedResponses)
    """

    certificates: Sequence[x509.Certificate]
    keys: Sequence[RSAPrivateKey] = ()
    encrypted: bool = False


def verify(document: str, trust: Trust, expected: Expected) -> Assertion:
    """The assertion in a response that came by the POST binding.

    document  the form's SAMLResponse: base64, white space allowed

    Raises a `SamlRefused`. That an assertion is used once only is for the caller to see to.
    """
    root = read(document, "Response")
    _check_status(root)
    container = _container(root, trust)
    signed = _believed(root, container, trust, expected)
    _check_response(root, expected)
    return assertion.checked(signed, expected)


def verify_assertion(document: str, trust: Trust, expected: Expected) -> Assertion:
    """An assertion that stands alone, plain or encrypted, and so must be signed itself (RFC 8693, section 3).

    document  base64url as RFC 8693 wants it, or base64

    Raises as `verify`.
    """
    root = _standing_assertion(document)
    if trust.encrypted and root.tag != _ENCRYPTED:
        raise NotOneEncryptedAssertion
    _check_places_of_signatures(root, root)
    inner = _opened(root, trust)
    return assertion.checked(signatures.verified(inner, trust.certificates, expected.now), expected)


def _standing_assertion(document: str) -> Element:
    text = "".join(document.split()).rstrip("=").translate(_FROM_URL)
    if len(document) > LONGEST:
        raise SamlUnreadable
    try:
        root = parse(base64.b64decode(text + "=" * (-len(text) % 4), validate=True))
    except ValueError as error:
        raise SamlUnreadable from error
    if root.tag not in (_ASSERTION, _ENCRYPTED) or sum(1 for _ in root.iter(_ASSERTION, _ENCRYPTED)) != 1:
        raise NotOneAssertion
    return root


def read(document: str, name: str) -> Element:
    """The root of a message of the protocol, in its base64 form. Raises `SamlUnreadable`."""
    if len(document) > LONGEST:
        raise SamlUnreadable
    try:
        root = parse(base64.b64decode("".join(document.split()), validate=True))
    except ValueError as error:
        raise SamlUnreadable from error
    alone = sum(1 for _ in root.iter(tag(SAMLP, name))) == 1
    if root.tag != tag(SAMLP, name) or not alone or root.get("Version") != "2.0" or not root.get("ID"):
        raise SamlUnreadable
    return root


def _check_status(root: Element) -> None:
    """Before the number of assertions: a provider that answers "no" sends none (core, 3.2.2)."""
    code = root.find(f"{tag(SAMLP, 'Status')}/{tag(SAMLP, 'StatusCode')}")
    value = code.get("Value", "") if code is not None else ""
    if value != SUCCESS:
        raise StatusRefused(status=_known_status(code))


def _known_status(code: Element | None) -> str:
    """The most exact code that the SAML core lists; anything else could be anybody's text."""
    inner = code.find(tag(SAMLP, "StatusCode")) if code is not None else None
    for element in (inner, code):
        value = element.get("Value", "") if element is not None else ""
        name = value.removeprefix("urn:oasis:names:tc:SAML:2.0:status:")
        if name != value and name in _STATUS_CODES:
            return name
    return "no success"


def _container(root: Element, trust: Trust) -> Element:
    """The one assertion, plain or encrypted, a child of the response; and no signature elsewhere."""
    found = [*root.iter(_ASSERTION, _ENCRYPTED)]
    if trust.encrypted and [element.tag for element in found] != [_ENCRYPTED]:
        raise NotOneEncryptedAssertion
    if len(found) != 1 or found[0].getparent() is not root:
        raise NotOneAssertion
    _check_places_of_signatures(root, found[0])
    return found[0]


def _check_places_of_signatures(root: Element, container: Element) -> None:
    if any(signature.getparent() not in (root, container) for signature in root.iter(_SIGNATURE)):
        raise SignatureRefused


def _believed(root: Element, container: Element, trust: Trust, expected: Expected) -> Element:
    """The assertion as signxml gives it back, by its own signature or the response's.

    All signatures that are there must be right. The assertion's own is checked on what came: the canonical
    response may have dropped a namespace that only that signature names.
    """
    response = None
    if signatures.signature_of(root) is not None:
        response = signatures.verified(root, trust.certificates, expected.now)
    inner = _opened(container, trust)
    if signatures.signature_of(inner) is not None:
        return signatures.verified(inner, trust.certificates, expected.now)
    if response is None:
        raise SignatureRefused
    return canonical(_opened(_container(response, trust), trust))


def _opened(container: Element, trust: Trust) -> Element:
    """The assertion as a document of its own: put into the response, its signature would break."""
    if container.tag == _ASSERTION:
        return standing_alone(container)
    inner = encryption.decrypted(container, trust.keys)
    if inner.tag != _ASSERTION or sum(1 for _ in inner.iter(_ASSERTION, _ENCRYPTED)) != 1:
        raise SignatureRefused
    _check_places_of_signatures(inner, inner)
    return inner


def _check_response(root: Element, expected: Expected) -> None:
    issuer = root.find(tag(SAML, "Issuer"))
    if issuer is not None and text_of(issuer) != expected.issuer:
        raise IssuerRefused
    if root.get("Destination", expected.destination) != expected.destination:
        raise DestinationRefused
    if root.get("InResponseTo") != expected.in_response_to:
        raise InResponseToRefused


_STATUS_CODES = frozenset(
    {
        "AuthnFailed",
        "InvalidAttrNameOrValue",
        "InvalidNameIDPolicy",
        "NoAuthnContext",
        "NoAvailableIDP",
        "NoPassive",
        "NoSupportedIDP",
        "PartialLogout",
        "ProxyCountExceeded",
        "RequestDenied",
        "Requester",
        "RequestUnsupported",
        "RequestVersionDeprecated",
        "RequestVersionTooHigh",
        "RequestVersionTooLow",
        "ResourceNotRecognized",
        "Responder",
        "TooManyResponses",
        "UnknownAttrProfile",
        "UnknownPrincipal",
        "UnsupportedBinding",
        "VersionMismatch",
    }
)

"""Single logout: our request and answer, and those of identity providers (core, 3.7; profiles, 4.4)."""

from lxml import etree
from msgspec import Struct

from poolhouse.errors import (
    DestinationRefused,
    InResponseToRefused,
    IssuerRefused,
    NotInTime,
    SignatureRefused,
    SubjectRefused,
)
from poolhouse.federation.saml import signatures
from poolhouse.federation.saml.assertion import CLOCK_SKEW, Expected
from poolhouse.federation.saml.request import Heading, headed
from poolhouse.federation.saml.response import SUCCESS, Trust, read
from poolhouse.federation.saml.xml import SAML, SAMLP, Element, instant, tag, text_of
from poolhouse.ports import MINUTE

_LONGEST_WAY = 5 * MINUTE  # from the provider through the browser to us


class LogoutRequest(Struct, frozen=True):
    """A provider ends the sessions of one of its users; of all of them where it names no session."""

    request_id: str
    subject: str
    session_indexes: tuple[str, ...]


def logout_request(heading: Heading, subject: str, name_format: str, session_index: str) -> Element:
    """`session_index` "" where the assertion had none."""
    root = headed("LogoutRequest", heading)
    name = etree.SubElement(root, tag(SAML, "NameID"))
    name.text = subject
    if name_format:
        name.set("Format", name_format)
    if session_index:
        etree.SubElement(root, tag(SAMLP, "SessionIndex")).text = session_index
    return root


def logout_response(heading: Heading, in_response_to: str) -> Element:
    root = headed("LogoutResponse", heading)
    root.set("InResponseTo", in_response_to)
    status = etree.SubElement(root, tag(SAMLP, "Status"))
    etree.SubElement(status, tag(SAMLP, "StatusCode")).set("Value", SUCCESS)
    return root


def read_request(document: str, trust: Trust, expected: Expected) -> LogoutRequest:
    """A signed LogoutRequest that came by POST. Raises a `SamlRefused`.

    expected  its issuer and the destination; there is nothing that it answers
    """
    root = _signed(document, "LogoutRequest", trust, expected)
    ends = root.get("NotOnOrAfter")
    try:
        over = ends is not None and instant(ends) <= expected.now - CLOCK_SKEW
        old = instant(root.get("IssueInstant", "")) <= expected.now - CLOCK_SKEW - _LONGEST_WAY
    except ValueError as error:
        raise NotInTime from error
    if over or old:
        raise NotInTime
    names = root.findall(tag(SAML, "NameID"))
    if len(names) != 1 or not text_of(names[0]):
        raise SubjectRefused
    indexes = tuple(text_of(each) for each in root.findall(tag(SAMLP, "SessionIndex")))
    return LogoutRequest(root.get("ID"), text_of(names[0]), indexes)


def check_response(document: str, trust: Trust, expected: Expected) -> None:
    """A signed LogoutResponse to our request. Raises a `SamlRefused`.

    That the provider could not end every session (its status) changes nothing for us: ours is ended.
    """
    root = _signed(document, "LogoutResponse", trust, expected)
    if root.get("InResponseTo") != expected.in_response_to:
        raise InResponseToRefused


def _signed(document: str, name: str, trust: Trust, expected: Expected) -> Element:
    """The message as it was signed, from whom and to whom it is expected."""
    root = read(document, name)
    if signatures.signature_of(root) is None:
        raise SignatureRefused
    signed = signatures.verified(root, trust.certificates, expected.now)
    if text_of(signed.find(tag(SAML, "Issuer"))) != expected.issuer:
        raise IssuerRefused
    if signed.get("Destination") != expected.destination:
        raise DestinationRefused
    return signed

"""The question to an identity provider: who is this? (core, 3.4; behaviour file, 6.8)"""

from lxml import etree
from msgspec import Struct

from poolhouse.federation.saml.metadata import POST
from poolhouse.federation.saml.xml import SAML, SAMLP, Element, date_time, tag
from poolhouse.ports import Instant

_PREFIXES = {"saml2": SAML, "saml2p": SAMLP}


class Heading(Struct, frozen=True):
    """What every message of the protocol begins with.

    message_id   begins with a letter or `_` (xs:ID)
    destination  the address of the provider's service
    issuer       our entity id
    """

    message_id: str
    destination: str
    issuer: str
    now: Instant


def headed(name: str, heading: Heading) -> Element:
    """An element of the protocol with its heading: the Issuer is its first child."""
    root = etree.Element(tag(SAMLP, name), nsmap=_PREFIXES)
    root.set("ID", heading.message_id)
    root.set("Version", "2.0")
    root.set("IssueInstant", date_time(heading.now))
    root.set("Destination", heading.destination)
    etree.SubElement(root, tag(SAML, "Issuer")).text = heading.issuer
    return root


def authn_request(heading: Heading, consumer: str, *, force: bool = False) -> Element:
    """Answer by POST to `consumer`.

    force  the user must prove who he is although the provider knows him (prompt=login)
    """
    root = headed("AuthnRequest", heading)
    root.set("AssertionConsumerServiceURL", consumer)
    root.set("ProtocolBinding", POST)
    if force:
        root.set("ForceAuthn", "true")
    return root

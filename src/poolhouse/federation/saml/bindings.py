"""How a message of ours gets to an identity provider through the browser (bindings, 3.4 and 3.5)."""

import base64
import zlib
from collections.abc import Mapping
from urllib.parse import quote_plus

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from lxml import etree
from msgspec import Struct
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from poolhouse.federation.saml.metadata import POST, REDIRECT
from poolhouse.federation.saml.xml import DS, Element, tag
from poolhouse.store.saml_keys import SamlKey

RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
REQUEST, RESPONSE = "SAMLRequest", "SAMLResponse"  # the names of the parameter


class Errand(Struct, frozen=True):
    """How the browser takes a message to a provider: by a redirect, or by a form where it takes no other.

    fields  of the form that is posted to the address; none: the address is the whole message
    """

    address: str
    fields: tuple[tuple[str, str], ...] = ()


def preferred(services: Mapping[str, str]) -> str:
    """The binding to use: a redirect, as Cognito has it, where the provider takes one."""
    return REDIRECT if REDIRECT in services else POST


def errand(binding: str, name: str, message: Element, relay_state: str, signer: SamlKey | None) -> Errand:
    """`name` is REQUEST or RESPONSE; the message names its destination."""
    location = message.get("Destination")
    if binding == REDIRECT:
        return Errand(redirect_url(location, name, message, relay_state, signer.private if signer else None))
    state = (("RelayState", relay_state),) if relay_state else ()
    return Errand(location, ((name, post_value(message, signer)), *state))


def redirect_url(
    location: str, name: str, message: Element, relay_state: str, key: RSAPrivateKey | None
) -> str:
    """The address to send the browser to; `name` is REQUEST or RESPONSE.

    What is signed is the query as it is sent, its members in this order (bindings, 3.4.4.1).
    """
    compressor = zlib.compressobj(wbits=-15)
    deflated = compressor.compress(etree.tostring(message)) + compressor.flush()
    query = f"{name}={_value(deflated)}"
    if relay_state:
        query += f"&RelayState={quote_plus(relay_state)}"
    if key is not None:
        query += f"&SigAlg={quote_plus(RSA_SHA256)}"
        query += f"&Signature={_value(key.sign(query.encode(), PKCS1v15(), hashes.SHA256()))}"
    return f"{location}{'&' if '?' in location else '?'}{query}"


def _value(data: bytes) -> str:
    return quote_plus(base64.b64encode(data).decode())


def post_value(message: Element, signer: SamlKey | None) -> str:
    """The value of the form's member: the message, with an enveloped signature where there is a signer."""
    signed = message if signer is None else enveloped(message, signer)
    return base64.b64encode(etree.tostring(signed)).decode()


def enveloped(message: Element, signer: SamlKey) -> Element:
    """The message with its signature after the Issuer, where the schema wants it (core, 3.2.1)."""
    place = etree.Element(tag(DS, "Signature"), Id="placeholder")
    message.insert(1, place)
    made = XMLSigner(
        signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    return made.sign(message, key=signer.private, cert=[signer.certificate], reference_uri=message.get("ID"))

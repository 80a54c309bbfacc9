"""Two SAML identity providers that others wrote: each reads what we ask, and we believe what each answers."""

import base64
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.clients.node import run_node
from tests.saml_provider import certificate_of, encoded, key_number

from poolhouse.errors import InResponseToRefused, SignatureRefused
from poolhouse.federation.saml import logout, metadata, request, response
from poolhouse.federation.saml.assertion import Assertion, Expected
from poolhouse.federation.saml.bindings import post_value, redirect_url
from poolhouse.federation.saml.metadata import POST, REDIRECT, ProviderMetadata
from poolhouse.federation.saml.request import Heading
from poolhouse.federation.saml.response import Trust
from poolhouse.federation.saml.service_provider import PERSISTENT, ServiceProvider
from poolhouse.federation.saml.service_provider import metadata as our_metadata
from poolhouse.ports import MINUTE, Instant
from poolhouse.store.saml_keys import SamlKey

OURS = ServiceProvider("us-east-1_AAAAAAAAA", "https://auth.example")
REQUEST = "_our-request"
SIGNING, ENCRYPTION, THEIRS = key_number(6), key_number(7), key_number(8)
GCM = "http://www.w3.org/2009/xmlenc11#aes256-gcm"


@dataclass(frozen=True)
class Peer:
    """A provider, what we know of it, and the moment of the test."""

    provider: Any
    known: ProviderMetadata
    now: Instant

    def heading(self, message_id: str, destination: str) -> Heading:
        return Heading(message_id, destination, OURS.entity_id, self.now)

    def asked(self, signer_key: Any) -> str:
        """The address that the browser is sent to."""
        heading = self.heading(REQUEST, self.known.sign_in[REDIRECT])
        question = request.authn_request(heading, OURS.consumer)
        return redirect_url(heading.destination, "SAMLRequest", question, "state", signer_key)

    def believed(self, document: str, in_response_to: str | None = REQUEST) -> Assertion:
        trust = Trust(self.known.certificates, [ENCRYPTION])
        return response.verify(document, trust, self.expected(OURS.consumer, in_response_to))

    def expected(self, destination: str, in_response_to: str | None) -> Expected:
        return Expected(self.known.entity_id, destination, OURS.entity_id, in_response_to, self.now)


def published(now: Instant) -> bytes:
    signing, encryption = (certificate_of(key, begins=now - MINUTE) for key in (SIGNING, ENCRYPTION))
    return our_metadata(OURS, signing, encryption, signs=True)


@pytest.fixture
def pysaml2(tmp_path: Path) -> Peer:
    from tests.clients.pysaml2_provider import Pysaml2  # reads the schemas of SAML, which takes seconds

    now = time.time_ns() // 1000
    provider = Pysaml2(tmp_path, published(now), now)
    return Peer(provider, metadata.read(provider.metadata(), now), now)


@pytest.fixture
def samlify() -> Peer:
    now = time.time_ns() // 1000
    facts = {
        "key": THEIRS.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "certificate": certificate_of(THEIRS, begins=now - MINUTE).public_bytes(Encoding.PEM).decode(),
        "serviceProvider": published(now).decode(),
        "user": {"email": "ada@example.com"},
        "assertionId": "_assertion-1",
    }

    def run(scenario: str, **more: Any) -> Any:
        return json.loads(run_node(["samlify_provider.mjs", scenario], json.dumps({**facts, **more})))

    return Peer(run, metadata.read(run("metadata"), now), now)


# pysaml2


@pytest.mark.xmlsec
def test_pysaml2_reads_our_metadata_and_verifies_our_request(pysaml2: Peer) -> None:
    read = pysaml2.provider.parsed(pysaml2.asked(SIGNING))

    assert (read.id, read.issuer.text) == (REQUEST, OURS.entity_id)
    assert read.assertion_consumer_service_url == OURS.consumer


@pytest.mark.xmlsec
def test_pysaml2_refuses_a_request_that_another_key_signed(pysaml2: Peer) -> None:
    with pytest.raises(Exception, match="Request was not signed correctly"):
        pysaml2.provider.parsed(pysaml2.asked(THEIRS))


@pytest.mark.xmlsec
@pytest.mark.parametrize(
    "how", [{}, {"sign_response": True}, {"encrypt": True}, {"encrypt": True, "sign_response": True}]
)
def test_what_pysaml2_answers_is_believed(pysaml2: Peer, how: Mapping[str, bool]) -> None:
    document = pysaml2.provider.answer(
        REQUEST, OURS.consumer, OURS.entity_id, {"mail": ["ada@example.com"], "givenName": ["Ada"]}, **how
    )

    assertion = pysaml2.believed(encoded(document))

    assert ("EncryptedAssertion" in document) == bool(how.get("encrypt"))
    assert (assertion.subject, assertion.name_format) == ("ada@example.com", PERSISTENT)
    assert assertion.session_index
    assert assertion.attributes["urn:oid:2.5.4.42"] == ("Ada",)


@pytest.mark.xmlsec
def test_pysaml2_may_begin_by_itself_where_that_is_expected(pysaml2: Peer) -> None:
    document = encoded(
        pysaml2.provider.answer(None, OURS.consumer, OURS.entity_id, {"mail": ["a@example.com"]})
    )

    assert pysaml2.believed(document, None).subject == "ada@example.com"
    with pytest.raises(InResponseToRefused):
        pysaml2.believed(document)


@pytest.mark.xmlsec
def test_pysaml2_reads_a_request_that_came_by_post_with_its_signature_inside(pysaml2: Peer) -> None:
    heading = pysaml2.heading(REQUEST, pysaml2.known.sign_in[POST])
    signer = SamlKey(SIGNING, pysaml2.now - MINUTE, OURS.pool_id)

    read = pysaml2.provider.parsed_post(post_value(request.authn_request(heading, OURS.consumer), signer))

    assert read.id == REQUEST


# samlify


@pytest.mark.node
def test_samlify_reads_our_metadata_and_verifies_our_request(samlify: Peer) -> None:
    read = samlify.provider("parsed", url=samlify.asked(SIGNING))

    assert (read["id"], read["assertionConsumerServiceUrl"]) == (REQUEST, OURS.consumer)


@pytest.mark.node
def test_samlify_refuses_a_request_that_another_key_signed(samlify: Peer) -> None:
    with pytest.raises(AssertionError, match="ERR_FAILED_MESSAGE_SIGNATURE_VERIFICATION"):
        samlify.provider("parsed", url=samlify.asked(THEIRS))


@pytest.mark.node
@pytest.mark.parametrize(
    "how",
    [{}, {"encrypt": True}, {"encrypt": True, "cipher": GCM}, {"encrypt": True, "encryptThenSign": True}],
)
def test_what_samlify_answers_is_believed_although_it_has_no_authn_statement(
    samlify: Peer, how: Mapping[str, Any]
) -> None:
    document = samlify.provider("answer", inResponseTo=REQUEST, **how)

    assertion = samlify.believed(document)

    assert (b"EncryptedAssertion" in base64.b64decode(document)) == bool(how.get("encrypt"))
    assert (assertion.subject, assertion.session_index) == ("ada@example.com", "")
    assert assertion.attributes == {"email": ("ada@example.com",)}


@pytest.mark.node
def test_samlify_may_begin_by_itself_where_that_is_expected(samlify: Peer) -> None:
    document = samlify.provider("answer")

    assert samlify.believed(document, None).subject == "ada@example.com"
    with pytest.raises(InResponseToRefused):
        samlify.believed(document)


@pytest.mark.node
def test_samlify_signs_a_user_out_and_its_answer_is_believed(samlify: Peer) -> None:
    heading = samlify.heading("_our-logout", samlify.known.sign_out[REDIRECT])
    asked = logout.logout_request(heading, "ada@example.com", PERSISTENT, "_session-1")
    url = redirect_url(heading.destination, "SAMLRequest", asked, "state", SIGNING)

    read = samlify.provider("loggedOut", url=url)

    assert (read["nameId"], read["sessionIndex"]) == ("ada@example.com", "_session-1")
    expected = samlify.expected(OURS.logout, "_our-logout")
    logout.check_response(read["answer"], Trust(samlify.known.certificates), expected)
    with pytest.raises(SignatureRefused):
        logout.check_response(read["answer"], Trust([certificate_of(SIGNING)]), expected)


@pytest.mark.node
def test_samlify_asks_us_to_sign_a_user_out(samlify: Peer) -> None:
    made = samlify.provider("logout", sessionIndex="_session-1")

    read = logout.read_request(
        made["request"], Trust(samlify.known.certificates), samlify.expected(OURS.logout, None)
    )

    assert read == logout.LogoutRequest(made["id"], "ada@example.com", ("_session-1",))

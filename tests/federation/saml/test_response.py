"""What is believed of a response, beside the table of what is not (tests/refusals/test_saml*.py)."""

import base64
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod
from tests.saml_provider import (
    PREFIXES,
    SAML,
    XENC,
    XENC11,
    Provider,
    certificate_of,
    encoded,
    encrypted,
    expected,
    key_number,
    tag,
)

from poolhouse.errors import SamlRefused
from poolhouse.federation.saml.response import Trust, verify

IDP = Provider()
OURS = key_number(3)
TRUST = Trust([IDP.certificate], [OURS])


@pytest.mark.parametrize("sign", ["assertion", "response", "both"])
def test_one_signature_is_enough_and_two_are_read_as_one(sign: str) -> None:
    attributes = {"email": ["ada@example.com"], "groups": ["a", "b"], "none": []}

    said = verify(encoded(IDP.answer(sign=sign, attributes=attributes)), TRUST, expected())

    assert (said.assertion_id, said.subject, said.session_index) == (
        "_assertion-1",
        "ada@example.com",
        "_session-1",
    )
    assert said.attributes == {"email": ("ada@example.com",), "groups": ("a", "b"), "none": ()}


@pytest.mark.parametrize("method", [SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512])
@pytest.mark.parametrize("digest", [DigestAlgorithm.SHA256, DigestAlgorithm.SHA512])
def test_stronger_algorithms_are_as_good(method: SignatureMethod, digest: DigestAlgorithm) -> None:
    signed = IDP.signed(IDP.assertion(), method=method, digest=digest)

    assert verify(encoded(IDP.response(signed)), TRUST, expected()).subject == "ada@example.com"


def test_any_certificate_of_the_provider_will_do_while_it_changes_its_key() -> None:
    trust = Trust([certificate_of(key_number(2)), IDP.certificate])

    assert verify(encoded(IDP.answer()), trust, expected()).subject == "ada@example.com"


@pytest.mark.parametrize("cipher", [f"{XENC}aes128-cbc", f"{XENC}aes192-cbc", f"{XENC}aes256-cbc"])
@pytest.mark.parametrize("gcm", [False, True])
def test_every_length_of_aes_is_opened(cipher: str, gcm: bool) -> None:
    name = cipher.replace(XENC, XENC11).replace("cbc", "gcm") if gcm else cipher
    root = IDP.response(encrypted(IDP.signed(IDP.assertion()), certificate_of(OURS), cipher=name))

    assert verify(encoded(root), TRUST, expected()).subject == "ada@example.com"


def test_an_older_key_of_ours_still_opens_what_was_encrypted_to_it() -> None:
    root = IDP.response(encrypted(IDP.signed(IDP.assertion()), certificate_of(OURS)))

    said = verify(encoded(root), Trust([IDP.certificate], [key_number(4), OURS]), expected())

    assert said.subject == "ada@example.com"


def test_namespaces_of_the_response_that_only_a_value_names_do_not_break_the_assertion() -> None:
    """`xsi:type="xs:string"`, with both declared on the response alone, is what many providers send."""
    assertion = IDP.assertion()
    value = assertion.find(f".//{tag(SAML, 'AttributeValue')}")
    value.set("{http://www.w3.org/2001/XMLSchema-instance}type", "xs:string")
    spaces = {**PREFIXES, "xs": "http://www.w3.org/2001/XMLSchema"}
    root = etree.Element(IDP.response().tag, nsmap=spaces, attrib=dict(IDP.response().attrib))
    root.extend([*IDP.response(), assertion])

    said = verify(encoded(IDP.signed(root)), TRUST, expected())

    assert said.attributes["email"] == ("ada@example.com",)


def test_an_answer_without_a_destination_is_held_to_its_recipient() -> None:
    document = encoded(IDP.answer(response={"destination": None}))

    assert verify(document, TRUST, expected()).subject == "ada@example.com"


def test_a_provider_need_not_say_when_the_user_signed_in() -> None:
    assert verify(encoded(IDP.answer(session=None)), TRUST, expected()).session_index == ""


GOOD = base64.b64decode(encoded(IDP.answer(sign="both")))
SEALED = base64.b64decode(encoded(IDP.signed(IDP.response(encrypted(IDP.assertion(), certificate_of(OURS))))))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([GOOD, SEALED]), st.integers(0, 2**32), st.integers(1, 4))
def test_a_response_with_changed_bytes_is_refused_or_says_the_same(
    good: bytes, seed: int, count: int
) -> None:
    """Never another error, never another user."""
    chance = random.Random(seed)
    changed = bytearray(good)
    for _ in range(count):
        changed[chance.randrange(len(changed))] = chance.choice(b"<>&\"'/!?-=abcXYZ019 \n\x00\xff")
    try:
        said = verify(encoded(bytes(changed)), TRUST, expected())
    except SamlRefused:
        return
    assert (said.subject, said.attributes) == ("ada@example.com", {"email": ("ada@example.com",)})


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_whatever_is_sent_is_refused_and_nothing_else_happens(document: str) -> None:
    with pytest.raises(SamlRefused):
        verify(document, TRUST, expected())

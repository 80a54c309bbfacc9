"""Refused: SAML responses of another provider, to somebody else, at another time, or about nobody."""

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree
from tests.refusals.saml_attacks import EVIL
from tests.refusals.saml_rows import (
    AUDIENCE_REFUSED,
    CONDITION,
    ELSEWHERE,
    IDP,
    ISSUER,
    OTHER_REQUEST,
    OUR_CERTIFICATE,
    SUBJECT,
    TIME,
    TRUST,
    UNREADABLE,
    Row,
    made,
    play,
    said,
    table,
)
from tests.saml_provider import AUDIENCE, NOW, REQUEST, SAML, encoded, encrypted, expected, tag

from poolhouse.federation.saml.assertion import CLOCK_SKEW
from poolhouse.federation.saml.response import verify
from poolhouse.ports import SECOND

# Us, now, and this sign-in


def renamed(path: str, name: str) -> Callable[[Any], None]:
    def rename(assertion: Any) -> None:
        assertion.find(path).tag = name

    return rename


def name_with_a_child(assertion: Any) -> None:
    etree.SubElement(assertion.find(f".//{tag(SAML, 'NameID')}"), tag(SAML, "b"))


def two_names(assertion: Any) -> None:
    subject = assertion.find(tag(SAML, "Subject"))
    etree.SubElement(subject, tag(SAML, "NameID")).text = EVIL


def another_audience(assertion: Any) -> None:
    restriction = etree.SubElement(assertion.find(tag(SAML, "Conditions")), tag(SAML, "AudienceRestriction"))
    etree.SubElement(restriction, tag(SAML, "Audience")).text = "urn:other"


def strange_condition(assertion: Any) -> None:
    etree.SubElement(assertion.find(tag(SAML, "Conditions")), tag(SAML, "Condition"))


def confirmed_without_end(assertion: Any) -> None:
    assertion.find(f".//{tag(SAML, 'SubjectConfirmationData')}").attrib.pop("NotOnOrAfter")


def nameless_attribute(assertion: Any) -> None:
    assertion.find(f".//{tag(SAML, 'Attribute')}").attrib.pop("Name")


LATE, EARLY = NOW - CLOCK_SKEW, NOW + CLOCK_SKEW
CONDITIONS = (
    said("another issuer of the assertion", ISSUER, {"issuer": "https://evil.example"}),
    said("another issuer of the response", ISSUER, {"response": {"issuer": "https://evil.example"}}),
    said(
        "another destination",
        ELSEWHERE,
        {"response": {"destination": "https://evil.example/saml2/idpresponse"}},
    ),
    said("another recipient", ELSEWHERE, {"recipient": "https://evil.example/saml2/idpresponse"}),
    said("no recipient", ELSEWHERE, {"recipient": None}),
    said("another audience", AUDIENCE_REFUSED, {"audience": AUDIENCE + "B"}),
    said("no audience", AUDIENCE_REFUSED, {"audience": None}),
    made("a second restriction, to another audience", AUDIENCE_REFUSED, another_audience),
    made(
        "an assertion without conditions",
        AUDIENCE_REFUSED,
        renamed(tag(SAML, "Conditions"), tag(SAML, "Advice")),
    ),
    made("a condition that nobody knows", CONDITION, strange_condition),
    said("the answer to another request", OTHER_REQUEST, {"response": {"in_response_to": "_other"}}),
    said("an assertion for another request", OTHER_REQUEST, {"in_response_to": "_other"}),
    said("an assertion for no request, in answer to ours", OTHER_REQUEST, {"in_response_to": None}),
    Row(
        "an answer to somebody's request where we asked nothing",
        OTHER_REQUEST,
        lambda: encoded(IDP.answer(response={"in_response_to": None}, in_response_to=REQUEST)),
        lambda: encoded(IDP.answer(response={"in_response_to": None}, in_response_to=None)),
        expects={"in_response_to": None},
    ),
    said("an assertion that has expired", TIME, {"ends": LATE}, {"ends": LATE + SECOND}),
    said("an assertion of tomorrow", TIME, {"begins": EARLY + SECOND}, {"begins": EARLY}),
    said(
        "a confirmation that has expired", TIME, {"confirmed_until": LATE}, {"confirmed_until": LATE + SECOND}
    ),
    said("a session that is over", TIME, {"session_ends": LATE}, {"session_ends": LATE + SECOND}),
    made("a confirmation without an end", TIME, confirmed_without_end),
    made("a time that is none", TIME, lambda a: a.find(tag(SAML, "Conditions")).set("NotOnOrAfter", "soon")),
    made("no subject", SUBJECT, renamed(tag(SAML, "Subject"), tag(SAML, "Advice"))),
    said("an empty name", SUBJECT, {"subject": " "}),
    made("two names", SUBJECT, two_names),
    made("a name with something in it", SUBJECT, name_with_a_child),
    made("an encrypted name", SUBJECT, renamed(f".//{tag(SAML, 'NameID')}", tag(SAML, "EncryptedID"))),
    said("a confirmation by a key", SUBJECT, {"method": "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"}),
    said("an assertion of SAML 1.1", UNREADABLE, {"version": "1.1"}),
    made("an attribute without a name", "SAML Assertion has an attribute without a name", nameless_attribute),
)


@table(*CONDITIONS)
def test_refused(row: Row, count: Callable[[str, object], None]) -> None:
    play(row, count)


@pytest.mark.parametrize("sign", ["assertion", "response", "both"])
def test_a_comment_in_the_name_makes_nobody_of_the_first_part_of_it(sign: str) -> None:
    """CVE-2017-11427 and its kin: the signature does not cover comments, so anybody may add one."""
    text = etree.tostring(IDP.answer(sign=sign, subject="admin@example.com.evil.example"), encoding="unicode")
    commented = text.replace("admin@example.com", "admin@example.com<!-- x -->")

    believed = verify(encoded(commented), TRUST, expected())

    assert commented != text
    assert believed.subject == "admin@example.com.evil.example"


def test_a_comment_in_a_name_that_only_the_response_signed_and_the_provider_encrypted_is_no_end_either() -> (
    None
):
    assertion = IDP.assertion(subject="admin@example.com.evil.example")
    name = assertion.find(f".//{tag(SAML, 'NameID')}")
    name.text = "admin@example.com"
    comment = etree.Comment("x")
    comment.tail = ".evil.example"
    name.append(comment)

    believed = verify(
        encoded(IDP.signed(IDP.response(encrypted(assertion, OUR_CERTIFICATE)))), TRUST, expected()
    )

    assert believed.subject == "admin@example.com.evil.example"

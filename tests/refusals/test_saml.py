"""Refused: SAML responses that are built to be misread, or whose assertion is not the one that was signed."""

from collections.abc import Callable
from typing import Any

from lxml import etree
from tests.refusals.saml_attacks import EVIL, wrapped
from tests.refusals.saml_rows import (
    IDP,
    ONE,
    OUR_CERTIFICATE,
    SIGNATURE,
    UNREADABLE,
    Row,
    changed,
    play,
    said,
    sealed_response,
    table,
)
from tests.saml_provider import SAML, SAMLP, encoded, encrypted, tag

from poolhouse.federation.saml.response import LONGEST

# The document


def typed(doctype: str, subject: str = "ada@example.com", encoding: str = "utf-8") -> str:
    """A good answer behind a document type."""
    text = etree.tostring(IDP.answer(), encoding="unicode").replace("ada@example.com", subject)
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{doctype}{text}'
    return encoded(declared.encode(encoding))


def utf_7(text: str) -> str:
    """A document type that is none to whoever reads ASCII."""
    hidden = text.replace("<!DOCTYPE", "+ADwAIQ-DOCTYPE")
    return encoded(f'<?xml version="1.0" encoding="UTF-7"?>{hidden}'.encode())


BOMB = (
    "<!DOCTYPE r ["
    + '<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    + "]>"
)
XXE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE r [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;]>'


def padded() -> str:
    good = encoded(IDP.answer())
    return good + " " * (LONGEST - len(good))


def without(name: str) -> Callable[[Any], Any]:
    return lambda root: root.attrib.pop(name)


def with_value(name: str, value: str) -> Callable[[Any], None]:
    return lambda root: root.set(name, value)


DOCUMENTS = (
    Row("a response of more than 100,000 characters", UNREADABLE, lambda: padded() + " ", padded),
    Row(
        "a response that is not base64",
        UNREADABLE,
        lambda: encoded(IDP.answer()) + "!",
        lambda: encoded(IDP.answer()) + "\r\n",
    ),
    Row("a response that is not XML", UNREADABLE, lambda: encoded(etree.tostring(IDP.answer()) + b"<")),
    Row("nothing at all", UNREADABLE, lambda: ""),
    Row("a response that ends in the middle", UNREADABLE, lambda: encoded(IDP.answer())[:2000]),
    Row("a document type", UNREADABLE, lambda: typed("<!DOCTYPE r>"), lambda: typed("")),
    Row("a bomb of entities", UNREADABLE, lambda: typed(BOMB, "&a9;"), lambda: typed("")),
    Row("an entity from a file", UNREADABLE, lambda: typed(XXE, "&x;"), lambda: typed("")),
    Row("a parameter entity from the network", UNREADABLE, lambda: typed(PARAMETER), lambda: typed("")),
    Row("a document type in UTF-16", UNREADABLE, lambda: typed(XXE, "&x;", "utf-16"), lambda: typed("")),
    Row("a document type hidden in UTF-7", UNREADABLE, lambda: utf_7(XXE + "<r>&x;</r>")),
    changed(
        "a processing instruction",
        UNREADABLE,
        lambda root: root.append(etree.ProcessingInstruction("xml-stylesheet", "href='x'")),
    ),
    changed("a response of SAML 1.1", UNREADABLE, with_value("Version", "1.1")),
    changed("a response without an ID", UNREADABLE, without("ID")),
    changed("a response with the ID of its assertion", UNREADABLE, with_value("ID", "_assertion-1")),
    said("a message that is no response", UNREADABLE, {"response": {"name": "ArtifactResponse"}}),
    said(
        "a provider's no, and no more of it than its code",
        "The identity provider answered Responder",
        {"response": {"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"}},
    ),
    said(
        "a status that is nobody's, without its words",
        "The identity provider answered no success",
        {"response": {"status": "<script>alert(1)</script>"}},
    ),
)


# Which assertion


def two_assertions() -> str:
    first, second = (IDP.signed(IDP.assertion(assertion_id=name)) for name in ("_one", "_two"))
    return encoded(IDP.response(first, second))


def plain_and_encrypted() -> str:
    other = encrypted(IDP.signed(IDP.assertion(assertion_id="_two")), OUR_CERTIFICATE)
    return encoded(IDP.response(IDP.signed(IDP.assertion()), other))


def moved_into(name: str) -> Callable[[Any], None]:
    def move(root: Any) -> None:
        etree.SubElement(root, name).append(root.find(tag(SAML, "Assertion")))

    return move


def nested() -> str:
    """An assertion whose advice is another one, and all of it is signed."""
    assertion = IDP.assertion()
    advice = etree.SubElement(assertion, tag(SAML, "Advice"))
    advice.append(IDP.assertion(assertion_id="_advice", subject=EVIL))
    return encoded(IDP.response(IDP.signed(assertion)))


def nested_encrypted() -> str:
    assertion = IDP.assertion()
    etree.SubElement(assertion, tag(SAML, "Advice")).append(IDP.assertion(assertion_id="_advice"))
    return encoded(IDP.response(encrypted(IDP.signed(assertion), OUR_CERTIFICATE)))


ASSERTIONS = (
    Row("a response without an assertion", ONE, lambda: encoded(IDP.signed(IDP.response()))),
    Row("two assertions, both signed", ONE, two_assertions),
    Row("an assertion and an encrypted one", ONE, plain_and_encrypted),
    changed("an assertion among the extensions", ONE, moved_into(tag(SAMLP, "Extensions"))),
    Row("an assertion inside the assertion", ONE, nested),
    Row(
        "an assertion inside the encrypted assertion",
        SIGNATURE,
        nested_encrypted,
        lambda: encoded(sealed_response()),
    ),
    *(
        Row(
            f"signature wrapping, form {number}",
            UNREADABLE if number in (1, 2, 7) else ONE,
            lambda number=number: encoded(wrapped(number)),
            lambda number=number: encoded(IDP.answer(sign="response" if number <= 2 else "assertion")),
        )
        for number in range(1, 9)
    ),
)


@table(*DOCUMENTS, *ASSERTIONS)
def test_refused(row: Row, count: Callable[[str, object], None]) -> None:
    play(row, count)

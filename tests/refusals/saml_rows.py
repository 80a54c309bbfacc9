"""The form of the SAML tables: a response that must be refused, in which words, and one that is believed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from tests.saml_provider import AUDIENCE, Provider, certificate_of, encoded, encrypted, expected, key_number

from poolhouse.errors import SamlRefused
from poolhouse.federation.saml.response import Trust, verify

IDP = Provider()
THIEF = key_number(2)
OURS = key_number(3)
OUR_CERTIFICATE = certificate_of(OURS)
TRUST = Trust([IDP.certificate], [OURS])
ENCRYPTED_ONLY = Trust([IDP.certificate], [OURS], encrypted=True)
STRANGER = certificate_of(key_number(4))

UNREADABLE = "The message could not be read"
SIGNATURE = "SAML Assertion signature is invalid"
ONE = "Responses must contain exactly one Assertion"
ONE_ENCRYPTED = "Responses must contain exactly one Encrypted Assertion"
ISSUER = "Issuer of the SAML response is not the identity provider"
ELSEWHERE = "SAML response is for another destination"
OTHER_REQUEST = "SAML response answers no request of this sign-in"
TIME = "SAML Assertion is not yet valid or has expired"
AUDIENCE_REFUSED = f"Audience restriction in SAML Assertion does not allow it for {AUDIENCE}"
CONDITION = "SAML Assertion has a condition that is not understood"
SUBJECT = "SAML Assertion has no subject with a name and a bearer confirmation"


@dataclass(frozen=True)
class Row:
    """A response that must be refused in these words, and almost the same one that is believed.

    refused, twin  make what the form carries
    expects        what is expected otherwise than in the other rows
    """

    name: str
    error: str
    refused: Callable[[], str]
    twin: Callable[[], str] = lambda: encoded(IDP.answer())
    expects: Mapping[str, Any] = field(default_factory=dict)
    trust: Trust = TRUST
    twin_trust: Trust | None = None


def said(name: str, error: str, wrong: Mapping[str, Any], right: Mapping[str, Any] | None = None) -> Row:
    """The provider signs an answer that is wrong in one place."""
    return Row(
        name, error, lambda: encoded(IDP.answer(**wrong)), lambda: encoded(IDP.answer(**(right or {})))
    )


def changed(name: str, error: str, change: Callable[[Any], Any], sign: str = "assertion") -> Row:
    """Something is done to a good answer after it was signed; the twin is the answer as it was."""

    def refused() -> str:
        root = IDP.answer(sign=sign)
        change(root)
        return encoded(root)

    return Row(name, error, refused, lambda: encoded(IDP.answer(sign=sign)))


def made(name: str, error: str, make: Callable[[Any], Any]) -> Row:
    """Something is done to an assertion before it is signed."""

    def refused() -> str:
        assertion = IDP.assertion()
        make(assertion)
        return encoded(IDP.response(IDP.signed(assertion)))

    return Row(name, error, refused)


def signed_with(name: str, **how: Any) -> Row:
    """An assertion that is signed in another way than is accepted."""
    return Row(name, SIGNATURE, lambda: encoded(IDP.response(IDP.signed(IDP.assertion(), **how))))


def sealed_response(certificate: Any = OUR_CERTIFICATE, **how: Any) -> Any:
    """A signed and encrypted assertion."""
    return IDP.response(encrypted(IDP.signed(IDP.assertion()), certificate, **how))


def table(*rows: Row) -> Callable[[Any], Any]:
    return pytest.mark.parametrize("row", rows, ids=[row.name for row in rows])


def play(row: Row, count: Callable[[str, object], None]) -> None:
    with pytest.raises(SamlRefused) as refusal:
        verify(row.refused(), row.trust, expected(**row.expects))
    assert refusal.value.description == f"Invalid SAML response received: {row.error}. "
    count("refused", 1)

    believed = verify(row.twin(), row.twin_trust or row.trust, expected(**row.expects))

    assert believed.subject == "ada@example.com"
    count("twins", 1)

"""The metadata of identity providers: what is read, and what is refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa
from tests.saml_provider import (
    ISSUER,
    NOW,
    POST,
    REDIRECT,
    Provider,
    certificate_of,
    der_text,
    key_number,
)

from poolhouse.errors import InvalidSamlMetadata
from poolhouse.federation.saml import metadata
from poolhouse.federation.saml.xml import date_time
from poolhouse.ports import DAY, HOUR, MINUTE, SECOND

IDP = Provider()


def refusal(document: str) -> str:
    with pytest.raises(InvalidSamlMetadata) as refused:
        metadata.read(document, NOW)
    return refused.value.message.removeprefix("Invalid SAML metadata: ")


def test_the_addresses_of_each_binding_and_the_certificate_are_read() -> None:
    document = IDP.metadata(
        sso=((POST, "https://idp.example/post"), (REDIRECT, "https://idp.example/redirect?tenant=1")),
        slo=((REDIRECT, "https://idp.example/slo"),),
    )

    read = metadata.read(document, NOW)

    assert read.entity_id == ISSUER
    assert read.sign_in == {
        POST: "https://idp.example/post",
        REDIRECT: "https://idp.example/redirect?tenant=1",
    }
    assert read.sign_out == read.signed_out == {REDIRECT: "https://idp.example/slo"}
    assert read.certificates == (IDP.certificate,)
    assert not read.wants_signed


def test_answers_to_a_logout_go_to_their_own_address_where_there_is_one() -> None:
    document = IDP.metadata().replace(
        'Location="https://idp.example/slo"',
        'Location="https://idp.example/slo" ResponseLocation="https://idp.example/slo-done"',
    )

    read = metadata.read(document, NOW)

    assert read.sign_out == {REDIRECT: "https://idp.example/slo"}
    assert read.signed_out == {REDIRECT: "https://idp.example/slo-done"}


def test_a_provider_may_have_several_certificates_and_one_in_lines() -> None:
    first, second = (certificate_of(key_number(number)) for number in (1, 2))
    text = der_text(first)
    document = IDP.metadata(certificates=[first, second]).replace(text, f"\n  {text[:64]}\n  {text[64:]}\n")

    assert metadata.read(document, NOW).certificates == (first, second)


def test_an_encryption_certificate_signs_nothing() -> None:
    both = IDP.metadata(certificates=[certificate_of(key_number(1)), certificate_of(key_number(2))])
    document = both.replace('use="signing"', 'use="encryption"', 1)

    assert metadata.read(document, NOW).certificates == (certificate_of(key_number(2)),)


@pytest.mark.parametrize("word", ["true", "1"])
def test_a_provider_may_want_signed_requests(word: str) -> None:
    assert metadata.read(IDP.metadata(wants_signed=word), NOW).wants_signed
    assert not metadata.read(IDP.metadata(wants_signed="false"), NOW).wants_signed


@pytest.mark.parametrize(
    ("valid_until", "cache_duration", "after"),
    [
        (None, None, 6 * HOUR),
        (date_time(NOW + HOUR), None, HOUR),
        (date_time(NOW + DAY), None, 6 * HOUR),
        (None, "PT2H30M", 2 * HOUR + 30 * MINUTE),
        (None, "P1D", 6 * HOUR),
        (date_time(NOW + 3 * HOUR), "PT1H", HOUR),
        (None, "PT1S", MINUTE),  # nobody may have us ask every second
    ],
)
def test_it_is_read_again_after_six_hours_or_when_it_says(
    valid_until: str | None, cache_duration: str | None, after: int
) -> None:
    document = IDP.metadata(valid_until=valid_until, cache_duration=cache_duration)

    assert metadata.read(document, NOW).read_again_at == NOW + after


def test_what_is_over_is_refused_but_where_there_is_nothing_better() -> None:
    document = IDP.metadata(valid_until=date_time(NOW - SECOND))

    assert refusal(document) == "it is no longer valid."
    assert metadata.read(document, NOW, outdated=True).entity_id == ISSUER


def test_a_byte_order_mark_does_no_harm() -> None:
    assert metadata.read("\ufeff" + IDP.metadata(), NOW).entity_id == ISSUER


def test_the_one_identity_provider_of_a_federation_is_found() -> None:
    wrapper = "<EntitiesDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata'>{}</EntitiesDescriptor>"

    assert metadata.read(wrapper.format(IDP.metadata()), NOW).entity_id == ISSUER
    assert refusal(wrapper.format(IDP.metadata() * 2)) == "there must be exactly one IDPSSODescriptor."


LONG = IDP.metadata() + " " * 500_000
ENTITIES = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
ONE_ROLE = "there must be exactly one IDPSSODescriptor."
NO_ADDRESS = "the Location of a service is no web address."
CERTIFICATES = "there must be 1 to 20 signing certificates."


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("", "no plain XML document."),
        ("<html>", "no plain XML document."),
        (ENTITIES + IDP.metadata(), "no plain XML document."),
        (LONG, "longer than 500000 characters."),
        ("<md xmlns='urn:oasis:names:tc:SAML:2.0:metadata'/>", ONE_ROLE),
        (IDP.metadata().replace("EntityDescriptor", "Other"), ONE_ROLE),
        (IDP.metadata().replace("IDPSSODescriptor", "SPSSODescriptor"), ONE_ROLE),
        (IDP.metadata().replace(f'entityID="{ISSUER}"', ""), "entityID must have 1 to 1024 characters."),
        (IDP.metadata(sso=()), "no SingleSignOnService by HTTP-Redirect or HTTP-POST."),
        (
            IDP.metadata(sso=(("urn:oasis:names:tc:SAML:2.0:bindings:SOAP", "https://idp.example/soap"),)),
            "no SingleSignOnService by HTTP-Redirect or HTTP-POST.",
        ),
        (IDP.metadata(sso=((REDIRECT, "javascript:alert(1)"),)), NO_ADDRESS),
        (IDP.metadata(sso=((REDIRECT, "https://user:pw@idp.example/"),)), NO_ADDRESS),
        (IDP.metadata(sso=((REDIRECT, "https://idp.example/\nset-cookie"),)), NO_ADDRESS),
        (IDP.metadata(sso=((REDIRECT, "/sso"),)), NO_ADDRESS),
        (IDP.metadata(slo=((REDIRECT, "data:text/html,x"),)), NO_ADDRESS),
        (IDP.metadata(certificates=[]), CERTIFICATES),
        (IDP.metadata(certificates=[IDP.certificate] * 21), CERTIFICATES),
        (IDP.metadata().replace(der_text(IDP.certificate), "AAAA"), "a certificate could not be read."),
        (IDP.metadata().replace(der_text(IDP.certificate), "?"), "a certificate could not be read."),
        (
            IDP.metadata().replace(der_text(IDP.certificate), "A" * 4097),
            "a certificate is longer than 4096 characters.",
        ),
        (IDP.metadata(valid_until="tomorrow"), "a time that is none."),
        (IDP.metadata(cache_duration="6 hours"), "a time that is none."),
        (IDP.metadata(cache_duration="P"), "a time that is none."),
    ],
)
def test_metadata_that_cannot_be_used_is_refused(document: str, why: str) -> None:
    assert refusal(document) == why
    assert metadata.read(IDP.metadata(), NOW).entity_id == ISSUER


def test_a_certificate_with_a_key_for_dsa_is_refused() -> None:
    key = dsa.generate_private_key(2048)
    certificate = certificate_of(key)  # type: ignore[arg-type]

    assert refusal(IDP.metadata(certificates=[certificate])) == (
        "a certificate has a key that is neither RSA nor EC."
    )


def test_a_certificate_that_has_expired_is_refused_when_it_is_configured() -> None:
    old = certificate_of(key_number(1), begins=NOW - 2 * DAY, days=1)
    read = metadata.read(IDP.metadata(certificates=[IDP.certificate, old]), NOW)

    with pytest.raises(InvalidSamlMetadata, match="a signing certificate has expired"):
        read.check_certificates(NOW)
    metadata.read(IDP.metadata(), NOW).check_certificates(NOW)

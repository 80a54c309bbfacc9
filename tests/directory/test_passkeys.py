"""Whose a pool's passkeys are, and where they may be used (1.7, 2.7)."""

from typing import Any

import pytest

from poolhouse.directory import passkeys
from poolhouse.directory.passkeys import PasskeySettings
from poolhouse.directory.users import Factors, User, UserStatus
from poolhouse.errors import InvalidParameter

LOCAL = "http://localhost:8400"


def ada(**factors: Any) -> User:
    return User("p", "s", "ada", UserStatus.CONFIRMED, True, {}, 1, 0, 0, 0, factors=Factors(**factors))


@pytest.mark.parametrize(
    ("given", "base", "domain"),
    [
        ("", LOCAL, "localhost"),
        ("", "https://id.example.com", "id.example.com"),
        ("", "https://ID.example.com:8443", "id.example.com"),
        ("shop.example", "https://id.example.com", "shop.example"),
        ("shop.example", "http://127.0.0.1:8400", "shop.example"),
        ("", "http://127.0.0.1:8400", None),
        ("", "http://[::1]:8400", None),
    ],
)
def test_the_relying_party_is_what_the_pool_names_else_the_host_of_its_pages(
    given: str, base: str, domain: str | None
) -> None:
    """[K]: in Cognito a pool without a domain has none."""
    assert passkeys.relying_party(PasskeySettings(given), base) == domain


@pytest.mark.parametrize(
    ("domain", "origin"),
    [
        ("example.com", "https://example.com"),
        ("example.com", "https://login.example.com"),
        ("example.com", "https://a.b.example.com"),
        ("example.com", "https://example.com:8443"),
        ("localhost", "http://localhost"),
        ("localhost", "http://localhost:3000"),
        ("localhost", "https://localhost:3000"),
        ("acme.auth.localhost", "http://acme.auth.localhost:8400"),
    ],
)
def test_pages_of_the_domain_and_below_it_may_use_its_passkeys(domain: str, origin: str) -> None:
    assert passkeys.allows(domain, origin)


@pytest.mark.parametrize(
    ("domain", "origin"),
    [
        ("example.com", "http://example.com"),
        ("example.com", "https://evil.com"),
        ("example.com", "https://evilexample.com"),
        ("example.com", "https://example.com.evil.com"),
        ("login.example.com", "https://example.com"),
        ("example.com", "https://example.com/"),
        ("example.com", "https://example.com/path"),
        ("example.com", "https://user@example.com"),
        ("example.com", "https://EXAMPLE.com"),
        ("example.com", "https://example.com:"),
        ("example.com", "https://example.com\n"),
        ("example.com", "https://evil.com\\.example.com"),
        ("example.com", "HTTPS://example.com"),
        ("example.com", "example.com"),
        ("example.com", "null"),
        ("example.com", ""),
        ("example.com", "http://localhost"),
        ("localhost", "http://app.localhost"),
        ("auth.localhost", "http://acme.auth.localhost:8400"),
        ("acme.auth.localhost", "http://localhost:8400"),
        ("localhost", "http://127.0.0.1"),
        ("example.com", "android:apk-key-hash:abc"),
    ],
)
def test_no_other_page_may(domain: str, origin: str) -> None:
    assert not passkeys.allows(domain, origin)


def test_what_is_left_out_of_the_configuration_has_a_default() -> None:
    """[K]"""
    assert passkeys.checked({}) == {
        "UserVerification": "preferred",
        "FactorConfiguration": "SINGLE_FACTOR",
    }


@pytest.mark.parametrize("domain", ["example.com", "localhost", "intranet", "xn--bcher-kva.example", "a1.b2"])
def test_a_relying_party_is_a_domain(domain: str) -> None:
    assert passkeys.checked({"RelyingPartyId": domain})["RelyingPartyId"] == domain


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com",
        "example.com/",
        "example.com:443",
        "Example.com",
        "example..com",
        ".example.com",
        "example.com.",
        "-a.com",
        "a_b.com",
        "bücher.example",
        "127.0.0.1",
        "1.2.3",
        "::1",
        "example.com\n",
        " ",
        "a" * 64 + ".com",
    ],
)
def test_a_relying_party_that_is_no_domain_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameter):
        passkeys.checked({"RelyingPartyId": text})


def test_passkeys_that_are_both_factors_verify_the_user_whatever_else_is_set() -> None:
    """[K]"""
    both = {"FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION", "UserVerification": "preferred"}

    assert passkeys.from_config(both) == PasskeySettings("", "required", True)
    assert passkeys.from_config({"UserVerification": "required"}) == PasskeySettings("", "required", False)
    assert passkeys.from_config({}) == PasskeySettings("", "preferred", False)


def test_the_pool_and_the_user_must_both_say_that_a_passkey_is_the_second_factor_too() -> None:
    both, one = PasskeySettings(multi_factor=True), PasskeySettings()

    assert passkeys.count_as_second(both, ada(passkey=True))
    assert not passkeys.count_as_second(both, ada(passkeys=3))
    assert not passkeys.count_as_second(one, ada(passkey=True))


def test_a_passkey_has_the_name_of_its_maker_else_of_its_kind() -> None:
    """[K]"""
    unknown = "00000000-0000-0000-0000-000000000000"

    assert passkeys.name_of("fbfc3007-154e-4ecc-8c0b-6e020557d7bd", "platform") == "iCloud Keychain"
    assert passkeys.name_of(unknown, "platform") == "Platform passkey"
    assert passkeys.name_of(unknown, "cross-platform") == "Roaming passkey"
    assert passkeys.name_of(unknown, "") == "Passkey"

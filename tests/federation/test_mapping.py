"""Claims become attributes (behaviour file, 6.8)."""

import pytest

from poolhouse.federation.mapping import attributes, text


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("Ada", "Ada"),
        ("", ""),
        (None, ""),
        (True, "true"),
        (False, "false"),
        (7, "7"),
        (7.0, "7"),
        (7.5, "7.5"),
        ({"formatted": "Main St"}, '{"formatted":"Main St"}'),
        ([], ""),
        (["staff"], "staff"),
        (["a b"], "a b"),
        (["staff", "admin"], "[staff, admin]"),
        (["a b", "c,d", "e]"], "[a+b, c%2Cd, e%5D]"),
        (["a.b-c*d_e", "~"], "[a.b-c*d_e, %7E]"),
        ([1, True], "[1, true]"),
    ],
)
def test_a_claim_becomes_a_text(claim, expected):
    assert text(claim) == expected


def test_only_mapped_claims_that_are_there_become_attributes():
    mapping = {"email": "mail", "name": "displayName", "custom:team": "team"}

    found = attributes(mapping, {"mail": "ada@example.com", "team": ["a", "b"], "email": "no", "admin": True})

    assert found == {"email": "ada@example.com", "custom:team": "[a, b]"}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (True, "true"),
        ("true", "true"),
        ("True", "true"),
        ("yes", "false"),
        ("1", "false"),
        (False, "false"),
        (1, "false"),
    ],
)
def test_an_address_is_verified_only_by_what_says_so(said, expected):
    found = attributes({"email_verified": "verified"}, {"verified": said})

    assert found == {"email_verified": expected}

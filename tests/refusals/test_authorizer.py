"""Refused: what the authorizer must not let through, at a verifier of one pool or of two."""

import base64
from typing import Any

import pytest
from tests.authorizer.issuer import Issuer, token, verifier
from tests.refusals.authorizer_rows import CASES, Case, std_base64

from poolhouse import authorizer
from poolhouse.authorizer import AuthorizerError


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_authorizer_refuses(case: Case, count: Any) -> None:
    mine = verifier(Issuer(), **case.rules)

    with pytest.raises(AuthorizerError) as refusal:
        mine.verify(case.refused())

    assert type(refusal.value) is case.error, refusal.value
    assert refusal.value.status == (403 if issubclass(case.error, authorizer.Forbidden) else 401)
    count("refused", 1)
    mine.verify(case.twin())
    count("twins", 1)


def test_the_table_has_a_row_for_every_refusal_that_a_token_can_get() -> None:
    """The others rest on what was read: see tests/authorizer."""
    elsewhere = {"Revoked", "MissingToken", "KeysUnavailable", "RevocationsUnavailable"}
    leaves = {
        name
        for name in authorizer.__all__
        if isinstance(found := getattr(authorizer, name), type)
        and issubclass(found, AuthorizerError)
        and not found.__subclasses__()
    }

    assert {case.error.__name__ for case in CASES} == leaves - elsewhere


def test_the_alphabet_of_the_row_about_the_other_base64_is_the_other() -> None:
    signature = std_base64(token()).rpartition(".")[2]

    assert base64.b64decode(signature + "==")
    assert not set(signature) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

"""Ids of access keys: AWS's form, with the account in them."""

import pytest

from poolhouse.crypto import access_key_ids


@pytest.mark.parametrize("account", ["000000000000", "123456789012", "999999999999"])
@pytest.mark.parametrize("random", [bytes(5), bytes([255]) * 5, b"\x12\x34\x56\x78\x9a"])
def test_an_id_tells_its_account(account: str, random: bytes) -> None:
    made = access_key_ids.made("ASIA", account, random)

    assert len(made) == 20
    assert made.startswith("ASIA")
    assert access_key_ids.account_of(made) == account


def test_ids_of_one_account_differ() -> None:
    assert len({access_key_ids.made("ASIA", "000000000000", bytes([n]) * 5) for n in range(256)}) == 256


@pytest.mark.parametrize(
    "wrong", ["", "ASIA", "ASIAIOSFODNN7EXAMPL", "ASIA" + "1" * 16, "ASIA" + "A" * 16, "ASIA" + "é" * 16]
)
def test_what_has_not_the_form_tells_none(wrong: str) -> None:
    assert access_key_ids.account_of(wrong) is None


@pytest.mark.parametrize(("access_key_id", "account"), [("ASIAQNZGKIQY56JQ7WML", "029608264753")])
def test_ids_of_aws_are_read_as_others_read_them(access_key_id: str, account: str) -> None:
    """[K] From write-ups of how AWS's ids are made."""
    assert access_key_ids.account_of(access_key_id) == account

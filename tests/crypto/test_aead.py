"""Sealed values open unchanged for their record only; digests are unambiguous."""

import hashlib
import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolhouse.crypto import aead

KEY = bytes(range(32))
NONCE = bytes(12)


@settings(deadline=None)
@given(
    st.binary(max_size=300),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.binary(min_size=12, max_size=12),
)
def test_what_was_sealed_opens_for_the_same_record(plaintext: bytes, bound_to: str, nonce: bytes) -> None:
    assert aead.open_sealed(KEY, aead.seal(KEY, plaintext, bound_to, nonce), bound_to) == plaintext


def test_it_does_not_open_for_another_record_or_with_another_key() -> None:
    sealed = aead.seal(KEY, b"seed", "pool/ada", NONCE)
    assert aead.open_sealed(KEY, sealed, "pool/ada") == b"seed"

    with pytest.raises(ValueError, match="another key or record"):
        aead.open_sealed(KEY, sealed, "pool/bob")
    with pytest.raises(ValueError, match="another key or record"):
        aead.open_sealed(bytes(32), sealed, "pool/ada")


def test_a_change_of_any_byte_is_noticed() -> None:
    sealed = aead.seal(KEY, b"a secret of some length", "pool/ada", NONCE)
    assert aead.open_sealed(KEY, sealed, "pool/ada") == b"a secret of some length"

    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(ValueError, match=r"sealed value"):
            aead.open_sealed(KEY, bytes(changed), "pool/ada")


def test_a_cut_or_longer_value_is_noticed() -> None:
    sealed = aead.seal(KEY, b"a secret", "pool/ada", NONCE)

    for length in range(len(sealed)):
        with pytest.raises(ValueError, match=r"sealed value"):
            aead.open_sealed(KEY, sealed[:length], "pool/ada")
    with pytest.raises(ValueError, match=r"sealed value"):
        aead.open_sealed(KEY, sealed + b"\0", "pool/ada")


def test_the_sealed_value_does_not_show_the_secret() -> None:
    sealed = aead.seal(KEY, b"JBSWY3DPEHPK3PXP", "pool/ada", NONCE)

    assert b"JBSWY3DPEHPK3PXP" not in sealed
    assert sealed != aead.seal(KEY, b"JBSWY3DPEHPK3PXP", "pool/ada", b"\1" * 12)


def test_keys_and_nonces_of_a_wrong_size_are_refused() -> None:
    with pytest.raises(ValueError, match="12 bytes"):
        aead.seal(KEY, b"x", "record", bytes(11))
    with pytest.raises(ValueError, match="32 bytes"):
        aead.seal(KEY[:16], b"x", "record", NONCE)


def test_derived_keys_differ_by_purpose_and_by_data_key() -> None:
    key = aead.derive(KEY, "refresh tokens")

    assert len(key) == 32
    assert key == aead.derive(KEY, "refresh tokens")
    assert key != aead.derive(KEY, "codes")
    assert key != aead.derive(bytes(32), "refresh tokens")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        (("abc",), ("ab", "c")),
        (("a", ""), ("a",)),
        (("", "a"), ("a", "")),
        ((), ("",)),
    ],
)
def test_a_digest_tells_where_its_parts_end(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert aead.keyed_digest(KEY, *one) != aead.keyed_digest(KEY, *other)


def test_a_digest_is_hmac_over_lengths_and_parts() -> None:
    message = (2).to_bytes(8, "big") + "é".encode() + (1).to_bytes(8, "big") + b"x"

    assert aead.keyed_digest(KEY, "é", b"x") == hmac.new(KEY, message, hashlib.sha256).digest()
    assert aead.keyed_digest(KEY, "é", b"x") != aead.keyed_digest(bytes(32), "é", b"x")

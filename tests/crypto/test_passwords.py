"""Stored passwords of both kinds."""

import argon2
import pytest

from poolhouse.crypto import passwords, srp

SALT = bytes(range(1, 17))
KINDS: list[passwords.Kind] = ["srp", "argon2id"]


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_password_itself_matches(kind: passwords.Kind) -> None:
    stored = passwords.new_credential(kind, "pool", "ada", "P2$Sword", SALT)

    assert passwords.matches(stored, "pool", "ada", "P2$Sword")
    for wrong in ("P2$sword", "P2$Sword ", "", "P2$Swor"):
        assert not passwords.matches(stored, "pool", "ada", wrong)


def test_a_verifier_belongs_to_one_user_of_one_pool() -> None:
    stored = passwords.new_credential("srp", "pool", "ada", "P2$Sword", SALT)

    assert passwords.matches(stored, "pool", "ada", "P2$Sword")
    assert not passwords.matches(stored, "pool", "bob", "P2$Sword")
    assert not passwords.matches(stored, "loop", "ada", "P2$Sword")


def test_the_verifier_is_the_one_that_srp_uses() -> None:
    stored = passwords.new_credential("srp", "pool", "ada", "P2$Sword", SALT)

    assert stored.v == srp.verifier("pool", "ada", "P2$Sword", SALT)
    assert stored.salt == SALT
    assert stored.encoded == ""


def test_a_salt_that_begins_with_zero_is_mended_before_use() -> None:
    stored = passwords.new_credential("srp", "pool", "ada", "P2$Sword", bytes(16))

    assert stored.salt[0] != 0
    assert passwords.matches(stored, "pool", "ada", "P2$Sword")


def test_a_salt_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        passwords.new_credential("srp", "pool", "ada", "P2$Sword", SALT[:15])


def test_argon2id_has_the_costs_that_owasp_asks_for() -> None:
    encoded = passwords.hash_argon2id("P2$Sword", SALT)

    assert encoded.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert argon2.PasswordHasher().verify(encoded, "P2$Sword")
    assert passwords.verify_argon2id(encoded, "P2$Sword")
    assert not passwords.verify_argon2id(encoded, "P2$word")


def test_an_argon2id_hash_of_other_costs_is_verified_by_its_own() -> None:
    encoded = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("P2$Sword")

    assert passwords.verify_argon2id(encoded, "P2$Sword")
    assert not passwords.verify_argon2id(encoded, "P2$word")


@pytest.mark.parametrize(
    "damaged", ["", "plain", "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA", "$argon2i$v=19$m=8"]
)
def test_a_damaged_hash_is_an_error_and_not_a_wrong_password(damaged: str) -> None:
    with pytest.raises(ValueError, match="argon2id"):
        passwords.verify_argon2id(damaged, "P2$Sword")


@pytest.mark.parametrize("kind", KINDS)
def test_a_password_is_not_normalised(kind: passwords.Kind) -> None:
    composed, decomposed = "\u00c5ngstrom", "A\u030angstrom"
    stored = passwords.new_credential(kind, "pool", "ada", composed, SALT)

    assert passwords.matches(stored, "pool", "ada", composed)
    assert not passwords.matches(stored, "pool", "ada", decomposed)


@pytest.mark.parametrize("kind", KINDS)
def test_a_password_that_has_no_utf8_is_refused_without_being_shown(kind: passwords.Kind) -> None:
    with pytest.raises(ValueError, match="well-formed") as refusal:
        passwords.new_credential(kind, "pool", "ada", "hunter2\ud800", SALT)

    assert "hunter2" not in repr(refusal.value)
    assert refusal.value.__cause__ is None
    assert passwords.prepare("hunter2 ✓") == "hunter2 ✓"


@pytest.mark.parametrize("kind", KINDS)
def test_a_decoy_is_stable_has_the_shape_of_a_credential_and_matches_nothing(kind: passwords.Kind) -> None:
    decoy = passwords.decoy_credential(kind, b"pool/nobody")
    real = passwords.new_credential(kind, "pool", "ada", "P2$Sword", SALT)

    assert decoy == passwords.decoy_credential(kind, b"pool/nobody")
    assert decoy != passwords.decoy_credential(kind, b"pool/other")
    assert (len(decoy.salt), len(decoy.verifier)) == (len(real.salt), len(real.verifier))
    assert decoy.encoded[:31] == real.encoded[:31]
    assert len(decoy.encoded) == len(real.encoded)
    assert decoy.salt[0] != 0
    assert not passwords.matches(decoy, "pool", "nobody", "P2$Sword")


@pytest.mark.parametrize("kind", KINDS)
def test_a_packed_credential_unpacks_to_the_same(kind: passwords.Kind) -> None:
    stored = passwords.new_credential(kind, "pool", "ada", "P2$Sword", SALT)
    packed = passwords.pack(stored)

    assert passwords.unpack(packed) == stored
    assert len(packed) < 450


@pytest.mark.parametrize("packed", [b"", b"\x01", b"\x02\x90", b"\x01\x91\xa5plain", b"\x01garbage"])
def test_anything_else_does_not_unpack(packed: bytes) -> None:
    with pytest.raises(ValueError, match="credential"):
        passwords.unpack(packed)


def test_a_credential_does_not_show_its_secrets() -> None:
    stored = passwords.new_credential("argon2id", "pool", "ada", "P2$Sword", SALT)

    assert repr(stored) == "Credential(kind='argon2id')"

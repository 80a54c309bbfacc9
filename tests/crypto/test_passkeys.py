"""Every verification step of WebAuthn Level 3, sections 7.1 and 7.2, that is the library's or ours."""

import subprocess
import sys
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests.authenticator import AT, BE, BS, EDDSA, ES256, RS256, UP, UV, Authenticator, cose_key

from poolhouse.crypto import passkeys
from poolhouse.crypto.passkeys import (
    Asserted,
    Credential,
    Expected,
    Malformed,
    OtherRelyingParty,
    Registered,
    Unverified,
)

DOMAIN = "id.example.com"
ORIGIN = "https://id.example.com"
CHALLENGE = passkeys.to_base64url(b"c" * 32)
OTHER_CHALLENGE = passkeys.to_base64url(b"o" * 32)
CREATE = {"rp": {"id": DOMAIN}, "user": {"id": "YWRh"}, "challenge": CHALLENGE}
GET = {"rpId": DOMAIN, "challenge": CHALLENGE}
EXPECTED = Expected(CHALLENGE, DOMAIN, ORIGIN, verify_user=False)
STRICT = Expected(CHALLENGE, DOMAIN, ORIGIN, verify_user=True)


def registered(key: Authenticator, expected: Expected = EXPECTED, **wrong: Any) -> Registered:
    return passkeys.registered(passkeys.parsed(key.create(CREATE, ORIGIN, **wrong)), expected)


def asserted(key: Authenticator, expected: Expected = EXPECTED, stored: int = 0, **wrong: Any) -> Asserted:
    """stored  the counter of the last time"""
    public = cbor2.dumps(cose_key(key.private, key.alg))
    return passkeys.asserted(passkeys.parsed(key.get(GET, ORIGIN, **wrong)), expected, public, stored)


@pytest.mark.parametrize("alg", passkeys.ALGORITHMS)
def test_a_passkey_of_each_algorithm_registers_and_signs(alg: int) -> None:
    key = Authenticator(alg, counter=4)

    made = registered(key)
    used = asserted(key, stored=made.sign_count)

    assert made == Registered(
        cbor2.dumps(cose_key(key.private, alg)), 4, False, "00000000-0000-0000-0000-000000000000"
    )
    assert used == Asserted(5, False, True)


def test_a_synchronised_passkey_says_so_and_counts_nothing() -> None:
    key = Authenticator(counter=None, backup=BE | BS)

    assert registered(key).backup_eligible
    assert asserted(key) == Asserted(0, True, True)
    assert asserted(key) == Asserted(0, True, True)


def test_who_verified_nobody_is_let_in_only_where_that_is_not_required() -> None:
    key = Authenticator(verifies=False)

    registered(key)
    assert not asserted(key).user_verified
    with pytest.raises(Unverified):
        registered(key, STRICT)
    with pytest.raises(Unverified):
        asserted(key, STRICT)


WRONG_IN_BOTH: list[dict[str, Any]] = [
    {"type": "webauthn.other"},
    {"challenge": OTHER_CHALLENGE},
    {"challenge": "not base64url!"},
    {"flags": UV},  # nobody touched it
    {"flags": UP | BS},  # backed up, and not to be backed up
    {"id": passkeys.to_base64url(b"i" * 32) + "="},
]


@pytest.mark.parametrize("wrong", WRONG_IN_BOTH, ids=str)
def test_an_answer_that_is_wrong_in_one_place_is_refused(wrong: dict[str, Any]) -> None:
    key = Authenticator()

    with pytest.raises(Unverified):
        registered(key, **wrong)
    with pytest.raises(Unverified):
        asserted(key, **wrong)

    registered(key)
    asserted(key)


@pytest.mark.parametrize("origin", ["https://other.example", "http://id.example.com", f"{ORIGIN}:444"])
def test_the_origin_must_be_the_one_that_was_found_allowed(origin: str) -> None:
    key, expected = Authenticator(), Expected(CHALLENGE, DOMAIN, origin, verify_user=False)

    with pytest.raises(Unverified):
        registered(key, expected)
    with pytest.raises(Unverified):
        asserted(key, expected)


def test_a_passkey_of_another_domain_is_told_apart_at_registration() -> None:
    key = Authenticator()

    with pytest.raises(OtherRelyingParty):
        registered(key, rp_id="example.com")
    with pytest.raises(Unverified):
        asserted(key, rp_id="example.com")


@pytest.mark.parametrize(("stored", "said"), [(5, 5), (5, 4), (5, 0), (1, 1)])
def test_a_counter_that_does_not_go_up_is_refused(stored: int, said: int) -> None:
    key = Authenticator()

    with pytest.raises(Unverified):
        asserted(key, stored=stored, count=said)
    assert asserted(key, stored=stored, count=stored + 1).sign_count == stored + 1


@pytest.mark.parametrize("alg", passkeys.ALGORITHMS)
def test_a_signature_by_another_key_is_refused(alg: int) -> None:
    key, thief = Authenticator(alg), Authenticator(alg)
    public = cbor2.dumps(cose_key(key.private, alg))

    with pytest.raises(Unverified):
        passkeys.asserted(passkeys.parsed(thief.get(GET, ORIGIN)), EXPECTED, public, 0)
    passkeys.asserted(passkeys.parsed(key.get(GET, ORIGIN)), EXPECTED, public, 0)


def _keys_that_are_refused() -> dict[str, Any]:
    p384 = cose_key(ec.generate_private_key(ec.SECP384R1()), ES256)
    good = cose_key(Authenticator(ES256).private, ES256)
    small = cose_key(rsa.generate_private_key(65537, 1024), RS256)  # noqa: S505
    return {
        "ES384": cose_key(ec.generate_private_key(ec.SECP384R1()), -35),
        "ES256 on P-384": p384,
        "RS1": cose_key(rsa.generate_private_key(65537, 2048), -65535),
        "RSA of 1024 bits": small,
        "no algorithm": {name: value for name, value in good.items() if name != 3},
        "algorithm none": good | {3: 0},
        "EdDSA with a key of P-256": good | {3: EDDSA},
        "RS256 with a key of P-256": good | {3: RS256},
        "a point on no curve": good | {-3: bytes(32)},
        "an uncompressed point": 4,
        "a list": [1, 2],
        "nothing": None,
    }


@pytest.mark.parametrize("name", _keys_that_are_refused())
def test_a_key_that_is_weak_or_has_another_form_is_refused(name: str) -> None:
    key = Authenticator()

    with pytest.raises(Unverified):
        registered(key, cose=_keys_that_are_refused()[name])
    registered(key)


def test_an_id_of_1023_bytes_is_taken_and_a_longer_one_is_not() -> None:
    longest, longer = Authenticator(credential_id=b"i" * 1023), Authenticator(credential_id=b"i" * 1024)

    registered(longest)
    with pytest.raises(Unverified):
        registered(longer)


def test_the_id_must_be_the_one_that_the_authenticator_signed() -> None:
    with pytest.raises(Unverified):
        registered(Authenticator(), id=passkeys.to_base64url(b"other"))


@pytest.mark.parametrize(
    ("fmt", "statement"),
    [
        ("packed", {}),
        ("packed", {"alg": ES256, "sig": b"0" * 70}),
        ("none", {"sig": b"0"}),
        ("unheard-of", {}),
        (7, {}),
    ],
)
def test_an_attestation_that_does_not_hold_is_refused(fmt: Any, statement: dict[str, Any]) -> None:
    with pytest.raises(Unverified):
        registered(Authenticator(), fmt=fmt, statement=statement)


@pytest.mark.parametrize("alg", passkeys.ALGORITHMS)
def test_a_passkey_may_attest_itself(alg: int) -> None:
    """Browsers let that through where no attestation is asked for (5.1.3)."""
    registered(Authenticator(alg), fmt="packed", statement="own")


def test_an_answer_without_a_key_is_refused() -> None:
    credential = Authenticator().create(CREATE, ORIGIN)
    assertion = Authenticator().get(GET, ORIGIN)
    attestation = {
        "fmt": "none",
        "attStmt": {},
        "authData": passkeys.from_base64url(assertion["response"]["authenticatorData"]),
    }
    credential["response"]["attestationObject"] = passkeys.to_base64url(cbor2.dumps(attestation))

    with pytest.raises(Unverified):
        passkeys.registered(passkeys.parsed(credential), EXPECTED)


@pytest.mark.parametrize("cut", [0, 1, 36, 37, 60, 100])
def test_authenticator_data_that_is_cut_off_is_refused(cut: int) -> None:
    key = Authenticator()
    credential = key.create(CREATE, ORIGIN)
    whole = cbor2.loads(passkeys.from_base64url(credential["response"]["attestationObject"]))
    whole["authData"] = whole["authData"][:cut]
    credential["response"]["attestationObject"] = passkeys.to_base64url(cbor2.dumps(whole))

    with pytest.raises(Unverified):
        passkeys.registered(passkeys.parsed(credential), EXPECTED)


def test_bytes_behind_the_authenticator_data_are_refused() -> None:
    assertion = Authenticator().get(GET, ORIGIN)
    data = passkeys.from_base64url(assertion["response"]["authenticatorData"])
    assertion["response"]["authenticatorData"] = passkeys.to_base64url(data + b"\0")

    with pytest.raises(Unverified):
        passkeys.asserted(passkeys.parsed(assertion), EXPECTED, b"", 0)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        "{}",
        '{"id": 1, "rawId": "a", "type": "public-key", "response": {}}',
        '{"id": "a", "rawId": "a", "type": "public-key"}',
        '{"id": "a", "rawId": "a", "type": "public-key", "response": {"clientDataJSON": null}}',
        "[" * 5_000,
        '{"id": "\\ud800"}',
    ],
)
def test_what_is_no_credential_is_malformed(answer: str) -> None:
    with pytest.raises(Malformed):
        passkeys.parsed(answer)


@pytest.mark.parametrize("document", [None, 1, "{", [], {}, {"id": {}}])
def test_a_document_that_is_no_credential_is_malformed(document: Any) -> None:
    with pytest.raises(Malformed):
        passkeys.parsed(document)


@pytest.mark.parametrize("text", ["", "*", "e30=", "e30 ", "a", "e+0", passkeys.to_base64url(b"[]"), "_w"])
def test_client_data_that_is_none_is_malformed(text: str) -> None:
    answer = Authenticator().get(GET, ORIGIN)
    answer["response"]["clientDataJSON"] = text

    with pytest.raises(Malformed):
        passkeys.client_data(passkeys.parsed(answer))


def test_a_page_in_a_frame_of_another_site_is_told() -> None:
    def shown(**frame: Any) -> bool:
        credential: Credential = passkeys.parsed(Authenticator().get(GET, ORIGIN, **frame))
        return passkeys.client_data(credential).embedded

    assert not shown()
    assert shown(cross_origin=True)
    assert shown(top_origin="https://frame.example")


def test_flags_and_key_are_what_the_authenticator_signed() -> None:
    """Data that claims a key in an assertion, and has none, is no data."""
    with pytest.raises(Unverified):
        asserted(Authenticator(), flags=UP | AT)


def test_a_server_without_passkeys_does_not_load_the_library() -> None:
    """It takes longer to import than most of the server."""
    found = subprocess.run(
        [sys.executable, "-c", "import sys, poolhouse.app; print('webauthn' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.strip() == "False"

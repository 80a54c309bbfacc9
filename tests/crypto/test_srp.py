"""The server's side of SRP: its numbers, its refusals, its date format."""

import hashlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolhouse.crypto import srp
from poolhouse.crypto.hkdf import hkdf_sha256
from poolhouse.ports import SECOND

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
B_VALUES = st.integers(0, 2**256 - 1)
A_VALUES = st.integers(1, 2**256 - 1)


def client_key(a: int, names: tuple[str, str, str], salt: bytes, server_b: int) -> bytes:
    """The client's computation, written from the behaviour file with Python's own arithmetic."""
    pool_name, user_id, password = names

    def digest(*parts: bytes) -> int:
        return int.from_bytes(hashlib.sha256(b"".join(parts)).digest(), "big")

    u = digest(srp.pad_hex(pow(2, a, srp.N)), srp.pad_hex(server_b))
    inner = hashlib.sha256(f"{pool_name}{user_id}:{password}".encode()).digest()
    x = digest(srp.pad_hex(int.from_bytes(salt, "big")), inner)
    secret = pow(server_b - srp.K * pow(2, x, srp.N), a + u * x, srp.N)
    return hkdf_sha256(srp.pad_hex(secret), salt=srp.pad_hex(u), info=b"Caldera Derived Key", length=16)


@settings(max_examples=25, deadline=None)
@given(A_VALUES, B_VALUES, NAMES, NAMES, NAMES, st.binary(min_size=16, max_size=16))
def test_client_and_server_agree_on_the_key(
    a: int, b: int, pool_name: str, user_id: str, password: str, random: bytes
) -> None:
    salt = srp.usable_salt(random)
    v = srp.verifier(pool_name, user_id, password, salt)
    server_b = srp.server_public(b, v)

    key = srp.session_key(pow(2, a, srp.N), server_b, b, v)

    assert key == client_key(a, (pool_name, user_id, password), salt, server_b)
    assert key != client_key(a, (pool_name, user_id, password + "x"), salt, server_b)


@pytest.mark.parametrize(
    ("number", "padded"),
    [
        (0, "00"),
        (1, "01"),
        (0x7F, "7f"),
        (0x80, "0080"),
        (0xABC, "0abc"),
        (0x8ABC, "008abc"),
        (0x100, "0100"),
    ],
)
def test_pad_hex_is_the_shortest_twos_complement(number: int, padded: str) -> None:
    assert srp.pad_hex(number).hex() == padded


def test_k_is_the_value_that_the_clients_compute() -> None:
    n_hex = f"{srp.N:x}"

    assert int(hashlib.sha256(bytes.fromhex("00" + n_hex + "02")).hexdigest(), 16) == srp.K
    assert srp.N.bit_length() == 3072
    assert srp.G == 2


@pytest.mark.parametrize("multiple", [0, 1, 2, 5])
def test_a_multiple_of_n_as_a_is_refused(multiple: int) -> None:
    v = srp.decoy_verifier(b"seed")
    server_b = srp.server_public(7, v)

    with pytest.raises(ValueError, match="multiple of N"):
        srp.session_key(multiple * srp.N, server_b, 7, v)

    assert len(srp.session_key(multiple * srp.N + 1, server_b, 7, v)) == 16


def test_a_u_of_zero_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    v = srp.decoy_verifier(b"seed")
    server_b = srp.server_public(7, v)
    assert len(srp.session_key(3, server_b, 7, v)) == 16

    class ZeroHash:
        def __init__(self, data: bytes) -> None: ...

        def digest(self) -> bytes:
            return bytes(32)

    monkeypatch.setattr(srp.hashlib, "sha256", ZeroHash)

    with pytest.raises(ValueError, match="u is zero"):
        srp.session_key(3, server_b, 7, v)


@pytest.mark.parametrize(
    "text", ["1", "0a", "A" * 768, "f" * 800, f"{srp.N + 1:x}", f"{srp.N - 1:X}", "00ff"]
)
def test_hex_digits_are_read_as_a(text: str) -> None:
    assert srp.parse_public(text) == int(text, 16)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0",
        "000",
        "0x1f",
        "-1",
        "+1",
        "1_0",
        " 1",
        "1 ",
        "1\n",
        "g",
        "１",
        "f" * 801,
        f"{srp.N:x}",
        f"{2 * srp.N:x}",
    ],
)
def test_anything_else_is_refused_as_a(text: str) -> None:
    with pytest.raises(ValueError, match="SRP_A"):
        srp.parse_public(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Tue Sep 1 07:03:09 UTC 2026", datetime(2026, 9, 1, 7, 3, 9, tzinfo=UTC)),
        ("Thu Feb 29 23:59:59 UTC 2024", datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)),
        ("Sat Jan 31 00:00:00 UTC 2026", datetime(2026, 1, 31, tzinfo=UTC)),
    ],
)
def test_a_timestamp_of_the_clients_is_read(text: str, moment: datetime) -> None:
    assert srp.parse_timestamp(text) == int(moment.timestamp()) * SECOND


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Tue Sep 01 07:03:09 UTC 2026",  # leading zero
        "Tue Sep  1 07:03:09 UTC 2026",
        "Tue Sep 1 7:03:09 UTC 2026",
        "Tue Sep 1 07:03:09 GMT 2026",
        "Tue Sep 1 07:03:09 UTC 26",
        "Tue Sep 1 07:03:60 UTC 2026",
        "Tue Sep 1 24:03:09 UTC 2026",
        "Tue Sep 1 07:03:09 UTC 2026 ",
        "Tue Sep 1 07:03:09 UTC 2026\n",
        "tue Sep 1 07:03:09 UTC 2026",
        "Mon Sep 1 07:03:09 UTC 2026",  # it was a Tuesday
        "Di Sep 1 07:03:09 UTC 2026",
        "Sun Feb 29 00:00:00 UTC 2026",  # no such day
        "Tue Sep 0 07:03:09 UTC 2026",
        "Tue Sep 1 ０7:03:09 UTC 2026",
        "2026-09-01T07:03:09Z",
    ],
)
def test_any_other_timestamp_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - an impossible day is named by datetime
        srp.parse_timestamp(text)


def test_a_salt_that_begins_with_zero_is_refused_and_usable_salt_mends_it() -> None:
    zero_first = b"\0" + b"\x7f" * 15

    with pytest.raises(ValueError, match="salt"):
        srp.verifier("pool", "ada", "secret", zero_first)

    assert srp.usable_salt(zero_first) == b"\x01" + zero_first[1:]
    assert srp.usable_salt(b"\x09" * 16) == b"\x09" * 16
    assert 0 < srp.verifier("pool", "ada", "secret", srp.usable_salt(zero_first)) < srp.N


def test_a_decoy_verifier_depends_on_the_seed_alone() -> None:
    assert srp.decoy_verifier(b"one") == srp.decoy_verifier(b"one")
    assert srp.decoy_verifier(b"one") != srp.decoy_verifier(b"two")
    assert srp.decoy_verifier(b"one").bit_length() > 3000


@pytest.mark.parametrize("place", range(4))
def test_each_part_of_the_message_changes_the_proof(place: int) -> None:
    parts: list[str | bytes] = ["pool", "ada", b"block", "Tue Sep 1 07:03:09 UTC 2026"]
    right = srp.proof(bytes(16), *parts)
    assert right == srp.proof(bytes(16), *parts)
    assert len(right) == 32

    parts[place] += b"x" if place == 2 else "x"

    assert srp.proof(bytes(16), *parts) != right

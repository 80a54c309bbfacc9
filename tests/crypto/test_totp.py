"""TOTP: RFC 6238's vectors, the window, and codes that are none."""

import base64
from datetime import UTC, datetime

import pyotp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolhouse.crypto import totp
from poolhouse.ports import SECOND

SECRET = b"12345678901234567890"
NOW = 1_111_111_109 * SECOND


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238_hold(seconds: int, code: str) -> None:
    """Appendix B has eight digits; ours are the last six of them."""
    assert totp.matching_step(SECRET, code[-6:], seconds * SECOND, drift_steps=0) == seconds // 30


@settings(deadline=None)
@given(st.binary(min_size=16, max_size=32), st.integers(60, 4_000_000_000))
def test_the_codes_are_those_of_an_authenticator_app(secret: bytes, seconds: int) -> None:
    app = pyotp.TOTP(base64.b32encode(secret).decode())

    assert totp.code_at(secret, seconds // 30) == app.at(datetime.fromtimestamp(seconds, UTC))


@pytest.mark.parametrize("drift", [-1, 0, 1])
def test_a_code_of_a_neighbouring_step_matches_that_step(drift: int) -> None:
    step = NOW // totp.STEP + drift

    assert totp.matching_step(SECRET, totp.code_at(SECRET, step), NOW) == step


@pytest.mark.parametrize("drift", [-2, 2])
def test_a_code_two_steps_away_matches_only_in_a_wider_window(drift: int) -> None:
    step = NOW // totp.STEP + drift
    code = totp.code_at(SECRET, step)

    assert totp.matching_step(SECRET, code, NOW) is None
    assert totp.matching_step(SECRET, code, NOW, drift_steps=2) == step


@pytest.mark.parametrize(
    "malformed", ["", "81804", "0081804", " 81804", "08180a", "+81804", "０81804", "٠81804"]
)
def test_a_malformed_code_matches_no_step(malformed: str) -> None:
    assert totp.matching_step(SECRET, "081804", NOW) == NOW // totp.STEP

    assert totp.matching_step(SECRET, malformed, NOW) is None


def test_a_code_of_another_secret_matches_no_step() -> None:
    assert totp.matching_step(b"another secret of 20", "081804", NOW) is None


def test_the_first_steps_of_time_have_codes_too() -> None:
    assert totp.matching_step(SECRET, totp.code_at(SECRET, 0), 0) == 0

"""The exponentiation back ends give the same numbers, and the choice between them is safe."""

import ctypes
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from poolhouse.crypto import openssl_bn, powers
from poolhouse.crypto.group import N

BACKENDS = list(powers.available())
EXPONENTS = st.integers(0, 2**256 - 1)
NUMBERS = st.integers(0, N - 1)


def test_all_three_back_ends_work_here() -> None:
    assert [backend.name for backend in BACKENDS] == ["openssl", "gmpy2", "pow"]


def test_the_best_back_end_is_chosen_once() -> None:
    powers.warm_up()

    assert powers.backend().name == "openssl"
    assert powers.backend() is powers.backend()


@settings(max_examples=40, deadline=None)
@given(EXPONENTS)
@example(0)
@example(1)
@example(63)
@example(64)
@example(2**256 - 1)
@example(2**255)
def test_the_back_ends_agree_on_powers_of_g(exponent: int) -> None:
    expected = pow(2, exponent, N)

    assert [backend.power_of_g(exponent) for backend in BACKENDS] == [expected] * len(BACKENDS)


@settings(max_examples=20, deadline=None)
@given(NUMBERS, st.integers(0, 2**300))
@example(0, 5)
@example(1, 0)
@example(N - 1, 2**256 - 1)
def test_the_back_ends_agree_on_powers(base: int, exponent: int) -> None:
    expected = pow(base, exponent, N)

    assert [backend.power(base, exponent) for backend in BACKENDS] == [expected] * len(BACKENDS)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 2**3200), NUMBERS, EXPONENTS, EXPONENTS)
def test_the_back_ends_agree_on_the_shared_secret(a: int, v: int, u: int, b: int) -> None:
    expected = pow(a * pow(v, u, N), b, N)

    assert [backend.shared_secret(a, v, u, b) for backend in BACKENDS] == [expected] * len(BACKENDS)


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.name)
def test_an_exponent_of_g_beyond_256_bits_is_refused(backend: powers.Powers) -> None:
    for exponent in (-1, 2**256):
        with pytest.raises(ValueError, match="256 bits"):
            backend.power_of_g(exponent)

    assert backend.power_of_g(2**256 - 1) == pow(2, 2**256 - 1, N)


def test_threads_do_not_disturb_each_other() -> None:
    backend = powers.backend()
    start = threading.Barrier(4)

    def work(number: int) -> bool:
        start.wait()
        return all(
            backend.power(number, 2**255 + turn) == pow(number, 2**255 + turn, N)
            and backend.power_of_g(2**255 - turn) == pow(2, 2**255 - turn, N)
            for turn in range(5)
        )

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, [3, N // 5, N // 7, N - 2])) == [True] * 4


class Wrong(powers.BuiltinPowers):
    def shared_secret(self, a_public: int, verifier: int, u: int, b: int) -> int:
        return super().shared_secret(a_public, verifier, u, b) ^ 1


class Broken(powers.BuiltinPowers):
    def power(self, base: int, exponent: int) -> int:
        raise ArithmeticError


def test_a_back_end_that_computes_wrongly_is_not_used() -> None:
    assert not powers.passes_self_test(Wrong())
    assert not powers.passes_self_test(Broken())
    assert powers.passes_self_test(powers.BuiltinPowers())


def test_without_libcrypto_gmpy2_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openssl_bn, "_LIBRARIES", ("libcrypto-that-is-not-here.so",))

    assert [backend.name for backend in powers.available()] == ["gmpy2", "pow"]


def test_with_neither_libcrypto_nor_gmpy2_pow_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(powers, "find_libcrypto", lambda: None)
    monkeypatch.setitem(sys.modules, "gmpy2", None)

    assert [backend.name for backend in powers.available()] == ["pow"]


class BrokenLibrary:
    """libcrypto, but one of its functions always fails."""

    def __init__(self, library: ctypes.PyDLL, function: str, failure: int | None) -> None:
        self._library, self._function, self._failure = library, function, failure

    def __getattr__(self, name: str) -> Any:
        if name == self._function:
            return lambda *arguments: self._failure
        return getattr(self._library, name)


@pytest.mark.parametrize(
    ("function", "failure"),
    [
        ("BN_new", None),
        ("BN_CTX_get", None),
        ("BN_MONT_CTX_new", None),
        ("BN_MONT_CTX_set", 0),
        ("BN_bin2bn", None),
        ("BN_mod_mul", 0),
        ("BN_mod_mul_montgomery", 0),
        ("BN_from_montgomery", 0),
        ("BN_mod_exp_mont", 0),
        ("BN_mod_exp_mont_consttime", 0),
        ("BN_bn2binpad", -1),
    ],
)
def test_a_library_whose_function_fails_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, function: str, failure: int | None
) -> None:
    library = openssl_bn.find_libcrypto()
    assert library is not None
    monkeypatch.setattr(powers, "find_libcrypto", lambda: BrokenLibrary(library, function, failure))

    assert [backend.name for backend in powers.available()] == ["gmpy2", "pow"]


def test_a_library_without_the_functions_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openssl_bn, "_SIGNATURES", {"BN_no_such_function": (ctypes.c_int,)})

    assert openssl_bn.find_libcrypto() is None


class WatchedCells(bytearray):
    """The table's cells, noting which of them are read."""

    read: slice

    def __getitem__(self, place: slice) -> bytearray:  # type: ignore[override]
        self.read = place
        return super().__getitem__(place)


def test_each_read_of_a_row_touches_the_same_cache_lines() -> None:
    library = openssl_bn.find_libcrypto()
    assert library is not None
    table = openssl_bn.OpenSslPowers(library)._table
    address = ctypes.addressof(ctypes.c_char.from_buffer(table._cells))
    table._cells = cells = WatchedCells(table._cells)

    for row in (0, 1, 42):
        lines = set()
        for digit in range(64):
            table.entry(row, digit << (6 * row))
            places = range(cells.read.start, cells.read.stop, cells.read.step)
            lines.add(tuple((address + place) // 64 for place in places))
        assert len(lines) == 1
        assert len(lines.pop()) == 384

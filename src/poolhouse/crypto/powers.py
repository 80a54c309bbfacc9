"""Exponentiation modulo N: the three back ends and the choice between them.

Chosen once, at the first use: OpenSSL through ctypes where libcrypto is found and passes a
self-test, else gmpy2, else Python's own `pow`. Only the last leaks timing; `backend().name` tells
an operator which one runs.
"""

import ctypes
from collections.abc import Iterator
from functools import cache
from typing import Protocol

from poolhouse.crypto.group import EXPONENT_BITS, G, N, checked_exponent
from poolhouse.crypto.openssl_bn import OpenSslPowers, find_libcrypto

try:
    import gmpy2
except ImportError:  # a platform without a wheel
    gmpy2 = None

_TEST_BASE = N // 3
_TEST_EXPONENT = (1 << EXPONENT_BITS) // 7


class Powers(Protocol):
    """Arithmetic modulo N. Numbers come and go as ints; results are in 0..N-1."""

    @property
    def name(self) -> str: ...

    def power(self, base: int, exponent: int) -> int:
        """base^exponent; the exponent is secret."""
        ...

    def power_of_g(self, exponent: int) -> int:
        """g^exponent; the exponent is secret and has at most 256 bits, else `ValueError`."""
        ...

    def shared_secret(self, a_public: int, verifier: int, u: int, b: int) -> int:
        """The server's S = (A * v^u)^b of SRP-6a; b is secret, u is known to the client."""
        ...


class GmpPowers:
    """gmpy2: `powmod_sec` does not depend on the secret exponent."""

    name = "gmpy2"

    def power(self, base: int, exponent: int) -> int:
        if exponent == 0:
            return 1  # powmod_sec takes exponents > 0 only
        return int(gmpy2.powmod_sec(base, exponent, N))

    def power_of_g(self, exponent: int) -> int:
        return self.power(G, checked_exponent(exponent))

    def shared_secret(self, a_public: int, verifier: int, u: int, b: int) -> int:
        return self.power(int(a_public * gmpy2.powmod(verifier, u, N) % N), b)


class BuiltinPowers:
    """Python's `pow`: always there, about ten times slower, and not constant in time."""

    name = "pow"

    def power(self, base: int, exponent: int) -> int:
        return pow(base, exponent, N)

    def power_of_g(self, exponent: int) -> int:
        return pow(G, checked_exponent(exponent), N)

    def shared_secret(self, a_public: int, verifier: int, u: int, b: int) -> int:
        return pow(a_public * pow(verifier, u, N) % N, b, N)


def available() -> Iterator[Powers]:
    """Every back end that works on this machine, the best first; each is tried when it is asked for."""
    library = find_libcrypto()
    if library and (openssl := _openssl(library)):
        yield openssl
    if gmpy2 is not None and passes_self_test(GmpPowers()):
        yield GmpPowers()
    yield BuiltinPowers()


def _openssl(library: ctypes.PyDLL) -> Powers | None:
    """None for a library that cannot be set up or computes wrongly."""
    try:
        powers = OpenSslPowers(library)
    except (ArithmeticError, MemoryError):
        return None
    return powers if passes_self_test(powers) else None


def passes_self_test(powers: Powers) -> bool:
    """Compare each of its functions with Python's own arithmetic (40 ms)."""
    try:
        return _sample(powers) == _sample(BuiltinPowers())
    except (ArithmeticError, MemoryError):
        return False


def _sample(powers: Powers) -> tuple[int, int, int]:
    return (
        powers.power(_TEST_BASE, _TEST_EXPONENT),
        powers.power_of_g(_TEST_EXPONENT),
        powers.shared_secret(_TEST_BASE, _TEST_BASE, 65537, _TEST_EXPONENT),
    )


@cache
def backend() -> Powers:
    """The best back end; the same object every time."""
    return next(available())


def warm_up() -> None:
    """Choose the back end and make its table (0.1 s), so that no request pays for it."""
    backend()

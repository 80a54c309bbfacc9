"""Exponentiation modulo N: the three back ends and the choice between them.

Chosen once, at the first use: OpenSSL through ctypes where libcrypto is found and passes a
self-test, else gmpy2, else Python's own `pow`. Only the last leaks timing; `backend().name` tells
an operator which one runs.
"""

import ctypes
import hashlib
from collections.abc import Iterator
from functools import cache
from typing import Protocol

from poolhouse.crypto.group import EXPONENT_BITS, GROUP_BYTES, G, N, checked_exponent
from poolhouse.crypto.openssl_bn import OpenSslPowers, find_libcrypto

_TEST_BASE = N // 3
_TEST_EXPONENT = (1 << EXPONENT_BITS) // 7
_TEST_DIGEST = "3d0a74b2db01d6438fa9f03bbbec0889bf17275d16cf57ac26647c1fcea4b906"  # SHA-256 of the results


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
    """gmpy2: `powmod_sec` does not depend on the secret exponent.

    Making one raises `ImportError` on a platform that gmpy2 has no wheel for.
    """

    name = "gmpy2"

    def __init__(self) -> None:
        import gmpy2  # takes longer than all else of this module, and OpenSSL is hardly ever missing

        self._gmpy2 = gmpy2

    def power(self, base: int, exponent: int) -> int:
        if exponent == 0:
            return 1  # powmod_sec takes exponents > 0 only
        return int(self._gmpy2.powmod_sec(base, exponent, N))

    def power_of_g(self, exponent: int) -> int:
        return self.power(G, checked_exponent(exponent))

    def shared_secret(self, a_public: int, verifier: int, u: int, b: int) -> int:
        return self.power(int(a_public * self._gmpy2.powmod(verifier, u, N) % N), b)


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
    if gmp := _gmp():
        yield gmp
    yield BuiltinPowers()


def _openssl(library: ctypes.PyDLL) -> Powers | None:
    """None for a library that cannot be set up or computes wrongly."""
    try:
        powers = OpenSslPowers(library)
    except (ArithmeticError, MemoryError):
        return None
    return powers if passes_self_test(powers) else None


def _gmp() -> Powers | None:
    try:
        powers = GmpPowers()
    except ImportError:
        return None
    return powers if passes_self_test(powers) else None


def passes_self_test(powers: Powers) -> bool:
    """Compare what each of its functions gives for chosen numbers with what is right (3 ms)."""
    try:
        results = (
            powers.power(_TEST_BASE, _TEST_EXPONENT),
            powers.power_of_g(_TEST_EXPONENT),
            powers.shared_secret(_TEST_BASE, _TEST_BASE, 65537, _TEST_EXPONENT),
        )
    except (ArithmeticError, MemoryError):
        return False
    digest = hashlib.sha256(b"".join(number.to_bytes(GROUP_BYTES, "big") for number in results))
    return digest.hexdigest() == _TEST_DIGEST


@cache
def backend() -> Powers:
    """The best back end; the same object every time."""
    return next(available())


def warm_up() -> None:
    """Choose the back end and make its table (30 ms), so that no request pays for it."""
    backend()

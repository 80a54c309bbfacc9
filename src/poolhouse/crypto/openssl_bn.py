"""Exponentiation modulo N by OpenSSL's bignum functions, called through ctypes.

Three things are decided here, by measurement (microseconds of CPU in one run, RSA-2048 signing 244):

- S = (A * v^u)^b: b goes through `BN_mod_exp_mont_consttime` (600); u is known to the client, so
  v^u may take the faster `BN_mod_exp_mont` (540), whose memory accesses depend on u only.
- g^b and g^x: a table of powers of g, 190, against 600 for the constant-time exponentiation. A
  plain table of 32 x 256 entries (about 100) would be indexed by secret bytes, and what a
  neighbour on the same CPU sees of one look-up is enough: b gives the verifier, x is as good as
  the password. So the 64 entries of a row are stored interleaved, byte 0 of all of them, then byte
  1 of all of them: reading any entry touches the same 384 cache lines, and only the place within a
  line (6 bits) is secret. OpenSSL guards its own tables in this way ("scatter and gather"). Pairs
  (b, g^b) made while idle would leak nothing, but a loaded server is never idle.
- Every call holds the GIL (`PyDLL`): each is 0.5 us cheaper so, and none is longer than 1 ms.

A `BN_CTX` and its temporaries belong to one thread; sharing them corrupts them.
"""

import ctypes
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from poolhouse.crypto.group import EXPONENT_BITS, GROUP_BYTES, G, N, checked_exponent

_LIBRARIES = ("libcrypto.so.3", "libcrypto.3.dylib", "libcrypto-3-x64.dll", "libcrypto-3.dll")
_FLAG_CONSTANT_TIME = 0x04  # BN_FLG_CONSTTIME

_WINDOW = 6
_ENTRIES = 1 << _WINDOW  # of one byte each in a cache line of 64
_ROWS = -(-EXPONENT_BITS // _WINDOW)
_ROW_BYTES = _ENTRIES * GROUP_BYTES
_R = 1 << (8 * GROUP_BYTES)  # Montgomery's R for 3072-bit numbers, whatever the word size

# Added to every digit while it is a Python int: CPython keeps the ints up to 256 as shared
# objects, so a bare digit would itself be a look-up at a secret address.
_GUARD = 1024

_POINTER = ctypes.c_void_p
_SIGNATURES: dict[str, tuple[Any, ...]] = {
    "BN_new": (_POINTER,),
    "BN_CTX_new": (_POINTER,),
    "BN_CTX_start": (None, _POINTER),
    "BN_CTX_get": (_POINTER, _POINTER),
    "BN_CTX_free": (None, _POINTER),
    "BN_MONT_CTX_new": (_POINTER,),
    "BN_MONT_CTX_set": (ctypes.c_int, _POINTER, _POINTER, _POINTER),
    "BN_set_flags": (None, _POINTER, ctypes.c_int),
    "BN_bin2bn": (_POINTER, ctypes.c_char_p, ctypes.c_int, _POINTER),
    "BN_bn2binpad": (ctypes.c_int, _POINTER, ctypes.c_char_p, ctypes.c_int),
    "BN_mod_mul": (ctypes.c_int, *[_POINTER] * 5),
    "BN_mod_mul_montgomery": (ctypes.c_int, *[_POINTER] * 5),
    "BN_from_montgomery": (ctypes.c_int, *[_POINTER] * 4),
    "BN_mod_exp_mont": (ctypes.c_int, *[_POINTER] * 6),
    "BN_mod_exp_mont_consttime": (ctypes.c_int, *[_POINTER] * 6),
}


def find_libcrypto() -> ctypes.PyDLL | None:
    """Load OpenSSL 3 by the names the loader knows, or give None. No other path is searched."""
    for name in _LIBRARIES:
        try:
            library = ctypes.PyDLL(name)
            for function, (result, *arguments) in _SIGNATURES.items():
                getattr(library, function).restype = result
                getattr(library, function).argtypes = arguments
        except (OSError, AttributeError):  # not there, or without one of the functions
            continue
        return library
    return None


class _Workspace(threading.local):
    """One thread's BN_CTX with its temporaries; freed with the thread."""

    def __init__(self, library: ctypes.PyDLL) -> None:
        self.context = library.BN_CTX_new()
        library.BN_CTX_start(self.context)
        self.result, self.factor, self.public, self.secret = (
            library.BN_CTX_get(self.context) for _ in range(4)
        )
        if not self.secret:
            raise MemoryError("OpenSSL gave no memory for its numbers.")
        library.BN_set_flags(self.secret, _FLAG_CONSTANT_TIME)
        self.output = ctypes.create_string_buffer(GROUP_BYTES)
        self.finalizer = weakref.finalize(self.output, library.BN_CTX_free, self.context)


class OpenSslPowers:
    """Arithmetic modulo N as `powers.Powers` describes it. Safe to share between threads.

    Making one takes 20 ms, for the table.
    """

    name = "openssl"

    def __init__(self, library: ctypes.PyDLL) -> None:
        self._library = library
        self._work = _Workspace(library)
        self._modulus = library.BN_new()
        self._montgomery = library.BN_MONT_CTX_new()
        if not (self._modulus and self._montgomery):
            raise MemoryError("OpenSSL gave no memory for its numbers.")
        self._put(self._modulus, N)
        _done(library.BN_MONT_CTX_set(self._montgomery, self._modulus, self._work.context))
        self._table = _PowersOfG(self._sequence)

    def power(self, base: int, exponent: int) -> int:
        work = self._work
        self._put(work.result, base % N)
        self._put(work.secret, exponent)
        self._raise_to_secret()
        return self._taken()

    def power_of_g(self, exponent: int) -> int:
        exponent = checked_exponent(exponent)
        work, library, table = self._work, self._library, self._table
        read, multiply = library.BN_bin2bn, library.BN_mod_mul_montgomery
        read(table.entry(0, exponent), GROUP_BYTES, work.result)
        for row in range(1, _ROWS):
            read(table.entry(row, exponent), GROUP_BYTES, work.factor)
            _done(multiply(work.result, work.result, work.factor, self._montgomery, work.context))
        _done(library.BN_from_montgomery(work.result, work.result, self._montgomery, work.context))
        return self._taken()

    def shared_secret(self, a_public: int, verifier: int, u: int, b: int) -> int:
        work, library, modulus = self._work, self._library, self._modulus
        self._put(work.factor, verifier % N)
        self._put(work.public, u)
        self._put(work.secret, b)
        _done(
            library.BN_mod_exp_mont(
                work.result, work.factor, work.public, modulus, work.context, self._montgomery
            )
        )
        self._put(work.factor, a_public % N)
        _done(library.BN_mod_mul(work.result, work.result, work.factor, modulus, work.context))
        self._raise_to_secret()
        return self._taken()

    def _raise_to_secret(self) -> None:
        work = self._work
        _done(
            self._library.BN_mod_exp_mont_consttime(
                work.result, work.result, work.secret, self._modulus, work.context, self._montgomery
            )
        )

    def _put(self, number: Any, value: int) -> None:
        length = (value.bit_length() + 7) // 8
        _done(self._library.BN_bin2bn(value.to_bytes(length, "big"), length, number))

    def _taken(self) -> int:
        """The result as an int."""
        return int.from_bytes(self._result_bytes(), "big")

    def _result_bytes(self) -> bytes:
        work = self._work
        if self._library.BN_bn2binpad(work.result, work.output, GROUP_BYTES) != GROUP_BYTES:
            raise ArithmeticError("OpenSSL gave a number that is too long.")
        return work.output.raw

    def _sequence(self, first: int, step: int) -> Iterator[bytes]:
        """first * step^d for d = 0, 1, 2 and so on, in Montgomery form."""
        work, multiply = self._work, self._library.BN_mod_mul_montgomery
        self._put(work.result, first * _R % N)
        self._put(work.factor, step * _R % N)
        while True:
            yield self._result_bytes()
            _done(multiply(work.result, work.result, work.factor, self._montgomery, work.context))


class _PowersOfG:
    """Powers of g in Montgomery form, 1 MB: in row r, entry d holds g^((d + 1) * 64^r).

    With d + 1 in place of d no entry is 1, whose Montgomery form is a word shorter and would be
    multiplied on another path, at another speed. The surplus, the sum of all 64^r, is taken off
    the exponents of row 0.

    sequence  gives x * y^d in Montgomery form for d = 0, 1, 2 and so on
    """

    def __init__(self, sequence: Callable[[int, int], Iterator[bytes]]) -> None:
        self._cells = bytearray(64 + _GUARD + _ROWS * _ROW_BYTES)
        address = ctypes.addressof(ctypes.c_char.from_buffer(self._cells))
        self._starts = [-address % 64 + row * _ROW_BYTES for row in range(_ROWS)]
        surplus = sum(1 << (_WINDOW * row) for row in range(_ROWS))
        step, first = G, pow(G, 1 - surplus, N)
        for start in self._starts:
            for digit, entry in zip(range(_ENTRIES), sequence(first, step), strict=False):
                cell = start + _GUARD + digit
                self._cells[cell : cell + _ROW_BYTES - 63 : _ENTRIES] = entry
            step = first = pow(step, _ENTRIES, N)

    def entry(self, row: int, exponent: int) -> bytes:
        """The entry for the exponent's digit number `row`."""
        digit = ((exponent >> (_WINDOW * row)) | _GUARD) & (_GUARD | (_ENTRIES - 1))
        start = self._starts[row] + digit
        return bytes(self._cells[start : start + _ROW_BYTES - 63 : _ENTRIES])


def _done(result: Any) -> None:
    if not result:
        raise ArithmeticError("OpenSSL could not compute (out of memory).")

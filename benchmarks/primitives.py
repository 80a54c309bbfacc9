"""The bare primitives, timed here and now, and the crypto-bound limits that follow from them.

Rates change from machine to machine and from hour to hour, so the benchmark compares the server
with these figures, taken in the same run: an operation cannot cost less than the cryptography that
it must do. Every figure is the median of many calls, in microseconds of this thread's CPU time.

    python -m benchmarks.primitives
"""

import statistics
import time
from collections.abc import Callable, Mapping
from functools import cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from benchmarks import credentials, saml
from poolhouse.crypto import aead, jose, passwords, powers, srp
from poolhouse.crypto.group import N
from poolhouse.crypto.hkdf import hkdf_sha256

Call = Callable[[], object]

_SALT = bytes(range(1, 17))
_KEY = bytes(range(32))
_EXPONENT = (1 << 256) // 7
_NUMBER = N // 3
_CALLS_A_ROUND = {"argon2id": 1}
_FEWEST_ROUNDS = 3

# What each operation cannot do without, and how often. srp_sign_in is both requests; each operation that
# ends with tokens signs two of them, but a machine's one. code_grant is authorize and token; saml_response
# ends with a code, and signs nothing. Temporary credentials take the verification of a token, and a session
# that is signed with its secret sealed.
_SESSION = {"jwt_verify": 1, "ed25519_sign": 1, "aead": 1}
NEEDS: Mapping[str, Mapping[str, int]] = {
    "srp_sign_in": {"power_of_g": 1, "srp_shared_secret": 1, "srp_proof": 1, "aead": 1, "rsa_sign": 2},
    "password_srp": {"power_of_g": 1, "rsa_sign": 2},
    "password_argon2id": {"argon2id": 1, "rsa_sign": 2},
    "refresh": {"rsa_sign": 2, "aead": 1},
    "passkey_sign_in": {"es256_verify": 1, "aead": 1, "rsa_sign": 2},
    "client_credentials": {"rsa_sign": 1},
    "code_grant": {"rsa_sign": 2},
    "saml_response": {"saml_verify": 1},
    "identity_credentials": _SESSION,
    "web_identity": _SESSION,
}
_CLAIMS = {
    "sub": "6ad9a3f5-8a0b-4a5e-9a52-2f0f6c1d7e10",
    "iss": "http://localhost:8400/us-east-1_AbCdEf123",
    "client_id": "1example23456789",
    "origin_jti": "6ad9a3f5-8a0b-4a5e-9a52-2f0f6c1d7e11",
    "event_id": "6ad9a3f5-8a0b-4a5e-9a52-2f0f6c1d7e12",
    "token_use": "access",
    "scope": "aws.cognito.signin.user.admin",
    "auth_time": 1_800_000_000,
    "iat": 1_800_000_000,
    "exp": 1_800_003_600,
    "jti": "6ad9a3f5-8a0b-4a5e-9a52-2f0f6c1d7e13",
    "username": "6ad9a3f5-8a0b-4a5e-9a52-2f0f6c1d7e10",
}


def medians(calls: Mapping[str, Call], seconds: float) -> dict[str, float]:
    """The median CPU time of each call, in microseconds, of as many calls as the time allows.

    They take turns, so that a machine which slows down for a while slows all of them.
    """
    times: dict[str, list[int]] = {name: [] for name in calls}
    rounds, until = 0, time.monotonic() + seconds
    while rounds < _FEWEST_ROUNDS or time.monotonic() < until:
        rounds += 1
        for name, call in calls.items():
            call()  # not counted: it brings the call's code and data back into the caches
            times[name] += [_nanoseconds(call) for _ in range(_CALLS_A_ROUND.get(name, 8))]
    return {name: statistics.median(taken) / 1000 for name, taken in times.items()}


def _nanoseconds(call: Call) -> int:
    start = time.thread_time_ns()
    call()
    return time.thread_time_ns() - start


@cache
def primitives() -> Mapping[str, Call]:
    """Each primitive, ready to be called.

    power_256 and power_of_g have a secret exponent of 256 bits; srp_shared_secret is v^u and the
    power b of the product; srp_proof is the derivation of the SRP key and the proof made with it;
    aead seals and opens 200 bytes; rsa_sign is the bare signature over a token's bytes, jwt_sign
    the whole token; argon2id has the costs of a stored password; es256_verify is a passkey's signature;
    saml_verify the whole verification of a response with one signed assertion; ed25519_sign the signature
    of a session token.
    """
    powers.warm_up()
    backend = powers.backend()
    der = jose.new_signing_key()
    key, rsa_key = jose.load_signing_key(der), serialization.load_der_private_key(der, None)
    assert isinstance(rsa_key, rsa.RSAPrivateKey)
    token = key.sign(_CLAIMS)
    message = token.rsplit(".", 1)[0].encode()
    padding, sha256 = PKCS1v15(), hashes.SHA256()
    encoded = passwords.hash_argon2id("P2$Sword", _SALT)
    return {
        "power_256": lambda: backend.power(_NUMBER, _EXPONENT),
        "power_of_g": lambda: backend.power_of_g(_EXPONENT),
        "srp_shared_secret": lambda: backend.shared_secret(_NUMBER, _NUMBER, _EXPONENT, _EXPONENT),
        "srp_proof": _srp_proof,
        "aead": _seal_and_open,
        "rsa_sign": lambda: rsa_key.sign(message, padding, sha256),
        "jwt_sign": lambda: key.sign(_CLAIMS),
        "jwt_verify": lambda: jose.verify(token, lambda _: key.verify_key),
        "argon2id": lambda: passwords.verify_argon2id(encoded, "P2$Sword"),
        "es256_verify": _es256_verify(),
        "saml_verify": saml.verification(),
        "ed25519_sign": credentials.signature(),
    }


def bound(operation: str, seconds: float) -> float:
    """The crypto-bound limit of an operation in microseconds. Takes `seconds`, or a little more."""
    needs = NEEDS[operation]
    costs = medians({name: primitives()[name] for name in needs}, seconds)
    return sum(costs[name] * times for name, times in needs.items())


def _srp_proof() -> bytes:
    key = hkdf_sha256(srp.pad_hex(_NUMBER), salt=_KEY, info=b"Caldera Derived Key", length=16)
    return srp.proof(key, "pool", "user", bytes(200), "Tue Sep 1 07:03:09 UTC 2026")


def _es256_verify() -> Call:
    key = ec.generate_private_key(ec.SECP256R1())
    public, algorithm = key.public_key(), ec.ECDSA(hashes.SHA256())
    signature = key.sign(bytes(69), algorithm)
    return lambda: public.verify(signature, bytes(69), algorithm)


def _seal_and_open() -> bytes:
    return aead.open_sealed(_KEY, aead.seal(_KEY, bytes(200), "record", bytes(12)), "record")


def main() -> None:
    costs = medians(primitives(), 20)
    limits = {
        name: sum(costs[each] * times for each, times in needs.items()) for name, needs in NEEDS.items()
    }
    print(f"Exponentiation by {powers.backend().name}. Microseconds of CPU time, and calls a second.\n")
    for title, figures in (("Primitives", costs), ("Crypto-bound limits", limits)):
        print(title)
        for name, taken in figures.items():
            print(f"  {name:<20} {taken:>10,.1f} us {1e6 / taken:>10,.0f} /s")
        print()


if __name__ == "__main__":
    main()

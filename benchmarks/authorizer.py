"""What an application pays to verify a token: the authorizer beside the bare RS256 of the same token."""

import json
import time
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from poolhouse.authorizer import Fetched, Pool, Verifier
from poolhouse.crypto import jose

# The least ratio of a bare verification to one of ours: a token that was not seen before, and one that was.
RATIOS = {"authorizer_new_token": 0.45, "authorizer_known_token": 1.5}
_ISSUER = "https://id.example.com/us-east-1_Ab3dEf6hI"
_CLIENT = "4k2example"
_NOW = 1_795_600_000
_CLAIMS = {
    "sub": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    "iss": _ISSUER,
    "client_id": _CLIENT,
    "origin_jti": "11111111-2222-3333-4444-555555555555",
    "event_id": "22222222-2222-3333-4444-555555555555",
    "token_use": "access",
    "scope": "openid notes/read",
    "auth_time": _NOW,
    "exp": _NOW + 3_600,
    "iat": _NOW,
    "jti": "33333333-2222-3333-4444-555555555555",
    "username": "ada",
}
_BATCH = 50  # calls between two looks at the clock


def measure(seconds: float) -> list[dict[str, Any]]:
    """A row for a token that is new to the verifier, and for one that it remembers. CPU time of one core."""
    der = jose.new_signing_key()
    key = jose.load_signing_key(der)
    token = key.sign(_CLAIMS)
    jwks = Fetched(200, json.dumps({"keys": [key.public_jwk()]}).encode())
    forgetful, mindful = (
        Verifier(
            Pool(_ISSUER, [_CLIENT]),
            scopes="notes/read",
            remember=size,
            fetch=lambda url, headers: jwks,
            clock=lambda: float(_NOW),
        )
        for size in (0, 10)
    )
    forgetful.verify(token)
    mindful.verify(token)
    bare = _bare(der, token)
    return [
        _row("authorizer_new_token", lambda: forgetful.verify(token), bare, seconds),
        _row("authorizer_known_token", lambda: mindful.verify(token), bare, seconds),
    ]


def _bare(der: bytes, token: str) -> Callable[[], object]:
    """RSA alone, over bytes that are ready."""
    private = serialization.load_der_private_key(der, None)
    assert isinstance(private, rsa.RSAPrivateKey)
    public, padding, sha256 = private.public_key(), PKCS1v15(), hashes.SHA256()
    message = token.rpartition(".")[0].encode()
    signature = private.sign(message, padding, sha256)
    return lambda: public.verify(signature, message, padding, sha256)


def _row(
    operation: str, call: Callable[[], object], bare: Callable[[], object], seconds: float
) -> dict[str, Any]:
    """The two by turns, for machines change their speed; of each the quickest batch."""
    taken: tuple[list[float], list[float]] = ([], [])
    until = time.monotonic() + seconds
    while time.monotonic() < until or not taken[0]:
        for times, work in zip(taken, (call, bare), strict=True):
            times.append(_microseconds(work))
    ours, bound = (min(times) for times in taken)
    return {
        "operation": operation,
        "rate_per_s": round(1e6 / ours, 2),
        "cpu_us": round(ours, 2),
        "bound_us": round(bound, 2),
        "ratio": round(bound / ours, 3),
    }


def _microseconds(call: Callable[[], object]) -> float:
    began = time.thread_time_ns()
    for _ in range(_BATCH):
        call()
    return (time.thread_time_ns() - began) / _BATCH / 1_000


def show(rows: list[dict[str, Any]]) -> None:
    print("\nauthorizer, one core, keys in memory")
    print(f"  {'operation':<24}{'per s':>9}{'CPU us':>10}{'RS256 us':>10}{'ratio':>8}  target")
    for row in rows:
        wanted = RATIOS[row["operation"]]
        met = "met" if row["ratio"] >= wanted else "MISSED"
        figures = f"{row['rate_per_s']:>9,.0f}{row['cpu_us']:>10,.1f}{row['bound_us']:>10,.1f}"
        print(f"  {row['operation']:<24}{figures}{row['ratio']:>8.0%}  {wanted:.0%} {met}")


if __name__ == "__main__":
    show(measure(3.0))

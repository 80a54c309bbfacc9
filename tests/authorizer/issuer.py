"""An issuer whose tokens are as Cognito's, key ids and claims alike, and whose answers a test can change."""

import base64
import json
import threading
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from poolhouse.authorizer import Fetched, Pool, Verifier

CLIENT = "57cbishk4j24pabc1234567890"
POOL = "eu-west-1_Ab3dEf6hI"
ISSUER = f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL}"
OTHER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other0001"
SUB = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"
SIGN_IN = "11111111-2222-3333-4444-555555555555"
NOW = 1_795_600_000  # of the clock that verifiers are given

Claims = dict[str, Any]


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """Made once for all tests; the one called "small" is too small."""
    return rsa.generate_private_key(65537, 1024 if name == "small" else 2048)


def kid(name: str) -> str:
    """44 characters of base64, as Cognito's."""
    return base64.b64encode(name.encode().ljust(32, b"+")).decode()


def jwk(name: str, **changes: Any) -> Claims:
    numbers = private_key(name).public_key().public_numbers()
    n, e = (number.to_bytes((number.bit_length() + 7) // 8, "big") for number in (numbers.n, numbers.e))
    usual = {"alg": "RS256", "e": encoded(e), "kid": kid(name), "kty": "RSA", "n": encoded(n), "use": "sig"}
    return usual | changes


def access(**changes: Any) -> Claims:
    """The claims of an access token of a sign-in by the API; None leaves one out."""
    return _with(
        changes,
        {
            "sub": SUB,
            "iss": ISSUER,
            "client_id": CLIENT,
            "origin_jti": SIGN_IN,
            "event_id": "22222222-2222-3333-4444-555555555555",
            "token_use": "access",
            "scope": "aws.cognito.signin.user.admin",
            "auth_time": NOW - 60,
            "exp": NOW + 3_540,
            "iat": NOW - 60,
            "jti": "33333333-2222-3333-4444-555555555555",
            "username": "ada",
        },
    )


def identity(**changes: Any) -> Claims:
    """The claims of an ID token."""
    return _with(
        changes,
        {
            "sub": SUB,
            "email_verified": True,
            "iss": ISSUER,
            "cognito:username": "ada",
            "origin_jti": SIGN_IN,
            "aud": CLIENT,
            "token_use": "id",
            "auth_time": NOW - 60,
            "exp": NOW + 3_540,
            "iat": NOW - 60,
            "email": "ada@example.com",
        },
    )


def _with(changes: Claims, usual: Claims) -> Claims:
    return {name: value for name, value in (usual | changes).items() if value is not None}


def signed(header: bytes, payload: bytes, name: str = "first") -> str:
    """A token of these very bytes."""
    message = f"{encoded(header)}.{encoded(payload)}"
    return f"{message}.{encoded(private_key(name).sign(message.encode(), PKCS1v15(), hashes.SHA256()))}"


def token(claims: Claims | None = None, name: str = "first", **header: Any) -> str:
    """A token under a key of this name; None leaves a member of the header out."""
    members = _with(header, {"kid": kid(name), "alg": "RS256"})
    return signed(json.dumps(members).encode(), json.dumps(claims or access()).encode(), name)


class Issuer:
    """The fetch of a verifier. It counts, can be away, and can be made to wait.

    keys      of the JWKS; a test changes them
    answer    in place of the JWKS
    gate      closed: nobody gets an answer
    """

    def __init__(self, *names: str) -> None:
        self.keys: list[Claims] = [jwk(name) for name in names or ("first", "second")]
        self.answer: Callable[[str, Mapping[str, str]], Fetched] | None = None
        self.is_away = False
        self.asked: list[str] = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, url: str, headers: Mapping[str, str]) -> Fetched:
        self.asked.append(url)
        self.gate.wait(10)
        if self.is_away:
            raise OSError("nobody is there")
        if self.answer is not None:
            return self.answer(url, headers)
        return Fetched(200, json.dumps({"keys": self.keys}).encode())


def verifier(issuer: Issuer | None = None, pool: Pool | None = None, **rules: Any) -> Verifier:
    """A verifier of the pool, at NOW, without leeway."""
    usual = {"fetch": issuer or Issuer(), "clock": lambda: float(NOW), "leeway": 0}
    return Verifier(pool or Pool(ISSUER, [CLIENT]), **(usual | rules))


def until(is_so: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for what another thread does."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError("It did not happen in time.")
        time.sleep(0.002)

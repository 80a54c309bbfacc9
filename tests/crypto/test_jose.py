"""Tokens: what we sign verifies everywhere, and what we did not sign, or not so, verifies nowhere."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwk
from joserfc import jwt as joserfc_jwt

from poolhouse.crypto import jose

KEY = jose.load_signing_key(jose.new_signing_key())
OTHER = jose.load_signing_key(jose.new_signing_key())
CLAIMS = {"sub": "ada", "exp": 1_800_000_000, "cognito:groups": ["admins"], "name": "Åsa"}


def our_keys(kid: str) -> jose.VerifyKey | None:
    return {KEY.kid: KEY.verify_key}.get(kid)


def encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def forge(header: Any, payload: Any = None, key: jose.SigningKey = KEY) -> str:
    """A token with a right signature over any header and payload, given as JSON values or bytes."""
    parts = [
        encode(part if isinstance(part, bytes) else json.dumps(part).encode())
        for part in (header, CLAIMS if payload is None else payload)
    ]
    message = ".".join(parts)
    signature = key._key.sign(message.encode(), jose._PADDING, jose._HASHES["RS256"])
    return f"{message}.{encode(signature)}"


def right_header(**more: Any) -> dict[str, Any]:
    return {"kid": KEY.kid, "alg": "RS256", **more}


def public_pem() -> bytes:
    return KEY._key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def hs256_with_the_public_key() -> str:
    message = (
        f"{encode(json.dumps(right_header(alg='HS256')).encode())}.{encode(json.dumps(CLAIMS).encode())}"
    )
    return f"{message}.{encode(hmac.digest(public_pem(), message.encode(), hashlib.sha256))}"


def with_part(place: int, change: Callable[[str], str]) -> str:
    """A right token with one of its parts rewritten as text."""
    parts = KEY.sign(CLAIMS).split(".")
    parts[place] = change(parts[place])
    return ".".join(parts)


def with_a_stray_bit(segment: str) -> str:
    """The same bytes, spelt with a bit set that base64 does not use."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    changed = segment[:-1] + alphabet[alphabet.index(segment[-1]) + 1]
    padding = "=" * (-len(segment) % 4)
    assert base64.urlsafe_b64decode(changed + padding) == base64.urlsafe_b64decode(segment + padding)
    return changed


def test_what_we_sign_we_verify() -> None:
    assert jose.verify(KEY.sign(CLAIMS), our_keys) == CLAIMS


def test_what_we_sign_other_libraries_verify() -> None:
    token = KEY.sign(CLAIMS)

    assert jwt.decode(token, public_pem(), algorithms=["RS256"]) == CLAIMS
    assert joserfc_jwt.decode(token, jwk.import_key(KEY.public_jwk()), algorithms=["RS256"]).claims == CLAIMS


def test_the_header_is_cognitos() -> None:
    header = KEY.sign(CLAIMS).split(".")[0]

    assert base64.urlsafe_b64decode(header + "==") == f'{{"kid":"{KEY.kid}","alg":"RS256"}}'.encode()


def test_a_kid_is_the_thumbprint_of_rfc_7638() -> None:
    n = (
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRX"
        "jBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSq"
        "zs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHa"
        "Q-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
    )

    key = jose.load_verify_key({"e": "AQAB", "n": n})

    assert key.kid == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    assert key.public_jwk() == {
        "alg": "RS256",
        "e": "AQAB",
        "kid": key.kid,
        "kty": "RSA",
        "n": n,
        "use": "sig",
    }
    assert KEY.kid == jwk.import_key(KEY.public_jwk()).thumbprint()


def test_a_key_keeps_the_kid_that_it_was_published_under() -> None:
    key = jose.load_signing_key(jose.new_signing_key(), "published before")

    token = key.sign(CLAIMS)

    assert key.public_jwk()["kid"] == "published before"
    assert jose.verify(token, {"published before": key.verify_key}.get) == CLAIMS
    with pytest.raises(jose.BadSignature):
        jose.verify(token, {KEY.kid: key.verify_key}.get)


def test_a_public_key_loaded_from_its_jwk_verifies() -> None:
    key = jose.load_verify_key(KEY.public_jwk())

    assert jose.verify(KEY.sign(CLAIMS), lambda kid: key if kid == key.kid else None) == CLAIMS


def test_a_key_has_2048_bits_and_comes_back_from_its_der() -> None:
    der = jose.new_signing_key()

    assert jose.load_signing_key(der).kid == jose.load_signing_key(der).kid
    assert jose.load_signing_key(der)._key.key_size == 2048


def test_a_key_that_is_not_rsa_is_refused() -> None:
    der = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )

    with pytest.raises(ValueError, match="RSA"):
        jose.load_signing_key(der)


MALFORMED = {
    "alg none": lambda: f"{encode(json.dumps(right_header(alg='none')).encode())}.{encode(b'{}')}.",
    "alg none, signed": lambda: forge(right_header(alg="none")),
    "alg in other letters": lambda: forge(right_header(alg="rs256")),
    "alg RS512": lambda: forge(right_header(alg="RS512")),
    "alg PS256": lambda: forge(right_header(alg="PS256")),
    "no alg": lambda: forge({"kid": KEY.kid}),
    "alg not a string": lambda: forge(right_header(alg=["RS256"])),
    "HS256 with the public key": hs256_with_the_public_key,
    "jwk header": lambda: forge(right_header(jwk=OTHER.public_jwk()), key=OTHER),
    "jwk header, our key": lambda: forge(right_header(jwk=KEY.public_jwk())),
    "jku header": lambda: forge(right_header(jku="https://example.com/jwks.json")),
    "x5u header": lambda: forge(right_header(x5u="https://example.com/cert")),
    "x5c header": lambda: forge(right_header(x5c=["MII"])),
    "crit header": lambda: forge(right_header(crit=["exp"])),
    "empty crit header": lambda: forge(right_header(crit=[])),
    "b64 header": lambda: forge(right_header(b64=False)),
    "zip header": lambda: forge(right_header(zip="DEF")),
    "no kid": lambda: forge({"alg": "RS256"}),
    "kid not a string": lambda: forge({"kid": 7, "alg": "RS256"}),
    "header an array": lambda: forge(["RS256"]),
    "header not JSON": lambda: forge(b"RS256"),
    "header not UTF-8": lambda: forge(b'{"alg":"RS256","kid":"\xff"}'),
    "header in UTF-16": lambda: forge(json.dumps(right_header()).encode("utf-16")),
    "header too long": lambda: forge(right_header(typ="x" * 1024)),
    "header with a name twice": lambda: forge(f'{{"alg":"none","alg":"RS256","kid":"{KEY.kid}"}}'.encode()),
    "header nested deeply": lambda: forge(b"[" * 700),
    "claims an array": lambda: forge(right_header(), ["ada"]),
    "claims a string": lambda: forge(right_header(), "ada"),
    "claims not JSON": lambda: forge(right_header(), b"{sub}"),
    "claims empty": lambda: forge(right_header(), b""),
    "claims with a name twice": lambda: forge(right_header(), b'{"sub":"ada","sub":"bob"}'),
    "claims with a nested name twice": lambda: forge(right_header(), b'{"a":{"b":1,"b":2}}'),
    "claims with NaN": lambda: forge(right_header(), b'{"exp":NaN}'),
    "claims with a huge number": lambda: forge(right_header(), b'{"exp":' + b"9" * 5000 + b"}"),
    "claims nested deeply": lambda: forge(right_header(), b'{"a":' + b"[" * 40_000),
    "claims too long": lambda: forge(right_header(), {"a": "x" * 65_536}),
    "padded header": lambda: with_part(0, lambda part: part + "="),
    "padded payload": lambda: with_part(1, lambda part: part + "=="),
    "padded signature": lambda: with_part(2, lambda part: part + "=="),
    "stray bit in the signature": lambda: with_part(2, with_a_stray_bit),
    "space before": lambda: " " + KEY.sign(CLAIMS),
    "newline after": lambda: KEY.sign(CLAIMS) + "\n",
    "newline within the payload": lambda: with_part(1, lambda part: part[:8] + "\n" + part[8:]),
    "character outside the alphabet": lambda: with_part(1, lambda part: part[:8] + "!" + part[8:]),
    "character outside ASCII": lambda: with_part(1, lambda part: part[:8] + "é" + part[8:]),
    "standard base64 alphabet": lambda: with_part(2, lambda part: "+/" + part[2:]),
    "one character too many": lambda: with_part(2, lambda part: part + "AAA"),
    "two parts": lambda: KEY.sign(CLAIMS).rsplit(".", 1)[0],
    "four parts": lambda: KEY.sign(CLAIMS) + ".AA",
    "five parts": lambda: "eyJhbGciOiJkaXIifQ.AA.AA.AA.AA",
    "empty": lambda: "",
    "dots only": lambda: "..",
}


@pytest.mark.parametrize("make", MALFORMED.values(), ids=MALFORMED.keys())
def test_any_form_but_ours_is_refused(make: Callable[[], str]) -> None:
    with pytest.raises(jose.NotAJwt):
        jose.verify(make(), our_keys)


@pytest.mark.parametrize(
    ("header", "payload"),
    [
        (right_header(), CLAIMS),
        (right_header(typ="JWT"), CLAIMS),
        (right_header(x5t="thumbprint"), CLAIMS),
        (right_header(typ="x" * 600), CLAIMS),
        (right_header(), {}),
        (right_header(), {"a": [[1]], "b": {"a": 1}, "exp": 10**100}),
        (right_header(), {"a": "x" * 40_000}),
    ],
)
def test_the_twins_of_those_refusals_verify(header: dict[str, Any], payload: dict[str, Any]) -> None:
    assert jose.verify(forge(header, payload), our_keys) == payload


UNSIGNED = {
    "another key under our kid": lambda: forge(right_header(), key=OTHER),
    "another key under its own kid": lambda: OTHER.sign(CLAIMS),
    "unknown kid, our key": lambda: forge({"kid": "unknown", "alg": "RS256"}),
    "other claims": lambda: with_part(1, lambda part: encode(json.dumps({**CLAIMS, "sub": "bob"}).encode())),
    "signature of another token": lambda: with_part(2, lambda part: KEY.sign({}).split(".")[2]),
    "empty signature": lambda: with_part(2, lambda part: ""),
    "short signature": lambda: with_part(2, lambda part: part[:-4] + "AA"),
    "signature of zeros": lambda: with_part(2, lambda part: encode(bytes(256))),
}


@pytest.mark.parametrize("make", UNSIGNED.values(), ids=UNSIGNED.keys())
def test_a_token_that_none_of_our_keys_signed_is_refused(make: Callable[[], str]) -> None:
    with pytest.raises(jose.BadSignature):
        jose.verify(make(), our_keys)


def test_a_refusal_does_not_show_the_token() -> None:
    token = forge(right_header(), b'{"sub":"ada","sub":"bob"}')

    with pytest.raises(jose.JwtRefused) as refusal:
        jose.verify(token, our_keys)

    assert refusal.value.__cause__ is None
    assert "ada" not in str(refusal.value)


def test_the_issuer_can_be_read_before_the_key_is_known() -> None:
    assert jose.unverified_issuer(KEY.sign({"iss": "http://localhost/pool"})) == "http://localhost/pool"


@pytest.mark.parametrize(
    "token", ["", "a.b", "..", KEY.sign({}), KEY.sign({"iss": 7}), f"AA.{'A' * 65_536}.AA"]
)
def test_no_issuer_is_read_from_what_has_none(token: str) -> None:
    with pytest.raises(jose.NotAJwt):
        jose.unverified_issuer(token)

"""Tokens that the authorizer must not let through, each with one almost the same that it does."""

import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import serialization
from tests.authorizer.issuer import (
    CLIENT,
    ISSUER,
    NOW,
    OTHER,
    access,
    encoded,
    identity,
    jwk,
    kid,
    private_key,
    signed,
    token,
)

from poolhouse import authorizer
from poolhouse.authorizer import AuthorizerError, Pool

NOTES = {"scope": "openid notes/read"}
API = "https://notes.example.com"


@dataclass(frozen=True)
class Case:
    """`refused` and `twin` make tokens for a verifier with `rules`."""

    name: str
    error: type[AuthorizerError]
    refused: Callable[[], Any]
    twin: Callable[[], str] = token
    rules: Mapping[str, Any] = field(default_factory=dict)


def claiming(**changes: Any) -> Callable[[], str]:
    return lambda: token(access(**changes))


def of_user(**changes: Any) -> Callable[[], str]:
    return lambda: token(identity(**changes))


def headed(**members: Any) -> Callable[[], str]:
    return lambda: token(access(), **members)


def text(change: Callable[[str], Any]) -> Callable[[], Any]:
    return lambda: change(token())


def with_hmac(secret: bytes) -> str:
    message = f"{encoded(json.dumps({'kid': kid('first'), 'alg': 'HS256'}).encode())}.{payload()}"
    return f"{message}.{encoded(hmac.digest(secret, message.encode(), 'sha256'))}"


def payload() -> str:
    return encoded(json.dumps(access()).encode())


def public_pem() -> bytes:
    key = private_key("first").public_key()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def of_bytes(claims: bytes, header: bytes = b"") -> str:
    return signed(header or json.dumps({"kid": kid("first"), "alg": "RS256"}).encode(), claims)


def twice(name: str, value: str) -> bytes:
    """The claims with a name that is there already."""
    return b'{"%s":%s,' % (name.encode(), value.encode()) + json.dumps(access()).encode()[1:]


def with_stray_bits(whole: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return whole[:-1] + alphabet[alphabet.index(whole[-1]) ^ 1]


def with_changed_claims(whole: str) -> str:
    header, _, signature = whole.split(".")
    return f"{header}.{encoded(json.dumps(access(username='root')).encode())}.{signature}"


def std_base64(whole: str) -> str:
    """The signature in the other alphabet, which must differ from ours somewhere."""
    changed = whole
    while changed == whole:
        whole = token(access(jti=encoded(whole[-12:].encode())))
        header, claims, signature = whole.split(".")
        changed = f"{header}.{claims}.{signature.replace('-', '+').replace('_', '/')}"
    return changed


FORMS = [
    Case(f"a token that is {name}", authorizer.Malformed, make)
    for name, make in {
        "no text": lambda: None,
        "bytes": text(str.encode),
        "empty": lambda: "",
        "a word": lambda: "abc",
        "of two parts": text(lambda whole: whole.rpartition(".")[0]),
        "of four parts": text(lambda whole: whole + ".e30"),
        "of five parts, as a refresh token": lambda: "eyJjdHkiOiJKV1QifQ.a.b.c.d",
        "padded": text(lambda whole: whole + "=="),
        "followed by a line break": text(lambda whole: whole + "\n"),
        "not canonical base64url": text(with_stray_bits),
        "of the other base64": text(std_base64),
        "not ASCII": text(lambda whole: whole + "é"),
        "half a surrogate": text(lambda whole: whole + "\ud800"),
        "too long": lambda: token(access(more="x" * 65_536)),
        "all dots": lambda: "." * 60_000,
        "not JSON": lambda: of_bytes(b"claims"),
        "a JSON list": lambda: of_bytes(b"[]"),
        "not UTF-8": lambda: of_bytes(b'{"sub":"\xff"}'),
        "nested too deeply": lambda: of_bytes(b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}"),
        "a number of 5,000 digits": lambda: of_bytes(twice("big", "1" * 5_000)),
        "not a number": lambda: of_bytes(twice("big", "NaN")),
    }.items()
]

HEADERS = [
    Case("a token without a signature", authorizer.Malformed, headed(alg="none")),
    Case("a token without a signature, spelled otherwise", authorizer.Malformed, headed(alg="nOnE")),
    Case(
        "a token whose signature was taken off",
        authorizer.BadSignature,
        text(lambda whole: whole.rpartition(".")[0] + "."),
    ),
    Case("HS256 with the public key in PEM", authorizer.Malformed, lambda: with_hmac(public_pem())),
    Case(
        "HS256 with the public key as JWK",
        authorizer.Malformed,
        lambda: with_hmac(json.dumps(jwk("first")).encode()),
    ),
    *(
        Case(f"a header whose {name} is {value!r}", authorizer.Malformed, headed(**{name: value}))
        for name, value in (
            ("alg", "RS512"),
            ("alg", "PS256"),
            ("alg", "rs256"),
            ("alg", None),
            ("kid", None),
            ("kid", 1),
            ("crit", ["exp"]),
            ("b64", False),
            ("zip", "DEF"),
            ("jku", "https://example.com/jwks.json"),
            ("x5u", "https://example.com/key.pem"),
            ("x5c", ["MII="]),
        )
    ),
    Case(
        "a token that brings its own key",
        authorizer.Malformed,
        lambda: token(access(), "mallory", jwk=jwk("mallory"), kid=kid("first")),
    ),
    Case(
        "a header with alg twice",
        authorizer.Malformed,
        lambda: of_bytes(
            json.dumps(access()).encode(), b'{"alg":"none","kid":"%s","alg":"RS256"}' % kid("first").encode()
        ),
    ),
]

SIGNATURES = [
    Case(
        "a key of somebody else under a kid of the issuer",
        authorizer.BadSignature,
        lambda: token(access(), "mallory", kid=kid("first")),
    ),
    Case(
        "a kid that the issuer does not have",
        authorizer.BadSignature,
        lambda: token(access(), "mallory"),
        lambda: token(access(), "second"),
    ),
    Case("other claims under a true signature", authorizer.BadSignature, text(with_changed_claims)),
    Case(
        "another key of the issuer than the kid says",
        authorizer.BadSignature,
        lambda: token(access(), "second", kid=kid("first")),
        lambda: token(access(), "second"),
    ),
]

TYPES = [
    Case("a claim that is there twice", authorizer.Malformed, lambda: of_bytes(twice("username", '"root"'))),
    *(
        Case(f"an access token whose {name} is {value!r}", authorizer.Malformed, claiming(**{name: value}))
        for name, value in (
            ("exp", None),
            ("exp", str(NOW + 60)),
            ("exp", True),
            ("exp", NOW + 60.5),
            ("iat", None),
            ("iat", [NOW]),
            ("nbf", "0"),
            ("auth_time", "0"),
            ("sub", None),
            ("sub", 7),
            ("iss", [ISSUER]),
            ("token_use", None),
            ("token_use", ["access"]),
            ("client_id", None),
            ("client_id", [CLIENT]),
            ("scope", ["notes/read"]),
            ("username", {"S": "ada"}),
            ("origin_jti", 1),
            ("cognito:groups", "admins"),
            ("cognito:groups", ["admins", 1]),
            ("aud", 1),
            ("aud", [CLIENT, 1]),
        )
    ),
    Case(
        "an ID token with several audiences",
        authorizer.Malformed,
        of_user(aud=[CLIENT, "another"]),
        of_user(),
        rules={"token_use": "id"},
    ),
]

TIMES = [
    Case("an expired token", authorizer.Expired, claiming(exp=NOW), claiming(exp=NOW + 1)),
    Case(
        "a token that expired longer ago than the leeway",
        authorizer.Expired,
        claiming(exp=NOW - 10),
        claiming(exp=NOW - 9),
        rules={"leeway": 10},
    ),
    Case("a token of the future", authorizer.NotYetValid, claiming(iat=NOW + 1), claiming(iat=NOW)),
    Case(
        "a token that is not valid yet",
        authorizer.NotYetValid,
        claiming(nbf=NOW + 11),
        claiming(nbf=NOW + 10),
        rules={"leeway": 10},
    ),
]

OWNERS = [
    Case("another pool", authorizer.WrongIssuer, claiming(iss=OTHER)),
    Case("the pool at another address", authorizer.WrongIssuer, claiming(iss=ISSUER + "/")),
    Case("a token without an issuer", authorizer.Malformed, claiming(iss=None)),
    Case("another client", authorizer.WrongClient, claiming(client_id="another")),
    Case("a client that begins alike", authorizer.WrongClient, claiming(client_id=CLIENT[:-1])),
    Case(
        "another client's ID token", authorizer.WrongClient, of_user(aud="another"), of_user(),
        rules={"token_use": "id"},
    ),
    Case(
        "a client of the other pool",
        authorizer.WrongClient,
        claiming(client_id="theirs"),
        claiming(client_id="theirs", iss=OTHER),
        rules={"pool": [Pool(ISSUER, [CLIENT]), Pool(OTHER, ["theirs"])]},
    ),
    Case("an ID token for an access token", authorizer.WrongTokenUse, of_user(client_id=CLIENT)),
    Case(
        "an access token for an ID token", authorizer.WrongTokenUse, claiming(aud=CLIENT), of_user(),
        rules={"token_use": "id"},
    ),
    Case(
        "a use that there is not", authorizer.WrongTokenUse, of_user(token_use="refresh"), of_user(),
        rules={"token_use": "either"},
    ),
]  # fmt: skip

AUDIENCES = [
    Case(
        "a token that is bound to another resource",
        authorizer.WrongAudience,
        claiming(aud="https://other.example.com"),
        claiming(aud=API),
        rules={"audience": API},
    ),
    Case(
        "a token without an audience where one is wanted",
        authorizer.WrongAudience,
        claiming(),
        claiming(aud=["https://other.example.com", API]),
        rules={"audience": [API]},
    ),
    Case(
        "a token that is bound to a resource where none is named",
        authorizer.WrongAudience,
        claiming(aud=API),
        claiming(aud=CLIENT),
    ),
]

ALLOWANCES = [
    Case(
        "a token without one of the scopes",
        authorizer.MissingScope,
        claiming(**NOTES),
        claiming(scope="notes/write openid notes/read"),
        rules={"scopes": ["notes/read", "notes/write"]},
    ),
    Case(
        "a scope that begins alike",
        authorizer.MissingScope,
        claiming(scope="notes/readonly"),
        claiming(**NOTES),
        rules={"scopes": "notes/read"},
    ),
    Case(
        "a token without a scope",
        authorizer.MissingScope,
        claiming(scope=None),
        claiming(**NOTES),
        rules={"scopes": "notes/read"},
    ),
    Case(
        "an ID token that says it has a scope",
        authorizer.MissingScope,
        of_user(**NOTES),
        claiming(**NOTES),
        rules={"scopes": "notes/read", "token_use": "either"},
    ),
    Case(
        "none of the scopes",
        authorizer.MissingScope,
        claiming(**NOTES),
        claiming(scope="notes/admin"),
        rules={"any_scope": ["notes/write", "notes/admin"]},
    ),
    Case(
        "somebody in another group",
        authorizer.NotInGroup,
        claiming(**{"cognito:groups": ["readers"]}),
        claiming(**{"cognito:groups": ["readers", "editors"]}),
        rules={"groups": ["admins", "editors"]},
    ),
    Case(
        "somebody in no group",
        authorizer.NotInGroup,
        claiming(),
        claiming(**{"cognito:groups": ["admins"]}),
        rules={"groups": "admins"},
    ),
    Case(
        "another tenant",
        authorizer.WrongClaim,
        claiming(tenant_id="evil"),
        claiming(tenant_id="acme"),
        rules={"claims": {"tenant_id": "acme"}},
    ),
    Case(
        "no tenant",
        authorizer.WrongClaim,
        claiming(),
        claiming(tenant_id="acme"),
        rules={"claims": {"tenant_id": lambda tenant: tenant != "evil"}},
    ),
    Case(
        "a number where true is wanted",
        authorizer.WrongClaim,
        claiming(paid=1),
        claiming(paid=True),
        rules={"claims": {"paid": True}},
    ),
    Case(
        "a claim that the function for it cannot compare",
        authorizer.WrongClaim,
        claiming(age="eighteen"),
        claiming(age=18),
        rules={"claims": {"age": lambda age: age >= 18}},
    ),
]  # fmt: skip

CASES = [*FORMS, *HEADERS, *SIGNATURES, *TYPES, *TIMES, *OWNERS, *AUDIENCES, *ALLOWANCES]

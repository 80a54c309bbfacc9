"""Refused: identity providers that lie, and browsers that come back otherwise than they left (6.3, 6.8)."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from tests.refusals.federation import Federation, Step, told
from tests.upstream import JSON, Upstream, hmac_with_public_key, rsa, unsigned

INVALID = "invalid_request: "
TOKEN = INVALID + "Invalid ID token: "
NOTHING_AT_ALL: Step = lambda f: None  # noqa: E731

_OTHER = RSAKey.generate_key(2048, {"kid": "k1"})


@dataclass(frozen=True)
class Lie:
    """One row: the provider lies as `lie` says, and the app is told `error`; with `twin` it is no lie."""

    name: str
    error: str
    lie: Step
    twin: Step = NOTHING_AT_ALL


def claims(**changed: Any) -> Step:
    """The next ID token says this; None: does not say it. `now` is added to times."""
    return lambda f: f.upstream.claims.update(changed)


def issuer_and(more: str) -> Step:
    return lambda f: f.upstream.claims.update(iss=f.upstream.issuer + more)


def times(**changed: int) -> Step:
    return lambda f: f.upstream.claims.update({name: time.time() + by for name, by in changed.items()})


def header(signer: Callable[[Upstream], Any] | None = None, **changed: Any) -> Step:
    def step(f: Federation) -> None:
        f.upstream.header.update(changed)
        if signer:
            f.upstream.signer = signer(f.upstream)

    return step


def answer(status: int, content: Any) -> Step:
    """What the token endpoint answers in place of tokens."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()

    def step(f: Federation) -> None:
        f.upstream.token_answer = (status, JSON, body)

    return step


def info(**said: Any) -> Step:
    return lambda f: setattr(f.upstream, "info", said)


def own_key(member: str) -> Step:
    """The token brings the key that signed it."""
    jwk = _OTHER.as_dict(private=False)
    value: Any = {"jwk": jwk, "jku": "https://evil.example.com/jwks", "x5u": "https://evil.example.com/x5"}[
        member
    ]
    return header(lambda _: rsa(_OTHER), **{member: value})


ALGORITHM = TOKEN + "its algorithm is none that we accept."
SIGNATURE = TOKEN + "its signature is not right."
NO_KEY = TOKEN + "its key is none of the provider's."
ISSUER = TOKEN + "another issuer made it."
CLIENT = TOKEN + "it is for another client."
PARTY = TOKEN + "it was issued to another client."
NONCE = TOKEN + "it answers another request."
NOW = TOKEN + "it is not of now."
INFO = INVALID + "Invalid user info: it is about somebody else."
UNREADABLE = INVALID + "corp Error - 200 unreadable_answer"
GRANT = INVALID + "corp Error - 400 invalid_grant"
NAME = INVALID + "Invalid ProviderName/Username combination."
HEADER = TOKEN + "its header has what we do not accept."

SIGNATURES = (
    Lie("no signature", ALGORITHM, header(lambda _: unsigned, alg="none")),
    Lie("no signature, in capitals", ALGORITHM, header(lambda _: unsigned, alg="NONE")),
    Lie(
        "the public key as a shared secret",
        ALGORITHM,
        header(lambda u: hmac_with_public_key(u.key), alg="HS256"),
    ),
    Lie("no algorithm", ALGORITHM, header(alg=None)),
    Lie("the key of somebody else under a known name", SIGNATURE, header(lambda _: rsa(_OTHER))),
    Lie("an algorithm that the key is not for", NO_KEY, header(alg="PS256")),
    Lie("a key from the token", HEADER, own_key("jwk"), header(typ="JWT")),
    Lie("an address of keys from the token", HEADER, own_key("jku"), header(cty="JWT")),
    Lie("a certificate address from the token", HEADER, own_key("x5u"), header(x5t="abc")),
    Lie("a certificate from the token", HEADER, header(x5c=["MIIB"]), header(kid="k1")),
    Lie("a critical extension", HEADER, header(crit=["exp"])),
    Lie("a key that nobody knows", NO_KEY, header(kid="k2"), header(kid=None)),
    Lie("a key id that is no text", HEADER, header(kid=7)),
)

PARTIES = (
    Lie("another issuer", ISSUER, claims(iss="https://evil.example.com")),
    Lie("an issuer with a slash more", ISSUER, issuer_and("/")),
    Lie("no issuer", ISSUER, claims(iss=None)),
    Lie("another audience", CLIENT, claims(aud="theirs"), claims(aud=["ours"])),
    Lie("no audience", CLIENT, claims(aud=None)),
    Lie("an audience of another kind", CLIENT, claims(aud={"ours": 1})),
    Lie(
        "two audiences and no party",
        PARTY,
        claims(aud=["ours", "theirs"]),
        claims(aud=["ours", "theirs"], azp="ours"),
    ),
    Lie("another party", PARTY, claims(azp="theirs"), claims(azp="ours")),
    Lie("nobody", TOKEN + "it names nobody.", claims(sub="")),
    Lie("somebody without a name", TOKEN + "it names nobody.", claims(sub=109)),
)

TIMES = (
    Lie("a token that has expired", TOKEN + "it has expired.", times(exp=-90), times(exp=-30)),
    Lie("a token that never expires", TOKEN + "its exp is no time.", claims(exp=None)),
    Lie("a token that expires in words", TOKEN + "its exp is no time.", claims(exp="9999999999")),
    Lie("a token of no time", TOKEN + "its iat is no time.", claims(iat=None)),
    Lie("a token of tomorrow", NOW, times(iat=86_400), times(iat=30)),
    Lie("a token of yesterday", NOW, times(iat=-86_400), times(iat=-300)),
    Lie("a token that is not good yet", NOW, times(nbf=600), times(nbf=-600)),
)

BINDINGS = (
    Lie("another nonce", NONCE, claims(nonce="another")),
    Lie("no nonce", NONCE, claims(nonce=None)),
    Lie("a nonce that is no text", NONCE, claims(nonce=["n"])),
    Lie(
        "another access token",
        TOKEN + "it belongs to another access token.",
        claims(at_hash="AAAA"),
        claims(at_hash=None),
    ),
    Lie("user info about somebody else", INFO, info(sub="another")),
    Lie("user info about nobody", INFO, info(name="Ada")),
)

ANSWERS = (
    Lie("a code that the provider does not take", GRANT, answer(400, {"error": "invalid_grant"})),
    Lie(
        "an error with markup in it",
        INVALID + "corp Error - 500 scriptx",
        answer(500, {"error": "<script>x"}),
    ),
    Lie("an answer that is no JSON", UNREADABLE, answer(200, b"<html>")),
    Lie("an answer that is a list", UNREADABLE, answer(200, [])),
    Lie("an answer without tokens", INVALID + "Bad token response: HTTP/1.1 200 OK..", answer(200, {})),
    Lie("an answer without an ID token", TOKEN + "there is none.", answer(200, {"access_token": "a"})),
    Lie(
        "an ID token that is none",
        TOKEN + "it is no token.",
        answer(200, {"access_token": "a", "id_token": "x.y.z"}),
    ),
    Lie(
        "an ID token that is a number",
        TOKEN + "there is none.",
        answer(200, {"access_token": "a", "id_token": 7}),
    ),
    Lie(
        "an ID token of megabytes",
        TOKEN + "there is none.",
        answer(200, {"access_token": "a", "id_token": "x" * 40_000}),
    ),
)


def mail(value: str) -> Step:
    return claims(email=value)


def person(subject: str) -> Step:
    """ID token and userinfo agree about somebody of this name."""

    def step(f: Federation) -> None:
        f.upstream.claims["sub"] = subject
        f.upstream.info = {"sub": subject}

    return step


MAPPED = (
    Lie(
        "an address that is none",
        INVALID + "Invalid email address format.",
        mail("nobody"),
        mail("a@example.com"),
    ),
    Lie("a subject that is too long", NAME, person("x" * 200)),
    Lie("a subject with a line in it", NAME, person("a\nb")),
)


def every(*groups: tuple[Lie, ...]) -> list[Any]:
    return [pytest.param(row, id=row.name) for group in groups for row in group]


@pytest.mark.parametrize("row", every(SIGNATURES, PARTIES, TIMES, BINDINGS, ANSWERS, MAPPED))
def test_a_provider_that_lies_is_not_believed(
    row: Lie, f: Federation, count: Callable[[str, object], None]
) -> None:
    way_back = f.leave()
    row.lie(f)

    assert told(f.come_back(way_back)) == row.error
    assert not f.exists()
    count("refused", 1)

    f.upstream.reset()
    row.twin(f)
    assert told(f.walk()) == "signed in"
    assert f.exists()
    count("twins", 1)

"""Refused: access tokens that are forged, spoilt, expired, revoked, or no access tokens at all."""

import base64
import hmac
import json
import string
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

INVALID = "NotAuthorizedException: Invalid Access Token"
UNVERIFIED = "NotAuthorizedException: Could not verify signature for Access Token"
EXPIRED = "NotAuthorizedException: Access Token has expired"
REVOKED = "NotAuthorizedException: Access Token has been revoked"
SCOPE = "NotAuthorizedException: Access Token does not have required scopes"
_BASE64URL = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"

Claims = dict[str, Any]


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def forged(header: Claims, claims: Claims, sign: Callable[[bytes], bytes]) -> str:
    message = f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims).encode())}"
    return f"{message}.{encoded(sign(message.encode()))}"


def parts(s: Scene) -> tuple[Claims, Claims, str]:
    header, claims, signature = s.got["tokens"]["AccessToken"].split(".")
    return decoded(header), decoded(claims), signature


async def signed_in(s: Scene) -> None:
    await s.keep(tokens=s.tokens())


async def shown(s: Scene, token: str | None = None) -> Any:
    return await s.token("GetUser", token)


async def unsigned(s: Scene) -> Any:
    header, claims, _ = parts(s)
    return await shown(s, forged(header | {"alg": "none"}, claims, lambda _: b""))


async def with_public_key_as_secret(s: Scene) -> Any:
    """HS256 over the public key in PEM, as a library that believes `alg` would check it."""
    header, claims, _ = parts(s)
    jwk = (await s.snapshot()).keys.public[header["kid"]].public_jwk()
    secret = json.dumps(jwk).encode()
    return await shown(
        s, forged(header | {"alg": "HS256"}, claims, lambda m: hmac.digest(secret, m, "sha256"))
    )


async def with_header(s: Scene, **members: Any) -> Any:
    """Signed by the pool's own key, under a header that has one member more or another value."""
    header, claims, _ = parts(s)
    key = (await s.snapshot()).keys.access_key
    return await shown(
        s, forged(header | members, claims, lambda m: key._key.sign(m, PKCS1v15(), hashes.SHA256()))
    )


async def with_claims(s: Scene, **members: Any) -> Any:
    """Signed by the pool's own key, with other claims."""
    claims = parts(s)[1] | members
    key = (await s.snapshot()).keys.access_key
    return await shown(s, key.sign({name: value for name, value in claims.items() if value is not None}))


async def with_own_key(s: Scene, **members: Any) -> Any:
    """A key that no pool has, under the kid of one that does."""
    header, claims, _ = parts(s)
    key = rsa.generate_private_key(65537, 2048)
    return await shown(
        s, forged(header | members, claims, lambda m: key.sign(m, PKCS1v15(), hashes.SHA256()))
    )


async def with_changed_claims(s: Scene, **members: Any) -> Any:
    """The true signature under changed claims."""
    header, claims, signature = s.got["tokens"]["AccessToken"].split(".")
    changed = encoded(json.dumps(decoded(claims) | members).encode())
    return await shown(s, f"{header}.{changed}.{signature}")


async def with_other_text(s: Scene, change: Callable[[str], str]) -> Any:
    return await shown(s, change(s.got["tokens"]["AccessToken"]))


def with_stray_bits(token: str) -> str:
    """The same bytes in another text: the last character of the signature carries bits that do not count."""
    return token[:-1] + _BASE64URL[_BASE64URL.index(token[-1]) ^ 1]


FORGED = (
    Row("a token without a signature", INVALID, unsigned, shown, arrange=signed_in),
    Row(
        "a token signed with HS256 and the public key",
        INVALID,
        with_public_key_as_secret,
        shown,
        arrange=signed_in,
    ),
    Row("a token of a key that is not ours", UNVERIFIED, with_own_key, shown, arrange=signed_in),
    Row(
        "a token under a kid that the pool does not have",
        UNVERIFIED,
        lambda s: with_own_key(s, kid="another"),
        shown,
        arrange=signed_in,
    ),
    Row(
        "a token that brings its key",
        INVALID,
        lambda s: with_own_key(s, jwk={"kty": "RSA"}),
        shown,
        arrange=signed_in,
    ),
    *(
        Row(
            f"a token whose header has {name}",
            INVALID,
            lambda s, name=name, value=value: with_header(s, **{name: value}),
            shown,
            arrange=signed_in,
        )
        for name, value in (
            ("jku", "https://example.com/jwks.json"),
            ("x5u", "https://example.com/key.pem"),
            ("x5c", ["MII="]),
            ("crit", ["exp"]),
            ("b64", False),
            ("zip", "DEF"),
            ("alg", "RS512"),
            ("alg", "rs256"),
            ("kid", None),
        )
    ),
    Row(
        "a token with other claims under the true signature",
        UNVERIFIED,
        lambda s: with_changed_claims(s, username="root"),
        shown,
        arrange=signed_in,
    ),
    Row("a text that is no token", INVALID, lambda s: shown(s, "abc"), shown, arrange=signed_in),
    Row(
        "a token with a fourth part",
        INVALID,
        lambda s: with_other_text(s, lambda t: t + ".e30"),
        shown,
        arrange=signed_in,
    ),
    Row(
        "a token with padding",
        INVALID,
        lambda s: with_other_text(s, lambda t: t + "=="),
        shown,
        arrange=signed_in,
    ),
    Row(
        "a token in a text that is not canonical",
        INVALID,
        lambda s: with_other_text(s, with_stray_bits),
        shown,
        arrange=signed_in,
    ),
    Row(
        "half a token",
        INVALID,
        lambda s: with_other_text(s, lambda t: t[: t.rindex(".")]),
        shown,
        arrange=signed_in,
    ),
    Row(
        "a refresh token",
        INVALID,
        lambda s: shown(s, s.got["tokens"]["RefreshToken"]),
        shown,
        arrange=signed_in,
    ),
)

CLAIMED = (
    Row(
        "a token of the pool's key with the use of an ID token",
        INVALID,
        lambda s: with_claims(s, token_use="id"),
        shown,
        arrange=signed_in,
    ),
    Row(
        "a token of the pool's key that names another issuer",
        INVALID,
        lambda s: with_claims(s, iss="https://example.com/{}"),
        shown,
        arrange=signed_in,
    ),
    Row(
        "a token of the pool's key that names another pool",
        UNVERIFIED,
        lambda s: with_issuer_of(s, s.got["there"]),
        shown,
        arrange=lambda s: s.steps(signed_in(s), s.keep(there=s.another_pool())),
    ),
    Row(
        "a token of the pool's key that names a pool which does not exist",
        INVALID,
        lambda s: with_issuer_of(s, "us-east-1_Nowhere00"),
        shown,
        arrange=signed_in,
    ),
    Row(
        "a token of the pool's key without a scope for this",
        SCOPE,
        lambda s: with_claims(s, scope="openid"),
        shown,
        arrange=signed_in,
    ),
    Row(
        "a token of the pool's key without an expiry",
        INVALID,
        lambda s: with_claims(s, exp=None),
        shown,
        arrange=signed_in,
    ),
    Row(
        "a token of the pool's key whose expiry is a text",
        INVALID,
        lambda s: with_claims(s, exp="9999999999"),
        shown,
        arrange=signed_in,
    ),
    Row(
        "a token of the pool's key of no sign-in that we know",
        REVOKED,
        lambda s: with_claims(s, origin_jti="unknown"),
        shown,
        arrange=signed_in,
    ),
)


async def with_issuer_of(s: Scene, pool: str) -> Any:
    return await with_claims(s, iss=f"{s.world.env.settings.public_url}/{pool}")


@table(FORGED, CLAIMED)
async def test_an_access_token_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)

"""Userinfo that a provider answers as a token (OpenID Connect Core, section 5.3.2)."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from tests.federation.oidc.places import placed
from tests.upstream import Upstream, hmac_with_public_key, rsa, signed, unsigned

from poolhouse.errors import ApiError

_OTHER = RSAKey.generate_key(2048, {"kid": "k1"})


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream() as running:
        yield running


@pytest.fixture
async def place(tmp_path, upstream):
    upstream.reset()
    async with placed(tmp_path, upstream) as made:
        yield made


def info(
    upstream: Upstream, sign: Callable[[bytes], bytes] | None = None, alg: str = "RS256", **said: Any
) -> str:
    """What the provider says of 109; None takes a claim away."""
    usual = {"iss": upstream.issuer, "aud": "ours", "sub": "109", "name": "Ada"}
    claims = {name: value for name, value in (usual | said).items() if value is not None}
    return signed({"alg": alg, "kid": "k1"}, claims, sign or rsa(upstream.key))


async def test_what_is_signed_is_taken_as_what_is_not(place, upstream):
    upstream.info_token = info(upstream)

    found = await place.walk()

    assert (found.subject, found.claims["name"]) == ("109", "Ada")
    assert found.said["userInfo"]["name"] == "Ada"
    (asked,) = [asked for asked in upstream.asked if asked.path == "/me"]
    assert asked.headers["accept"] == "application/json, application/jwt"


async def test_what_is_signed_otherwise_is_refused(place, upstream):
    wrong = {
        "its algorithm is none that we accept": [
            info(upstream, unsigned, "none"),
            info(upstream, hmac_with_public_key(upstream.key), "HS256"),
        ],
        "its signature is not right": [info(upstream, rsa(_OTHER)), info(upstream)[:-6] + "AAAAAA"],
        "another issuer made it": [info(upstream, iss="https://evil.example.com"), info(upstream, iss=None)],
        "it is for another client": [info(upstream, aud="theirs"), info(upstream, aud=None)],
        "it names nobody": [info(upstream, sub=None)],
        "it is about somebody else": [info(upstream, sub="110")],
        "it has expired": [info(upstream, exp=int(time.time()) - 61)],
        "it is no token": ['{"sub": "109"}', "x"],
    }
    for why, tokens in wrong.items():
        for token in tokens:
            upstream.info_token = token
            with pytest.raises(ApiError) as caught:
                await place.walk()
            assert caught.value.message == f"Invalid user info: {why}.", token

    upstream.info_token = info(upstream, aud=["ours"], exp=int(time.time()) + 60)
    assert (await place.walk()).claims["name"] == "Ada"

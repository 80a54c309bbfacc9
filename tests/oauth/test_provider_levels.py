"""AcrMapping: levels of the pool and what an OIDC provider calls them (1.13, 2.7)."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.oauth.booth import Booth, claims, open_booth
from tests.providers import request
from tests.upstream import Upstream
from tests.world import close_world, open_world

from poolhouse.drivers.fetch import LOOPBACK, GuardedFetch

LEVEL = "urn:cognito:loa:"
MAPPING = {"Level1": "urn:corp:low", "Level2": "urn:corp:code", "Level4": "urn:corp:high"}


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream() as running:
        yield running


@pytest.fixture
async def booth(tmp_path: Path, upstream: Upstream) -> AsyncIterator[Booth]:
    """A browser that nobody is signed in with, and an app whose users may come from corp."""
    upstream.reset()
    fetch = GuardedFetch(LOOPBACK)
    world = await open_world(tmp_path, profile="dev", fetch=fetch)
    made = await open_booth(world)
    given = request(made.pool, "corp", ProviderDetails=upstream.details(), AcrMapping=MAPPING)
    await world.call("CreateIdentityProvider", **given)
    made.app = await made.another_app(SupportedIdentityProviders=["COGNITO", "corp"])
    made.session = ""
    yield made
    await fetch.close()
    await close_world(world)


async def away(booth: Booth, acr_values: str = "") -> tuple[str, str]:
    """The address at the provider, and the cookie for the way back."""
    answer = await booth.authorize(identity_provider="corp", acr_values=acr_values)
    return answer.headers["location"], answer.headers["set-cookie"].partition(";")[0]


def asked(address: str) -> str | None:
    return dict(parse_qsl(urlsplit(address).query)).get("acr_values")


async def tokens(booth: Booth, upstream: Upstream, acr_values: str, **said: Any) -> dict[str, Any]:
    """What the ID token says once somebody has signed in at the provider."""
    address, cookie = await away(booth, acr_values)
    upstream.claims = said
    back = urlsplit(upstream.sign_in(address))
    answer = await booth.send("GET", f"/oauth2/idpresponse?{back.query}", {"cookie": cookie})
    code = dict(parse_qsl(urlsplit(answer.headers["location"]).query))["code"]
    booth.session = answer.headers["set-cookie"].partition(";")[0].partition("=")[2]
    return claims((await booth.token(booth.redeem(code))).json["id_token"])


@pytest.mark.parametrize(
    ("wished", "forwarded"),
    [
        (f"{LEVEL}4", "urn:corp:high"),
        (f"{LEVEL}4 {LEVEL}1", "urn:corp:high urn:corp:low"),
        (f"{LEVEL}3", None),
        (f"{LEVEL}3 {LEVEL}2", "urn:corp:code"),
        ("urn:corp:high", None),
        ("", None),
    ],
)
async def test_what_the_app_asks_for_is_asked_for_in_the_provider_s_words(
    booth: Booth, wished: str, forwarded: str | None
) -> None:
    address, _ = await away(booth, wished)

    assert asked(address) == forwarded


@pytest.mark.parametrize(
    ("acr", "level"),
    [
        ("urn:corp:high", f"{LEVEL}4"),
        ("urn:corp:code", f"{LEVEL}2"),
        ("urn:corp:other", f"{LEVEL}1"),  # what is not mapped is the lowest (service model)
        (None, f"{LEVEL}1"),  # [K]
        (7, f"{LEVEL}1"),
    ],
)
async def test_what_the_provider_says_is_a_level_of_the_pool_again(
    booth: Booth, upstream: Upstream, acr: object, level: str
) -> None:
    said = await tokens(booth, upstream, f"{LEVEL}4", acr=acr)

    assert (said["acr"], said["amr"]) == (level, ["fed"])


async def test_who_asks_for_no_level_is_told_none(booth: Booth, upstream: Upstream) -> None:
    assert "acr" not in await tokens(booth, upstream, "", acr="urn:corp:high")
    assert "acr" in await tokens(booth, upstream, f"{LEVEL}1", acr="urn:corp:high")


async def test_a_browser_goes_to_the_provider_again_only_for_more_than_it_has(
    booth: Booth, upstream: Upstream
) -> None:
    await tokens(booth, upstream, f"{LEVEL}2", acr="urn:corp:code")

    enough = await booth.authorize(identity_provider="corp", acr_values=f"{LEVEL}2")
    more = await booth.authorize(identity_provider="corp", acr_values=f"{LEVEL}4")

    assert "code=" in enough.headers["location"]
    assert more.headers["location"].startswith(upstream.url("/auth"))


async def test_below_essentials_levels_are_passed_over_where_tiers_are_enforced(booth: Booth) -> None:
    high = f"{LEVEL}4"
    booth.world.with_settings(tiers="enforced")
    assert asked((await away(booth, high))[0]) == "urn:corp:high"

    await booth.world.call("UpdateUserPool", UserPoolId=booth.pool, UserPoolTier="LITE")

    assert asked((await away(booth, high))[0]) is None


async def test_the_names_that_the_pool_gives_its_levels_are_used(booth: Booth, upstream: Upstream) -> None:
    named = {"Level4": {"AcrValue": "urn:harbour:high"}}
    await booth.world.call("UpdateUserPool", UserPoolId=booth.pool, AcrConfiguration=named)

    said = await tokens(booth, upstream, "urn:harbour:high", acr="urn:corp:high")

    assert said["acr"] == "urn:harbour:high"

"""Tokens that many show at once: a grace period, a revocation, and signing out everywhere (2.8, 4.6)."""

import asyncio
from typing import Any

from tests.races.sites import (
    RUNNERS,
    Outcome,
    Site,
    losers,
    new_client,
    new_pool,
    new_user,
    password_sign_in,
    race,
)

_GRACE = {
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 60},
}
REVOKED = {"Access Token has been revoked", "Refresh Token has been revoked"}


async def signed_in(site: Site, **settings: Any) -> tuple[str, str, dict[str, str]]:
    """A pool, its client, and Ada's tokens."""
    pool = await new_pool(site)
    client = await new_client(site, pool, **settings)
    await new_user(site, pool)
    return pool, client, await tokens_of(site, client)


async def tokens_of(site: Site, client: str) -> dict[str, str]:
    begun = await site.call("InitiateAuth", **password_sign_in(client))
    return dict(begun["AuthenticationResult"])


async def refresh(site: Site, client: str, token: str) -> Outcome:
    return await site.attempt("GetTokensFromRefreshToken", ClientId=client, RefreshToken=token)


async def show(site: Site, tokens: dict[str, str]) -> Outcome:
    return await site.attempt("GetUser", AccessToken=tokens["AccessToken"])


def refreshed(outcomes: list[Outcome]) -> list[dict[str, str]]:
    """What those who won were given."""
    return [outcome.answer["AuthenticationResult"] for outcome in outcomes if outcome.won]


async def test_within_the_grace_period_all_get_the_same_generation(site: Site) -> None:
    _, client, tokens = await signed_in(site, **_GRACE)

    outcomes = await race(*(refresh(site, client, tokens["RefreshToken"]) for _ in range(RUNNERS)))
    successors = refreshed(outcomes)
    seconds = [await refresh(site, client, given["RefreshToken"]) for given in successors[:2]]
    stale = await refresh(site, client, tokens["RefreshToken"])

    assert losers(outcomes) == set()
    assert [outcome.won for outcome in seconds] == [True, True]  # the second of them within its own grace
    assert stale.error == "RefreshTokenReuseException"  # two generations behind: one rotation was made
    assert (await refresh(site, client, refreshed(seconds)[0]["RefreshToken"])).text in REVOKED


async def test_after_a_revocation_no_worker_takes_a_token_of_the_sign_in(site: Site) -> None:
    _, client, tokens = await signed_in(site)
    other = await tokens_of(site, client)
    half = RUNNERS // 2
    known = await race(
        *(show(site, tokens) for _ in range(half)),
        *(refresh(site, client, tokens["RefreshToken"]) for _ in range(half)),
    )

    await site.call("RevokeToken", ClientId=client, Token=tokens["RefreshToken"])
    outcomes = await race(
        *(show(site, tokens) for _ in range(half)),
        *(refresh(site, client, tokens["RefreshToken"]) for _ in range(half)),
    )
    twins = await race(*(show(site, other) for _ in range(half)))

    assert losers(known) == losers(twins) == set()
    assert {outcome.text for outcome in outcomes} == REVOKED


async def test_nobody_refreshes_past_a_sign_out(site: Site) -> None:
    """At once with the sign-out: whatever a refresh was given is dead when the sign-out is answered."""
    pool, client, tokens = await signed_in(site, **_GRACE)

    async def sign_out() -> Outcome:
        await asyncio.sleep(0.01)
        return await site.attempt("AdminUserGlobalSignOut", UserPoolId=pool, Username="ada")

    signed_out, *outcomes = await race(
        sign_out(), *(refresh(site, client, tokens["RefreshToken"]) for _ in range(RUNNERS - 1))
    )
    won = refreshed(outcomes)
    later = [await refresh(site, client, given["RefreshToken"]) for given in won]
    shown = [await show(site, given) for given in won]

    assert signed_out.won
    assert {outcome.text for outcome in outcomes if not outcome.won} <= REVOKED
    assert {outcome.text for outcome in (*later, *shown, await show(site, tokens))} <= REVOKED
    assert (await show(site, await tokens_of(site, client))).won

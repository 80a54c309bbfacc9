"""A code, or a refresh token of the pages, that twenty show at the token endpoint at once (2.8, 6.4)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from tests.oauth.booth import Booth, claims, open_booth
from tests.races.sites import RUNNERS
from tests.stores import open_migrated
from tests.world import close_world, open_world

ROTATING = {
    "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"],
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 60},
}


@pytest.fixture(params=["sqlite", "postgres"])
async def booth(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Booth]:
    db = None
    if request.param == "postgres":
        new: Callable[..., str] = request.getfixturevalue("new_postgres")
        db = await open_migrated(new(request.getfixturevalue("migrated_template")))
    world = await open_world(tmp_path, db)
    yield await open_booth(world, app=ROTATING)
    await close_world(world)


async def test_of_all_who_show_a_code_at_most_one_gets_tokens_and_those_are_dead(booth: Booth) -> None:
    form = booth.redeem(await booth.code())

    answers = await asyncio.gather(*(booth.token(form) for _ in range(RUNNERS)))

    won = [answer for answer in answers if answer.status == 200]
    assert len(won) <= 1
    assert {answer.error for answer in answers if answer.status != 200} == {(400, "invalid_grant")}
    for answer in won:
        assert (await booth.user_info(answer.json["access_token"])).status == 401
    assert (await booth.token(booth.redeem(await booth.code()))).status == 200


async def test_of_all_who_show_a_code_some_with_a_wrong_verifier_none_gets_living_tokens(
    booth: Booth,
) -> None:
    code = await booth.code()
    forms = [booth.redeem(code), booth.redeem(code, code_verifier="w" * 43)] * (RUNNERS // 2)

    answers = await asyncio.gather(*(booth.token(form) for form in forms))

    for answer in answers:
        if answer.status == 200:
            assert (await booth.user_info(answer.json["access_token"])).status == 401


async def test_within_the_grace_period_all_get_one_successor_of_one_sign_in(booth: Booth) -> None:
    tokens = await booth.tokens()
    form = booth.refresh(tokens["refresh_token"])

    answers = await asyncio.gather(*(booth.token(form) for _ in range(RUNNERS)))

    assert {answer.status for answer in answers} == {200}
    assert {claims(answer.json["access_token"])["origin_jti"] for answer in answers} == {
        claims(tokens["access_token"])["origin_jti"]
    }
    successors = [answer.json["refresh_token"] for answer in answers]
    used = [(await booth.token(booth.refresh(token))).status for token in successors]
    assert used == [200] * RUNNERS  # each is the same generation, within its own grace period

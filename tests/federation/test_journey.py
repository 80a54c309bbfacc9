"""The state that travels to a provider and back: ours, of this pool and browser, young, and good once."""

import asyncio

import pytest
from msgspec.structs import replace
from tests.federation.people import request

from poolhouse.errors import InvalidState, ProviderTooLate
from poolhouse.federation import journey
from poolhouse.ports import MINUTE, SECOND, Statement

_SPENT = Statement("SELECT session_id FROM spent_sessions WHERE pool_id = :pool_id")


@pytest.fixture
async def ctx(world):
    return await request(world, await world.client(await world.pool()))


def travelling(ctx, cookie="the cookie"):
    begun = journey.begin(ctx, "client_id=a&state=b", "corp", cookie, nonce="n", verifier="v", request_id="r")
    return begun, journey.seal(ctx, begun)


async def test_what_comes_back_is_what_left_with_the_pool_in_clear(ctx):
    begun, text = travelling(ctx)

    assert text.startswith(f"{ctx.pool.pool_id}.")
    assert journey.opened(ctx, text, "the cookie") == begun
    assert (begun.query, begun.provider) == ("client_id=a&state=b", "corp")
    assert (begun.nonce, begun.verifier, begun.request_id) == ("n", "v", "r")


async def test_nothing_of_it_can_be_read_and_nothing_is_stored_before_it_comes_back(world, ctx):
    _, text = travelling(ctx)

    assert "client_id" not in text
    assert "corp" not in text
    assert await world.env.db.read(lambda tx: tx.all(_SPENT, pool_id=ctx.pool.pool_id)) == []


@pytest.mark.parametrize("cookie", ["", "another cookie", "the cookie "])
async def test_it_is_good_in_the_browser_that_left_only(ctx, cookie):
    begun, text = travelling(ctx)

    with pytest.raises(InvalidState):
        journey.opened(ctx, text, cookie)
    assert journey.opened(ctx, text, "the cookie") == begun


async def test_a_browser_without_a_cookie_begins_no_journey_that_could_end(ctx):
    _, text = travelling(ctx, cookie="")

    with pytest.raises(InvalidState):
        journey.opened(ctx, text, "")


async def test_a_changed_text_is_refused(ctx):
    begun, text = travelling(ctx)
    changed = ["", "x", text[:-2], text + "A", text[:-2] + "AA", text.replace("_", "-", 1), text + "\n"]

    for other in [*changed, f"us-east-1_Other0001{text[text.index('.') :]}", "." * 20_000]:
        with pytest.raises(InvalidState):
            journey.opened(ctx, other, "the cookie")
    assert journey.opened(ctx, text, "the cookie") == begun


async def test_it_is_of_one_pool(world, ctx):
    _, text = travelling(ctx)
    other = await request(world, await world.client(await world.pool()))
    moved = f"{other.pool.pool_id}.{text.partition('.')[2]}"

    for shown in (text, moved):
        with pytest.raises(InvalidState):
            journey.opened(other, shown, "the cookie")


async def test_it_lasts_five_minutes(world, ctx):
    begun, text = travelling(ctx)

    at_the_end = replace(ctx, now=ctx.now + 5 * MINUTE)
    assert journey.opened(at_the_end, text, "the cookie") == begun
    with pytest.raises(ProviderTooLate):
        journey.opened(replace(ctx, now=ctx.now + 5 * MINUTE + SECOND), text, "the cookie")


async def test_it_is_good_once_whoever_comes_at_the_same_time(ctx):
    begun, _ = travelling(ctx)
    other, _ = travelling(ctx)

    results = await asyncio.gather(*(journey.spend(ctx, begun) for _ in range(5)), return_exceptions=True)

    assert results.count(None) == 1
    assert sum(isinstance(result, InvalidState) for result in results) == 4
    await journey.spend(ctx, other)

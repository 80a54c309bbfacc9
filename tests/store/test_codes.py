"""Codes: the latest is good once, for its user and purpose, until it is too old or tried too often."""

import asyncio

import pytest
from tests.contexts import context
from tests.environment import environment
from tests.pool_parts import POOL, add_pool

from poolhouse.errors import CodeMismatch, ExpiredCode, LimitExceeded, TooManyFailedAttempts
from poolhouse.ports import HOUR, SECOND, Statement
from poolhouse.store import codes
from poolhouse.store.codes import SpentCode

ADA = "11111111-1111-4111-8111-111111111111"
BOB = "22222222-2222-4222-8222-222222222222"


@pytest.fixture
async def env(db, tmp_path):
    made = environment(db, tmp_path)
    await add_pool(made)
    return made


@pytest.fixture
async def ctx(env):
    return await context(env)


async def issue(ctx, sub=ADA, purpose=codes.SIGN_UP, destination="ada@example.com", life=HOUR):
    async def write(tx):
        return await codes.issue(tx, ctx, sub, purpose, attribute="email", destination=destination, life=life)

    return await ctx.env.db.run(write)


async def spend(ctx, code, sub=ADA, purpose=codes.SIGN_UP, hiding=False):
    async def write(tx):
        return await codes.spend(tx, ctx, sub, purpose, code, hiding=hiding)

    return await ctx.env.db.run(write)


def other_than(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_the_right_code_tells_what_it_proves(ctx):
    code = await issue(ctx, destination="ada@example.org")

    assert await spend(ctx, code) == SpentCode("email", "ada@example.org")


async def test_a_code_has_six_digits(ctx):
    code = await issue(ctx)

    assert len(code) == 6
    assert code.isdigit()


async def test_a_code_is_good_once(ctx):
    code = await issue(ctx)
    await spend(ctx, code)

    with pytest.raises(ExpiredCode):
        await spend(ctx, code)


async def test_a_wrong_code_does_not_use_up_the_right_one(ctx):
    code = await issue(ctx)

    with pytest.raises(CodeMismatch):
        await spend(ctx, other_than(code))

    assert await spend(ctx, code)


@pytest.mark.parametrize("given", ["", "12345", "1234567", "abcdef", "１２３４５６", "\x00"])
async def test_what_is_no_code_at_all_is_a_wrong_code(ctx, given):
    await issue(ctx)

    with pytest.raises(CodeMismatch):
        await spend(ctx, given)


async def test_without_a_code_the_answer_is_that_it_has_expired(ctx):
    with pytest.raises(ExpiredCode):
        await spend(ctx, "123456")


async def test_the_latest_code_wins(ctx):
    first = await issue(ctx)
    second = await issue(ctx, destination="new@example.com")
    while second == first:
        second = await issue(ctx, destination="new@example.com")

    with pytest.raises(CodeMismatch):
        await spend(ctx, first)
    assert await spend(ctx, second) == SpentCode("email", "new@example.com")


async def test_a_code_of_another_user_or_purpose_is_not_good(env, ctx):
    code = await issue(ctx)
    await issue(ctx, sub=BOB)
    await issue(ctx, purpose=codes.FORGOT_PASSWORD)

    for sub, purpose in ((BOB, codes.SIGN_UP), (ADA, codes.FORGOT_PASSWORD)):
        with pytest.raises(CodeMismatch):
            await spend(ctx, code, sub=sub, purpose=purpose)
    assert await spend(ctx, code)


async def test_a_code_is_good_until_its_life_ends(env, ctx):
    code = await issue(ctx, life=HOUR)

    env.clock.advance(HOUR - 1)

    assert await spend(await context(env), code)


async def test_a_code_is_not_good_when_its_life_has_ended(env, ctx):
    code = await issue(ctx, life=HOUR)

    env.clock.advance(HOUR)

    with pytest.raises(ExpiredCode):
        await spend(await context(env), code)


@pytest.mark.parametrize(
    ("purpose", "refusal"),
    [
        (codes.SIGN_UP, TooManyFailedAttempts),
        (codes.FORGOT_PASSWORD, TooManyFailedAttempts),
        (codes.VERIFY_EMAIL, LimitExceeded),
        (codes.VERIFY_PHONE_NUMBER, LimitExceeded),
    ],
)
async def test_after_fifteen_tries_even_the_right_code_is_not_compared(ctx, purpose, refusal):
    code = await issue(ctx, purpose=purpose)
    for _ in range(15):
        with pytest.raises(CodeMismatch):
            await spend(ctx, other_than(code), purpose=purpose)

    with pytest.raises(refusal):
        await spend(ctx, code, purpose=purpose)


async def test_where_users_are_hidden_too_many_tries_are_answered_like_any_wrong_code(ctx):
    code = await issue(ctx)
    for _ in range(15):
        with pytest.raises(CodeMismatch):
            await spend(ctx, other_than(code), hiding=True)

    with pytest.raises(CodeMismatch):
        await spend(ctx, code, hiding=True)


async def test_the_fifteenth_try_is_still_compared(ctx):
    code = await issue(ctx)
    for _ in range(14):
        with pytest.raises(CodeMismatch):
            await spend(ctx, other_than(code))

    assert await spend(ctx, code)


async def test_a_new_code_may_be_tried_as_often_again(ctx):
    code = await issue(ctx)
    for _ in range(16):
        with pytest.raises((CodeMismatch, TooManyFailedAttempts)):
            await spend(ctx, other_than(code))

    assert await spend(ctx, await issue(ctx))


async def test_of_twenty_at_once_one_spends_the_code(ctx):
    code = await issue(ctx)

    results = await asyncio.gather(*(spend(ctx, code) for _ in range(20)), return_exceptions=True)

    assert [result for result in results if isinstance(result, SpentCode)] == [
        SpentCode("email", "ada@example.com")
    ]
    assert sum(isinstance(result, ExpiredCode) for result in results) == 19


async def test_of_twenty_wrong_tries_at_once_fifteen_are_compared(ctx):
    code = await issue(ctx)

    results = await asyncio.gather(*(spend(ctx, other_than(code)) for _ in range(20)), return_exceptions=True)

    assert sum(isinstance(result, CodeMismatch) for result in results) == 15
    assert sum(isinstance(result, TooManyFailedAttempts) for result in results) == 5


async def test_a_withdrawn_code_is_not_good(ctx):
    code = await issue(ctx)
    kept = await issue(ctx, purpose=codes.VERIFY_EMAIL)

    async def withdraw(tx):
        await codes.withdraw(tx, ctx, ADA, codes.SIGN_UP)

    await ctx.env.db.run(withdraw)

    with pytest.raises(ExpiredCode):
        await spend(ctx, code)
    assert await spend(ctx, kept, purpose=codes.VERIFY_EMAIL)


async def test_the_store_holds_no_code(ctx):
    code = await issue(ctx)

    async def read(tx):
        return await tx.all(Statement("SELECT * FROM codes WHERE pool_id = :pool_id"), pool_id=POOL)

    (row,) = await ctx.env.db.read(read)
    assert code not in str(dict(row))
    assert len(row["digest"]) == 32


async def test_a_fixed_code_is_the_code_that_is_issued(db, tmp_path):
    env = environment(db, tmp_path, fixed_code="123456")
    await add_pool(env)
    ctx = await context(env)

    assert await issue(ctx) == "123456"
    assert await spend(ctx, "123456")


async def test_with_another_pools_key_the_code_is_wrong(env, ctx):
    code = await issue(ctx)
    await add_pool(env, "us-east-1_Zz9Yy8Xx7")
    elsewhere = await context(env, "us-east-1_Zz9Yy8Xx7")

    with pytest.raises(ExpiredCode):
        await spend(elsewhere, code)
    assert await spend(ctx, code)


def test_lives_are_those_of_the_behaviour_file():
    assert codes.SIGN_UP_LIFE == codes.VERIFY_LIFE == 24 * 3600 * SECOND
    assert codes.FORGOT_PASSWORD_LIFE == 3600 * SECOND

"""Codes on their way: what is sent, what is kept, and what is said where nothing is sent."""

import pytest
from msgspec.structs import replace
from tests.contexts import context
from tests.environment import environment
from tests.pool_parts import POOL, add_pool

from poolhouse.delivery import messages, verification
from poolhouse.directory.users import User, UserStatus
from poolhouse.errors import CodeMismatch, ExpiredCode
from poolhouse.ports import DAY, HOUR
from poolhouse.store import codes, outbox
from poolhouse.store.codes import SpentCode

NOBODY = "33333333-3333-4333-8333-333333333333"
ADA = User(POOL, "a sub", "ada", UserStatus.CONFIRMED, True, {"email": "ada@example.com"}, 1, 0, 0, 0)


@pytest.fixture
async def ctx(db, tmp_path):
    env = environment(db, tmp_path, email_driver="inbox", sms_driver="inbox")
    await add_pool(env)
    return await context(env)


async def send(ctx, purpose=codes.SIGN_UP, **more):
    async def write(tx):
        return await verification.send(
            tx, ctx, ADA, "email", purpose=purpose, reason=messages.SIGN_UP, **more
        )

    return await ctx.env.db.run(write)


async def pretend(ctx, name="nobody", channels=("email",)):
    async def write(tx):
        return await verification.pretend(tx, ctx, NOBODY, name, channels, purpose=codes.SIGN_UP)

    return await ctx.env.db.run(write)


async def spend(ctx, code, sub=ADA.sub, purpose=codes.SIGN_UP):
    async def write(tx):
        return await codes.spend(tx, ctx, sub, purpose, code)

    return await ctx.env.db.run(write)


async def sent(ctx):
    rows = await ctx.env.db.read(lambda tx: outbox.kept(tx, POOL, 0))
    return [outbox.opened(ctx.keys, POOL, row["message_id"], row["sealed"]) for row in rows]


async def test_the_code_that_is_sent_is_good_for_its_purpose(ctx):
    details = await send(ctx)

    (message,) = await sent(ctx)
    assert details == {
        "Destination": "a***@e***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    assert (message.to, message.purpose) == ("ada@example.com", "SignUp")
    assert await spend(ctx, message.code) == SpentCode("email", "ada@example.com")


async def test_a_code_may_go_to_an_address_that_is_not_the_users_yet(ctx):
    details = await send(ctx, verification.PROVES["email"], destination="new@somewhere.example")

    (message,) = await sent(ctx)
    assert (message.to, details["Destination"]) == ("new@somewhere.example", "n***@s***")
    assert await spend(ctx, message.code, purpose=codes.VERIFY_EMAIL) == SpentCode(
        "email", "new@somewhere.example"
    )


@pytest.mark.parametrize(
    ("purpose", "life"),
    [
        (codes.SIGN_UP, DAY),
        (codes.FORGOT_PASSWORD, HOUR),
        (codes.VERIFY_EMAIL, DAY),
        (codes.VERIFY_PHONE_NUMBER, DAY),
    ],
)
async def test_a_code_lives_as_long_as_its_purpose_says(ctx, purpose, life):
    await send(ctx, purpose)
    (message,) = await sent(ctx)

    with pytest.raises(ExpiredCode):
        await spend(replace(ctx, now=ctx.now + life), message.code, purpose=purpose)
    assert await spend(replace(ctx, now=ctx.now + life - 1), message.code, purpose=purpose)


async def test_pretending_sends_nothing_and_keeps_a_code_that_nobody_knows(ctx):
    details = await pretend(ctx)

    assert set(details) == {"Destination", "DeliveryMedium", "AttributeName"}
    assert await sent(ctx) == []
    with pytest.raises(CodeMismatch):
        await spend(ctx, "no code", sub=NOBODY)


@pytest.mark.parametrize(
    ("name", "channels", "attribute", "address"),
    [
        ("eve@somewhere.example", ("phone_number", "email"), "email", "eve@somewhere.example"),
        ("+12065550100", ("email", "phone_number"), "phone_number", "+12065550100"),
    ],
)
def test_a_name_that_is_an_address_stands_for_itself(ctx, name, channels, attribute, address):
    assert verification.simulated(ctx, name, channels) == (attribute, address)


@pytest.mark.parametrize("name", ["nobody", "+12065550100"])
def test_any_other_name_gets_an_address_of_the_likeliest_channel(ctx, name):
    attribute, address = verification.simulated(ctx, name, ("email",))

    assert attribute == "email"
    assert messages.details(attribute, address)["Destination"] == f"{address[0]}***@{address[2]}***"


def test_a_simulated_number_looks_like_one(ctx):
    attribute, number = verification.simulated(ctx, "nobody", ("phone_number", "email"))

    assert attribute == "phone_number"
    assert messages.details(attribute, number)["Destination"] == f"+*******{number[-4:]}"


def test_the_same_name_always_gets_the_same_address(ctx):
    first = verification.simulated(ctx, "Nobody", ("phone_number",))

    assert verification.simulated(ctx, "Nobody", ("phone_number",)) == first
    assert verification.simulated(ctx, "somebody else", ("phone_number",)) != first

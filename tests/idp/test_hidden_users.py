"""With PreventUserExistenceErrors=ENABLED nobody learns who exists: same answers, as many statements."""

from collections import Counter

import pytest
from msgspec.structs import replace
from tests.idp.people import (
    CODE,
    EMAIL,
    HIDING,
    NEW_PASSWORD,
    PHONE,
    can_sign_in,
    confirm,
    confirmed,
    disable,
    other_than,
    sign_up,
    stored,
)

from poolhouse.drivers.sqlite import SqliteTx
from poolhouse.errors import ApiError
from poolhouse.ports import DAY, HOUR, SECOND

MISMATCH = ("CodeMismatchException", "Invalid verification code provided, please try again.")
LIMIT = ("LimitExceededException", "Attempt limit exceeded, please try after some time.")


@pytest.fixture
async def pool(world):
    return await world.pool(AutoVerifiedAttributes=["email"])


@pytest.fixture
async def client(world, pool):
    return await world.client(pool, **HIDING)


@pytest.fixture
def statements(monkeypatch):
    """Counts the statements that run."""
    counted = Counter()

    def counting(name, original):
        async def run(self, statement, **values):
            counted["all"] += 1
            return await original(self, statement, **values)

        monkeypatch.setattr(SqliteTx, name, run)

    for name in ("one", "all", "run"):
        counting(name, getattr(SqliteTx, name))
    return counted


async def answer(world, client, operation, name, **more):
    """What the call gives: its result, or the code and message of its error."""
    try:
        return await world.call(operation, ClientId=client["ClientId"], Username=name, **more)
    except ApiError as error:
        return error.code, error.message


async def forgot(world, client, name):
    return await answer(world, client, "ForgotPassword", name)


async def resend(world, client, name):
    return await answer(world, client, "ResendConfirmationCode", name)


async def reset(world, client, name, code=CODE):
    more = {"ConfirmationCode": code, "Password": NEW_PASSWORD}
    return await answer(world, client, "ConfirmForgotPassword", name, **more)


async def confirming(world, client, name, code=CODE):
    return await answer(world, client, "ConfirmSignUp", name, ConfirmationCode=code)


def shape(result):
    """Details without the letters, which differ between names."""
    details = result["CodeDeliveryDetails"]
    return details["DeliveryMedium"], details["AttributeName"], len(details["Destination"])


# Every kind of name, of which only the first gets a code


async def everybody(world, pool, client):
    verified = {"email": EMAIL, "email_verified": "true"}
    await world.user(pool, "ada", **verified)
    await world.user(pool, "disabled", **verified)
    await disable(world, pool, "disabled")
    await world.user(pool, "unverified", email=EMAIL)
    await world.call("AdminCreateUser", UserPoolId=pool, Username="invited", MessageAction="SUPPRESS")
    await sign_up(world, client, "unconfirmed", email=EMAIL)
    return ["ada", "disabled", "unverified", "invited", "unconfirmed", "nobody"]


async def test_forgot_password_answers_for_every_name_alike(world, pool, client):
    names = await everybody(world, pool, client)
    sent_before = len(await world.inbox(pool))

    answers = [await forgot(world, client, name) for name in names]

    assert {shape(result) for result in answers} == {("EMAIL", "email", len("a***@e***"))}
    assert [message.username for message in (await world.inbox(pool))[sent_before:]] == ["ada"]


async def test_a_simulated_answer_is_always_the_same(world, client):
    first = await forgot(world, client, "nobody")

    assert await forgot(world, client, "nobody") == first
    assert await resend(world, client, "nobody") == first


async def test_an_address_that_nobody_has_stands_for_itself(world):
    pool = await world.pool(UsernameAttributes=["email", "phone_number"])
    client = await world.client(pool, **HIDING)

    by_mail = await forgot(world, client, "eve@somewhere.example")
    by_phone = await forgot(world, client, PHONE)

    assert by_mail["CodeDeliveryDetails"] == {
        "Destination": "e***@s***",
        "DeliveryMedium": "EMAIL",
        "AttributeName": "email",
    }
    assert by_phone["CodeDeliveryDetails"]["DeliveryMedium"] == "SMS"
    assert by_phone["CodeDeliveryDetails"]["Destination"].endswith(PHONE[-4:])


async def test_a_code_that_is_not_right_is_a_mismatch_for_every_name(world, pool, client):
    names = await everybody(world, pool, client)

    assert {await reset(world, client, name) for name in names} == {MISMATCH}
    assert {await confirming(world, client, name) for name in names} == {MISMATCH}


async def test_after_asking_wrong_codes_are_answered_for_every_name_alike(world, pool, client):
    answers = {}
    for name in await everybody(world, pool, client):
        await forgot(world, client, name)
        wrong = other_than(await world.code(pool))
        answers[name] = [await reset(world, client, name, wrong) for _ in range(20)]

    for answered in answers.values():
        assert answered == [MISMATCH] * 19 + [LIMIT]


async def test_resending_answers_for_every_name_alike(world, pool, client):
    for name in await everybody(world, pool, client):
        answers = [await resend(world, client, name) for _ in range(6)]
        assert shape(answers[0]) == ("EMAIL", "email", len("a***@e***"))
        assert answers[5] == LIMIT


async def test_only_who_has_the_code_learns_that_it_is_too_old(world, pool, client):
    await sign_up(world, client, email=EMAIL)
    code = await world.code(pool)
    world.advance(DAY + SECOND)

    assert await confirming(world, client, "ada", other_than(code)) == MISMATCH
    assert (await confirming(world, client, "ada", code))[0] == "ExpiredCodeException"


async def test_those_who_exist_are_served(world, pool, client):
    await confirmed(world, pool, client, "ada", email=EMAIL)
    await forgot(world, client, "ada")

    assert await reset(world, client, "ada", await world.code(pool)) == {}
    assert await can_sign_in(world, client, password=NEW_PASSWORD)


async def test_somebody_who_gets_another_code_confirms_with_it(world, pool, client):
    await sign_up(world, client, email=EMAIL)
    await resend(world, client, "ada")

    assert await confirm(world, client, await world.code(pool)) == {}
    assert (await stored(world, pool)).status == "CONFIRMED"


async def test_no_code_is_right_for_nobody_not_even_a_fixed_one(world, pool, client):
    fixed = type(world.env.settings)(email_driver="inbox", fixed_code=CODE)
    world.env = replace(world.env, settings=fixed)
    await world.user(pool, "ada", email=EMAIL, email_verified="true")
    for name in ("nobody", "ada"):
        await forgot(world, client, name)
        await resend(world, client, name)

    assert await reset(world, client, "nobody") == MISMATCH
    assert await confirming(world, client, "nobody") == MISMATCH
    assert await reset(world, client, "ada") == {}


async def test_the_limits_of_nobody_end_with_the_hour(world, client):
    for _ in range(6):
        last = await resend(world, client, "nobody")
    assert last == LIMIT

    world.advance(HOUR + SECOND)

    assert "CodeDeliveryDetails" in await resend(world, client, "nobody")


@pytest.mark.parametrize("call", [forgot, resend, reset, confirming])
async def test_nobody_costs_as_many_statements_as_somebody(world, pool, client, statements, call):
    await world.user(pool, "ada", email=EMAIL, email_verified="true")
    await sign_up(world, client, "eve", email=EMAIL)
    somebody = "eve" if call in (resend, confirming) else "ada"
    if call is reset:
        await forgot(world, client, somebody)
        await forgot(world, client, "nobody")
    await call(world, client, "someone else")  # what is read once a second is read now

    statements.clear()
    await call(world, client, somebody)
    for_somebody = statements["all"]
    statements.clear()
    await call(world, client, "nobody")

    assert statements["all"] == for_somebody

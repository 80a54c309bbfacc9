"""Custom senders: the message is theirs alone, at least once, and their troubles are not the caller's."""

import msgspec
import pytest
from msgspec.structs import replace
from tests.functions import untouched
from tests.triggers.letters import MAIL, post, sign_up

from poolhouse.errors import FunctionFailed, InvocationFailed, InvocationTimeout
from poolhouse.ports import HOUR
from poolhouse.store import outbox


async def test_the_function_sends_and_we_do_not(world, tmp_path):
    p = await post(world, tmp_path, "CustomEmailSender")
    await sign_up(p)
    assert world.fired == []

    await p.deliver()

    assert [event["triggerSource"] for event in world.fired] == ["CustomEmailSender_SignUp"]
    assert await world.inbox(p.pool) == []
    code = p.opened(world.fired[0])
    await p.call("ConfirmSignUp", Username="ada", ConfirmationCode=code)


async def test_the_answer_of_the_function_is_of_no_account(world, tmp_path):
    world.functions["CustomEmailSender"] = lambda event: b"rubbish"
    p = await post(world, tmp_path, "CustomEmailSender")
    await sign_up(p)

    await p.deliver()

    assert await world.env.db.read(outbox.depths) == {"WAITING": 0, "SENDING": 0, "FAILED": 0}


@pytest.mark.parametrize(
    "trouble",
    [FunctionFailed("Error", MAIL), InvocationTimeout(), InvocationFailed("ServiceException", passing=True)],
)
async def test_a_function_in_trouble_is_called_again_later_and_nobody_waits(world, tmp_path, trouble):
    def failing(event):
        raise trouble

    p = await post(world, tmp_path, "CustomEmailSender")
    world.functions["CustomEmailSender"] = failing
    await sign_up(p)
    await p.deliver()
    assert (await world.env.db.read(outbox.depths))["WAITING"] == 1
    world.functions["CustomEmailSender"] = untouched
    world.advance(HOUR)

    await p.deliver()

    assert [event["triggerSource"] for event in world.fired] == ["CustomEmailSender_SignUp"] * 2
    assert (await world.env.db.read(outbox.depths))["WAITING"] == 0


async def test_a_pool_with_a_custom_sender_needs_no_driver_of_ours(world, tmp_path):
    p = await post(world, tmp_path, "CustomEmailSender")
    settings = msgspec.structs.replace(world.env.settings, email_driver="none", sms_driver="none")
    world.env = replace(world.env, settings=settings)

    await sign_up(p)
    await p.deliver()

    assert len(world.fired) == 1


async def test_the_code_is_in_the_clear_neither_in_the_event_nor_in_the_store(world, tmp_path):
    p = await post(world, tmp_path, "CustomEmailSender")
    await sign_up(p)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("poolhouse.sqlite3*"))

    await p.deliver()

    code = p.opened(world.fired[0])
    assert code not in str(world.fired[0])
    assert MAIL.encode() in stored  # it can be found there at all: the user's attribute
    assert b"customEmailSenderRequestV1" not in stored

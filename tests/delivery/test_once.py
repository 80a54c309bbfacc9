"""A mail that the server has taken is not sent again, on a real mail server."""

import asyncio
import socket
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from tests.delivery.test_outbox import mail, put, rows
from tests.environment import environment
from tests.pool_parts import add_pool

from poolhouse.delivery import outbox as worker
from poolhouse.drivers.smtp import SmtpSender
from poolhouse.ports import MINUTE


class Mailbox:
    """Keeps what it takes, and says 250 after `seconds`."""

    def __init__(self):
        self.mails, self.seconds = [], 0.0

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        await asyncio.sleep(self.seconds)
        return "250 OK"


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
async def sender(mailbox):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    made = SmtpSender("127.0.0.1", port, sender="usual@orchard.test", tls="none")
    yield made
    await made.close()
    controller.stop()


@pytest.fixture
async def env(db, tmp_path):
    made = environment(db, tmp_path, email_driver="smtp", sms_driver="none")
    await add_pool(made)
    return made


class Dies(BaseException):
    """The end of a process: nothing after it runs."""


class DyingSender:
    """Hands the mail over and dies before it can say so."""

    def __init__(self, sender):
        self._sender = sender

    async def send(self, message):
        await self._sender.send(message)
        raise Dies


async def test_a_store_that_is_away_after_the_250_makes_no_second_mail(env, sender, mailbox, monkeypatch):
    monkeypatch.setattr(worker, "_FINISHING", (0.0, 0.0, 0.0))
    real, failures = worker._finish, [RuntimeError("away"), RuntimeError("away")]

    async def finish(env, lease):
        if failures:
            raise failures.pop()
        await real(env, lease)

    monkeypatch.setattr(worker, "_finish", finish)
    await put(env, mail(env))

    await worker.deliver_due(env, {"EMAIL": sender})
    env.clock.advance(10 * MINUTE)
    await worker.deliver_due(env, {"EMAIL": sender})

    assert (len(mailbox.mails), await rows(env)) == (1, [])


async def test_a_worker_that_is_ended_while_the_server_thinks_makes_no_second_mail(env, sender, mailbox):
    mailbox.seconds = 0.3
    await put(env, mail(env))
    task = asyncio.create_task(worker.run(env, {"EMAIL": sender}))
    for _ in range(500):
        if mailbox.mails:
            break
        await asyncio.sleep(0.01)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    env.clock.advance(10 * MINUTE)
    await worker.deliver_due(env, {"EMAIL": sender})

    assert (len(mailbox.mails), await rows(env)) == (1, [])


async def test_a_worker_that_is_killed_after_the_250_sends_a_copy_that_is_recognised(env, sender, mailbox):
    await put(env, mail(env))
    with pytest.raises(Dies):
        await worker.deliver_due(env, {"EMAIL": DyingSender(sender)})
    assert await worker.deliver_due(env, {"EMAIL": sender}) == 0  # the lease is still held

    env.clock.advance(2 * MINUTE)
    await worker.deliver_due(env, {"EMAIL": sender})

    first, second = mailbox.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert first.as_bytes() == second.as_bytes()
    assert await rows(env) == []

"""The dev pages on a real store, and a client that asks them as the gateway would."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from tests.contexts import context
from tests.environment import environment
from tests.pool_parts import CLIENT, POOL, add_pool
from tests.sqlite_template import open_migrated_sqlite

from poolhouse.context import Env
from poolhouse.drivers.clock_rng import SystemClock
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.ports import Message, Tx
from poolhouse.store import outbox
from poolhouse.web.demo import Demo, DemoPool
from poolhouse.web.dev.pages import DevPages

DEMO = Demo("poolhouse-dev", "the secret", DemoPool(POOL, CLIENT, "demo@example.com", "Calm-Otter-27!"))


class Visitor:
    """Somebody who asks; from this computer and by the usual name, unless told otherwise."""

    def __init__(self, env: Env, demo: Demo = DEMO) -> None:
        self.env = env
        self.pages = DevPages(env, demo)

    async def ask(
        self,
        method: str,
        address: str,
        body: bytes = b"",
        peer: str = "127.0.0.1",
        **headers: str,
    ) -> Response | None:
        path, _, query = address.partition("?")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named = {"host": "localhost:8400"} | named
        request = HttpRequest(method, path, query, tuple(named.items()), body, peer, named)
        return await self.pages.page(request)

    async def get(self, address: str, **headers: str) -> Response:
        response = await self.ask("GET", address, **headers)
        assert response is not None
        return response

    async def text(self, address: str) -> str:
        response = await self.get(address)
        assert response.status == 200
        return response.body.decode()

    async def json(self, address: str) -> Any:
        response = await self.get(address)
        assert response.status == 200, response.body
        return msgspec.json.decode(response.body)

    async def send(self, **changes: Any) -> Message:
        """Put a message into the inbox, as an operation would."""
        now = self.env.clock.now()
        usual = {
            "message_id": self.env.rng.uuid(),
            "user_pool_id": POOL,
            "medium": "EMAIL",
            "to": "ada@example.com",
            "username": "ada",
            "purpose": "SignUp",
            "code": "482915",
            "subject": "Your verification code",
            "body": "Your verification code is 482915. ",
            "at": now,
        }
        message = Message(**(usual | changes))
        ctx = replace(await context(self.env, message.user_pool_id), now=message.at)

        async def put(tx: Tx) -> None:
            await outbox.put(tx, ctx, message)

        await self.env.db.run(put)
        return message


@pytest.fixture
async def env(tmp_path: Path) -> AsyncIterator[Env]:
    db = await open_migrated_sqlite(tmp_path / "poolhouse.db")
    settings = {"email_driver": "inbox", "sms_driver": "inbox", "sigv4": "any"}
    yield replace(environment(db, tmp_path, **settings), clock=SystemClock())
    await db.close()


@pytest.fixture
async def visitor(env: Env) -> Visitor:
    await add_pool(env)
    return Visitor(env)

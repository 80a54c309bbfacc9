"""A pool with an OIDC provider at a stand-in, without HTTP on our side."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from msgspec.structs import replace
from tests.federation.people import request
from tests.providers import request as creation
from tests.upstream import Upstream
from tests.world import close_world, open_world

from poolhouse.drivers.clock_rng import SystemClock
from poolhouse.drivers.fetch import LOOPBACK, GuardedFetch
from poolhouse.federation import journey
from poolhouse.federation.link import Identity
from poolhouse.federation.oidc import flow

COOKIE = "of the browser"
CALLBACK = "https://id.example.com/oauth2/idpresponse"


class Place:
    """`ctx` is a request to the pool; `walk` goes to the provider and back."""

    def __init__(self, ctx: Any, upstream: Upstream) -> None:
        self.ctx, self.upstream = ctx, upstream
        self.provider = ctx.providers["corp"]

    async def leave(self, **options: Any) -> str:
        return await flow.begin(self.ctx, self.provider, "client_id=x", COOKIE, CALLBACK, **options)

    async def come_back(self, address: str, sub: str = "109", **more: str) -> Identity:
        answer = dict(parse_qsl(urlsplit(self.upstream.sign_in(address, sub)).query))
        begun = journey.opened(self.ctx, answer["state"], COOKIE)
        return await flow.identity(self.ctx, self.provider, begun, answer | more, CALLBACK)

    async def walk(self, **more: str) -> Identity:
        return await self.come_back(await self.leave(), **more)

    def later(self, seconds: float) -> None:
        """Only the age of what is kept: the time that tokens are of stays."""
        clock = self.ctx.env.clock
        clock.ages += seconds


class AgingClock:
    """The true time; `monotonic` is what a test says."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self.ages = 0.0

    def now(self) -> int:
        return self._clock.now()

    def monotonic(self) -> float:
        return self.ages


@asynccontextmanager
async def placed(folder: Path, upstream: Upstream, **details: str) -> AsyncIterator[Place]:
    fetch = GuardedFetch(LOOPBACK)
    world = await open_world(folder, fetch=fetch, profile="dev")
    world.env = replace(world.env, clock=AgingClock())
    pool = await world.pool()
    await world.call(
        "CreateIdentityProvider", **creation(pool, "corp", ProviderDetails=upstream.details(**details))
    )
    client = await world.client(pool)
    yield Place(await request(world, client), upstream)
    await fetch.close()
    await close_world(world)

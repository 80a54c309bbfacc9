"""The processes of one local function: at most so many, each with one call at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

from poolhouse.drivers.functions import folder as folders
from poolhouse.drivers.functions.arns import Function
from poolhouse.drivers.functions.crowd import Crowd
from poolhouse.drivers.functions.process import FunctionProcess
from poolhouse.drivers.functions.runtime_api import Gone
from poolhouse.errors import FunctionFailed

_IDLE_SECONDS = 300.0

Start = Callable[[Function], Awaitable[FunctionProcess]]


class WarmProcesses:
    """Those of one function. Calls beyond the most wait for one that is free."""

    def __init__(self, folder: Path, most: int, start: Start) -> None:
        self._folder = folder
        self._start = start
        self._crowd = Crowd(most)
        self._starting: set[asyncio.Future[FunctionProcess]] = set()
        self._all: set[FunctionProcess] = set()
        self._idle: dict[FunctionProcess, asyncio.TimerHandle] = {}  # the last is the warmest
        self._state = folders.state(folder)

    def renewed(self) -> bool:
        """Have files changed since the last time? Then no process goes on with the code of before."""
        state = folders.state(self._folder)
        if state == self._state:
            return False
        self._state = state
        for known in self._all:
            known.outdated = True  # those that are busy end after their call
        for known in [*self._idle]:
            self._let_go(known)
        return True

    async def call(self, function: Function, event: bytes, deadline: float) -> bytes:
        """deadline  seconds since 1970, as the function is told

        Raises `FunctionFailed` and `InvocationFailed`. Where the call does not come to its end, by a time
        limit for one, the process is killed.
        """
        async with self._crowd.place():
            return await self._call(function, event, deadline)

    async def close(self) -> None:
        """Ends all of them."""
        await asyncio.gather(*self._starting, return_exceptions=True)
        await asyncio.gather(*(known.end() for known in [*self._all]))

    async def _call(self, function: Function, event: bytes, deadline: float) -> bytes:
        while self._idle:
            warm = self._wake()
            try:
                return await self._given(warm, function, event, deadline)
            except Gone:  # it died while it waited, so the event is still ours
                warm.kill()
        fresh = await self._begun(function)
        try:
            return await self._given(fresh, function, event, deadline)
        except Gone as gone:
            fresh.kill()
            raise gone.why from None

    async def _given(
        self, chosen: FunctionProcess, function: Function, event: bytes, deadline: float
    ) -> bytes:
        try:
            answer = await chosen.call(function, event, deadline)
        except FunctionFailed:
            self._keep(chosen)
            raise
        except BaseException:
            chosen.kill()
            raise
        self._keep(chosen)
        return answer

    async def _begun(self, function: Function) -> FunctionProcess:
        """A new process. Its start is never broken off, for a process that was half started stays."""
        starting = asyncio.ensure_future(self._start(function))
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        try:
            fresh = await asyncio.shield(starting)
        except asyncio.CancelledError:
            starting.add_done_callback(_kill_started)
            raise
        self._all.add(fresh)
        fresh.watch.add_done_callback(lambda _: self._forget(fresh))
        return fresh

    def _wake(self) -> FunctionProcess:
        chosen, timer = self._idle.popitem()
        timer.cancel()
        return chosen

    def _keep(self, used: FunctionProcess) -> None:
        if used.is_alive and not used.outdated:
            loop = asyncio.get_running_loop()
            self._idle[used] = loop.call_later(_IDLE_SECONDS, self._let_go, used)
        else:
            used.kill()

    def _let_go(self, idle: FunctionProcess) -> None:
        self._idle.pop(idle).cancel()
        idle.kill()

    def _forget(self, ended: FunctionProcess) -> None:
        self._all.discard(ended)
        timer = self._idle.pop(ended, None)
        if timer is not None:
            timer.cancel()


def _kill_started(starting: asyncio.Future[FunctionProcess]) -> None:
    """Nobody waits any longer."""
    if not starting.cancelled() and starting.exception() is None:
        starting.result().kill()

"""The calls of one function: so many at once, so many that wait. A slow function delays none but its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from poolhouse.errors import InvocationFailed

_MOST_WAITING = 200  # calls


class Crowd:
    def __init__(self, most: int) -> None:
        self._free = asyncio.Semaphore(most)
        self._waiting = 0

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Be one of those that go on. Raises `InvocationFailed` where too many wait already."""
        if self._waiting >= _MOST_WAITING:
            raise InvocationFailed("TooManyRequestsException", passing=True)
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()

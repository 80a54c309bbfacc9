"""Work in the background, one at a time: whoever wants the same meanwhile waits for the same."""

import asyncio
import os
import threading
from collections.abc import Callable, Collection
from concurrent.futures import Future, wait

Landing = Future[None]


class Flights:
    """Runs `work` in a thread of its own, never twice at once. What `work` raises, it handles itself."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._lock = threading.Lock()
        self._landing: Landing | None = None
        self._process = 0

    def under_way(self) -> Landing | None:
        """What can be waited for. After a fork the thread is the parent's, and none of ours."""
        return self._landing if self._process == os.getpid() else None

    def join(self, may_start: Callable[[], bool]) -> Landing | None:
        """The flight that is under way, or a new one where `may_start` says so, or none."""
        with self._lock:
            landing = self.under_way()
            if landing is not None or not may_start():
                return landing
            self._landing, self._process = Future(), os.getpid()
            self._landing.set_running_or_notify_cancel()  # who waits and gives up does not end it
            threading.Thread(target=self._fly, args=(self._landing,), daemon=True).start()
            return self._landing

    def _fly(self, landing: Landing) -> None:
        try:
            self._work()
        finally:
            with self._lock:
                self._landing = None
            landing.set_result(None)


def wait_for(landings: Collection[Landing], seconds: float) -> None:
    """Block until they have landed, or for so long."""
    if landings:
        wait(landings, seconds)


async def wait_for_async(landings: Collection[Landing], seconds: float) -> None:
    if landings:
        await asyncio.wait([asyncio.wrap_future(landing) for landing in landings], timeout=seconds)

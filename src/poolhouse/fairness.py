"""Queues in which owners take turns: who waits with many things does not delay who waits with few.

An owner is a user pool, or whatever else shares a worker with others.
"""

from asyncio import CancelledError, Future, get_running_loop
from collections import deque
from typing import Generic, TypeVar

from msgspec import Struct, field

T = TypeVar("T")


class _Line(Struct):
    """What one owner waits with, and how much the owner was served since somebody waited."""

    things: deque[tuple[object, int]]
    served: int


class FairQueue(Struct, Generic[T]):
    """Things that wait, by owner: the next is of the owner who was served least.

    Whoever begins to wait is where the one served last is: nobody saves up turns by staying away, and nobody
    who comes back is behind those who stayed. (Start-time fair queueing, Goyal et al. 1996.)
    """

    _lines: dict[str, _Line] = field(default_factory=dict)
    _served: int = 0  # what the owner whose turn it was last had been served before it
    _length: int = 0

    def __len__(self) -> int:
        return self._length

    def push(self, owner: str, thing: T, weight: int = 1) -> None:
        """`weight`: how much of the owner's share it takes."""
        line = self._lines.get(owner)
        if line is None:
            line = self._lines[owner] = _Line(deque(), self._served)
        line.things.append((thing, weight))
        self._length += 1

    def pop(self) -> T:
        """The next one. Raises `IndexError` where nothing waits."""
        if not self._lines:
            raise IndexError("nothing waits")
        owner, line = min(self._lines.items(), key=_served)
        thing, weight = line.things.popleft()
        self._served = line.served
        line.served += weight
        self._length -= 1
        if not line.things:
            del self._lines[owner]
        return thing  # type: ignore[return-value]


def _served(entry: tuple[str, _Line]) -> int:
    return entry[1].served


class Turns(Struct):
    """The event loop: in each of its rounds one request begins, and the owners take turns.

    Whoever comes while nobody waits does not wait either. Without this a flood of one owner's requests would
    all begin in the round in which they came, before the next owner's.
    """

    _queue: FairQueue[Future[None]] = field(default_factory=FairQueue)
    _taken: bool = False  # somebody has begun in this round

    async def take(self, owner: str, weight: int = 1) -> None:
        """Wait for a turn."""
        loop = get_running_loop()
        if self._taken:
            turn: Future[None] = loop.create_future()
            self._queue.push(owner, turn, weight)
            await turn
        else:
            self._taken = True
            loop.call_soon(self._next_round)

    def _next_round(self) -> None:
        self._taken = given(self._queue)
        if self._taken:
            get_running_loop().call_soon(self._next_round)


class Places(Struct):
    """So many at once, and the owners take turns for the places."""

    at_once: int
    _queue: FairQueue[Future[None]] = field(default_factory=FairQueue)
    _taken: int = 0

    async def enter(self, owner: str, weight: int = 1) -> None:
        """Wait for a place. Whoever got one must `leave` it."""
        if self._taken < self.at_once:
            self._taken += 1
            return
        place: Future[None] = get_running_loop().create_future()
        self._queue.push(owner, place, weight)
        try:
            await place
        except CancelledError:
            if place.done() and not place.cancelled():
                self.leave()  # it was given to somebody who is gone
            raise

    def leave(self) -> None:
        """The place is the next one's."""
        if not given(self._queue):
            self._taken -= 1


def given(queue: FairQueue[Future[None]]) -> bool:
    """Tell the next one who still waits. False: nobody does."""
    while len(queue):
        place = queue.pop()
        if not place.done():
            place.set_result(None)
            return True
    return False

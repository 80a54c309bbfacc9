"""What is read again once a second, and is the same for every request in between."""

from collections.abc import Awaitable, Callable, Hashable
from typing import TypeVar

from poolhouse.context import Env
from poolhouse.ports import Tx

T = TypeVar("T")

TRUSTED = 1.0  # seconds


async def read(env: Env, key: Hashable, query: Callable[[Tx], Awaitable[T]]) -> T:
    """What `query` finds, as it was at most a second ago; `key` says which query it is."""
    now = env.clock.monotonic()
    kept: tuple[float, T] | None = env.iam.get(key)
    if kept is not None and now - kept[0] < TRUSTED:
        return kept[1]
    found = await env.db.read(query)
    env.iam.put(key, (now, found))
    return found


def forget(env: Env, key: Hashable) -> None:
    """After this process changed it."""
    env.iam.drop(key)

"""A circuit breaker for each function: what does not answer is not asked for a while.

Closed, it lets every call through. After so many failures in a row it opens: calls fail at once. After a
pause one call goes through to try (half open): its success closes the breaker, its failure opens it again.
"""

from collections.abc import Callable

from msgspec import Struct

FAILURES = 10  # in a row: three calls of a trigger, of three attempts each, and one
PAUSE = 10.0  # seconds


class _Trouble(Struct):
    failures: int = 0
    opened_at: float | None = None
    trying: bool = False


class Breakers:
    """Those of one process, by function. Functions that answer take no room."""

    def __init__(self, now: Callable[[], float], opened: Callable[[str], None]) -> None:
        """now     seconds that never jump
        opened  called with the function whose breaker opens
        """
        self._now = now
        self._opened = opened
        self._troubles: dict[str, _Trouble] = {}

    def lets_through(self, function: str) -> bool:
        """After True, say `succeeded`, `failed` or `gave_up`."""
        trouble = self._troubles.get(function)
        if trouble is None or trouble.opened_at is None:
            return True
        if trouble.trying or self._now() < trouble.opened_at + PAUSE:
            return False
        trouble.trying = True
        return True

    def succeeded(self, function: str) -> None:
        self._troubles.pop(function, None)

    def failed(self, function: str) -> None:
        trouble = self._troubles.setdefault(function, _Trouble())
        trouble.failures += 1
        trouble.trying = False
        if trouble.failures >= FAILURES:
            if trouble.opened_at is None:
                self._opened(function)
            trouble.opened_at = self._now()

    def gave_up(self, function: str) -> None:
        """The call ended without an answer, and that was not the function's fault."""
        trouble = self._troubles.get(function)
        if trouble is not None:
            trouble.trying = False

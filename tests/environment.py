"""An `Env` of real parts for tests: a store, a key file, true randomness, and a clock that obeys."""

from pathlib import Path
from typing import Any, cast

from poolhouse.context import Env, Hashing
from poolhouse.drivers.clock_rng import SystemRng
from poolhouse.drivers.vault import KeyFileVault
from poolhouse.ports import SECOND, Db, Instant, Vault
from poolhouse.settings import Settings


class MovableClock:
    """Stands still until it is moved; `monotonic` moves with it."""

    def __init__(self, start: Instant = 1_800_000_000 * SECOND) -> None:
        self._now = start

    def now(self) -> Instant:
        return self._now

    def monotonic(self) -> float:
        return self._now / SECOND

    def advance(self, by: Instant) -> None:
        self._now += by


def environment(db: Db, folder: Path, *, vault: Vault | None = None, **settings: Any) -> Env:
    """The hashing threads, which only sign-in uses, are left out."""
    return Env(
        settings=Settings(**settings),
        clock=MovableClock(),
        rng=SystemRng(),
        db=db,
        vault=vault or KeyFileVault(folder / "master.key"),
        hashing=cast(Hashing, None),
        count=lambda *_: None,
    )

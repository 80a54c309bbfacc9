"""The audit log is verified while the server writes to it."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest
from tests.environment import environment
from tests.store.test_audit import DROP, change, five, put

from poolhouse.context import Env
from poolhouse.directory.audit import HOUSE
from poolhouse.ports import Db, Tx
from poolhouse.store import audit, audit_verification, audited
from poolhouse.store.audit_verification import Verdict


class Busy:
    """A store in which somebody writes another record after each of the first reads."""

    def __init__(self, acting: Env) -> None:
        self._acting = acting
        self._to_come = [6, 7, 8, 9]

    async def read(self, query: Callable[[Tx], Awaitable[Any]]) -> Any:
        found = await self._acting.db.read(query)
        if self._to_come:
            await put(self._acting, self._to_come.pop(0))
        return found


@pytest.fixture
def env(db: Db, tmp_path: Path) -> Env:
    return environment(db, tmp_path)


@pytest.fixture
def acting(env: Env) -> Env:
    """The same for somebody whose changes are recorded."""
    return audited.for_service(env, "test", "Test", "request-1")


async def verdict(env: Env, acting: Env) -> Verdict:
    return await audit_verification.verify(cast(Db, Busy(acting)), HOUSE, await audit.keys(env))


async def test_what_is_written_meanwhile_is_verified_too(env: Env, acting: Env) -> None:
    await five(acting)

    found = await verdict(env, acting)

    assert (found.fault, found.records, found.end.seq) == ("", 9, 9)


async def test_what_is_missing_is_missed_all_the_same(env: Env, acting: Env) -> None:
    await five(acting)
    await change(env, DROP, seq=5)

    found = await verdict(env, acting)

    assert (found.records, found.seq) == (4, 5)
    assert found.fault

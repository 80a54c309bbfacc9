"""`poolhouse logs`, and what doctor says of log delivery, on a store of its own."""

import base64
from pathlib import Path

import pytest
from click.testing import CliRunner

from poolhouse import app
from poolhouse.cli import poolhouse
from poolhouse.cli.options import settings_from
from poolhouse.context import Env
from poolhouse.ports import LogEntry, Tx
from poolhouse.store import log_outbox

POOL = "us-east-1_Ab3dEf6hI"
EVENTS = "userAuthEvents"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three entries of one pool wait."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", base64.b64encode(bytes(32)).decode())

    async def fill(tx: Tx) -> None:
        await log_outbox.open_lane(tx, POOL, EVENTS, 0)
        for number in range(3):
            await log_outbox.put(tx, POOL, LogEntry(f"{EVENTS}/{number:016d}/e", number, b"{}"))

    once(lambda env: env.db.run(fill))


def once(action) -> None:
    app.once(settings_from("tools", None, {}), action)


def bury(number: int) -> None:
    async def write(tx: Tx) -> None:
        await log_outbox.bury(tx, POOL, [f"{EVENTS}/{number:016d}/e"], "The sink answered 400.", 0)

    async def run(env: Env) -> None:
        await env.db.run(write)

    once(run)


def shown(*arguments: str) -> list[str]:
    result = CliRunner().invoke(poolhouse, list(arguments))
    assert not isinstance(result.exception, Exception), result.exception
    return result.stdout.splitlines()


def doctor() -> str:
    return next(line for line in shown("doctor", "--port", "1") if line[6:].startswith("logs "))


def test_status_says_what_waits_and_what_was_given_up() -> None:
    bury(0)

    assert shown("logs", "status") == [f"{POOL}  {EVENTS}: 2 wait", f"{POOL}  given up: 1"]


def test_retry_sends_what_was_given_up_again() -> None:
    bury(0)

    assert shown("logs", "retry", "--pool", POOL) == [f"1 log entries of {POOL} are sent again."]
    assert shown("logs", "status") == [f"{POOL}  {EVENTS}: 3 wait"]
    assert shown("logs", "retry", "--pool", POOL) == [f"0 log entries of {POOL} are sent again."]


def test_doctor_fails_while_there_are_dead_letters_and_else_says_what_waits() -> None:
    assert doctor() == f"ok    logs        3 of {POOL}, {EVENTS}, wait after 0 failed tries"

    bury(0)
    assert doctor() == (
        f"FAIL  logs        Log entries were given up: 1 of {POOL}. See the log for why; "
        "`poolhouse logs retry` sends them again."
    )

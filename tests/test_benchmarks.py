"""The benchmarks run. What they measure is for a quiet machine, and not looked at here."""

import time
from pathlib import Path

import pytest
import uvloop
from benchmarks import (
    authorizer,
    breaches,
    footprint,
    gateway,
    oauth,
    operations,
    passkeys,
    passwordless,
    protection,
    run,
    second_factors,
)
from benchmarks.client import Connection
from benchmarks.people import fill_sqlite

from tests.mail_server import Mailbox, mail_server
from tests.server import Server


def test_every_operation_of_the_benchmark_succeeds_and_memory_is_told_beside_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module, users in (
        (operations, "SIGNERS_IN"),
        (oauth, "BROWSERS"),
        (passkeys, "_USERS"),
        (passwordless, "_USERS"),
        (second_factors, "WITH_APPS"),
        (protection, "SIGNERS"),
    ):
        monkeypatch.setattr(module, users, 2)

    with mail_server() as mailbox, run.server("sqlite", 1, None, mailbox) as (running, file, _):
        done = uvloop.run(_each_once(running, file, mailbox))
        enforced = uvloop.run(_enforced(running))
        uvloop.run(footprint.grow(running, file, users=10, sign_ins=10))

    assert set(enforced) == {"sign_in_enforced", "sign_in_enforced_password"}
    assert all("over OFF" in protection.verdict(row) for row in enforced.values())
    assert set(run.RATIOS["sqlite"]) | set(run.BUDGETS["sqlite"]) <= done
    assert capsys.readouterr().out.count(" MB\n") == 1 + footprint.SLICES


def test_the_benchmark_of_the_authorizer_measures_a_new_token_and_a_known_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    authorizer.show(authorizer.measure(0.01))

    shown = capsys.readouterr().out
    assert all(f"  {operation} " in shown for operation in authorizer.RATIOS)


def test_the_benchmark_of_the_gateway_measures_an_open_route_and_one_that_asks_for_a_token(
    capsys: pytest.CaptureFixture[str],
) -> None:
    gateway.show(uvloop.run(gateway.measure(0.01)))

    shown = capsys.readouterr().out
    assert all(f"  {operation} " in shown for operation in gateway.BUDGETS)


async def _each_once(running: Server, file: Path, mailbox: Mailbox) -> set[str]:
    connection = Connection(run.target_of(running))
    pool = await operations.make_pool(connection)
    fill_sqlite(file, pool.pool_id, 1)
    found = await operations.operations(connection, pool, pool, 1, mailbox)
    for once in found.values():
        await once(connection)
    await connection.close()
    return set(found)


async def _enforced(running: Server) -> dict[str, dict[str, float]]:
    connections = [Connection(run.target_of(running))]
    found = await protection.sign_ins(connections, run.drive, time.monotonic, time.process_time, 0.1, past=1)
    await connections[0].close()
    return found


def test_every_row_has_the_members_that_scripts_rely_on_whatever_it_measures() -> None:
    measured = {"operation": "breach_check", "rate_per_s": 90_000.0, "cpu_us": 11.0, "entries": 20_000}

    (row,) = run.whole([measured])

    assert set(row) == {*run.MEMBERS, "entries"}
    assert row == measured | {"store": None, "workers": None, "bound_us": None, "ratio": None}


def test_the_benchmark_of_known_passwords_makes_a_file_and_looks_them_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (row,) = breaches.measure(0.01, passwords=20_000)
    breaches.show([row])

    assert row["entries"] == 20_000
    assert "  breach_check " in capsys.readouterr().out

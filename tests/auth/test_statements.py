"""What a sign-in asks of the store: what a pool does not use, its sign-ins do not pay for."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.world import World

from poolhouse.drivers.sqlite import SqliteDb, SqliteTx


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The text of every statement from here on."""
    seen: list[str] = []

    def watched(run: Callable[..., Any]) -> Callable[..., Any]:
        async def watch(tx: SqliteTx, statement: Any, **values: Any) -> Any:
            seen.append(" ".join(statement.text.split()))
            return await run(tx, statement, **values)

        return watch

    for name in ("one", "all", "run"):
        monkeypatch.setattr(SqliteTx, name, watched(getattr(SqliteTx, name)))
    return seen


def tables(statements: list[str]) -> list[str]:
    """The table that each is about; where it is about several, the last."""
    return [text.split(" FROM ")[-1].split("INTO ")[-1].split()[0] for text in statements]


async def test_without_factors_devices_and_functions_a_password_costs_six_statements(
    world: World, statements: list[str]
) -> None:
    client = await world.client(await world.pool())
    await world.user(client["UserPoolId"])
    await world.tokens(client)  # the client is in memory from here on
    statements.clear()

    await world.tokens(client)

    assert tables(statements) == [
        "aliases",
        "users",
        "attempts",
        "users",  # INSERT INTO token_families SELECT .. FROM users
        "attempts",
        "events",
    ]


async def test_a_password_costs_two_transactions_the_try_and_whatever_makes_the_sign_in_good(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await world.client(await world.pool())
    await world.user(client["UserPoolId"])
    durable: list[bool] = []
    run_singly = SqliteDb.run_singly

    async def watched(db: SqliteDb, statements: Any, **how: Any) -> Any:
        durable.append(how.get("durable", True))
        return await run_singly(db, statements, **how)

    monkeypatch.setattr(SqliteDb, "run_singly", watched)

    await world.tokens(client)

    assert durable == [False, True]


async def test_threat_protection_costs_one_statement_more(world: World, statements: list[str]) -> None:
    asked = []
    for mode in ("OFF", "ENFORCED"):
        client = await world.client(await world.pool(UserPoolAddOns={"AdvancedSecurityMode": mode}))
        await world.user(client["UserPoolId"])
        await world.tokens(client)
        statements.clear()

        await world.tokens(client)

        asked.append(tables(statements))

    off, enforced = asked
    assert enforced == [*off[:3], "event_feedback", *off[3:]]  # the past of the user (store/history.py)

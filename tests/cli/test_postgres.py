"""The commands and `serve` on PostgreSQL."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from tests.server import MASTER_KEY, dev_server, run_poolhouse, serve_server
from tests.stores import open_store

from poolhouse import app
from poolhouse.settings import Settings


def test_two_workers_serve_from_one_database_and_doctor_finds_it_well(
    tmp_path: Path, new_postgres: Callable[..., str]
) -> None:
    url = new_postgres()

    with serve_server(tmp_path, workers=2, POOLHOUSE_DATABASE_URL=url) as server:
        clients = [server.boto3("cognito-idp") for _ in range(4)]  # a connection each, so both workers answer
        made = clients[0].create_user_pool(PoolName="shared")["UserPool"]["Id"]
        for client in clients:
            assert client.describe_user_pool(UserPoolId=made)["UserPool"]["Name"] == "shared"
        told = run_poolhouse(
            "doctor",
            "--port",
            server.endpoint.rpartition(":")[2],
            folder=tmp_path,
            POOLHOUSE_DATABASE_URL=url,
            POOLHOUSE_MASTER_KEY=MASTER_KEY,
        )

    assert told.returncode == 0, told.stdout
    assert "PostgreSQL" in told.stdout
    assert "is answered by Poolhouse" in told.stdout
    assert url not in server.printed()
    assert len(asyncio.run(partitions_of_events(url))) == 3  # that both workers made: of now, and two to come


async def partitions_of_events(url: str) -> list[str]:
    db = await open_store(url)
    try:
        return list(await db.read(db.partitions("events").all))
    finally:
        await db.close()


async def test_the_migrate_command_makes_the_partitions_that_are_coming(
    tmp_path: Path, new_postgres: Callable[..., str]
) -> None:
    url = new_postgres()

    applied = await app.migrate_store(Settings(profile="tools", database_url=url))

    assert applied[-1] >= "0020"
    assert len(await partitions_of_events(url)) == 3
    assert await app.migrate_store(Settings(profile="tools", database_url=url)) == []
    assert len(await partitions_of_events(url)) == 3


def test_dev_runs_on_postgres_too_and_finds_its_demo_again(
    tmp_path: Path, new_postgres: Callable[..., str]
) -> None:
    url = new_postgres()

    with dev_server(tmp_path, "--database-url", url) as first:
        pool = first.boto3("cognito-idp").describe_user_pool(UserPoolId=first.user_pool_id)["UserPool"]
        assert pool["Name"] == "demo"
    with dev_server(tmp_path, "--database-url", url) as second:
        assert second.user_pool_id == first.user_pool_id
    with dev_server(tmp_path, "--database-url", new_postgres()) as third:
        assert third.user_pool_id != first.user_pool_id

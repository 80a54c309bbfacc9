"""The commands and `serve` on PostgreSQL."""

from collections.abc import Callable
from pathlib import Path

from tests.server import MASTER_KEY, dev_server, run_poolhouse, serve_server


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

"""Kill -9 under load: what was acknowledged is there, and the server starts again (security.md, rule 10)."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psutil
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from tests.postgres_server import PostgresServer, postgres_server
from tests.server import Server, dev_server, serve_server

__all__ = ["postgres_server"]

PASSWORD = "P2$Sword"
_THREADS = 8
_LOAD_SECONDS = 1.5
_LEAST = 40  # sign-ups that must have been acknowledged, or the test has shown nothing

_LEAST_SIGN_INS = 10  # of each kind

# The port is another after the restart, and tokens must not be another issuer's for that.
_ADDRESS = ("--public-url", "http://localhost:8400")

Tokens = list[dict[str, str]]
Start = Callable[[], AbstractContextManager[Server]]


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The settings that choose the store."""
    if request.param == "sqlite":
        yield {}
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.new_database()
    yield {"POOLHOUSE_DATABASE_URL": url}
    server.drop_database(url)


@pytest.fixture(params=["dev", "serve with two workers"])
def start(request: pytest.FixtureRequest, tmp_path: Path, store: dict[str, str]) -> Start:
    if request.param == "dev":
        return lambda: dev_server(tmp_path, "--no-demo", **store)
    start_workers: Start = request.getfixturevalue("start_workers")
    return start_workers


@pytest.fixture
def start_workers(tmp_path: Path, store: dict[str, str]) -> Start:
    return lambda: serve_server(tmp_path, *_ADDRESS, workers=2, POOLHOUSE_QUOTAS="off", **store)


def client_of(server: Server) -> Any:
    config = Config(retries={"total_max_attempts": 1}, max_pool_connections=_THREADS, read_timeout=20)
    return server.boto3("cognito-idp", config=config)


def sign_up_until_it_ends(client: Any, client_id: str, thread: int, acknowledged: list[str]) -> None:
    for number in itertools.count():
        name = f"user-{thread}-{number}"
        try:
            client.sign_up(ClientId=client_id, Username=name, Password=PASSWORD)
        except (BotoCoreError, ClientError):
            return
        acknowledged.append(name)


def kill_all(server: Server) -> None:
    """The process and its workers, without a word to any of them."""
    parent = psutil.Process(server.process.pid)
    for process in [parent, *parent.children(recursive=True)]:
        process.kill()
    server.process.wait(15)


def test_every_acknowledged_sign_up_is_there_after_kill_9(start: Start) -> None:
    acknowledged: list[str] = []
    with start() as server:
        client = client_of(server)
        pool_id = client.create_user_pool(PoolName="crash")["UserPool"]["Id"]
        made = client.create_user_pool_client(
            UserPoolId=pool_id,
            ClientName="crash",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )
        client_id = made["UserPoolClient"]["ClientId"]
        threads = [
            threading.Thread(target=sign_up_until_it_ends, args=(client, client_id, number, acknowledged))
            for number in range(_THREADS)
        ]
        for thread in threads:
            thread.start()
        time.sleep(_LOAD_SECONDS)
        kill_all(server)
        for thread in threads:
            thread.join(30)

    with start() as server:
        client = client_of(server)
        found = _every_name(client, pool_id)
        client.admin_confirm_sign_up(UserPoolId=pool_id, Username=acknowledged[-1])
        signed_in = client.initiate_auth(
            ClientId=client_id,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": acknowledged[-1], "PASSWORD": PASSWORD},
        )

    assert len(acknowledged) >= _LEAST
    assert set(acknowledged) - found == set()
    assert len(found) <= len(acknowledged) + _THREADS  # those that were under way, and no others
    assert "AccessToken" in signed_in["AuthenticationResult"]


def sign_out_until_it_ends(client: Any, client_id: str, kept: Tokens, revoked: Tokens) -> None:
    """Sign in again and again, and revoke every second sign-in."""
    for number in itertools.count():
        try:
            tokens = sign_in(client, client_id)
            if number % 2:
                client.revoke_token(ClientId=client_id, Token=tokens["RefreshToken"])
        except (BotoCoreError, ClientError):
            return
        (revoked if number % 2 else kept).append(tokens)


def sign_in(client: Any, client_id: str) -> dict[str, str]:
    answer = client.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    return dict(answer["AuthenticationResult"])


def test_every_acknowledged_sign_in_and_revocation_is_in_force_after_kill_9(
    start_workers: Start,
) -> None:
    kept: Tokens = []
    revoked: Tokens = []
    with start_workers() as server:
        client = client_of(server)
        pool_id = client.create_user_pool(PoolName="crash")["UserPool"]["Id"]
        made = client.create_user_pool_client(
            UserPoolId=pool_id,
            ClientName="crash",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )
        client_id = made["UserPoolClient"]["ClientId"]
        client.sign_up(ClientId=client_id, Username="ada", Password=PASSWORD)
        client.admin_confirm_sign_up(UserPoolId=pool_id, Username="ada")
        threads = [
            threading.Thread(target=sign_out_until_it_ends, args=(client, client_id, kept, revoked))
            for _ in range(2)
        ]
        for thread in threads:
            thread.start()
        time.sleep(_LOAD_SECONDS)
        kill_all(server)
        for thread in threads:
            thread.join(30)

    with start_workers() as server:
        client = client_of(server)
        answered_to_kept = {_shown(client, client_id, tokens) for tokens in kept}
        answered_to_revoked = {_shown(client, client_id, tokens) for tokens in revoked}

    assert min(len(kept), len(revoked)) >= _LEAST_SIGN_INS
    assert answered_to_kept == {("ada", "refreshed")}
    assert answered_to_revoked == {("Access Token has been revoked", "Refresh Token has been revoked")}


def _shown(client: Any, client_id: str, tokens: dict[str, str]) -> tuple[str, str]:
    """What GetUser and a refresh say to these tokens."""
    return (
        _said(lambda: client.get_user(AccessToken=tokens["AccessToken"])["Username"]),
        _said(
            lambda: (
                client.get_tokens_from_refresh_token(ClientId=client_id, RefreshToken=tokens["RefreshToken"])
                and "refreshed"
            )
        ),
    )


def _said(call: Callable[[], str]) -> str:
    try:
        return call()
    except ClientError as error:
        return str(error.response["Error"]["Message"])


def _every_name(client: Any, pool_id: str) -> set[str]:
    pages = client.get_paginator("list_users").paginate(UserPoolId=pool_id)
    return {user["Username"] for page in pages for user in page["Users"]}

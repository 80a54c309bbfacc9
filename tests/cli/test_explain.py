"""`poolhouse explain` and GET /explain on one server: whoever may, learns why a request ended as it did."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from click.testing import CliRunner
from tests.server import MASTER_KEY, Server, serve_server

from poolhouse.cli import poolhouse
from poolhouse.errors import SettingsError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("explain")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    with serve_server(folder) as running:
        yield running


class Refused:
    """A pool, and the request with which a wrong password was refused in it."""

    def __init__(self, server: Server) -> None:
        cognito = server.boto3("cognito-idp")
        self.pool_id = cognito.create_user_pool(PoolName="explain")["UserPool"]["Id"]
        client = cognito.create_user_pool_client(
            UserPoolId=self.pool_id,
            ClientName="app",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]["ClientId"]
        cognito.admin_create_user(UserPoolId=self.pool_id, Username="ada", MessageAction="SUPPRESS")
        with pytest.raises(ClientError) as refused:
            cognito.initiate_auth(
                ClientId=client,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": "ada", "PASSWORD": "Wr0ng$word"},
            )
        self.request_id = refused.value.response["ResponseMetadata"]["RequestId"]


@pytest.fixture(scope="module")
def refused(server: Server) -> Refused:
    return Refused(server)


def asked(server: Server, path: str, secret: str | None = None) -> tuple[int, dict[str, Any]]:
    """GET, signed with the server's access key, or with another secret."""
    request = AWSRequest("GET", f"{server.endpoint}{path}")
    keys = Credentials(server.access_key_id, secret or server.secret_access_key)
    SigV4Auth(keys, "cognito-idp", server.region).add_auth(request)
    answer = httpx2.get(request.url, headers=dict(request.headers))
    return answer.status_code, answer.json()


def shown(folder: Path, request_id: str, *options: str) -> list[str]:
    arguments = ["explain", request_id, "--data", str(folder / "data"), *options]
    result = CliRunner().invoke(poolhouse, arguments)
    if isinstance(result.exception, SettingsError):
        raise result.exception
    return result.stdout.splitlines()


def test_an_administrator_who_signs_is_told_what_decided(server: Server, refused: Refused) -> None:
    status, answer = asked(server, f"/explain/{refused.pool_id}/{refused.request_id}")

    (event,) = answer["events"]
    assert (status, event["rule"], event["username"]) == (200, "IncorrectLogin", "ada")
    assert "  decided by    IncorrectLogin (NotAuthorizedException)" in event["explanation"]


@pytest.mark.parametrize(
    ("path", "secret", "code"),
    [
        ("/explain/{pool_id}/{request_id}", "another secret", "InvalidSignatureException"),
        ("/explain/{pool_id}/another-request", None, "ResourceNotFoundException"),
        ("/explain/us-east-1_Nobodys00/{request_id}", None, "ResourceNotFoundException"),
    ],
)
def test_nobody_else_is_and_nothing_else_is_told(
    server: Server, refused: Refused, path: str, secret: str | None, code: str
) -> None:
    status, answer = asked(server, path.format(**vars(refused)), secret)

    assert (status, answer["__type"]) == (400, code)


def test_who_does_not_sign_is_refused(server: Server, refused: Refused) -> None:
    answer = httpx2.get(f"{server.endpoint}/explain/{refused.pool_id}/{refused.request_id}")

    assert (answer.status_code, answer.json()["__type"]) == (400, "MissingAuthenticationTokenException")
    assert answer.headers["x-amzn-requestid"]


def test_the_command_tells_it_on_the_servers_machine(
    server: Server, refused: Refused, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", MASTER_KEY)
    lines = shown(folder, refused.request_id)

    assert f"SignIn Fail: InitiateAuth, request {refused.request_id}" in lines
    assert "  name tries before a lock, used 1, of 5" in lines
    assert lines == shown(folder, refused.request_id, "--pool", refused.pool_id)
    assert json.loads(shown(folder, refused.request_id, "--json")[0])["rule"] == "IncorrectLogin"


def test_the_command_says_what_leaves_no_event(
    server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", MASTER_KEY)
    with pytest.raises(SettingsError, match="No attempt of request nothing is stored") as refused:
        shown(folder, "nothing")

    assert "outcome TooManyRequestsException" in str(refused.value)
    assert "`limit reached`" in str(refused.value)

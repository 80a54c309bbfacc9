"""Functions of a running server: called for a sign-up, told in its output, and gone with it."""

import time
from pathlib import Path

import httpx2
import psutil
import pytest
from botocore.exceptions import ClientError
from tests.drivers.functions.scene import arn, write
from tests.server import Server, dev_server, serve_server

CONFIRM = """
import os
def handler(event, context):
    print("asked about", event["userName"])
    if event["userName"] == "mallory": raise ValueError("Not you")
    event["response"]["autoConfirmUser"] = True
    return event
"""
CONFIRM_NODE = """
export const handler = async (event) => {
  if (event.userName === "mallory") throw new Error("Not you");
  event.response.autoConfirmUser = true;
  return event;
};
"""


def function_processes(server: Server) -> list[psutil.Process]:
    below = psutil.Process(server.process.pid).children(recursive=True)
    return [process for process in below if "AWS_LAMBDA_FUNCTION_NAME" in process.environ()]


def gone(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=10)[1]


def client_with(server: Server, function: str) -> str:
    """An app client of a pool that calls this function before a sign-up."""
    idp = server.boto3("cognito-idp")
    pool = idp.create_user_pool(PoolName="p", LambdaConfig={"PreSignUp": function})["UserPool"]["Id"]
    made = idp.create_user_pool_client(UserPoolId=pool, ClientName="c")
    return str(made["UserPoolClient"]["ClientId"])


def signed_up(server: Server, client_id: str, name: str) -> bool:
    answer = server.boto3("cognito-idp").sign_up(ClientId=client_id, Username=name, Password="P2$Sword")
    return bool(answer["UserConfirmed"])


@pytest.mark.parametrize(
    ("file", "text"),
    [("handler.py", CONFIRM), pytest.param("handler.mjs", CONFIRM_NODE, marks=pytest.mark.node)],
)
def test_under_dev_a_function_confirms_and_refuses_sign_ups(tmp_path: Path, file: str, text: str) -> None:
    write(tmp_path / "lambdas", "confirm", text, file)
    with dev_server(tmp_path, "--functions", str(tmp_path / "lambdas"), "--no-demo") as server:
        client_id = client_with(server, arn("confirm"))
        confirmed = signed_up(server, client_id, "ada")
        with pytest.raises(ClientError) as refused:
            signed_up(server, client_id, "mallory")
        processes = function_processes(server)
        assert processes != []
        printed = server.output.read_text()
        metrics = httpx2.get(f"{server.endpoint}/metrics").text

    assert confirmed
    assert refused.value.response["Error"] == {
        "Code": "UserLambdaValidationException",
        "Message": "PreSignUp failed with error Not you.",
    }
    assert 'poolhouse_triggers_total{outcome="ok",trigger="PreSignUp"} 1.0' in metrics
    assert 'poolhouse_triggers_total{outcome="raised",trigger="PreSignUp"} 1.0' in metrics
    assert "/lambdas/<name>  (arn:aws:lambda:us-east-1:000000000000:function:<name>)" in printed
    assert ("asked about ada" in printed) == (file == "handler.py")
    assert gone(processes)


def test_a_function_that_nothing_can_call_is_refused_when_it_is_saved(tmp_path: Path) -> None:
    write(tmp_path / "lambdas", "confirm", CONFIRM)
    with dev_server(tmp_path, "--functions", str(tmp_path / "lambdas"), "--no-demo") as server:
        client_with(server, arn("confirm", qualifier="live"))
        with pytest.raises(ClientError) as refused:
            client_with(server, arn("other"))

    assert "There is no folder other among the local functions." in refused.value.response["Error"]["Message"]


@pytest.mark.sandbox
def test_functions_end_with_a_server_that_is_killed(tmp_path: Path) -> None:
    write(tmp_path / "lambdas", "confirm", CONFIRM)
    with dev_server(tmp_path, "--functions", str(tmp_path / "lambdas"), "--no-demo") as server:
        signed_up(server, client_with(server, arn("confirm")), "ada")
        processes = function_processes(server)
        assert processes != []

        server.kill()

        assert gone(processes)


def test_under_serve_each_worker_has_processes_of_its_own(tmp_path: Path) -> None:
    write(tmp_path / "lambdas", "confirm", CONFIRM)
    folder = str(tmp_path / "lambdas")
    with serve_server(tmp_path, workers=2, POOLHOUSE_FUNCTIONS=folder) as server:
        client_id = client_with(server, arn("confirm"))
        workers = [process.pid for process in psutil.Process(server.process.pid).children()]
        deadline = time.monotonic() + 60
        busy: set[int] = set()
        number = 0
        while len(busy) < 2 and time.monotonic() < deadline:
            number += 1
            assert signed_up(server, client_id, f"ada{number}")
            busy = {pid for pid in workers if psutil.Process(pid).children()}
        processes = function_processes(server)

    assert busy == set(workers)
    assert gone(processes)

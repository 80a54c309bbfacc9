"""Kill -9 between a sink's having an entry and the store's knowing it: it comes again, with the same id."""

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx2
import psutil
from botocore.exceptions import BotoCoreError
from tests.drivers.log_sinks.receiver import Received, Running
from tests.server import Server, dev_server, run_poolhouse

PASSWORD = "P2$Sword"
BUCKET = "arn:aws:s3:::audit"
_SECONDS = 30.0


def event_ids(got: Received) -> list[str]:
    """Of the entries of a batch."""
    return [entry["message"]["eventId"] for entry in json.loads(got.body)["entries"]]


class Deadly:
    """Has the first batch, and ends whoever sent it before that knows; later ones are answered."""

    def __init__(self) -> None:
        self.process: psutil.Process | None = None
        self.batches: list[list[str]] = []

    def __call__(self, got: Received) -> None:
        self.batches.append(event_ids(got))
        if self.process is not None:
            self.process.kill()
            self.process = None

    def wait_for(self, batches: int) -> None:
        deadline = time.monotonic() + _SECONDS
        while len(self.batches) < batches:
            if time.monotonic() > deadline:
                raise AssertionError(f"{len(self.batches)} batches came, not {batches}.")
            time.sleep(0.05)


def made_pool(server: Server) -> tuple[Any, str, str]:
    idp = server.boto3("cognito-idp")
    pool_id = idp.create_user_pool(PoolName="logged")["UserPool"]["Id"]
    client = idp.create_user_pool_client(UserPoolId=pool_id, ClientName="app")["UserPoolClient"]
    return idp, pool_id, client["ClientId"]


def status(folder: Path) -> list[str]:
    """What `poolhouse logs status` says."""
    shown = run_poolhouse("logs", "status", "--data", str(folder / "data"), folder=folder)
    assert shown.returncode == 0, shown.stderr
    return shown.stdout.splitlines()


def test_an_entry_that_its_sink_has_comes_again_after_kill_9_with_the_same_id(tmp_path: Path) -> None:
    deadly = Deadly()
    with Running(deadly) as receiver:
        sinks = {BUCKET: {"kind": "webhook", "url": receiver.url, "secret": "s" * 32}}
        settings = {"POOLHOUSE_LOG_SINKS": json.dumps(sinks)}
        with dev_server(tmp_path, "--no-demo", **settings) as server:
            idp, pool_id, client_id = made_pool(server)
            wanted = [
                {
                    "EventSource": "userAuthEvents",
                    "LogLevel": "INFO",
                    "S3Configuration": {"BucketArn": BUCKET},
                }
            ]
            idp.set_log_delivery_configuration(UserPoolId=pool_id, LogConfigurations=wanted)
            shown = idp.get_log_delivery_configuration(UserPoolId=pool_id)["LogDeliveryConfiguration"]
            deadly.process = psutil.Process(server.process.pid)
            with suppress(BotoCoreError):  # the server may end before it answers
                idp.sign_up(ClientId=client_id, Username="ada", Password=PASSWORD)
            deadly.wait_for(1)
            server.process.wait(15)

        with dev_server(tmp_path, "--no-demo", **settings) as server:
            httpx2.post(f"{server.endpoint}/_dev/clock", json={"advance": "5m"}).raise_for_status()
            deadly.wait_for(2)
            deadline = time.monotonic() + _SECONDS
            while (said := status(tmp_path)) != [f"{pool_id}  userAuthEvents: 0 wait"]:
                assert time.monotonic() < deadline, said
                time.sleep(0.2)

    assert shown == {"UserPoolId": pool_id, "LogConfigurations": wanted}
    first, second = deadly.batches
    assert len(first) == 1
    assert second == first

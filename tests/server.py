"""A real server process for tests: `poolhouse dev` or `serve`, on a free port and a store of its own.

    with dev_server(tmp_path) as server:
        client = server.boto3("cognito-idp")

It runs under a memory limit and is ended by its process id, whatever the test does. What it printed
is in the message of every failure.
"""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import httpx2
from botocore.config import Config

START_SECONDS = 30.0
STOP_SECONDS = 15.0
MEMORY_BYTES = 4 * 1024**3  # of addresses, not of memory in use: threads reserve much and use little
MASTER_KEY = "dGVzdHMgb25seTogMzIgYnl0ZXMgb2YgYSBrZXkgLi4="


@dataclass(frozen=True)
class Server:
    """A server that answers. The last four fields are empty under `serve` and with `--no-demo`."""

    endpoint: str
    region: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    process: subprocess.Popen[bytes] = field(repr=False)
    output: Path = field(repr=False)
    user_pool_id: str = ""
    client_id: str = ""
    username: str = ""
    password: str = field(default="", repr=False)

    def boto3(self, service: str, **changes: Any) -> Any:
        """An unmodified boto3 client that is told the address and the access key, and nothing else."""
        usual = {
            "endpoint_url": self.endpoint,
            "region_name": self.region,
            "aws_access_key_id": self.access_key_id,
            "aws_secret_access_key": self.secret_access_key,
            "config": Config(retries={"total_max_attempts": 1}, connect_timeout=5, read_timeout=30),
        }
        return _session().client(service, **(usual | changes))

    def messages(self, user_pool_id: str, to: str = "") -> list[dict[str, Any]]:
        """What the dev inbox holds for a pool, oldest first."""
        asked = {"user_pool_id": user_pool_id} | ({"to": to} if to else {})
        answer = httpx2.get(f"{self.endpoint}/_dev/messages", params=asked, timeout=10)
        answer.raise_for_status()
        return list(answer.json())

    def code(self, user_pool_id: str, to: str, purpose: str) -> str:
        """The newest code that was sent to an address for a purpose (a name of delivery/messages.py)."""
        deadline = time.monotonic() + 5
        while True:
            found = [sent for sent in self.messages(user_pool_id, to) if sent["purpose"] == purpose]
            if found:
                return str(found[-1]["code"])
            if time.monotonic() > deadline:
                raise AssertionError(f"No {purpose} code for {to} among {self.messages(user_pool_id)}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    def printed(self) -> str:
        """The end of what it printed."""
        return self.output.read_text(errors="replace")[-8_000:]


@dataclass(frozen=True)
class Gateway:
    """An API gateway that answers. `file` is its configuration, `output` what it printed and logged."""

    endpoint: str
    file: Path
    process: subprocess.Popen[bytes] = field(repr=False)
    output: Path = field(repr=False)

    @property
    def port(self) -> int:
        return int(self.endpoint.rpartition(":")[2])


@contextmanager
def dev_server(folder: Path, *options: str, **environment: str) -> Iterator[Server]:
    """`poolhouse dev` with its data in `folder`, which may hold a store already.

    options      of the command line, such as "--no-demo"
    environment  POOLHOUSE_ variables, such as POOLHOUSE_DATABASE_URL
    """
    folder.mkdir(parents=True, exist_ok=True)
    ready = folder / "ready.json"
    ready.unlink(missing_ok=True)
    command = ["dev", "--port", "0", "--data", str(folder / "data"), "--ready-file", str(ready), *options]
    with _running(command, folder, environment) as (process, output):
        _wait(ready.exists, process, output)
        known = json.loads(ready.read_text())
        if known.pop("pid") != process.pid:
            raise AssertionError("The ready file names another process than the one that was started.")
        given = {name: value or "" for name, value in known.items()}
        yield Server(process=process, output=output, **given)


@contextmanager
def serve_server(folder: Path, *options: str, workers: int = 1, **environment: str) -> Iterator[Server]:
    """`poolhouse serve` with an access key that may do everything. Parameters as of `dev_server`."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {"POOLHOUSE_MASTER_KEY": MASTER_KEY, "POOLHOUSE_DATA": str(folder / "data")} | environment
    access_key_id, secret = _create_key(folder, environment)
    port, metrics_port = free_ports(2)
    endpoint = f"http://localhost:{port}"
    command = ["serve", "--port", str(port), "--metrics-port", str(metrics_port), "--workers", str(workers)]
    with _running([*command, "--public-url", endpoint, *options], folder, environment) as (process, output):
        _wait(lambda: _is_ready(endpoint), process, output)
        yield Server(endpoint, "us-east-1", access_key_id, secret, process, output)


@contextmanager
def gateway_server(folder: Path, toml: str, **environment: str) -> Iterator[Gateway]:
    """`poolhouse gateway` on a free port; `toml` becomes `folder`/gateway.toml, which a test may change."""
    file, ready = folder / "gateway.toml", folder / "ready.json"
    file.write_text(toml, "utf-8")
    ready.unlink(missing_ok=True)
    command = ["gateway", "--config", str(file), "--port", "0", "--ready-file", str(ready)]
    with _running(command, folder, environment) as (process, output):
        _wait(ready.exists, process, output)
        known = json.loads(ready.read_text())
        if known["pid"] != process.pid:
            raise AssertionError("The ready file names another process than the one that was started.")
        yield Gateway(known["endpoint"], file, process, output)


def run_poolhouse(*arguments: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the command line to its end."""
    return subprocess.run(
        _command(arguments),
        cwd=folder,
        env=clean_environment() | {"PYTHONUNBUFFERED": "1"} | dict(environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _create_key(folder: Path, environment: Mapping[str, str]) -> tuple[str, str]:
    made = run_poolhouse("keys", "create", "--name", "tests", folder=folder, **environment)
    if made.returncode != 0:
        raise AssertionError(f"poolhouse keys create failed:\n{made.stdout}{made.stderr}")
    words = {line.rpartition("  ")[0].strip(): line.split()[-1] for line in made.stdout.splitlines()}
    return words["Access key id"], words["Secret access key"]


@contextmanager
def _running(
    arguments: list[str], folder: Path, environment: Mapping[str, str]
) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    output = folder / "output.txt"
    with open(output, "ab") as sink:
        process = subprocess.Popen(
            _command(arguments),
            cwd=folder,
            env=clean_environment() | {"PYTHONUNBUFFERED": "1"} | dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            preexec_fn=_limit_memory,
            start_new_session=True,  # Ctrl-C is for pytest, which ends the server itself
        )
    try:
        yield process, output
    except BaseException as error:
        error.add_note(f"The server printed:\n{output.read_text(errors='replace')[-8_000:]}")
        raise
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """By its process id: politely, then not."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS)


def _command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "poolhouse", *arguments]


def clean_environment() -> dict[str, str]:
    """This process's, without settings of Poolhouse or AWS that somebody may have made for themselves."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("POOLHOUSE_", "AWS_"))}


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _wait(is_ready: Callable[[], bool], process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_ready():
        if process.poll() is not None:
            raise AssertionError(f"The server ended with {process.returncode} before it was ready.")
        if time.monotonic() > deadline:
            raise AssertionError(f"The server was not ready within {START_SECONDS:.0f} s.")
        time.sleep(0.02)


def _is_ready(endpoint: str) -> bool:
    try:
        return bool(httpx2.get(f"{endpoint}/health/ready", timeout=2).status_code == 200)
    except httpx2.TransportError:
        return False


@cache
def _session() -> boto3.Session:
    """One for all clients, because reading the service model is slow."""
    return boto3.Session()


def free_ports(count: int) -> list[int]:
    """Ports that nobody had a moment ago: `serve` must be told its port, for its public URL."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(held.getsockname()[1]) for held in sockets]
    for held in sockets:
        held.close()
    return ports

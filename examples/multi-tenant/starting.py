"""What both examples start: `poolhouse dev`, a server of the application, `poolhouse gateway` before it."""

import argparse
import json
import os
import signal
import string
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from processes import NotStarted, answers, free_ports, poolhouse, running

_HERE = Path(__file__).parent
_ENDS = (signal.SIGINT, signal.SIGTERM)
_REGION = "us-east-1"

Ready = dict[str, Any]  # what is told: to people, and to tests as JSON


@dataclass(frozen=True)
class Dev:
    """`poolhouse dev`, and the access key of its operator."""

    endpoint: str
    data: Path
    access_key_id: str
    secret: str

    @property
    def told(self) -> dict[str, str]:
        """What boto3 is told of it."""
        return {
            "endpoint_url": self.endpoint,
            "region_name": _REGION,
            "aws_access_key_id": self.access_key_id,
            "aws_secret_access_key": self.secret,
        }

    def users(self) -> Any:
        return boto3.client("cognito-idp", **self.told)


@contextmanager
def dev(folder: Path) -> Iterator[Dev]:
    """With the functions of the examples."""
    ready, data = folder / "ready.json", folder / "data"
    options = ("--port", "0", "--no-demo", "--data", data, "--ready-file", ready)
    command = poolhouse("dev", *options, "--functions", _HERE / "functions")
    with running("poolhouse", command, folder, ready.exists):
        known = json.loads(ready.read_text())
        yield Dev(known["endpoint"], data, known["access_key_id"], known["secret_access_key"])


@contextmanager
def server(folder: Path, program: str, config: Mapping[str, Any]) -> Iterator[str]:
    """A server of the example, told a file with `config`, whose `port` it has; gives its address."""
    url, file = f"http://127.0.0.1:{config['port']}", folder / f"{program}.json"
    file.touch(0o600)
    file.write_text(json.dumps(config))
    with running(program, [sys.executable, _HERE / program, file], folder, answers(url)):
        yield url


@contextmanager
def gateway(folder: Path, routes: str, **places: object) -> Iterator[Path]:
    """The gateway, with the places in its file filled in; gives the file, which it follows while it runs."""
    file, ready = folder / "gateway.toml", folder / "gateway.json"
    file.write_text(string.Template((_HERE / routes).read_text()).substitute(places))
    with running(
        "gateway", poolhouse("gateway", "--config", file, "--ready-file", ready), folder, ready.exists
    ):
        yield file


def run(
    what: str, start: Callable[[Path, int], AbstractContextManager[Ready]], tell: Callable[[Ready], None]
) -> int:
    """Be the command: start, tell, and end everything when somebody presses Ctrl-C.

    start  is given an empty folder, which is gone afterwards, and the port of the page
    """
    options = _options(what)
    for each in _ENDS:
        signal.signal(each, _leave)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="multi-tenant-") as folder,
            start(Path(folder), options.port or free_ports(1)[0]) as ready,
        ):
            tell(ready)
            print("\nCtrl-C ends everything.", flush=True)
            if options.ready_file:
                _write(options.ready_file, ready)
            threading.Event().wait()
    except NotStarted as error:
        print(error, file=sys.stderr)
    return 1


def _leave(number: int, frame: object) -> None:
    """Once: a second Ctrl-C must not leave anything running."""
    for each in _ENDS:
        signal.signal(each, signal.SIG_IGN)
    sys.exit(0)


def _write(file: Path, ready: Ready) -> None:
    file.touch(0o600)
    file.write_text(json.dumps({**ready, "pid": os.getpid()}))


def _options(what: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument(
        "--port", type=int, default=8500, help="of the page; 0: one that is free (default: 8500)"
    )
    parser.add_argument("--ready-file", type=Path, help="where to write what is printed, as JSON, for tests")
    return parser.parse_args()

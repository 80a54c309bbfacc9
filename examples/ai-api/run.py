"""One command that starts everything: python examples/ai-api/run.py

Poolhouse, the storage, the back end and the gateway run on this computer, with their data in a new folder
that is gone afterwards. Ctrl-C ends them all.
"""

import argparse
import json
import os
import signal
import string
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import storage
from processes import NotStarted, answers, free_ports, poolhouse, running
from provisioning import SCOPES, Account, Operator, Person
from storage import BUCKET, REGION, Storage

_HERE = Path(__file__).parent
_ENDS = (signal.SIGINT, signal.SIGTERM)
_NOTES = {
    "acme": [
        "Deliveries to the warehouse in Malmö arrive on Tuesdays before noon.",
        "The spring campaign has a budget of 40,000 euros.",
    ],
    "globex": [
        "Deliveries are paused until the new gate is built.",
        "The budget for spring is not decided yet.",
    ],
}


def main() -> int:
    options = _options()
    ended = threading.Event()
    for each in _ENDS:
        signal.signal(each, _leave)
    people = [Person("ada@acme.example", "acme"), Person("bob@globex.example", "globex")]
    try:
        with (
            tempfile.TemporaryDirectory(prefix="ai-api-") as folder,
            started(Path(folder), options.port or free_ports(1)[0], people) as page,
        ):
            _tell(page, people, options.ready_file)
            ended.wait()
    except NotStarted as error:
        print(error, file=sys.stderr)
    return 1


def _leave(number: int, frame: object) -> None:
    """Once: a second Ctrl-C must not leave anything running."""
    for each in _ENDS:
        signal.signal(each, signal.SIG_IGN)
    sys.exit(0)


@contextmanager
def started(folder: Path, port: int, people: list[Person]) -> Iterator[str]:
    """Everything, in the order in which one needs the other; gives the page's address."""
    page, store = f"http://localhost:{port}/", Storage(free_ports(1)[0])
    with ExitStack() as stack:
        endpoint, operator = stack.enter_context(_dev(folder, store))
        account = operator.set_up(page, people)
        issuer = f"{endpoint}/cognito-identity"
        stack.enter_context(storage.started(store, folder / "storage", page, issuer, account.identity_pool))
        back_end = stack.enter_context(_back_end(folder, endpoint, account, store))
        stack.enter_context(_gateway(folder, port, endpoint, account, back_end))
        yield page


@contextmanager
def _dev(folder: Path, store: Storage) -> Iterator[tuple[str, Operator]]:
    """`poolhouse dev`, with the functions of the example and the STS of the storage; gives its address."""
    ready = folder / "ready.json"
    options = ("--port", "0", "--no-demo", "--data", folder / "data", "--ready-file", ready)
    command = poolhouse("dev", *options, "--functions", _HERE / "functions")
    with running("poolhouse", command, folder, ready.exists, {"POOLHOUSE_STS_UPSTREAM": store.url}):
        known = json.loads(ready.read_text())
        endpoint = known["endpoint"]
        yield endpoint, Operator(endpoint, known["access_key_id"], known["secret_access_key"])


@contextmanager
def _back_end(folder: Path, endpoint: str, account: Account, store: Storage) -> Iterator[str]:
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    config = {"port": port, "notes": _NOTES, "page": _told_to_page(endpoint, account, store)}
    file = folder / "back_end.json"
    file.write_text(json.dumps(config))
    with running("back-end", [sys.executable, _HERE / "back_end.py", file], folder, answers(url)):
        yield url


def _told_to_page(endpoint: str, account: Account, store: Storage) -> dict[str, Any]:
    """Addresses and ids; nothing of it is secret."""
    return {
        "endpoint": endpoint,
        "issuer": f"{endpoint}/{account.pool_id}",
        "clientId": account.client_id,
        "scopes": SCOPES,
        "identityPool": account.identity_pool,
        "provider": account.provider,
        "storage": {"url": store.url, "bucket": BUCKET, "region": REGION},
        "connect": [endpoint, store.url],
    }


@contextmanager
def _gateway(folder: Path, port: int, endpoint: str, account: Account, back_end: str) -> Iterator[None]:
    routes = string.Template((_HERE / "gateway.toml").read_text())
    file = folder / "gateway.toml"
    file.write_text(
        routes.substitute(
            port=port,
            functions=_HERE / "functions",
            issuer=f"{endpoint}/{account.pool_id}",
            client_id=account.client_id,
            back_end=back_end,
        )
    )
    ready = folder / "gateway.json"
    command = poolhouse("gateway", "--config", file, "--ready-file", ready)
    with running("gateway", command, folder, ready.exists):
        yield


def _tell(page: str, people: list[Person], ready_file: Path | None) -> None:
    print(f"Ask your notes: {page}\n")
    for person in people:
        print(f"  {person.tenant:8}{person.email:22}{person.password}")
    print("\nCtrl-C ends everything.", flush=True)
    if ready_file:
        known = [
            {"email": person.email, "tenant": person.tenant, "password": person.password} for person in people
        ]
        ready_file.touch(0o600)
        ready_file.write_text(json.dumps({"page": page, "people": known, "pid": os.getpid()}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="A chat behind Poolhouse, with everything it needs.")
    parser.add_argument(
        "--port", type=int, default=8500, help="of the page; 0: one that is free (default: 8500)"
    )
    parser.add_argument(
        "--ready-file", type=Path, help="where to write the address and the people, for tests"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

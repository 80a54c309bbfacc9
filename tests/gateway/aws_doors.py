"""A gateway in process whose callers sign, with an upstream in the test's hands."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.authorizer.signing import NOW, ROLE, bundle
from tests.functions import Functions
from tests.gateway.gateways import FakeUpstreams, Got, OneId, receiving, scope

from poolhouse.authorizer.sigv4 import Request
from poolhouse.gateway.compiled import compiled
from poolhouse.gateway.config import read
from poolhouse.gateway.front import Front
from poolhouse.gateway.outside import Outside

OWN_ID, OWN_SECRET, OWN_TOKEN = (
    "AKIAOPERATOR",
    "operators-secret-of-forty-characters-000",
    "operators/token==",
)
ENVIRON = {"AWS_ACCESS_KEY_ID": OWN_ID, "AWS_SECRET_ACCESS_KEY": OWN_SECRET}
S3 = """
[[routes]]
path = "$default"
kind = "aws"
url = "https://store.internal:9000"
service = "s3"
region = "us-east-1"
upstream_region = "eu-central-1"
verifier = "verifier.json"
"""
MODELS = """
[[routes]]
method = "POST"
path = "/model/{model}/invoke"
kind = "aws"
url = "https://models.internal"
service = "bedrock"
region = "us-east-1"
verifier = "verifier.json"
action = "bedrock:InvokeModel"
resource = "arn:aws:bedrock:us-east-1::foundation-model/{model}"
"""
ONE_MODEL = """{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "bedrock:InvokeModel",
  "Resource": "arn:aws:bedrock:us-east-1::foundation-model/small:*"}}"""


class Clock:
    def now(self) -> int:
        return NOW

    def monotonic(self) -> float:
        return 0.0


class Door:
    """`upstreams.asked` is what reached the store."""

    def __init__(self, front: Front, upstreams: FakeUpstreams, lines: list[dict[str, Any]]) -> None:
        self._front = front
        self.upstreams = upstreams
        self.lines = lines

    async def ask(self, request: Request, *more: tuple[str, str], length: bool = True) -> Got:
        """As the request is signed; `more` are headers that are not."""
        sent = [(name.lower(), value) for name, value in request.headers]
        if length and (request.body or request.method in ("PUT", "POST")):
            sent.append(("content-length", str(len(request.body))))
        got = Got()
        target = f"{request.path}?{request.query}" if request.query else request.path
        await self._front(scope(request.method, target, [*sent, *more]), receiving(request.body), _into(got))
        return got


def _into(got: Got) -> Any:
    async def send(event: dict[str, Any]) -> None:
        if event["type"] == "http.response.start":
            got.status = event["status"]
            got.headers = [(name.decode(), value.decode("latin-1")) for name, value in event["headers"]]
        else:
            got.body += event["body"]

    return send


def opened(
    folder: Path, toml: str = S3, environ: Mapping[str, str] = ENVIRON, document: bytes | None = None
) -> Door:
    """folder  for its files; the verifier is `document`"""
    (folder / "verifier.json").write_bytes(bundle() if document is None else document)
    upstreams = FakeUpstreams()
    lines: list[dict[str, Any]] = []
    faults: list[BaseException] = []
    outside = Outside(
        Clock(),
        OneId(),  # type: ignore[arg-type]
        upstreams,
        Functions(),
        tell=lambda name, **details: lines.append({"event": name, **details}),
        fault=lambda _, __, error: faults.append(error),
        observe=lambda *_: None,
        environ=environ,
        beside=lambda path: folder / path,
    )
    front = Front(compiled(read(toml, "gateway.toml", environ), outside), outside)
    return Door(front, upstreams, lines)


def of_models() -> bytes:
    return bundle([replace(ROLE, policies={"models": ONE_MODEL})])

"""Whole signed requests into the gateway of a world: no socket, but everything that is on the wire.

front = Front(world)
answer = await front.sts("GetCallerIdentity", key)
assert answer.result["Arn"] == ...
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from tests.world import REGION, World

from poolhouse.store import access_keys
from poolhouse.web.gateway import Gateway
from poolhouse.web.metrics import Metrics
from poolhouse.wire import sigv4
from poolhouse.wire.sigv4 import Credentials

HOST = "localhost:8400"
EVERYTHING = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
_NAMESPACE = "{https://sts.amazonaws.com/doc/2011-06-15/}"


@dataclass(frozen=True)
class Answer:
    """`code` and `message` of a refusal; `result` of a success."""

    status: int
    code: str = ""
    message: str = ""
    result: Any = field(default_factory=dict)

    @property
    def credentials(self) -> Credentials:
        made = self.result["Credentials"]
        return Credentials(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])


class Front:
    def __init__(self, world: World) -> None:
        self.world = world
        self.peer = "127.0.0.1"
        self._gateway = Gateway(world.env, Metrics())

    async def key(self, policy: Mapping[str, Any] = EVERYTHING, name: str = "ops") -> Credentials:
        """A new access key of an administrator."""
        made = await access_keys.create(self.world.env, name, policy)
        return Credentials(made.access_key_id, made.secret)

    async def sts(self, action: str, signer: Credentials | None = None, /, **parameters: Any) -> Answer:
        """Call STS, in the query protocol."""
        form = {"Action": action, "Version": "2011-06-15", **dict(_flat(parameters))}
        headers = {"content-type": "application/x-www-form-urlencoded"}
        status, body = await self.post("sts", headers, urlencode(form).encode(), signer)
        root = ElementTree.fromstring(body)  # noqa: S314 - ours
        if status == 200:
            return Answer(status, result=_tree(root[0]) or {})
        error = root[0]
        return Answer(status, _text(error, "Code"), _text(error, "Message"))

    async def idp(self, operation: str, signer: Credentials | None, /, **request: Any) -> Answer:
        """Call cognito-idp, in JSON."""
        headers = {
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": f"AWSCognitoIdentityProviderService.{operation}",
        }
        status, body = await self.post("cognito-idp", headers, json.dumps(request).encode(), signer)
        answer = json.loads(body or b"{}")
        if status == 200:
            return Answer(status, result=answer)
        return Answer(status, answer["__type"], answer["message"])

    async def post(
        self, service: str, headers: Mapping[str, str], body: bytes, signer: Credentials | None
    ) -> tuple[int, bytes]:
        sent = {"host": HOST, **headers}
        if signer is not None:
            request = sigv4.Request("POST", "/", "", tuple(sent.items()), body)
            sent |= sigv4.sign(request, signer, REGION, service, self.world.now)
        return await self.send(sent, body)

    async def send(self, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/",
            "raw_path": b"/",
            "query_string": b"",
            "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
            "client": (self.peer, 50_000),
        }
        events: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def collect(event: Any) -> None:
            events.append(event)

        await self._gateway(scope, receive, collect)
        return events[0]["status"], events[1]["body"]


def _flat(value: Any, prefix: str = "") -> list[tuple[str, str]]:
    """Parameters as the query protocol names them: `Tags.member.1.Key`."""
    if isinstance(value, Mapping):
        dot = f"{prefix}." if prefix else ""
        return [pair for name, one in value.items() for pair in _flat(one, f"{dot}{name}")]
    if isinstance(value, list | tuple):
        return [pair for place, one in enumerate(value, 1) for pair in _flat(one, f"{prefix}.member.{place}")]
    return [(prefix, str(value))]


def _tree(element: Any) -> Any:
    if len(element) == 0:
        return element.text or ""
    return {child.tag.removeprefix(_NAMESPACE): _tree(child) for child in element}


def _text(element: Any, name: str) -> str:
    return element.findtext(f"{_NAMESPACE}{name}") or ""

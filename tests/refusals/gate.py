"""The gateway in this process, with signatures verified: no socket, but whole requests."""

from collections.abc import Mapping
from typing import Any

from tests.refusals.http_table import Answer, Headers
from tests.refusals.scene import Scene

from poolhouse.store import access_keys
from poolhouse.web.gateway import Gateway
from poolhouse.web.metrics import Metrics

HOST = "localhost:8400"
EVERYTHING = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


class Gate:
    """A `Door` into a scene. `got` keeps what an arrangement makes."""

    host = HOST
    peer = "127.0.0.1"

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.key = ("", "")
        self.got: dict[str, Any] = {}
        self.reopen()

    def reopen(self) -> None:
        """Serve with the settings that the world has now."""
        self._gateway = Gateway(self.scene.world.env, Metrics())

    async def open(self) -> None:
        await self.scene.set_up({}, {}, {})
        self.key = await self.new_key(EVERYTHING)

    @property
    def pool(self) -> str:
        return self.scene.pool

    @property
    def client(self) -> str:
        return self.scene.client

    @property
    def arn(self) -> str:
        return f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{self.pool}"

    async def new_key(self, policy: Mapping[str, Any], name: str = "tests") -> tuple[str, str]:
        key = await access_keys.create(self.scene.world.env, name, policy)
        return key.access_key_id, key.secret

    async def send(self, method: str, target: str, headers: Headers, body: bytes) -> Answer:
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
            "client": (self.peer, 50_000),
        }
        events: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def send(event: Any) -> None:
            events.append(event)

        await self._gateway(scope, receive, send)
        start, end = events
        found = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
        return Answer(start["status"], found, end["body"])

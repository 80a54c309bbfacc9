"""What Prometheus reads of a gateway, on a port of its own: requests by route and status, and their time.

prometheus-client takes a tenth of a second to import, so it comes when it is first needed.
"""

from collections.abc import MutableMapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from poolhouse.gateway.calls import Receive
from poolhouse.gateway.front import Send

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Histogram

PATH = "/metrics"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class _Meters(Struct, frozen=True):
    registry: "CollectorRegistry"
    requests: "Counter"
    latency: "Histogram"
    functions: "Counter"


class Metrics:
    """The meters, and the ASGI application that shows them. Labels are routes, never what clients send."""

    def observe(self, route: str, status: int, seconds: float) -> None:
        """Count one request; `seconds` until its answer was whole."""
        self._meters.requests.labels(route, str(status)).inc()
        self._meters.latency.labels(route).observe(seconds)

    def called(self, _: str, outcome: str, seconds: float) -> None:
        """Count one call of a function."""
        self._meters.functions.labels(outcome).inc()

    def text(self) -> bytes:
        from prometheus_client import generate_latest

        return generate_latest(self._meters.registry)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        found = scope["method"] == "GET" and scope["path"] == PATH
        status, body = (200, self.text()) if found else (404, b"The metrics are at /metrics.\n")
        headers = [
            (b"content-type", b"text/plain; version=0.0.4; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    @cached_property
    def _meters(self) -> _Meters:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        registry = CollectorRegistry()
        return _Meters(
            registry,
            Counter("poolhouse_gateway_requests", "Requests.", ["route", "status"], registry=registry),
            Histogram(
                "poolhouse_gateway_seconds",
                "Time until an answer was whole.",
                ["route"],
                buckets=_SECONDS,
                registry=registry,
            ),
            Counter("poolhouse_gateway_functions", "Calls of functions.", ["outcome"], registry=registry),
        )

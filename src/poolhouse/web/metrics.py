"""What Prometheus reads: operations, errors, latencies, lock-outs, throttles, the outbox, and what
Cognito measures.

prometheus-client takes a tenth of a second to import, so it comes when it is first needed. Under
`serve` each worker counts into files of its own in one folder (PROMETHEUS_MULTIPROC_DIR), and the
parent adds them up. Each figure there is a lock and a write, so what every request counts is noted
first, and written a few times a second.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING

from msgspec import Struct, field

from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.web.cognito_metrics import CognitoMetrics
from poolhouse.web.loopback import is_local
from poolhouse.web.request import Receive, Scope, Send

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

PATH = "/metrics"
_HEADERS = ((b"content-type", b"text/plain; version=0.0.4; charset=utf-8"), (b"cache-control", b"no-store"))
_WRITTEN_EVERY = 0.1  # seconds
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class _Meters(Struct, frozen=True):
    registry: CollectorRegistry
    errors: Counter
    latency: Histogram
    events: Counter
    outbox: Gauge
    logs: Gauge
    triggers: Counter
    trigger_latency: Histogram
    cognito: CognitoMetrics
    clocks: dict[str, Histogram] = field(default_factory=dict)  # `latency` by its label


class Metrics:
    """The meters of one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: _Meters | None = None
        self._requests: list[tuple[str, str, float]] = []  # noted, as `observe` was told
        self._measured: dict[tuple[str, ...], int] = {}  # noted: how often `measure` was told so

    def observe(self, operation: str, outcome: str, seconds: float) -> None:
        """Count one request. `outcome` is "ok" or the name of the error.

        `operation` must be one that the model knows, or "unknown": it becomes a label, and a client
        must not be able to make new ones.
        """
        self._requests.append((operation, outcome, seconds))

    def count(self, name: str, amount: int = 1) -> None:
        """Count a named event: "lockouts", "throttles" and the like."""
        self._meters().events.labels(name).inc(amount)

    def measure(self, name: str, *dimensions: str) -> None:
        """Count one of Cognito's metrics (web/cognito_metrics.py)."""
        key = (name, *dimensions)
        self._measured[key] = self._measured.get(key, 0) + 1

    def trigger(self, trigger: str, outcome: str, seconds: float) -> None:
        """Count one call of a function. `trigger` is the first half of its `triggerSource`."""
        meters = self._meters()
        meters.triggers.labels(trigger, outcome).inc()
        meters.trigger_latency.labels(trigger).observe(seconds)

    def outbox(self, state: str, messages: int) -> None:
        """How many messages are in that state now."""
        self._meters().outbox.labels(state).set(messages)

    def logs(self, state: str, entries: int) -> None:
        """How many log entries are in that state now."""
        self._meters().logs.labels(state).set(entries)

    def load(self) -> None:
        """Import and make the meters now, rather than with the first request."""
        self._meters()

    async def keep_written(self) -> None:
        """Write what was noted, again and again, and a last time when it is cancelled."""
        try:
            while True:
                await asyncio.sleep(_WRITTEN_EVERY)
                with suppress(
                    Exception
                ):  # a full disk, say: these figures are lost, and the next are written
                    self._write()
        finally:
            self._write()

    def text(self) -> bytes:
        """Everything that this process counted."""
        from prometheus_client import generate_latest

        self._write()
        return generate_latest(self._meters().registry)

    async def page(self, request: HttpRequest) -> Response | None:
        """GET /metrics on the port of the API, which only `poolhouse dev` has, and for this computer only."""
        if request.path != PATH or request.method != "GET" or not is_local(request):
            return None
        return Response(200, _HEADERS, self.text())

    def _write(self) -> None:
        requests, self._requests = self._requests, []
        measured, self._measured = self._measured, {}
        meters = self._meters()
        for operation, outcome, seconds in requests:
            clock = meters.clocks.get(operation)
            if clock is None:
                clock = meters.clocks[operation] = meters.latency.labels(operation)
            clock.observe(seconds)
            if outcome != "ok":
                meters.errors.labels(operation, outcome).inc()
        for (name, *dimensions), times in measured.items():
            meters.cognito.count(name, tuple(dimensions), times)

    def _meters(self) -> _Meters:
        if self._made is None:
            with self._lock:  # `load` may be at it in another thread
                self._made = self._made or _make()
        return self._made


def text_of_all(folder: str) -> bytes:
    """Everything that the workers counted into the folder."""
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def forget_process(process_id: int, folder: str) -> None:
    """A worker is gone: what it showed as its present state no longer counts."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(process_id, folder)  # type: ignore[no-untyped-call]


class MetricsPort:
    """The ASGI application of the metrics port under `serve`: GET /metrics and nothing else."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = scope["method"] == "GET" and scope["path"] == PATH
        status, body = (200, text_of_all(self._folder)) if found else (404, b"The metrics are at /metrics.\n")
        headers = [*_HEADERS, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _make() -> _Meters:
    from prometheus_client import CollectorRegistry, Counter, Histogram

    registry = CollectorRegistry()
    return _Meters(
        registry=registry,
        triggers=Counter(
            "poolhouse_triggers", "Calls of functions.", ["trigger", "outcome"], registry=registry
        ),
        trigger_latency=Histogram(
            "poolhouse_trigger_seconds",
            "Time of a call of a function, one attempt.",
            ["trigger"],
            buckets=_SECONDS,
            registry=registry,
        ),
        errors=Counter(
            "poolhouse_errors", "Requests answered with an error.", ["operation", "error"], registry=registry
        ),
        latency=Histogram(
            "poolhouse_request_seconds",
            "Time from the whole request to its answer.",
            ["operation"],
            buckets=_SECONDS,
            registry=registry,
        ),
        events=Counter(
            "poolhouse_events", "Lock-outs, throttles and the like.", ["event"], registry=registry
        ),
        outbox=_states(
            registry, "poolhouse_outbox_messages", "Messages in the outbox: waiting, being sent, given up."
        ),
        cognito=CognitoMetrics(registry),
        logs=_states(registry, "poolhouse_log_entries", "Entries of log delivery: waiting, given up (dead)."),
    )


def _states(registry: CollectorRegistry, name: str, text: str) -> Gauge:
    """What every process counts in the store, by state: the newest figure is the one that holds."""
    from prometheus_client import Gauge

    return Gauge(name, text, ["state"], multiprocess_mode="livemostrecent", registry=registry)

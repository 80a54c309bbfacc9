"""What Prometheus reads."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import Histogram

from poolhouse.http.request import HttpRequest
from poolhouse.web.metrics import Metrics, MetricsPort


def shown(metrics: Metrics) -> dict[str, float]:
    lines = metrics.text().decode().splitlines()
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if line[0] != "#"}


def test_requests_errors_and_latencies_are_counted_by_operation() -> None:
    metrics = Metrics()
    metrics.observe("SignUp", "ok", 0.004)
    metrics.observe("SignUp", "UsernameExistsException", 0.2)
    metrics.observe("GetUser", "ok", 0.0001)

    values = shown(metrics)
    assert values['poolhouse_request_seconds_count{operation="SignUp"}'] == 2
    assert values['poolhouse_request_seconds_bucket{le="0.005",operation="SignUp"}'] == 1
    assert values['poolhouse_request_seconds_count{operation="GetUser"}'] == 1
    assert values['poolhouse_errors_total{error="UsernameExistsException",operation="SignUp"}'] == 1
    assert not any("ok" in name for name in values if "errors" in name)


async def test_what_a_worker_notes_is_written_for_the_parent_to_read_without_being_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[float] = []
    monkeypatch.setattr(Histogram, "observe", lambda _, seconds: written.append(seconds))
    metrics = Metrics()
    writing = asyncio.create_task(metrics.keep_written())
    metrics.observe("SignUp", "ok", 0.004)
    assert written == []

    await asyncio.sleep(0.3)
    assert written == [0.004]

    metrics.observe("SignUp", "ok", 0.005)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    assert written == [0.004, 0.005]


async def test_figures_that_cannot_be_written_keep_no_later_ones_from_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[float] = []

    def observe(_: Histogram, seconds: float) -> None:
        if seconds == 13:
            raise ValueError("the file cannot be mapped")
        written.append(seconds)

    monkeypatch.setattr(Histogram, "observe", observe)
    metrics = Metrics()
    writing = asyncio.create_task(metrics.keep_written())
    metrics.observe("SignUp", "ok", 13)
    await asyncio.sleep(0.3)

    metrics.observe("SignUp", "ok", 0.004)
    await asyncio.sleep(0.3)

    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    assert written == [0.004]


def test_calls_of_functions_are_counted_by_trigger_and_outcome() -> None:
    metrics = Metrics()
    metrics.trigger("PreSignUp", "ok", 0.0007)
    metrics.trigger("PreSignUp", "raised", 0.2)
    metrics.trigger("CustomMessage", "ok", 0.2)

    values = shown(metrics)
    assert values['poolhouse_triggers_total{outcome="ok",trigger="PreSignUp"}'] == 1
    assert values['poolhouse_triggers_total{outcome="raised",trigger="PreSignUp"}'] == 1
    assert values['poolhouse_trigger_seconds_bucket{le="0.001",trigger="PreSignUp"}'] == 1
    assert values['poolhouse_trigger_seconds_count{trigger="PreSignUp"}'] == 2
    assert values['poolhouse_trigger_seconds_count{trigger="CustomMessage"}'] == 1


def test_events_and_the_outbox_are_shown() -> None:
    metrics = Metrics()
    metrics.count("lockouts")
    metrics.count("throttles", 3)
    metrics.outbox("WAITING", 7)
    metrics.outbox("WAITING", 2)

    values = shown(metrics)
    assert values['poolhouse_events_total{event="lockouts"}'] == 1
    assert values['poolhouse_events_total{event="throttles"}'] == 3
    assert values['poolhouse_outbox_messages{state="WAITING"}'] == 2


def test_nothing_is_lost_when_the_first_observations_come_from_many_threads() -> None:
    metrics = Metrics()
    with ThreadPoolExecutor(8) as threads:
        for _ in range(200):
            threads.submit(metrics.count, "lockouts")

    assert shown(metrics)['poolhouse_events_total{event="lockouts"}'] == 200


async def test_the_page_is_for_this_computer_only() -> None:
    async def asked(peer: str, **headers: str) -> bool:
        request = HttpRequest("GET", "/metrics", "", tuple(headers.items()), b"", peer, headers)
        return await Metrics().page(request) is not None

    assert not await asked("203.0.113.9")
    assert not await asked("127.0.0.1", **{"x-forwarded-for": "203.0.113.9"})
    assert await asked("127.0.0.1")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/metrics", 200), ("GET", "/", 404), ("POST", "/metrics", 404), ("GET", "/metrics/x", 404)],
)
async def test_the_port_for_metrics_has_nothing_else(
    tmp_path: Path, method: str, path: str, status: int
) -> None:
    events: list[dict[str, Any]] = []

    async def send(event: Any) -> None:
        events.append(event)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    await MetricsPort(str(tmp_path))({"method": method, "path": path}, receive, send)

    assert events[0]["status"] == status
    assert (b"cache-control", b"no-store") in events[0]["headers"]

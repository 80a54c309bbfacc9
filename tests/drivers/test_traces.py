"""Traces as a collector gets them: a real receiver on loopback decodes what comes (OTLP over HTTP)."""

import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from tests.drivers.log_sinks.receiver import Receiver, Running
from tests.functions import Event, untouched
from tests.world import PASSWORD, World, close_world, open_world

from poolhouse import app
from poolhouse.delivery import outbox
from poolhouse.drivers import trace_context, traces
from poolhouse.drivers.traces import Traces
from poolhouse.errors import DeliveryFailed, SettingsError
from poolhouse.ports import Message
from poolhouse.settings import Settings
from poolhouse.web.gateway import Gateway
from poolhouse.web.metrics import Metrics

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SAID = f"00-{TRACE}-{PARENT}-01"
EMAIL = "ada.lovelace@example.com"


@pytest.fixture
def collector() -> Iterator[Receiver]:
    with Running() as running:
        yield running


class Traced:
    """A world behind the front door, whose traces go to the collector. `spans` ends it and decodes them."""

    def __init__(self, world: World, seen: Traces, collector: Receiver) -> None:
        self.world, self.seen, self.collector = world, seen, collector
        env = replace(
            world.env,
            db=seen.db(world.env.db),
            invoker=seen.invoker(world.functions),
            spans=seen,
        )
        self.env = env
        self.app = seen.app(Gateway(env, Metrics(), ()))
        self.sent: list[Message] = []
        self.fails = False

    async def ask(self, operation: str, *headers: tuple[str, str], **body: Any) -> int:
        """A public operation, over ASGI; gives the status."""
        target = f"AWSCognitoIdentityProviderService.{operation}"
        given = [("x-amz-target", target), ("content-type", "application/x-amz-json-1.1"), *headers]
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/",
            "raw_path": b"/",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in given],
            "client": ("203.0.113.7", 50_000),
        }
        events: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": msgspec.json.encode(body)}

        async def send(event: Any) -> None:
            events.append(event)

        await self.app(scope, receive, send)
        return int(events[0]["status"])

    async def send(self, message: Message) -> None:
        """What the mail goes to."""
        if self.fails:
            raise DeliveryFailed("Not now.")
        self.sent.append(message)

    async def deliver(self) -> int:
        return await outbox.deliver_due(self.env, {"EMAIL": self.seen.sender(self)})

    async def spans(self) -> list[Any]:
        await self.seen.close()
        return received(self.collector)


def received(collector: Receiver) -> list[Any]:
    found = []
    for got in collector.received:
        assert (got.path, got.header("content-type")) == ("/v1/traces", "application/x-protobuf")
        request = ExportTraceServiceRequest.FromString(got.body)
        found += [s for r in request.resource_spans for scope in r.scope_spans for s in scope.spans]
    return found


def facts(span: Any) -> dict[str, Any]:
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


def named(spans: list[Any], name: str) -> list[Any]:
    return [span for span in spans if span.name == name]


@asynccontextmanager
async def traced(folder: Path, collector: Receiver, **settings: Any) -> AsyncIterator[Traced]:
    endpoint = f"{collector.url}/v1/traces"
    world = await open_world(folder, email_driver="smtp", traces_endpoint=endpoint, **settings)
    yield Traced(world, traces.opened(world.env.settings), collector)
    await close_world(world)


async def app_client(world: World, **pool: Any) -> tuple[str, str]:
    pool_id = await world.pool(AutoVerifiedAttributes=["email"], **pool)
    return pool_id, str((await world.client(pool_id))["ClientId"])


def sign_up(client_id: str) -> dict[str, Any]:
    listed = [{"Name": "email", "Value": EMAIL}]
    return {"ClientId": client_id, "Username": "ada", "Password": PASSWORD, "UserAttributes": listed}


async def test_a_sign_up_is_one_trace_from_the_request_to_the_mail(tmp_path: Path, collector: Receiver):
    async with traced(tmp_path, collector) as scene:
        scene.world.functions["PreSignUp"] = untouched
        pool, client = await app_client(scene.world, LambdaConfig=scene.world.triggers())

        assert await scene.ask("SignUp", **sign_up(client)) == 200
        assert await scene.deliver() == 1
        spans = await scene.spans()

    (request,) = named(spans, "SignUp")
    assert facts(request) == {
        "poolhouse.operation": "SignUp",
        "poolhouse.pool": pool,
        "poolhouse.outcome": "ok",
        "http.response.status_code": 200,
    }
    (function,), (mail,) = named(spans, "function PreSignUp"), named(spans, "deliver EMAIL")
    assert facts(function) == {"poolhouse.trigger": "PreSignUp", "poolhouse.outcome": "ok"}
    assert facts(mail) == {
        "poolhouse.pool": pool,
        "poolhouse.medium": "EMAIL",
        "poolhouse.purpose": "SignUp",
        "poolhouse.outcome": "ok",
    }
    transactions = named(spans, "store transaction")
    assert {facts(span)["poolhouse.tries"] for span in transactions} == {1}
    assert {span.trace_id for span in (function, mail, *transactions)} == {request.trace_id}
    assert function.parent_span_id == request.span_id
    assert request.parent_span_id == b""
    assert all(span.end_time_unix_nano > span.start_time_unix_nano for span in spans)


async def test_no_span_holds_a_name_an_address_a_password_or_a_code(tmp_path: Path, collector: Receiver):
    async with traced(tmp_path, collector) as scene:
        _, client = await app_client(scene.world)
        await scene.ask("SignUp", **sign_up(client))
        scene.fails = True
        await scene.deliver()
        wrong = {"USERNAME": EMAIL, "PASSWORD": "Wr0ng-P2$Sword"}
        await scene.ask("InitiateAuth", ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=wrong)
        await scene.ask("Nothing", ("traceparent", SAID), secret="kept")
        await scene.spans()

    everything = b"".join(got.body for got in collector.received)
    for secret in ("ada", "lovelace", PASSWORD, "Wr0ng", "203.0.113.7", "kept", client):
        assert secret.encode() not in everything
    assert b"SignUp" in everything


async def test_a_refusal_is_named_and_is_no_error_of_the_server(tmp_path: Path, collector: Receiver):
    async with traced(tmp_path, collector) as scene:
        _, client = await app_client(scene.world)
        wrong = {"USERNAME": "nobody", "PASSWORD": "Wr0ng-P2$Sword"}
        status = await scene.ask(
            "InitiateAuth", ClientId=client, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=wrong
        )
        spans = await scene.spans()

    (request,) = named(spans, "InitiateAuth")
    assert facts(request)["poolhouse.outcome"] == "UserNotFoundException"
    assert (status, facts(request)["http.response.status_code"], request.status.code) == (400, 400, 0)


async def test_a_fault_of_ours_is_an_error_without_its_text(tmp_path: Path, collector: Receiver):
    async with traced(tmp_path, collector) as scene:
        _, client = await app_client(scene.world)
        scene.world.env.db.run = fails  # type: ignore[method-assign]
        assert await scene.ask("SignUp", **sign_up(client)) == 500
        spans = await scene.spans()

    (request,), *_ = named(spans, "SignUp"), None
    assert (facts(request)["poolhouse.outcome"], request.status.code) == ("InternalErrorException", 2)
    assert {facts(span)["poolhouse.outcome"] for span in named(spans, "store transaction")} == {"ValueError"}
    assert all(not span.events for span in spans)
    assert b"row of ada" not in b"".join(got.body for got in collector.received)


async def fails(*_: object) -> None:
    raise ValueError("row of ada")


@pytest.mark.parametrize(("trusting", "joined"), [(True, True), (False, False)])
async def test_a_caller_decides_about_the_trace_only_where_callers_are_trusted(
    tmp_path: Path, collector: Receiver, trusting: bool, joined: bool
):
    async with traced(tmp_path, collector, traces_trust_callers=trusting) as scene:
        _, client = await app_client(scene.world)
        await scene.ask("SignUp", ("traceparent", SAID), **sign_up(client))
        spans = await scene.spans()

    (request,) = named(spans, "SignUp")
    assert (request.trace_id.hex() == TRACE) is joined
    assert (request.parent_span_id.hex() == PARENT) is joined


@pytest.mark.parametrize("said", ["", "nonsense", f"00-{'0' * 32}-{PARENT}-01", f"ff-{TRACE}-{PARENT}-01"])
async def test_what_is_no_traceparent_begins_a_trace_of_its_own(
    tmp_path: Path, collector: Receiver, said: str
):
    async with traced(tmp_path, collector, traces_trust_callers=True) as scene:
        _, client = await app_client(scene.world)
        assert await scene.ask("SignUp", ("traceparent", said), **sign_up(client)) == 200
        spans = await scene.spans()

    (request,) = named(spans, "SignUp")
    assert (request.parent_span_id, request.trace_id.hex() == TRACE) == (b"", False)


async def test_a_caller_who_is_trusted_may_leave_a_request_out(tmp_path: Path, collector: Receiver):
    async with traced(tmp_path, collector, traces_trust_callers=True) as scene:
        _, client = await app_client(scene.world)
        await scene.ask("SignUp", ("traceparent", SAID.removesuffix("01") + "00"), **sign_up(client))
        await scene.deliver()

        assert await scene.spans() == []


async def test_a_function_is_told_the_span_that_it_is_called_in(tmp_path: Path, collector: Receiver):
    told: list[dict[str, str]] = []

    def noting(event: Event) -> Event:
        told.append(trace_context.w3c() | trace_context.x_ray("x-amzn-trace-id"))
        return event

    async with traced(tmp_path, collector) as scene:
        scene.world.functions["PreSignUp"] = noting
        _, client = await app_client(scene.world, LambdaConfig=scene.world.triggers())
        await scene.ask("SignUp", **sign_up(client))
        spans = await scene.spans()

    (function,) = named(spans, "function PreSignUp")
    trace, span = function.trace_id.hex(), function.span_id.hex()
    assert (
        told
        == [
            {
                "traceparent": f"00-{trace}-{span}-03",  # sampled, and random: level 2
                "x-amzn-trace-id": f"Root=1-{trace[:8]}-{trace[8:]};Parent={span};Sampled=1",
            }
        ]
    )
    assert trace_context.w3c() == trace_context.x_ray("x-amzn-trace-id") == {}


async def test_what_nobody_asked_for_leaves_no_span(tmp_path: Path, collector: Receiver):
    async with traced(tmp_path, collector) as scene:
        await app_client(scene.world)
        assert await scene.deliver() == 0

        assert await scene.spans() == []


async def test_a_collector_that_is_away_delays_nobody_and_the_end_a_little(tmp_path: Path):
    with Running() as gone:
        pass
    async with traced(tmp_path, gone) as scene:
        _, client = await app_client(scene.world)
        began = time.monotonic()
        assert await scene.ask("SignUp", **sign_up(client)) == 200
        asked = time.monotonic()
        await scene.seen.close()

    assert asked - began < 5
    assert time.monotonic() - asked < 15


async def test_a_server_with_the_setting_traces_and_sends_what_is_left_at_its_end(
    tmp_path: Path, collector: Receiver
):
    settings = Settings(
        data=str(tmp_path), no_demo=True, traces_endpoint=f"{collector.url}/v1/traces", metrics_port=0
    )

    async with app.opened(settings) as (serving, _):
        await ask_for_nothing(serving)

    names = [span.name for span in received(collector)]
    assert names.count("unknown") == 1


async def ask_for_nothing(serving: Callable[..., Any]) -> None:
    scope = {"type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b""}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"{}"}

    async def send(event: Any) -> None:
        return None

    await serving(scope | {"headers": [], "client": ("127.0.0.1", 1)}, receive, send)


def test_without_the_setting_nothing_of_opentelemetry_is_imported():
    code = (
        "import sys, poolhouse.app, poolhouse.processes, poolhouse.operations, poolhouse.web.hosted\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry', 'google', 'requests'))])"
    )

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"


async def test_a_setting_without_its_packages_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    monkeypatch.delitem(sys.modules, "poolhouse.drivers.traces")
    monkeypatch.delattr("poolhouse.drivers.traces")
    settings = Settings(data=str(tmp_path), traces_endpoint="http://localhost:4318/v1/traces")

    with pytest.raises(SettingsError, match=r"install `poolhouse\[traces\]`"):
        async with app.opened(settings):
            pass

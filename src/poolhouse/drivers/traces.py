"""OpenTelemetry traces, sent by OTLP over HTTP (docs/traces.md); imported where `traces_endpoint` is set.

A span says which operation, of which pool, how it ended and how long it took: never a name, an address, a
path, a statement or a text of an error. Spans are sent from a thread, out of a queue that has an end.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Any, TypeVar

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from poolhouse import __version__
from poolhouse.drivers import trace_context
from poolhouse.drivers.functions.dispatch import trigger_of
from poolhouse.ports import Db, Invoker, Message, Partitions, Sender, Tx
from poolhouse.settings import Settings

T = TypeVar("T")
Scope = MutableMapping[str, Any]
App = Callable[[Scope, Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]]

_QUEUE = 2_048  # spans; what comes while it is full is lost
_BATCH = 512
_PAUSE = 1_000  # milliseconds between two batches that are not full
_SENDING = 3.0  # seconds that a batch may take
_FAULT = "InternalErrorException"
_W3C = TraceContextTextMapPropagator()


class Traces:
    """Wraps what is to be seen; `close` sends what is left."""

    def __init__(self, provider: TracerProvider, *, trusts_callers: bool) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("poolhouse", __version__)
        self._trusts_callers = trusts_callers

    # `ports.Spans`

    def named(self, operation: str, pool_id: str, outcome: str) -> None:
        span = trace.get_current_span()
        span.update_name(operation)
        _tell(span, {"operation": operation, "pool": pool_id, "outcome": outcome})
        if outcome == _FAULT:
            span.set_status(StatusCode.ERROR)

    def header(self) -> str:
        carrier: dict[str, str] = {}
        _W3C.inject(carrier)
        return carrier.get("traceparent", "")

    # What is seen

    def app(self, app: App) -> App:
        """A span for each request, below the caller's where callers are trusted with that."""

        async def traced(scope: Scope, receive: Any, send: Any) -> None:
            parent = self._said(scope) if self._trusts_callers else ""
            with self._span(f"HTTP {scope['method']}", SpanKind.SERVER, parent) as span:

                async def sending(message: Any) -> None:
                    if message["type"] == "http.response.start":
                        span.set_attribute("http.response.status_code", message["status"])
                    await send(message)

                await app(scope, receive, sending)

        return traced

    def db(self, db: Db) -> Db:
        return _TracedDb(self, db)

    def invoker(self, invoker: Invoker) -> Invoker:
        return _TracedInvoker(self, invoker)

    def sender(self, sender: Sender) -> Sender:
        return _TracedSender(self, sender)

    async def close(self) -> None:
        await asyncio.to_thread(self._provider.shutdown)

    @contextmanager
    def inner(self, name: str, **facts: str) -> Iterator[Span]:
        """A step of what is under way. What nobody asked for, such as a look at the outbox, has no span."""
        if not trace.get_current_span().is_recording():
            yield trace.INVALID_SPAN
            return
        with self.outer(name, SpanKind.INTERNAL, **facts) as span:
            yield span

    @contextmanager
    def outer(self, name: str, kind: SpanKind, parent: str = "", **facts: str) -> Iterator[Span]:
        """A span with its outcome: ok, or the kind of what was raised, whose text stays out of it."""
        with self._span(name, kind, parent) as span:
            _tell(span, facts)
            try:
                yield span
            except BaseException as error:
                _tell(span, {"outcome": type(error).__name__})
                raise
            _tell(span, {"outcome": "ok"})

    @contextmanager
    def _span(self, name: str, kind: SpanKind, parent: str) -> Iterator[Span]:
        around = _W3C.extract({"traceparent": parent}) if parent else None
        with self._tracer.start_as_current_span(
            name, around, kind, record_exception=False, set_status_on_exception=False
        ) as span:
            yield span

    def _said(self, scope: Scope) -> str:
        found = [value for name, value in scope["headers"] if name == b"traceparent"]
        return found[0].decode("latin-1") if len(found) == 1 else ""


def opened(settings: Settings) -> Traces:
    """As the settings say; the endpoint is asked when there is something to send."""
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(settings.traces_percent / 100)),
        resource=Resource({"service.name": "poolhouse", "service.version": __version__}),
        shutdown_on_exit=False,
    )
    exporter = OTLPSpanExporter(settings.traces_endpoint, timeout=_SENDING)
    provider.add_span_processor(
        BatchSpanProcessor(
            exporter, max_queue_size=_QUEUE, schedule_delay_millis=_PAUSE, max_export_batch_size=_BATCH
        )
    )
    return Traces(provider, trusts_callers=settings.traces_trust_callers)


class _TracedDb:
    def __init__(self, traces: Traces, db: Db) -> None:
        self._traces = traces
        self._db = db

    async def run(self, transaction: Callable[[Tx], Awaitable[T]]) -> T:
        tries = 0

        async def counted(tx: Tx) -> T:
            nonlocal tries
            tries += 1
            return await transaction(tx)

        with self._traces.inner("store transaction") as span:
            try:
                return await self._db.run(counted)
            finally:
                span.set_attribute("poolhouse.tries", tries)

    async def run_singly(self, statements: Callable[[Tx], Awaitable[T]], *, durable: bool = True) -> T:
        with self._traces.inner("store write"):
            return await self._db.run_singly(statements, durable=durable)

    async def read(self, query: Callable[[Tx], Awaitable[T]]) -> T:
        with self._traces.inner("store read"):
            return await self._db.read(query)

    def partitions(self, table: str) -> Partitions | None:
        return self._db.partitions(table)

    async def collation(self) -> str:
        return await self._db.collation()

    async def tables(self) -> frozenset[str]:
        return await self._db.tables()

    async def close(self) -> None:
        await self._db.close()


class _TracedInvoker:
    def __init__(self, traces: Traces, invoker: Invoker) -> None:
        self._traces = traces
        self._invoker = invoker

    async def invoke(self, arn: str, event: bytes, *, seconds: float) -> bytes:
        trigger = trigger_of(event)
        with (
            self._traces.outer(f"function {trigger}", SpanKind.CLIENT, trigger=trigger),
            trace_context.calling(self._traces.header()),
        ):
            return await self._invoker.invoke(arn, event, seconds=seconds)

    async def obstacle(self, arn: str) -> str | None:
        return await self._invoker.obstacle(arn)


class _TracedSender:
    def __init__(self, traces: Traces, sender: Sender) -> None:
        self._traces = traces
        self._sender = sender

    async def send(self, message: Message) -> None:
        facts = {"pool": message.user_pool_id, "medium": message.medium, "purpose": message.purpose}
        with self._traces.outer(f"deliver {message.medium}", SpanKind.CLIENT, message.trace, **facts):
            await self._sender.send(message)


def _tell(span: Span, facts: Mapping[str, str]) -> None:
    for name, value in facts.items():
        if value:
            span.set_attribute(f"poolhouse.{name}", value)

"""Composes the API gateway: gateway.toml becomes an ASGI application, and that a process.

Beside app.py, and like it one of the two that know the drivers. A gateway has no store: it runs where the
functions and servers are, with nothing of the identity service but the addresses of its keys.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import uvloop

from poolhouse import configuration
from poolhouse.drivers import data_folder, http_server
from poolhouse.drivers.clock_rng import SystemClock, SystemRng
from poolhouse.drivers.functions import opening
from poolhouse.drivers.http_server import Limits, Listener
from poolhouse.drivers.tls import Certificate
from poolhouse.drivers.upstream import StreamingClient
from poolhouse.errors import SettingsError
from poolhouse.gateway import compiled, config
from poolhouse.gateway.compiled import Compiled
from poolhouse.gateway.config import Config, LambdaRoute, Server
from poolhouse.gateway.front import Front
from poolhouse.gateway.kinds import functions
from poolhouse.gateway.metrics import Metrics
from poolhouse.gateway.outside import Outside
from poolhouse.settings import Settings
from poolhouse.web import logs
from poolhouse.wire import sigv4
from poolhouse.wire.sigv4 import Credentials

T = TypeVar("T")

process_id = data_folder.process_id
write_private = data_folder.write_private

_PAUSE = 1.0  # seconds between two looks at the file
_LARGEST_BODY = 5_000_000_000_000  # bytes; what a route allows is less
# Members of [gateway] that a running gateway does not change
_FIXED = (
    "host",
    "port",
    "tls_certificate",
    "tls_key",
    "trusted_proxies",
    "metrics_host",
    "metrics_port",
    "functions",
    "watch_functions",
    "request_seconds",
    "idle_seconds",
    "shutdown_seconds",
)


class Place(msgspec.Struct, frozen=True):
    """A gateway's file, and what the command line and the environment say."""

    file: Path
    environ: Mapping[str, str]
    host: str | None = None
    port: int | None = None

    def read(self) -> Config:
        """Raises `SettingsError`."""
        try:
            text = self.file.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise SettingsError(
                f"{self.file} cannot be read: name the gateway's file with --config."
            ) from None
        found = config.read(text, self.file.name, self.environ)
        changes = {"host": self.host, "port": self.port}
        given = {name: value for name, value in changes.items() if value is not None}
        return msgspec.structs.replace(found, gateway=msgspec.structs.replace(found.gateway, **given))

    def beside(self, path: str) -> Path:
        """A path of the file: relative ones begin where the file is."""
        return self.file.parent / path

    def stamp(self) -> tuple[int, int]:
        """Changes with the file; zeros while there is none."""
        try:
            found = self.file.stat()
        except OSError:
            return 0, 0
        return found.st_mtime_ns, found.st_size


def check(place: Place) -> list[str]:
    """The routes of a file that is good, functions included. Raises `SettingsError`."""
    logs.configure("readable", "warning")
    read = place.read()

    async def look() -> list[str]:
        async with _outside(place, read.gateway, Metrics()) as outside:
            made = compiled.compiled(read, outside)
            await _check_functions(read, outside)
            return made.table.keys

    return _run(look())


def run(place: Place, started: Callable[[str], None]) -> None:
    """Serve until a signal. `started` is called with the address when the first request can be answered.

    Raises `SettingsError`.
    """
    read = place.read()
    settings = _settings(place, read.gateway)
    logs.configure(settings.log_format, settings.log_level)
    with http_server.listen(read.gateway.host, read.gateway.port) as listener:
        port = listener.getsockname()[1]
        scheme = "https" if read.gateway.tls_certificate else "http"
        _run(_serve(place, read, listener, lambda: started(f"{scheme}://{read.gateway.host}:{port}")))


async def _serve(place: Place, read: Config, listener: Listener, started: Callable[[], None]) -> None:
    metrics = Metrics()
    async with opened(place, read, metrics) as front, _metrics_port(read.gateway, metrics):
        await http_server.serve(
            front,
            listener,
            _limits(read.gateway),
            started=started,
            stop=asyncio.Event(),
            trusted_proxies=list(read.gateway.trusted_proxies),
            certificate=_certificate(place, read.gateway),
        )


@asynccontextmanager
async def opened(place: Place, read: Config, metrics: Metrics) -> AsyncIterator[Front]:
    """A gateway without its socket, which follows its file. Raises `SettingsError`."""
    async with _outside(place, read.gateway, metrics) as outside:
        made = compiled.compiled(read, outside)
        await _check_functions(read, outside)
        front = Front(made, outside)
        following = asyncio.create_task(_follow(place, front, outside))
        try:
            yield front
        finally:
            following.cancel()


async def _follow(place: Place, front: Front, outside: Outside) -> None:
    """Take a changed file; one that is not good changes nothing."""
    stamp = place.stamp()
    while True:
        await asyncio.sleep(_PAUSE)
        if place.stamp() == stamp:
            continue
        stamp = place.stamp()
        try:
            read = place.read()
            made = compiled.compiled(read, outside, front.compiled)
            await _check_functions(read, outside)
        except SettingsError as error:
            logs.warning("the changed file is not good: the gateway goes on as before", reason=str(error))
            continue
        _tell_fixed(front.compiled, made)
        front.replace(made)
        logs.event("the gateway has a new configuration", routes=len(read.routes))


def _tell_fixed(before: Compiled, now: Compiled) -> None:
    later = [name for name in _FIXED if getattr(before.server, name) != getattr(now.server, name)]
    if later:
        logs.warning("start the gateway again for what it does not change while it runs", settings=later)


async def _check_functions(read: Config, outside: Outside) -> None:
    """Raises `SettingsError` for a function that nothing here can call."""
    for route in read.routes:
        if isinstance(route, LambdaRoute):
            obstacle = await outside.invoker.obstacle(functions.arn(route, outside))
            if obstacle:
                raise SettingsError(f"The route {route.path} cannot call its function: {obstacle}")


@asynccontextmanager
async def _outside(place: Place, server: Server, metrics: Metrics) -> AsyncIterator[Outside]:
    settings, clock = _settings(place, server), SystemClock()
    keys = Credentials(settings.lambda_access_key_id or "local", settings.lambda_secret_access_key or "local")
    sign = sigv4.signer_of_posts(keys, "lambda", clock.now)
    upstreams = StreamingClient()
    try:
        async with opening.opened(settings, sign, logs.event, logs.warning, metrics.called) as invoker:
            yield Outside(
                clock,
                SystemRng(),
                upstreams,
                invoker,
                tell=logs.event,
                fault=logs.fault,
                observe=metrics.observe,
                region=settings.region,
                account=settings.account_id,
                environ=place.environ,
                beside=place.beside,
            )
    finally:
        await upstreams.close()


def _settings(place: Place, server: Server) -> Settings:
    """Of functions and logs: the server's own settings, from the environment.

    What is called over the network is checked as `serve` does it.
    """
    folder = {"functions": str(place.beside(server.functions))} if server.functions else {}
    found = configuration.load("tools", folder, place.environ)
    return msgspec.structs.replace(found, profile="dev" if server.watch_functions else "serve")


@asynccontextmanager
async def _metrics_port(server: Server, metrics: Metrics) -> AsyncIterator[None]:
    if server.metrics_port is None:
        yield
        return
    stop = asyncio.Event()
    with http_server.listen(server.metrics_host, server.metrics_port) as listener:
        serving = asyncio.create_task(
            http_server.serve(
                metrics,
                listener,
                _limits(server),
                started=lambda: None,
                stop=stop,
                trusted_proxies=[],
                takes_signals=False,  # they are the gateway's own server's
            )
        )
        try:
            yield
        finally:
            stop.set()
            await serving


def _limits(server: Server) -> Limits:
    return Limits(
        server.request_seconds,
        server.idle_seconds,
        server.shutdown_seconds,
        largest_upload=_LARGEST_BODY,
        streams=True,
    )


def _certificate(place: Place, server: Server) -> Certificate | None:
    """Raises `SettingsError`."""
    if not server.tls_certificate:
        return None
    return Certificate(place.beside(server.tls_certificate), place.beside(server.tls_key))


def _run(action: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(action)

"""The processes of a server: one under `poolhouse dev`; under `serve` a parent that keeps workers.

What each of them serves is composed in app.py. Like that, this knows the drivers.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec

from poolhouse.app import known_passwords, once, open_vault, opened, run_async
from poolhouse.configuration import at_port
from poolhouse.context import Env
from poolhouse.drivers import data_folder, http_server
from poolhouse.drivers.http_server import Limits, Listener
from poolhouse.drivers.tls import Certificate
from poolhouse.drivers.workers import Worker, Workers
from poolhouse.errors import SettingsError
from poolhouse.imports import uploads
from poolhouse.settings import Settings
from poolhouse.store import access_keys, data_keys, iam_settings
from poolhouse.web import logs
from poolhouse.web.demo import Demo
from poolhouse.web.metrics import MetricsPort, forget_process

_WORKER_MODULE = "poolhouse.cli.worker"
_METERS = "PROMETHEUS_MULTIPROC_DIR"  # prometheus-client's own name for it


# Development: one process


def run_dev(settings: Settings, started: Callable[[Settings, Demo], None]) -> None:
    """Serve until a signal. `started` is called when the first request can be answered.

    Raises `SettingsError` when the data folder is held, or the port is busy.
    """
    logs.configure(settings.log_format, settings.log_level)
    _certificate(settings)  # what is wrong with it is told before anything is made
    with data_folder.held(Path(settings.data)), http_server.listen(settings.host, settings.port) as listener:
        run_async(_dev(at_port(settings, listener.getsockname()[1]), listener, started))


async def _dev(settings: Settings, listener: Listener, started: Callable[[Settings, Demo], None]) -> None:
    async with opened(settings) as (gateway, demo):
        await http_server.serve(
            gateway,
            listener,
            _limits(settings),
            started=lambda: started(settings, demo) if demo else None,
            stop=asyncio.Event(),
            trusted_proxies=settings.trusted_proxies,
            certificate=_certificate(settings),
        )


def _certificate(settings: Settings) -> Certificate | None:
    """Raises `SettingsError`. None: plain HTTP."""
    if not settings.tls_certificate:
        return None
    return Certificate(Path(settings.tls_certificate), Path(settings.tls_key))


def _limits(settings: Settings) -> Limits:
    seconds = settings.request_seconds, settings.idle_seconds, settings.shutdown_seconds
    return Limits(*seconds, *uploads.ROOM)


# Production: a parent that keeps workers


def run_serve(settings: Settings, started: Callable[[Settings], None]) -> None:
    """Serve until a signal. Raises `SettingsError` for everything an operator must put right first."""
    logs.configure(settings.log_format, settings.log_level)
    open_vault(settings)  # the first things to be told, before anything is made
    known_passwords(settings)
    _certificate(settings)
    with (
        data_folder.held(Path(settings.data)),
        data_folder.scratch() as meters,
        http_server.listen(settings.host, settings.port) as listener,
        http_server.listen(settings.metrics_host, settings.metrics_port) as metrics_listener,
    ):
        once(settings, _check_store)
        settings = at_port(settings, listener.getsockname()[1])
        workers = Workers(
            _WORKER_MODULE,
            listener,
            msgspec.msgpack.encode(settings),
            {_METERS: str(meters)},
            died=lambda process_id, status: _worker_died(process_id, status, str(meters)),
        )
        run_async(_keep(settings, workers, metrics_listener, str(meters), started))


async def _check_store(env: Env) -> None:
    await data_keys.of_scope(env, data_keys.HOUSE)  # does the master key open this store?
    if not await env.db.read(access_keys.exists):
        raise SettingsError(
            "There is no access key, so nobody could administer: run `poolhouse keys create` first."
        )
    await iam_settings.apply(env)


def _worker_died(process_id: int, status: int | None, meters: str) -> None:
    forget_process(process_id, meters)
    if status is not None:
        logs.warning("a worker died and is started again", process=process_id, status=status)


async def _keep(
    settings: Settings,
    workers: Workers,
    metrics_listener: Listener,
    meters: str,
    started: Callable[[Settings], None],
) -> None:
    stop = asyncio.Event()
    tending = asyncio.create_task(workers.run(settings.workers, ready=lambda: started(settings)))
    tending.add_done_callback(lambda _: stop.set())
    try:
        await http_server.serve(
            MetricsPort(meters),
            metrics_listener,
            _limits(settings),
            started=lambda: None,
            stop=stop,
            trusted_proxies=[],
        )
    finally:
        await workers.end(settings.shutdown_seconds + 5)
    await tending


def run_worker(listener_handle: int, parent_handle: int) -> None:
    """Be a worker, until the parent says or ends."""
    worker = Worker(listener_handle, parent_handle)
    settings = msgspec.msgpack.decode(worker.settings(), type=Settings)
    logs.configure(settings.log_format, settings.log_level)

    async def run() -> None:
        stop = asyncio.Event()
        worker.end_with_parent(stop)
        async with opened(settings) as (gateway, _):
            await http_server.serve(
                gateway,
                worker.listener,
                _limits(settings),
                started=worker.ready,
                stop=stop,
                trusted_proxies=settings.trusted_proxies,
                certificate=_certificate(settings),
            )

    run_async(run())

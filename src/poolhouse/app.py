"""The composition root: settings become an Env, an Env an application, and both become processes.

The only module that knows the drivers. What only some settings need is imported when they ask for it,
so that `poolhouse dev` starts at once.
"""

import asyncio
import gc
import importlib
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import uvloop
from msgspec.structs import replace

from poolhouse.context import Env, Hashing
from poolhouse.crypto import encryption_sdk, powers
from poolhouse.delivery import logs as log_delivery
from poolhouse.delivery import outbox
from poolhouse.directory import address_ranges
from poolhouse.drivers import atlas, carriers, data_folder, fetch, http_server, whole_files
from poolhouse.drivers.atlas import FileAtlas
from poolhouse.drivers.aws_endpoint import SignIn
from poolhouse.drivers.clock_rng import SystemClock, SystemRng
from poolhouse.drivers.functions import opening
from poolhouse.drivers.log_sinks import opening as log_sinks
from poolhouse.drivers.sqlite import open_sqlite
from poolhouse.drivers.vault import KeyFileVault, MasterKeyVault, master_key
from poolhouse.errors import SettingsError
from poolhouse.fairness import Places
from poolhouse.federation import refresher
from poolhouse.imports import jobs
from poolhouse.ports import Db, Sender, Vault
from poolhouse.quotas import rates
from poolhouse.risk.breaches import digests, lists
from poolhouse.risk.breaches.lists import Lists, Now
from poolhouse.settings import Settings
from poolhouse.store import audited, iam_settings, janitor, migrate, partitions
from poolhouse.triggers import custom_sender
from poolhouse.triggers.custom_sender import FunctionSender
from poolhouse.web import later, logs
from poolhouse.web.demo import Demo
from poolhouse.web.demo import ensure as ensure_demo
from poolhouse.web.gateway import Gateway, Page
from poolhouse.web.health import Health
from poolhouse.web.metrics import Metrics
from poolhouse.wire import sigv4, validate
from poolhouse.wire.signers import Signer
from poolhouse.wire.sigv4 import Credentials

if TYPE_CHECKING:
    from poolhouse.drivers.traces import Traces

T = TypeVar("T")
App = Callable[[Any, Any, Any], Awaitable[None]]  # ASGI, HTTP only

# What the command line asks of the world
who_answers = http_server.who_answers
process_id = data_folder.process_id
write_private = data_folder.write_private
draft = whole_files.draft

DATABASE = "poolhouse.db"
KEY_FILE = "master.key"
_HASHING_THREADS = 2  # argon2id, 19 MiB each


# One process: its ports


async def open_db(settings: Settings) -> Db:
    """Open the store as it is. Raises `SettingsError` when it cannot be reached."""
    if settings.database_url:
        from poolhouse.drivers.postgres import open_postgres

        return await open_postgres(settings.database_url, pool_size=settings.pool_size)
    return await open_sqlite(Path(settings.data) / DATABASE)


def open_vault(settings: Settings) -> Vault:
    """The master key: from the settings, or (not under `serve`) from the key file in the data folder.

    Only `dev` makes that file. Raises `SettingsError` where there is no key.
    """
    if settings.master_key:
        previous = [master_key(text) for text in settings.previous_master_keys]
        return MasterKeyVault(master_key(settings.master_key), previous)
    path = Path(settings.data) / KEY_FILE
    if settings.profile == "dev" or (settings.profile == "tools" and path.exists()):
        return KeyFileVault(path)
    raise SettingsError(
        "There is no master key: set POOLHOUSE_MASTER_KEY to 32 bytes in base64 "
        "(`openssl rand -base64 32` makes them), and keep a copy where the database's backups are not."
    )


def known_passwords(settings: Settings) -> Lists:
    """The files of known passwords. Raises `SettingsError` for one of no use."""
    return Lists([breaches_file(path) for path in lists.paths(settings)])


def breaches_file(path: Path) -> Now:
    """One of them, whatever the settings say. Raises `SettingsError`."""
    return whole_files.mapped(path, digests.read, logs.event, logs.warning).now


async def open_env(settings: Settings, metrics: Metrics | None = None, *, as_it_is: bool = False) -> Env:
    """Open everything that requests need, and (unless `as_it_is`) bring the store to this version's schema.

    Raises `SettingsError`, also for a store that waits for a migration when `migrate_at_start` is off.
    """
    rates.check(settings)
    metrics = metrics or Metrics()
    vault = open_vault(settings)
    clock = SystemClock()
    db = await open_db(settings)
    try:
        if not as_it_is:
            await _migrated(db, clock, settings)
    except BaseException:
        await db.close()
        raise
    return Env(
        settings=settings,
        clock=clock,
        rng=SystemRng(),
        db=db,
        vault=vault,
        hashing=Hashing(ThreadPoolExecutor(_HASHING_THREADS, "argon2id"), Places(_HASHING_THREADS)),
        count=metrics.count,
        measure=metrics.measure,
    )


async def _migrated(db: Db, clock: SystemClock, settings: Settings) -> None:
    if settings.migrate_at_start:
        if applied := await migrate.migrate(db, clock):
            logs.event("migrations applied", count=len(applied), first=applied[0], last=applied[-1])
        await partitions.make(db, clock.now(), settings.event_retention_days)
    elif await migrate.pending(db):
        raise SettingsError(
            "The store is of an older version and `migrate_at_start` is off: run `poolhouse migrate`."
        )


async def close_env(env: Env) -> None:
    env.hashing.threads.shutdown(wait=True, cancel_futures=True)
    await env.db.close()


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[App, Demo | None]]:
    """A whole server without its socket: the ASGI application (HTTP only) and, under `dev`, the demo.

    Raises `SettingsError`.
    """
    traces = _traces(settings)
    importlib.import_module("poolhouse.operations")  # they register themselves
    validate.compile_all()
    powers.warm_up()
    metrics = Metrics()
    keys = Credentials(settings.lambda_access_key_id or "local", settings.lambda_secret_access_key or "local")
    sign = sigv4.signer_of_posts(keys, "lambda", SystemClock().now)
    async with opening.opened(settings, sign, logs.event, logs.warning, metrics.trigger) as invoker:
        guarded = fetch.opened(settings)
        files = atlas.opened(settings, address_ranges.of_lines, logs.warning)
        env = replace(await open_env(settings, metrics), invoker=invoker, fetch=guarded)
        env = replace(env, breaches=known_passwords(settings), atlas=files)
        if traces:
            env = replace(env, db=traces.db(env.db), invoker=traces.invoker(invoker), spans=traces)
        try:
            demo = await _prepared(env) if settings.profile == "dev" else None
            async with _background(env, metrics, files, traces):
                _settle_memory()
                gateway = Gateway(env, metrics, _pages(env, metrics, demo))
                yield traces.app(gateway) if traces else gateway, demo
        finally:
            await guarded.close()
            await close_env(env)
            if traces:
                await traces.close()


def _traces(settings: Settings) -> "Traces | None":
    """Raises `SettingsError`. Their packages are imported where they are asked for, and only there."""
    if not settings.traces_endpoint:
        return None
    try:
        from poolhouse.drivers import traces
    except ModuleNotFoundError as missing:
        raise SettingsError(
            f"`traces_endpoint` needs the package {missing.name}: install `poolhouse[traces]`."
        ) from None
    return traces.opened(settings)


async def _prepared(env: Env) -> Demo:
    """What `serve` does once for all workers, and the demo."""
    await iam_settings.apply(env)
    return await ensure_demo(env, write_private)


def _settle_memory() -> None:
    """Let the collector of cycles look only at what requests make: what exists by now stays until the end."""
    gc.collect()
    gc.freeze()


def _pages(env: Env, metrics: Metrics, demo: Demo | None) -> tuple[Page, ...]:
    if demo is None:
        return (Health(env).page, *later.pages(env, metrics))
    from poolhouse.web.dev.pages import DevPages

    return (Health(env).page, metrics.page, DevPages(env, demo).page, *later.pages(env, metrics))


@asynccontextmanager
async def _background(
    env: Env, metrics: Metrics, files: FileAtlas | None, traces: "Traces | None"
) -> AsyncIterator[None]:
    """What goes on beside the requests: deliveries, deletions, imports, SAML metadata, depths of outboxes."""
    sign = Signer(env.clock.now).sign
    async with _senders(env, traces) as senders, log_sinks.opened(env.settings.log_sinks, sign) as sinks:
        work = (
            outbox.run(env, senders),
            janitor.run(env),
            jobs.run(env),
            refresher.run(env),
            log_delivery.run(env, sinks),
            _watch(env, metrics),
            later.bring(),
            *([files.run()] if files else []),
        )
        tasks = [asyncio.create_task(task) for task in work]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _watch(env: Env, metrics: Metrics) -> None:
    await asyncio.to_thread(metrics.load)
    depths = outbox.watch(env, metrics.outbox), log_delivery.watch(env, metrics.logs)
    await asyncio.gather(metrics.keep_written(), *depths)


@asynccontextmanager
async def _senders(env: Env, traces: "Traces | None") -> AsyncIterator[dict[str, Sender]]:
    """What carries messages, by medium, and what carries those of custom senders."""

    def signer(access_key_id: str, secret: str, service: str) -> SignIn:
        return sigv4.signer_of_posts(Credentials(access_key_id, secret), service, env.clock.now)

    async with (
        carriers.opened(env.settings, signer) as senders,
        carriers.data_keys(env.settings, signer, encryption_sdk.context_bytes) as keys,
    ):
        found: dict[str, Sender] = {
            **senders,
            custom_sender.CARRIER: FunctionSender(env.invoker, keys, env.rng),
        }
        yield {medium: traces.sender(each) for medium, each in found.items()} if traces else found


def open_code(settings: Settings, sealed: bytes) -> bytes:
    """A code as a custom sender got it, opened with the key file.

    Raises `ValueError` when it is under another key, and `SettingsError` when the file cannot be used.
    """
    keys = carriers.key_file(settings, encryption_sdk.context_bytes)
    return encryption_sdk.decrypt(sealed, keys.unwrap)


def once(settings: Settings, action: Callable[[Env], Awaitable[T]], *, as_it_is: bool = False) -> T:
    """Open an Env for one action of the command line, and close it."""

    logs.configure(settings.log_format, settings.log_level)

    async def run() -> T:
        env = audited.for_command(await open_env(settings, as_it_is=as_it_is), _command())
        try:
            return await action(env)
        finally:
            await close_env(env)

    return run_async(run())


def _command() -> str:
    """What the command line is at, such as `keys create`: so the audit log names what it changes."""
    running = click.get_current_context(silent=True)
    return running.command_path.partition(" ")[2] if running else ""


async def migrate_store(settings: Settings) -> list[str]:
    """Apply what is missing, whatever `migrate_at_start` says; the names of what was applied.

    Makes the partitions that are coming too, for servers that may not.
    """
    db, clock = await open_db(settings), SystemClock()
    try:
        applied = await migrate.migrate(db, clock)
        await partitions.make(db, clock.now(), settings.event_retention_days)
        return applied
    finally:
        await db.close()


def run_async(action: Awaitable[T]) -> T:
    async def wait() -> T:
        return await action

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(wait())

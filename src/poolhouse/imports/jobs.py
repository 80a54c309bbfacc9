"""The worker that imports users: takes a started job, makes users of its lines, and ends it.

Any number of workers may run: a job is leased by one of them. Some lines at a time become users, and in
the same transaction the job goes on to the next line, so that a worker that dies has imported no line
twice and left none out; another one goes on when the lease ends. A worker whose lease has ended writes
nothing any more: the job's `lease` is not its own.
"""

import asyncio
from collections.abc import AsyncIterator

import structlog
from msgspec import Struct

from poolhouse.context import Ctx, Env
from poolhouse.directory import user_csv
from poolhouse.directory.user_csv import BadFile
from poolhouse.errors import PoolNotFound
from poolhouse.imports import batches
from poolhouse.imports.lines import Line, Splitter
from poolhouse.imports.uploads import discard
from poolhouse.ports import SECOND, Instant, Row, Tx
from poolhouse.store import audited, import_files, import_jobs, snapshots
from poolhouse.store.import_jobs import Key

PAUSE = 1.0  # seconds between two looks for jobs
LEASE: Instant = 10 * SECOND  # of which a hundredth is used for one batch

_BATCH = 50  # lines: a transaction must be short where it runs in the event loop (SQLite)
_MOST_LEASES = 100  # a job that so many workers could not bring to its end is given up
_AFTER_TROUBLE = 5.0  # seconds

# The first three as Cognito says them (behaviour file, section 9), the last two [K].
TOO_MANY = "Too many users have failed or been skipped during the import."
STOPPED = "The Import Job was stopped by the developer."
COMPLETED = "Import Job Completed Successfully."
_TOO_LONG = f"The file has more than {user_csv.MOST_USERS} users."
_GIVEN_UP = "The import could not be brought to its end."

_log = structlog.get_logger("poolhouse.imports")


class Turn(Struct, frozen=True):
    """A job while this worker has it; the job as it was when the lease began."""

    key: Key
    lease: int
    job: Row


class _LeaseLost(Exception):
    """Another worker has the job now, or it is at its end."""


async def run(env: Env) -> None:
    """Import until cancelled."""
    while True:
        try:
            await run_due(env)
        except Exception as error:  # noqa: BLE001 - the store may be away; it comes back
            _log.error("user imports could not be looked for", error=type(error).__name__)
            await asyncio.sleep(_AFTER_TROUBLE)
        await asyncio.sleep(PAUSE)


async def run_due(env: Env) -> None:
    """Bring each job that is due to its end, and end those that nobody started in time."""
    now = env.clock.now()

    async def look(tx: Tx) -> tuple[list[Row], list[Row]]:
        return list(await import_jobs.due(tx, now)), list(await import_jobs.overdue(tx, now))

    due, overdue = await env.db.read(look)
    for row in overdue:
        await _expire(_acting(env, row), Key(row["pool_id"], row["job_id"]))
    for row in due:
        await _take(_acting(env, row), row)


def _acting(env: Env, row: Row) -> Env:
    """Users who come to be by an import are in the audit log, under the id of its job."""
    return audited.for_service(env, "import", "StartUserImportJob", row["job_id"])


async def _expire(env: Env, key: Key) -> None:
    now = env.clock.now()

    async def expire(tx: Tx) -> Row | None:
        await import_jobs.expire(tx, key, now)
        return await import_jobs.by_id(tx, key)

    job = await env.db.run(expire)
    if job is not None:
        await discard(env, key, job["upload_id"])


async def _take(env: Env, row: Row) -> None:
    until = env.clock.now() + LEASE

    async def lease(tx: Tx) -> Row | None:
        return await import_jobs.lease(tx, row, until)

    job = await env.db.run_singly(lease)
    if job is None:
        return
    turn = Turn(Key(row["pool_id"], row["job_id"]), job["lease"], job)
    try:
        await _work(env, turn)
    except _LeaseLost:
        return
    except PoolNotFound:
        await _free(env, turn.key)  # what is left of the job goes with the pool
    except Exception as error:  # noqa: BLE001 - another turn begins when the lease ends
        _tell("a user import stopped short, and goes on later", turn, error=type(error).__name__)


async def _work(env: Env, turn: Turn) -> None:
    if turn.job["status"] == import_jobs.STOPPING:
        await _end(env, turn, import_jobs.STOPPING, import_jobs.STOPPED, STOPPED)
        return
    try:
        await _import(env, turn)
    except BadFile as refusal:
        await _end(env, turn, import_jobs.IN_PROGRESS, import_jobs.FAILED, str(refusal))


async def _import(env: Env, turn: Turn) -> None:
    """Every line that is not done yet. Raises `BadFile`."""
    if turn.lease > _MOST_LEASES:
        raise BadFile(_GIVEN_UP)
    if turn.job["lines"] > user_csv.MOST_USERS + 1:
        raise BadFile(_TOO_LONG)
    ctx = await _context(env, turn)
    algorithm = turn.job["algorithm"]
    first = await anext(_lines(env, turn, Splitter(0, 0)), Line(0, b"", 0))
    columns = user_csv.columns(ctx.pool, first.content, with_hash=algorithm is not None)
    form = batches.Form(columns, algorithm)
    done = max(turn.job["line"], first.number), max(turn.job["position"], first.end)
    before, waiting = turn.job["line"], list[Line]()
    async for line in _lines(env, turn, Splitter(*done)):
        waiting.append(line)
        if len(waiting) == _BATCH:
            before, waiting = await _batch(env, turn, form, before, waiting), []
    if waiting:
        await _batch(env, turn, form, before, waiting)
    await _complete(env, turn)


async def _context(env: Env, turn: Turn) -> Ctx:
    """As of a request, with the pool as it is now. Raises `PoolNotFound`."""
    snapshot = await snapshots.of_pool(env, turn.key.pool_id)
    return Ctx(
        env=env,
        request_id=turn.key.job_id,
        operation="StartUserImportJob",
        region=snapshot.pool.region,
        now=env.clock.now(),
        snapshot=snapshot,
    )


async def _lines(env: Env, turn: Turn, splitter: Splitter) -> AsyncIterator[Line]:
    """The lines of the file from where the splitter is, with the pieces read as they are needed."""
    number, skipped = divmod(splitter.position, import_files.CHUNK)
    while (piece := await _piece(env, turn, number)) is not None:
        for line in splitter.feed(piece[skipped:]):
            yield line
        number, skipped = number + 1, 0
    for line in splitter.finish():
        yield line


async def _piece(env: Env, turn: Turn, number: int) -> bytes | None:
    upload_id = turn.job["upload_id"]

    async def read(tx: Tx) -> bytes | None:
        return await import_files.read(tx, turn.key, upload_id, number)

    sealed = await env.db.read(read)
    if sealed is None:
        return None
    keys = (await snapshots.of_pool(env, turn.key.pool_id)).keys
    return import_files.opened(keys, turn.key, upload_id, number, sealed)


async def _batch(env: Env, turn: Turn, form: batches.Form, before: int, lines: list[Line]) -> int:
    """Import some lines; the number of the last. Raises `_LeaseLost`."""
    ctx = await _context(env, turn)
    rows = [batches.prepared(ctx, form, line) for line in lines if line.content.strip()]
    progress = batches.Progress(turn.key, turn.lease, before, lines[-1], env.clock.now() + LEASE)
    entries = await batches.write(ctx, progress, rows)
    if entries is None:
        await _end_if_stopped(env, turn)
        raise _LeaseLost
    for entry in entries:
        if entry.outcome != "SUCCEEDED":
            _tell(
                "a line was not imported", turn, line=entry.line, outcome=entry.outcome, reason=entry.reason
            )
    return lines[-1].number


async def _complete(env: Env, turn: Turn) -> None:
    job = await _job(env, turn.key)
    nobody = not job["imported"] and (job["failed"] or job["skipped"])  # which number is too many is [K]
    after, message = (import_jobs.FAILED, TOO_MANY) if nobody else (import_jobs.SUCCEEDED, COMPLETED)
    if not await _end(env, turn, import_jobs.IN_PROGRESS, after, message):
        await _end_if_stopped(env, turn)


async def _end_if_stopped(env: Env, turn: Turn) -> None:
    await _end(env, turn, import_jobs.STOPPING, import_jobs.STOPPED, STOPPED)


async def _job(env: Env, key: Key) -> Row:
    async def read(tx: Tx) -> Row | None:
        return await import_jobs.by_id(tx, key)

    job = await env.db.read(read)
    if job is None:
        raise _LeaseLost
    return job


async def _end(env: Env, turn: Turn, before: str, after: str, message: str) -> bool:
    """End the job, if it is in the state `before` and still this worker's; then its file is deleted."""
    now = env.clock.now()

    async def finish(tx: Tx) -> bool:
        return await import_jobs.finish(tx, turn.key, turn.lease, before, after, message, now)

    if not await env.db.run(finish):
        return False
    _tell("a user import ended", turn, status=after)
    await discard(env, turn.key, turn.job["upload_id"])
    return True


async def _free(env: Env, key: Key) -> None:
    async def free(tx: Tx) -> None:
        await import_jobs.free_slot(tx, key)

    await env.db.run(free)


def _tell(event: str, turn: Turn, **details: object) -> None:
    _log.info(event, user_pool_id=turn.key.pool_id, job_id=turn.key.job_id, **details)

"""Some lines of an import: what each describes, then all of them in one transaction."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from poolhouse.auth import credentials
from poolhouse.context import Ctx
from poolhouse.crypto import imported_hashes as hashes
from poolhouse.crypto import passwords
from poolhouse.directory import user_rows
from poolhouse.directory.user_csv import BadLine
from poolhouse.directory.user_rows import Described
from poolhouse.directory.users import User, UserStatus
from poolhouse.imports.lines import Line
from poolhouse.ports import Instant, Tx
from poolhouse.store import (
    counters,
    import_jobs,
    import_log,
    imported_hashes,
    pools,
    snapshots,
    user_quota,
    users,
)
from poolhouse.store import credentials as stored
from poolhouse.store.import_jobs import Key
from poolhouse.store.import_log import FAILED, SKIPPED, SUCCEEDED, Entry

_SEED_BYTES = 16
_TAKEN = {
    "username": "The user already exists.",
    "email": "An account with the given email already exists.",  # [K], as the two below
    "phone_number": "An account with the given phone_number already exists.",
    "preferred_username": "An account with the given preferred_username already exists.",
}
_FULL = "The user pool has as many users as it can have."  # ours


class Form(Struct, frozen=True):
    """The form of the file: the names of its columns, and the algorithm of its hashes."""

    columns: Sequence[str]
    algorithm: str | None


class Row(Struct, frozen=True):
    """A line as it will be stored: a user with the sealed password, or why there is none."""

    line: int
    user: User | None = None
    credential: bytes | None = None
    costs: str = ""  # a decoy of what comparing the password costs
    refusal: str = ""


class Progress(Struct, frozen=True):
    """Whose turn it is, and from which line to which it goes."""

    key: Key
    lease: int
    before: int
    last: Line
    until: Instant


def prepared(ctx: Ctx, form: Form, line: Line) -> Row:
    """What the line describes; made before the transaction, which may run twice."""
    try:
        described = user_rows.read(ctx.pool, form.columns, line.content, form.algorithm)
    except BadLine as refusal:
        return Row(line.number, refusal=str(refusal))
    return _row(ctx, line.number, described)


def _row(ctx: Ctx, line: int, described: Described) -> Row:
    """That a user with a hash is CONFIRMED is [K]; one without has to set a password (3.1)."""
    encoded = described.password_hash
    status = UserStatus.CONFIRMED if encoded else UserStatus.RESET_REQUIRED
    new = users.new(ctx, described.username, status, described.attributes)
    user = replace(new, factors=described.factors)
    if not encoded:
        return Row(line, user)
    credential = passwords.imported_credential(encoded, ctx.env.rng.bytes(_SEED_BYTES))
    return Row(line, user, credentials.seal(ctx, user.sub, credential), hashes.decoy(encoded))


async def write(ctx: Ctx, progress: Progress, rows: Sequence[Row]) -> list[Entry] | None:
    """Store the users, and what became of each line. None: it is not this worker's turn any more."""
    costs = next((row.costs for row in rows if row.costs), "")
    new_costs = costs if costs and not _known(ctx, costs) else ""

    async def write_all(tx: Tx) -> list[Entry] | None:
        last = progress.last
        if not await import_jobs.advance(
            tx, progress.key, progress.lease, progress.before, last.number, last.end, progress.until
        ):
            return await _done_before(tx, progress)
        if new_costs:
            await pools.begin_change(tx, ctx.pool.pool_id)
            await imported_hashes.put(tx, ctx.pool.pool_id, new_costs)
        entries = await _write_each(tx, ctx, rows)
        await _count(tx, progress.key, entries)
        await import_log.put(tx, progress.key, entries)
        return entries

    entries = await ctx.env.db.run(write_all)
    if new_costs:
        snapshots.forget(ctx.env, ctx.pool.pool_id)
    return entries


def _known(ctx: Ctx, costs: str) -> bool:
    """Does the pool compare with hashes of this algorithm already?"""
    known = ctx.imported_hash
    return bool(known) and hashes.algorithm_of(known) == hashes.algorithm_of(costs)


async def _done_before(tx: Tx, progress: Progress) -> list[Entry] | None:
    """Was it done, and the acknowledgement lost? Then there is nothing left to do."""
    job = await import_jobs.by_id(tx, progress.key)
    mine = job is not None and job["lease"] == progress.lease and job["line"] == progress.last.number
    return [] if mine else None


async def _write_each(tx: Tx, ctx: Ctx, rows: Sequence[Row]) -> list[Entry]:
    entries: list[Entry] = []
    room = await user_quota.room(tx, ctx)
    for row in rows:
        entry = await _write_one(tx, ctx, row, full=room <= 0)
        room -= entry.outcome == SUCCEEDED
        entries.append(entry)
    return entries


async def _write_one(tx: Tx, ctx: Ctx, row: Row, *, full: bool) -> Entry:
    if row.user is None:
        return Entry(row.line, FAILED, row.refusal)
    if full:
        return Entry(row.line, FAILED, _FULL)
    taken = await users.create_unless_taken(tx, ctx, row.user)
    if taken:
        return Entry(row.line, SKIPPED, _TAKEN[taken])
    if row.credential:
        await stored.put(tx, ctx, row.user.sub, row.credential)
    return Entry(row.line)


async def _count(tx: Tx, key: Key, entries: Sequence[Entry]) -> None:
    outcomes = [entry.outcome for entry in entries]
    imported, skipped, failed = (outcomes.count(outcome) for outcome in (SUCCEEDED, SKIPPED, FAILED))
    await import_jobs.add(tx, key, imported, skipped, failed)
    if imported:
        await counters.add(tx, key.pool_id, user_quota.COUNTER, key.job_id, imported)

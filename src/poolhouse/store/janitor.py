"""Deletes what expired (most of it a day ago), in bounded batches, so that tables hold living rows only.

Finding goes over all pools by an index on time; each row is then deleted by its whole key, and only
if it is still expired, so any number of workers may sweep at once.
"""

import asyncio
from collections.abc import Callable, Mapping

import structlog
from msgspec import Struct

from poolhouse.context import Env
from poolhouse.directory.audit import HOUSE, Act, Change
from poolhouse.ports import DAY, HOUR, MINUTE, Instant, Row, Statement, Tx
from poolhouse.settings import Settings
from poolhouse.store import audit, audit_purge, partitions, pool_removal
from poolhouse.store.attempts import FORGOTTEN_AFTER
from poolhouse.store.import_jobs import LIFE

PAUSE = 60.0  # seconds between two sweeps
_BATCH = 200
_ACT = Act("service:janitor", "sweep")

_log = structlog.get_logger("poolhouse.janitor")


class _Kind(Struct, frozen=True):
    """A table whose rows end: how to find rows that ended before an instant, and how to delete one.

    life   how long after the time in the row it ends
    grace  how long it stays after its end, for whoever looks into what happened
    parts  it may be in partitions, which go as a whole (store/partitions.py)
    """

    find: Statement
    delete: Statement
    life: Instant = 0
    grace: Instant = DAY
    kept: Callable[[Settings], Instant] | None = None  # the life, where an operator chooses it
    parts: bool = False


_KINDS: Mapping[str, _Kind] = {
    "codes": _Kind(
        Statement("""
            SELECT pool_id, sub, purpose FROM codes
             WHERE expires_at < :before ORDER BY expires_at LIMIT :most
        """),
        Statement("""
            DELETE FROM codes
             WHERE pool_id = :pool_id AND sub = :sub AND purpose = :purpose AND expires_at < :before
        """),
    ),
    "attempts": _Kind(
        Statement("""
            SELECT pool_id, principal FROM attempts
             WHERE last_at < :before AND locked_until < :before ORDER BY last_at LIMIT :most
        """),
        Statement("""
            DELETE FROM attempts
             WHERE pool_id = :pool_id AND principal = :principal AND last_at < :before
               AND locked_until < :before
        """),
        life=FORGOTTEN_AFTER,
        grace=0,  # whoever tries names that nobody has makes a row with each
    ),
    "quota_buckets": _Kind(  # without an index on time: there are few, and each request would have to keep it
        Statement("""
            SELECT pool_id, category FROM quota_buckets
             WHERE arrival_at < :before LIMIT :most
        """),
        Statement("""
            DELETE FROM quota_buckets
             WHERE pool_id = :pool_id AND category = :category AND arrival_at < :before
        """),
        grace=MINUTE,
    ),
    "hourly": _Kind(
        Statement("""
            SELECT pool_id, principal, action FROM hourly
             WHERE started_at < :before ORDER BY started_at LIMIT :most
        """),
        Statement("""
            DELETE FROM hourly
             WHERE pool_id = :pool_id AND principal = :principal AND action = :action
               AND started_at < :before
        """),
        life=HOUR,
    ),
    "token_families": _Kind(
        Statement("""
            SELECT pool_id, sub, family_id FROM token_families
             WHERE expires_at < :before ORDER BY expires_at LIMIT :most
        """),
        Statement("""
            DELETE FROM token_families
             WHERE pool_id = :pool_id AND sub = :sub AND family_id = :family_id AND expires_at < :before
        """),
    ),
    "revocations": _Kind(
        Statement("""
            SELECT pool_id, revoked_at AS at, kind, subject FROM revocations
             WHERE revoked_at < :before ORDER BY revoked_at LIMIT :most
        """),
        Statement("""
            DELETE FROM revocations
             WHERE pool_id = :pool_id AND revoked_at = :at AND kind = :kind AND subject = :subject
               AND revoked_at < :before
        """),
        life=DAY,  # of the tokens (4.5)
    ),
    "authorization_codes": _Kind(
        Statement("""
            SELECT pool_id, digest FROM authorization_codes
             WHERE expires_at < :before ORDER BY expires_at LIMIT :most
        """),
        Statement("""
            DELETE FROM authorization_codes
             WHERE pool_id = :pool_id AND digest = :digest AND expires_at < :before
        """),
    ),
    "sso_sessions": _Kind(
        Statement("""
            SELECT pool_id, digest FROM sso_sessions
             WHERE expires_at < :before ORDER BY expires_at LIMIT :most
        """),
        Statement("""
            DELETE FROM sso_sessions
             WHERE pool_id = :pool_id AND digest = :digest AND expires_at < :before
        """),
    ),
    "spent_sessions": _Kind(
        Statement("""
            SELECT pool_id, session_id FROM spent_sessions
             WHERE expires_at < :before ORDER BY expires_at LIMIT :most
        """),
        Statement("""
            DELETE FROM spent_sessions
             WHERE pool_id = :pool_id AND session_id = :session_id AND expires_at < :before
        """),
    ),
    "given_answers": _Kind(
        Statement("""
            SELECT pool_id, digest FROM given_answers
             WHERE expires_at < :before ORDER BY expires_at LIMIT :most
        """),
        Statement("""
            DELETE FROM given_answers
             WHERE pool_id = :pool_id AND digest = :digest AND expires_at < :before
        """),
        grace=0,  # they are whole pages
    ),
    "passkey_challenges": _Kind(
        Statement("""
            SELECT pool_id, sub FROM passkey_challenges
             WHERE expires_at < :before ORDER BY expires_at LIMIT :most
        """),
        Statement("""
            DELETE FROM passkey_challenges
             WHERE pool_id = :pool_id AND sub = :sub AND expires_at < :before
        """),
    ),
    "saml_metadata": _Kind(
        Statement("""
            SELECT pool_id, url FROM saml_metadata
             WHERE read_again_at < :before ORDER BY read_again_at LIMIT :most
        """),
        Statement("""
            DELETE FROM saml_metadata
             WHERE pool_id = :pool_id AND url = :url AND read_again_at < :before
        """),
        life=90 * DAY,  # no server has run for so long
    ),
    "import_chunks": _Kind(
        Statement("""
            SELECT pool_id, job_id, upload_id, number FROM import_chunks
             WHERE created_at < :before ORDER BY created_at LIMIT :most
        """),
        Statement("""
            DELETE FROM import_chunks
             WHERE pool_id = :pool_id AND job_id = :job_id AND upload_id = :upload_id AND number = :number
               AND created_at < :before
        """),
        life=LIFE,  # of a job that waits; one that was started just before has the grace too
    ),
    "events": _Kind(
        Statement("""
            SELECT pool_id, sub, at, event_id FROM events
             WHERE at < :before ORDER BY at LIMIT :most
        """),
        Statement("""
            DELETE FROM events
             WHERE pool_id = :pool_id AND sub = :sub AND at = :at AND event_id = :event_id AND at < :before
        """),
        kept=lambda settings: settings.event_retention_days * DAY,
        grace=0,
        parts=True,
    ),
    "event_feedback": _Kind(
        Statement("""
            SELECT pool_id, sub, attempt_id FROM event_feedback
             WHERE at < :before ORDER BY at LIMIT :most
        """),
        Statement("""
            DELETE FROM event_feedback
             WHERE pool_id = :pool_id AND sub = :sub AND attempt_id = :attempt_id AND at < :before
        """),
        kept=lambda settings: settings.event_retention_days * DAY,
        grace=0,
    ),
    "outbox": _Kind(
        Statement("""
            SELECT pool_id, message_id FROM outbox
             WHERE state = 'FAILED' AND due_at < :before ORDER BY due_at LIMIT :most
        """),
        Statement("""
            DELETE FROM outbox
             WHERE pool_id = :pool_id AND message_id = :message_id AND state = 'FAILED'
               AND due_at < :before
        """),
        life=7 * DAY,
    ),
    "log_dead_letters": _Kind(
        Statement("""
            SELECT pool_id, entry_id FROM log_dead_letters
             WHERE died_at < :before ORDER BY died_at LIMIT :most
        """),
        Statement("""
            DELETE FROM log_dead_letters
             WHERE pool_id = :pool_id AND entry_id = :entry_id AND died_at < :before
        """),
        life=30 * DAY,
    ),
}


async def run(env: Env) -> None:
    """Sweep until cancelled. What fails keeps nothing else from being done."""
    while True:
        await asyncio.sleep(PAUSE * (0.5 + env.rng.fraction()))
        for work in (partitions.keep, sweep, pool_removal.empty_all, audit_purge.purge):
            try:
                await work(env)
            except Exception as error:  # noqa: BLE001 - the store may be away; the next sweep finds the same
                problem = {"work": work.__name__, "error": type(error).__name__}
                _log.warning("a sweep failed and is tried again later", **problem)


async def sweep(env: Env) -> dict[str, int]:
    """Delete everything whose end and grace are over; how many rows of each table."""
    return {table: await _sweep(env, table, kind) for table, kind in _KINDS.items()}


async def _sweep(env: Env, table: str, kind: _Kind) -> int:
    life = kind.kept(env.settings) if kind.kept else kind.life
    before = env.clock.now() - life - kind.grace
    if kind.parts:
        before = await partitions.rows_before(env.db, before)
    deleted = 0
    while True:
        rows = await _found(env, kind, before)
        deleted += await _delete(env, table, rows, before) if rows else 0
        if len(rows) < _BATCH:
            return deleted


async def _found(env: Env, kind: _Kind, before: Instant) -> list[Row]:
    async def find(tx: Tx) -> list[Row]:
        return list(await tx.all(kind.find, before=before, most=_BATCH))

    return await env.db.read(find)


async def _delete(env: Env, table: str, rows: list[Row], before: Instant) -> int:
    """With one record for all in the chain of the house: they are of any pools."""
    statement, keys, now = _KINDS[table].delete, await audit.keys(env), env.clock.now()

    async def delete(tx: Tx) -> int:
        deleted = sum([await tx.run(statement, before=before, **dict(row)) for row in rows])
        if deleted:
            await audit.append(tx, keys, HOUSE, _ACT, [Change(table, "*", rows=deleted)], now)
        return deleted

    return await env.db.run(delete)

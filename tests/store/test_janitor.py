"""What expired long ago goes; what lives, or ended just now, stays. On both stores."""

import asyncio
from pathlib import Path

import pytest
from tests.environment import environment

from poolhouse.context import Env
from poolhouse.ports import DAY, HOUR, MINUTE, SECOND, Db, Instant, Statement, Tx
from poolhouse.store import janitor
from poolhouse.store.attempts import FORGOTTEN_AFTER

INSERTS = {
    "attempts": """
        INSERT INTO attempts (pool_id, principal, failures, last_at, locked_until)
        VALUES ('p', :id, 6, :at, 0)
    """,
    "codes": """
        INSERT INTO codes (pool_id, sub, purpose, digest, attribute, destination, tries,
                           created_at, expires_at)
        VALUES ('p', :id, 'SIGN_UP', :blob, 'email', 'a@example.com', 0, 0, :at)
    """,
    "events": """
        INSERT INTO events (pool_id, sub, at, event_id, attempt_id, request_id, address, kind, response,
                            event)
        VALUES ('p', 's', :at, :id, 'a', 'r', '', 'SignIn', 'Pass', '{}')
    """,
    "event_feedback": """
        INSERT INTO event_feedback (pool_id, sub, attempt_id, value, provider, at)
        VALUES ('p', 's', :id, 'Valid', 'User', :at)
    """,
    "hourly": """
        INSERT INTO hourly (pool_id, principal, action, started_at, uses) VALUES ('p', :id, 'RESEND', :at, 1)
    """,
    "quota_buckets": """
        INSERT INTO quota_buckets (pool_id, category, arrival_at) VALUES ('p', :id, :at)
    """,
    "token_families": """
        INSERT INTO token_families (pool_id, sub, family_id, client_id, event_id, auth_time, expires_at,
                                    generation, rotated_at, revoked_at)
        VALUES ('p', 's', :id, 'c', 'e', 0, :at, 1, 0, 0)
    """,
    "revocations": """
        INSERT INTO revocations (pool_id, revoked_at, kind, subject) VALUES ('p', :at, 'FAMILY', :id)
    """,
    "authorization_codes": """
        INSERT INTO authorization_codes (pool_id, digest, client_id, sub, family_id, session_id, redirect_uri,
                                         scopes, challenge, nonce, audience, auth_time, claims, issued_at,
                                         expires_at, used_at)
        VALUES ('p', :id, 'c', 's', 'f', '', 'https://a', 'openid', '', '', '', 0, '{}', 0, :at, 0)
    """,
    "sso_sessions": """
        INSERT INTO sso_sessions (pool_id, digest, session_id, sub, client_id, auth_time, claims, federated,
                                  created_at, active_at, expires_at)
        VALUES ('p', :id, 'sso', 's', 'c', 0, '{}', '', 0, 0, :at)
    """,
    "saml_metadata": """
        INSERT INTO saml_metadata (pool_id, url, document, fetched_at, read_again_at)
        VALUES ('p', :id, '<a/>', 0, :at)
    """,
    "spent_sessions": """
        INSERT INTO spent_sessions (pool_id, session_id, expires_at) VALUES ('p', :id, :at)
    """,
    "given_answers": """
        INSERT INTO given_answers (pool_id, digest, sealed, expires_at) VALUES ('p', :id, NULL, :at)
    """,
    "passkey_challenges": """
        INSERT INTO passkey_challenges (pool_id, sub, challenge, client_id, relying_party_id, expires_at,
                                        used_by)
        VALUES ('p', :id, 'c', 'c', 'localhost', :at, '')
    """,
    "log_dead_letters": """
        INSERT INTO log_dead_letters (pool_id, entry_id, at, body, died_at, reason)
        VALUES ('p', :id, 0, '{}', :at, 'r')
    """,
    "import_chunks": """
        INSERT INTO import_chunks (pool_id, job_id, upload_id, number, sealed, created_at)
        VALUES ('p', 'j', :id, 0, :blob, :at)
    """,
    "outbox": """
        INSERT INTO outbox (pool_id, message_id, state, sealed, tries, due_at, created_at)
        VALUES ('p', :id, 'FAILED', :blob, 8, :at, 0)
    """,
}
LIFE = {
    "events": 729 * DAY,
    "event_feedback": 729 * DAY,
    "attempts": FORGOTTEN_AFTER - DAY,
    "given_answers": -DAY,
    "hourly": HOUR,
    "quota_buckets": MINUTE - DAY,
    "revocations": DAY,
    "saml_metadata": 90 * DAY,
    "import_chunks": DAY,
    "log_dead_letters": 30 * DAY,
    "outbox": 7 * DAY,
}


async def insert(db: Db, table: str, row_id: str, at: Instant) -> None:
    statement = Statement(INSERTS[table])
    values = {"id": row_id, "at": at, "blob": b""}

    async def write(tx: Tx) -> None:
        await tx.run(statement, **{name: values[name] for name in statement.names})

    await db.run(write)


async def rows(db: Db, table: str) -> int:
    statement = Statement(f"SELECT COUNT(*) AS rows FROM {table}")

    async def read(tx: Tx) -> int:
        row = await tx.one(statement)
        return int(row["rows"]) if row else 0

    return await db.read(read)


async def left(db: Db) -> dict[str, int]:
    return {table: await rows(db, table) for table in INSERTS}


async def fill(env: Env, age: Instant) -> None:
    """A row in each table that ended so long ago."""
    for table in INSERTS:
        await insert(env.db, table, f"row-{age}", env.clock.now() - age - LIFE.get(table, 0))


async def test_what_ended_more_than_a_day_ago_is_deleted_and_what_did_not_stays(
    db: Db, tmp_path: Path
) -> None:
    env = environment(db, tmp_path)
    await fill(env, DAY + SECOND)
    await fill(env, DAY - SECOND)
    await fill(env, -DAY)

    deleted = await janitor.sweep(env)

    assert deleted == dict.fromkeys(INSERTS, 1)
    assert await left(db) == dict.fromkeys(INSERTS, 2)
    assert await janitor.sweep(env) == dict.fromkeys(INSERTS, 0)


async def test_the_tries_of_somebody_who_is_locked_for_long_are_kept(db: Db, tmp_path: Path) -> None:
    env = environment(db, tmp_path)
    await insert(db, "attempts", "ada", env.clock.now() - HOUR)
    lock = Statement("UPDATE attempts SET locked_until = :until")
    await db.run(lambda tx: tx.run(lock, until=env.clock.now()))

    assert (await janitor.sweep(env))["attempts"] == 0
    env.clock.advance(FORGOTTEN_AFTER + SECOND)
    assert (await janitor.sweep(env))["attempts"] == 1


async def test_more_rows_than_a_batch_go_in_one_sweep(db: Db, tmp_path: Path) -> None:
    env = environment(db, tmp_path)
    for number in range(450):
        await insert(db, "hourly", str(number), env.clock.now() - 2 * DAY)

    assert (await janitor.sweep(env))["hourly"] == 450
    assert await rows(db, "hourly") == 0


async def test_a_message_that_is_kept_or_waits_is_never_deleted(db: Db, tmp_path: Path) -> None:
    env = environment(db, tmp_path)
    for state in ("KEPT", "WAITING", "SENDING"):
        await insert(db, "outbox", state, 0)
        change = Statement("UPDATE outbox SET state = :state WHERE message_id = :state")
        await db.run(lambda tx, state=state, change=change: tx.run(change, state=state))

    assert (await janitor.sweep(env))["outbox"] == 0
    assert await rows(db, "outbox") == 3


async def test_work_that_fails_is_told_and_keeps_nothing_else_from_being_done(
    db: Db, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    async def unmade(env: Env) -> int:
        raise OSError

    monkeypatch.setattr(janitor, "PAUSE", 0.0)
    monkeypatch.setattr(janitor.partitions, "keep", unmade)
    env = environment(db, tmp_path)
    await insert(db, "hourly", "old", env.clock.now() - 2 * DAY)
    await insert(db, "hourly", "young", env.clock.now())

    sweeping = asyncio.create_task(janitor.run(env))
    try:
        async with asyncio.timeout(30):
            while await rows(db, "hourly") > 1:  # noqa: ASYNC110 - it is the store that changes
                await asyncio.sleep(0.02)
    finally:
        sweeping.cancel()
        await asyncio.wait([sweeping])

    assert await rows(db, "hourly") == 1
    said = capfd.readouterr().out
    assert "a sweep failed" in said
    assert "unmade" in said

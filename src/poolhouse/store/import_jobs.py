"""User import jobs: their states, and who works on one (behaviour file, section 9).

Created     waits for its file and to be started, until `due_at`
Pending     started; a worker takes it soon
InProgress  leased by a worker; another may take it when the lease ends, should that worker die
Stopping    is to be stopped by the worker that has it, or the next one
Succeeded, Failed, Stopped, Expired     the end

`lease` counts how often a job was taken, so it names one worker's turn: a worker whose turn is over
can write nothing any more.
"""

from collections.abc import Sequence

from msgspec import Struct

from poolhouse.ports import DAY, Instant, Row, Statement, Tx

CREATED, PENDING, IN_PROGRESS, STOPPING = "Created", "Pending", "InProgress", "Stopping"
STOPPED, SUCCEEDED, FAILED, EXPIRED = "Stopped", "Succeeded", "Failed", "Expired"
EXPIRED_MESSAGE = "The user import job has expired."

LIFE: Instant = DAY  # of a job that nobody starts (Cognito: 24 to 48 hours)

_SLOT = "account"
_COLUMNS = """pool_id, job_id, name, role_arn, algorithm, status, message, upload_id, lines, line, position,
           imported, skipped, failed, lease, due_at, created_at, started_at, completed_at"""

_INSERT = Statement("""
    INSERT INTO import_jobs (pool_id, job_id, name, role_arn, algorithm, status, message, upload_id, lines,
                             line, position, imported, skipped, failed, lease, due_at, created_at,
                             started_at, completed_at)
    VALUES (:pool_id, :job_id, :name, :role_arn, :algorithm, 'Created', '', '', 0, 0, 0, 0, 0, 0, 0, :due_at,
            :now, 0, 0)
    ON CONFLICT (pool_id, job_id) DO NOTHING
""")
_COUNT = Statement("SELECT COUNT(*) AS number FROM import_jobs WHERE pool_id = :pool_id")
_BY_ID = Statement(f"SELECT {_COLUMNS} FROM import_jobs WHERE pool_id = :pool_id AND job_id = :job_id")
_NEWEST = Statement(f"""
    SELECT {_COLUMNS} FROM import_jobs
     WHERE pool_id = :pool_id
     ORDER BY created_at DESC, job_id DESC LIMIT :most
""")
_OLDER = Statement(f"""
    SELECT {_COLUMNS} FROM import_jobs
     WHERE pool_id = :pool_id
       AND (created_at < :created_at OR (created_at = :created_at AND job_id < :job_id))
     ORDER BY created_at DESC, job_id DESC LIMIT :most
""")
_UPLOADED = Statement("""
    UPDATE import_jobs SET upload_id = :upload_id, lines = :lines
     WHERE pool_id = :pool_id AND job_id = :job_id AND status = 'Created' AND due_at > :now
 RETURNING job_id
""")
_TAKE_SLOT = Statement("""
    INSERT INTO active_imports (slot, holder) VALUES (:slot, :holder)
    ON CONFLICT (slot) DO NOTHING
 RETURNING holder
""")
_FREE_SLOT = Statement("DELETE FROM active_imports WHERE slot = :slot AND holder = :holder")
_HOLDER = Statement("SELECT holder FROM active_imports WHERE slot = :slot")
_START = Statement("""
    UPDATE import_jobs SET status = 'Pending', started_at = :now, due_at = 0
     WHERE pool_id = :pool_id AND job_id = :job_id AND status = 'Created' AND due_at > :now
 RETURNING job_id
""")
_STOP = Statement("""
    UPDATE import_jobs SET status = 'Stopping'
     WHERE pool_id = :pool_id AND job_id = :job_id AND status IN ('Pending', 'InProgress')
 RETURNING job_id
""")
_DUE = Statement("""
    SELECT pool_id, job_id, lease FROM import_jobs
     WHERE status IN ('Pending', 'InProgress', 'Stopping') AND due_at <= :now
     ORDER BY due_at LIMIT 10
""")
_LEASE = Statement(f"""
    UPDATE import_jobs
       SET lease = lease + 1, due_at = :until,
           status = CASE WHEN status = 'Pending' THEN 'InProgress' ELSE status END
     WHERE pool_id = :pool_id AND job_id = :job_id AND lease = :lease
       AND status IN ('Pending', 'InProgress', 'Stopping')
 RETURNING {_COLUMNS}
""")
_ADVANCE = Statement("""
    UPDATE import_jobs SET line = :line, position = :position, due_at = :until
     WHERE pool_id = :pool_id AND job_id = :job_id AND lease = :lease AND line = :before
       AND status = 'InProgress'
 RETURNING job_id
""")
_ADD = Statement("""
    UPDATE import_jobs
       SET imported = imported + :imported, skipped = skipped + :skipped, failed = failed + :failed
     WHERE pool_id = :pool_id AND job_id = :job_id
""")
_FINISH = Statement("""
    UPDATE import_jobs SET status = :after, message = :message, completed_at = :now, due_at = :now
     WHERE pool_id = :pool_id AND job_id = :job_id AND lease = :lease AND status = :before
 RETURNING job_id
""")
_OVERDUE = Statement("""
    SELECT pool_id, job_id FROM import_jobs
     WHERE status = 'Created' AND due_at <= :now
     ORDER BY due_at LIMIT 100
""")
_EXPIRE = Statement("""
    UPDATE import_jobs SET status = 'Expired', message = :message, completed_at = due_at
     WHERE pool_id = :pool_id AND job_id = :job_id AND status = 'Created' AND due_at <= :now
""")


class Key(Struct, frozen=True):
    pool_id: str
    job_id: str

    @property
    def members(self) -> dict[str, str]:
        return {"pool_id": self.pool_id, "job_id": self.job_id}

    @property
    def holder(self) -> str:
        return f"{self.pool_id}/{self.job_id}"


async def create(tx: Tx, key: Key, name: str, role_arn: str, algorithm: str | None, now: Instant) -> None:
    await tx.run(
        _INSERT,
        **key.members,
        name=name,
        role_arn=role_arn,
        algorithm=algorithm,
        due_at=now + LIFE,
        now=now,
    )


async def count(tx: Tx, pool_id: str) -> int:
    row = await tx.one(_COUNT, pool_id=pool_id)
    return 0 if row is None else int(row["number"])


async def by_id(tx: Tx, key: Key) -> Row | None:
    return await tx.one(_BY_ID, **key.members)


async def page(tx: Tx, pool_id: str, after: Sequence[str | int], most: int) -> Sequence[Row]:
    """The jobs of a pool, newest first, from behind `after` (`created_at, job_id`; empty: the first) on."""
    if not after:
        return await tx.all(_NEWEST, pool_id=pool_id, most=most)
    return await tx.all(_OLDER, pool_id=pool_id, created_at=after[0], job_id=after[1], most=most)


async def uploaded(tx: Tx, key: Key, upload_id: str, lines: int, now: Instant) -> bool:
    """Make this the file of the job. False: the job takes no file any more."""
    return await tx.one(_UPLOADED, **key.members, upload_id=upload_id, lines=lines, now=now) is not None


async def take_slot(tx: Tx, key: Key) -> bool:
    """Be the one active job of the account. False: another one is."""
    if await tx.one(_TAKE_SLOT, slot=_SLOT, holder=key.holder):
        return True
    row = await tx.one(_HOLDER, slot=_SLOT)
    return row is not None and row["holder"] == key.holder  # it ran before, and its answer was lost


async def free_slot(tx: Tx, key: Key) -> None:
    await tx.run(_FREE_SLOT, slot=_SLOT, holder=key.holder)


async def is_active(tx: Tx, pool_id: str) -> bool:
    """Has this pool the active job?"""
    row = await tx.one(_HOLDER, slot=_SLOT)
    return row is not None and str(row["holder"]).partition("/")[0] == pool_id


async def start(tx: Tx, key: Key, now: Instant) -> bool:
    return await tx.one(_START, **key.members, now=now) is not None


async def stop(tx: Tx, key: Key) -> bool:
    return await tx.one(_STOP, **key.members) is not None


async def due(tx: Tx, now: Instant) -> Sequence[Row]:
    """The jobs of all pools that a worker may take now: `pool_id, job_id, lease`."""
    return await tx.all(_DUE, now=now)


async def lease(tx: Tx, row: Row, until: Instant) -> Row | None:
    """Take a due job until then. None when another worker was first."""
    return await tx.one(_LEASE, pool_id=row["pool_id"], job_id=row["job_id"], lease=row["lease"], until=until)


async def advance(
    tx: Tx, key: Key, lease: int, before: int, line: int, position: int, until: Instant
) -> bool:
    """Go on from line `before` to `line`. False: the lease is another's, or the job is to stop."""
    moved = await tx.one(
        _ADVANCE, **key.members, lease=lease, before=before, line=line, position=position, until=until
    )
    return moved is not None


async def add(tx: Tx, key: Key, imported: int, skipped: int, failed: int) -> None:
    await tx.run(_ADD, **key.members, imported=imported, skipped=skipped, failed=failed)


async def finish(tx: Tx, key: Key, lease: int, before: str, after: str, message: str, now: Instant) -> bool:
    """End the job, and let another one be active. False: it is not in the state `before` of this lease."""
    if not await tx.one(
        _FINISH, **key.members, lease=lease, before=before, after=after, message=message, now=now
    ):
        return False
    await free_slot(tx, key)
    return True


async def overdue(tx: Tx, now: Instant) -> Sequence[Row]:
    """Jobs of all pools that nobody started in time: `pool_id, job_id`."""
    return await tx.all(_OVERDUE, now=now)


async def expire(tx: Tx, key: Key, now: Instant) -> None:
    await tx.run(_EXPIRE, **key.members, message=EXPIRED_MESSAGE, now=now)

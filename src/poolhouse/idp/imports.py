"""User import jobs (behaviour file, 1.15 and 9)."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Any

from poolhouse.context import Ctx
from poolhouse.directory import user_csv
from poolhouse.errors import (
    ImportJobNotFound,
    ImportJobState,
    ImportUnderWay,
    LimitExceeded,
    NoFileUploaded,
    NothingAutoVerified,
)
from poolhouse.imports import uploads
from poolhouse.ports import Row, Tx
from poolhouse.store import import_jobs, paging, pools
from poolhouse.store.import_jobs import CREATED, EXPIRED, EXPIRED_MESSAGE, Key
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import (
        CreateUserImportJobRequest,
        DescribeUserImportJobRequest,
        GetCSVHeaderRequest,
        ListUserImportJobsRequest,
        StartUserImportJobRequest,
        StopUserImportJobRequest,
    )

Response = dict[str, Any]

MOST_JOBS = 1_000  # of a pool (9)

_ID_LENGTH = 10
_ID_ALPHABET = string.ascii_letters + string.digits
_LARGEST_PAGE = 50  # the model's list of jobs holds no more, whatever MaxResults says
_LISTING = "ListUserImportJobs"


@operation("GetCSVHeader")
async def get_csv_header(ctx: Ctx, req: GetCSVHeaderRequest) -> Response:
    """The columns that a file must have; one with password hashes has one more (directory/user_csv.py)."""
    return {"UserPoolId": ctx.pool.pool_id, "CSVHeader": user_csv.header(ctx.pool)}


@operation("CreateUserImportJob")
async def create_user_import_job(ctx: Ctx, req: CreateUserImportJobRequest) -> Response:
    """Make a job, and an address for its file.

    The role is kept and answered, and has nothing to do: what became of each line is in the store.
    """
    key = Key(ctx.pool.pool_id, f"import-{ctx.env.rng.text(_ID_LENGTH, _ID_ALPHABET)}")
    role, algorithm = req["CloudWatchLogsRoleArn"], req.get("PasswordHashingAlgorithm")

    async def create(tx: Tx) -> Row:
        await pools.begin_change(tx, key.pool_id)  # else two at once would both be the last
        await import_jobs.create(tx, key, req["JobName"], role, algorithm, ctx.now)
        if await import_jobs.count(tx, key.pool_id) > MOST_JOBS:
            raise LimitExceeded(f"A user pool can have at most {MOST_JOBS} user import jobs.")
        return await _found(tx, key)

    return _answer(ctx, await ctx.env.db.run(create))


@operation("DescribeUserImportJob")
async def describe_user_import_job(ctx: Ctx, req: DescribeUserImportJobRequest) -> Response:
    async def read(tx: Tx) -> Row:
        return await _found(tx, Key(ctx.pool.pool_id, req["JobId"]))

    return _answer(ctx, await ctx.env.db.read(read))


@operation("ListUserImportJobs")
async def list_user_import_jobs(ctx: Ctx, req: ListUserImportJobsRequest) -> Response:
    """The jobs of the pool, newest first."""
    token, size = req.get("PaginationToken"), min(req["MaxResults"], _LARGEST_PAGE)
    after = [] if token is None else paging.open_token(ctx.keys.session, ctx.now, _LISTING, token)

    async def read(tx: Tx) -> list[Row]:
        return list(await import_jobs.page(tx, ctx.pool.pool_id, after, size + 1))

    found = await ctx.env.db.read(read)
    shown = found[:size]
    answer: Response = {"UserImportJobs": [_job_type(ctx, job) for job in shown]}
    if len(found) > size:
        last = [shown[-1]["created_at"], shown[-1]["job_id"]]
        answer["PaginationToken"] = paging.seal(ctx.keys.session, ctx.env.rng, ctx.now, _LISTING, last)
    return answer


@operation("StartUserImportJob")
async def start_user_import_job(ctx: Ctx, req: StartUserImportJobRequest) -> Response:
    """Let a worker begin, if no other job of the account is active."""
    key = Key(ctx.pool.pool_id, req["JobId"])

    async def start(tx: Tx) -> Row:
        await pools.begin_change(
            tx, key.pool_id
        )  # a change of the pool comes before the import or not at all
        job = await _found(tx, key)
        if not ctx.pool.auto_verified:
            raise NothingAutoVerified
        if _status(ctx, job) != CREATED:
            raise ImportJobState(job_id=key.job_id, status=_status(ctx, job))
        if not job["upload_id"]:
            raise NoFileUploaded(job_id=key.job_id)
        if not await import_jobs.take_slot(tx, key):
            raise ImportUnderWay
        await import_jobs.start(tx, key, ctx.now)
        return await _found(tx, key)

    return _answer(ctx, await ctx.env.db.run(start))


@operation("StopUserImportJob")
async def stop_user_import_job(ctx: Ctx, req: StopUserImportJobRequest) -> Response:
    """Let the worker stop after the lines that it has in hand; the job cannot be started again."""
    key = Key(ctx.pool.pool_id, req["JobId"])

    async def stop(tx: Tx) -> Row:
        job = await _found(tx, key)
        if not await import_jobs.stop(tx, key):
            raise ImportJobState(job_id=key.job_id, status=_status(ctx, job))
        return await _found(tx, key)

    return _answer(ctx, await ctx.env.db.run(stop))


async def _found(tx: Tx, key: Key) -> Row:
    job = await import_jobs.by_id(tx, key)
    if job is None:
        raise ImportJobNotFound(job_id=key.job_id)
    return job


def _status(ctx: Ctx, job: Row) -> str:
    """Also of a job that has just expired, before a worker has seen that."""
    expired = job["status"] == CREATED and job["due_at"] <= ctx.now
    return EXPIRED if expired else str(job["status"])


def _answer(ctx: Ctx, job: Row) -> Response:
    return {"UserImportJob": _job_type(ctx, job)}


def _job_type(ctx: Ctx, job: Row) -> dict[str, Any]:
    """UserImportJobType; what there is not yet is left out."""
    status = _status(ctx, job)
    expired = status == EXPIRED
    found = {
        "JobName": job["name"],
        "JobId": job["job_id"],
        "UserPoolId": job["pool_id"],
        "PreSignedUrl": uploads.url(ctx.env, ctx.keys, job),
        "CreationDate": job["created_at"],
        "StartDate": job["started_at"] or None,
        "CompletionDate": job["completed_at"] or (job["due_at"] if expired else None),
        "Status": status,
        "CloudWatchLogsRoleArn": job["role_arn"],
        "ImportedUsers": job["imported"],
        "SkippedUsers": job["skipped"],
        "FailedUsers": job["failed"],
        "CompletionMessage": job["message"] or (EXPIRED_MESSAGE if expired else None),
        "PasswordHashingAlgorithm": job["algorithm"],
    }
    return {name: value for name, value in found.items() if value is not None}

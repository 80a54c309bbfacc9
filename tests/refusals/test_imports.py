"""Refused: user import jobs that cannot be, and changes of a pool while one is under way."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.imports.importing import ROLE, file_of, person
from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

from poolhouse.imports import jobs, uploads
from poolhouse.ports import DAY
from poolhouse.store.import_jobs import Key

PRECONDITION = "PreconditionNotMetException: "
NO_JOB = "ResourceNotFoundException: User import job import-Nobody0000 does not exist."
NO_POOL = "ResourceNotFoundException: User pool us-east-1_Nobody000 does not exist."
IN_PROGRESS = "UserImportInProgressException: The user pool {pool} has a user import job in progress."
ANOTHER = PRECONDITION + "Another user import job is active in this account."
UNVERIFIED = (
    PRECONDITION
    + "The user pool has no attribute that is verified automatically, so no user can be imported."
)
NO_FILE = PRECONDITION + "No file was uploaded for the user import job {job}."


async def create(s: Scene, name: str = "job", **members: Any) -> dict[str, Any]:
    made = await s.admin(
        "CreateUserImportJob", **({"JobName": name, "CloudWatchLogsRoleArn": ROLE} | members)
    )
    s.got.setdefault("job", made["UserImportJob"]["JobId"])
    s.got[name] = made["UserImportJob"]["JobId"]
    return dict(made["UserImportJob"])


async def uploaded(s: Scene, name: str = "job", pool: str = "") -> None:
    """A file with one user, put where the job's address says."""
    pool = pool or s.pool
    header = (await s.call("GetCSVHeader", UserPoolId=pool))["CSVHeader"]
    keys = (await s.snapshot()).keys

    async def parts() -> AsyncIterator[bytes]:
        yield file_of(header, [person("eve")])

    await uploads.receive(s.world.env, uploads.Target(Key(pool, s.got[name]), keys), parts())


async def ready(s: Scene) -> None:
    await create(s)
    await uploaded(s)


async def start(s: Scene, name: str = "job", **members: Any) -> Any:
    return await s.admin("StartUserImportJob", **({"JobId": s.got[name]} | members))


async def stop(s: Scene, name: str = "job", **members: Any) -> Any:
    return await s.admin("StopUserImportJob", **({"JobId": s.got[name]} | members))


async def describe(s: Scene, **members: Any) -> Any:
    return await s.admin("DescribeUserImportJob", **({"JobId": s.got["job"]} | members))


async def started(s: Scene) -> None:
    await ready(s)
    await start(s)


async def worked(s: Scene) -> None:
    """What the worker does, once."""
    await jobs.run_due(s.world.env)


async def ended(s: Scene) -> None:
    await started(s)
    await worked(s)


async def started_and_another_ready(s: Scene) -> None:
    await started(s)
    await create(s, "second")
    await uploaded(s, "second")


async def expired_and_another_ready(s: Scene) -> None:
    await ready(s)
    await s.later(DAY)
    await create(s, "second")
    await uploaded(s, "second")


async def update(s: Scene) -> Any:
    return await s.admin("UpdateUserPool", AutoVerifiedAttributes=["email"])


async def add_attribute(s: Scene) -> Any:
    return await s.admin(
        "AddCustomAttributes", CustomAttributes=[{"Name": "size", "AttributeDataType": "String"}]
    )


async def then(s: Scene, *steps: Any) -> Any:
    answer = None
    for step in steps:
        answer = await step(s)
    return answer


CHANGES = [
    row
    for name, change in (
        ("UpdateUserPool", update),
        ("AddCustomAttributes", add_attribute),
        ("DeleteUserPool", lambda s: s.admin("DeleteUserPool")),
    )
    for row in (
        Row(
            f"{name} during an import",
            IN_PROGRESS,
            change,
            lambda s, change=change: then(s, worked, change),
            arrange=started,
        ),
        Row(
            f"{name} during an import that is to stop",
            IN_PROGRESS,
            change,
            lambda s, change=change: then(s, worked, change),
            arrange=lambda s: then(s, started, stop),
        ),
    )
]


@table(CHANGES)
async def test_a_pool_keeps_still_during_an_import(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)


STARTS = (
    Row(
        "the start of a job without a file",
        NO_FILE,
        start,
        lambda s: then(s, uploaded, start),
        arrange=create,
    ),
    Row(
        "the start in a pool that verifies nothing automatically",
        UNVERIFIED,
        start,
        lambda s: then(s, update, start),
        arrange=ready,
        pool={"AutoVerifiedAttributes": []},
    ),
    Row(
        "a second start",
        PRECONDITION + "The user import job {job} is Pending.",
        start,
        describe,
        arrange=started,
    ),
    Row(
        "the start of a job that has ended",
        PRECONDITION + "The user import job {job} is Succeeded.",
        start,
        lambda s: then(
            s, lambda s: create(s, "second"), lambda s: uploaded(s, "second"), lambda s: start(s, "second")
        ),
        arrange=ended,
    ),
    Row(
        "the start of a job that was stopped",
        PRECONDITION + "The user import job {job} is Stopped.",
        start,
        lambda s: then(
            s, lambda s: create(s, "second"), lambda s: uploaded(s, "second"), lambda s: start(s, "second")
        ),
        arrange=lambda s: then(s, started, stop, worked),
    ),
    Row(
        "the start of a job that has expired",
        PRECONDITION + "The user import job {job} is Expired.",
        start,
        lambda s: start(s, "second"),
        arrange=expired_and_another_ready,
    ),
    Row(
        "the start of a second job while one is active",
        ANOTHER,
        lambda s: start(s, "second"),
        lambda s: then(s, worked, lambda s: start(s, "second")),
        arrange=started_and_another_ready,
    ),
)


@table(STARTS)
async def test_a_job_starts_once_with_a_file_and_alone(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)


STOPS = (
    Row(
        "the stop of a job that was not started",
        PRECONDITION + "The user import job {job} is Created.",
        stop,
        lambda s: then(s, start, stop),
        arrange=ready,
    ),
    Row(
        "the stop of a job that has ended",
        PRECONDITION + "The user import job {job} is Succeeded.",
        stop,
        describe,
        arrange=ended,
    ),
    Row(
        "a second stop",
        PRECONDITION + "The user import job {job} is Stopping.",
        stop,
        describe,
        arrange=lambda s: then(s, started, stop),
    ),
)


@table(STOPS)
async def test_a_job_stops_once_while_it_is_under_way(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)


async def other_pool(s: Scene) -> None:
    s.got["other"] = await s.another_pool()


UNKNOWN = [
    row
    for name, step, arrange in (
        ("DescribeUserImportJob", describe, ready),
        ("StartUserImportJob", start, ready),
        ("StopUserImportJob", stop, started),
    )
    for row in (
        Row(
            f"{name} of no job",
            NO_JOB,
            lambda s, step=step: step(s, JobId="import-Nobody0000"),
            step,
            arrange=arrange,
        ),
        Row(
            f"{name} of a job by the id of another pool",
            "ResourceNotFoundException: User import job {job} does not exist.",
            lambda s, step=step: step(s, UserPoolId=s.got["other"]),
            step,
            arrange=lambda s, arrange=arrange: then(s, arrange, other_pool),
        ),
    )
]


@table(UNKNOWN)
async def test_a_job_is_found_in_its_pool_alone(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)


REQUESTS = (
    Row(
        "an algorithm that is none",
        "InvalidParameterException: 1 validation error detected: Value 'MD5' at 'passwordHashingAlgorithm' "
        "failed to satisfy constraint: Member must satisfy enum value set: "
        "[SCRYPT, PBKDF2_SHA256, ARGON2ID, BCRYPT]",
        lambda s: create(s, PasswordHashingAlgorithm="MD5"),
        lambda s: create(s, PasswordHashingAlgorithm="BCRYPT"),
    ),
    Row(
        "a job in a pool that is not there",
        NO_POOL,
        lambda s: create(s, UserPoolId="us-east-1_Nobody000"),
        create,
    ),
    Row(
        "the header of a pool that is not there",
        NO_POOL,
        lambda s: s.call("GetCSVHeader", UserPoolId="us-east-1_Nobody000"),
        lambda s: s.admin("GetCSVHeader"),
    ),
    Row(
        "a page of jobs for a token that is none",
        "InvalidParameterException: Invalid pagination token given.",
        lambda s: s.admin("ListUserImportJobs", MaxResults=1, PaginationToken="bm90aGluZw=="),
        lambda s: s.admin("ListUserImportJobs", MaxResults=1),
        arrange=create,
    ),
)


@table(REQUESTS)
async def test_requests_about_jobs_are_checked(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)


async def test_a_pool_has_a_thousand_jobs_at_most(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poolhouse.idp.imports.MOST_JOBS", 2)
    row = Row(
        "one job too many",
        "LimitExceededException: A user pool can have at most 2 user import jobs.",
        create,
        lambda s: create(s, UserPoolId=s.got["other"]),
        arrange=lambda s: then(s, create, create, other_pool),
    )

    await play(row, scene, lambda *_: None)

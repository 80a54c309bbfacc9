"""The steps of an import without HTTP: a pool, a job with a file, and the worker."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from tests.imports.importing import ROLE, file_of
from tests.world import World

from poolhouse.imports import jobs, uploads
from poolhouse.store import import_log, snapshots
from poolhouse.store.import_jobs import Key
from poolhouse.store.import_log import Entry


async def new_pool(world: World, **settings: Any) -> str:
    return await world.pool(**({"AutoVerifiedAttributes": ["email"]} | settings))


async def new_job(world: World, pool: str, content: bytes | None = None, **members: Any) -> Key:
    """A job, with a file where one is given."""
    made = await world.call(
        "CreateUserImportJob", UserPoolId=pool, JobName="job", CloudWatchLogsRoleArn=ROLE, **members
    )
    key = Key(pool, made["UserImportJob"]["JobId"])
    if content is not None:
        await upload(world, key, content)
    return key


async def upload(world: World, key: Key, *pieces: bytes) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    keys = (await snapshots.of_pool(world.env, key.pool_id)).keys
    await uploads.receive(world.env, uploads.Target(key, keys), parts())


async def people_file(world: World, pool: str, people: Iterable[Mapping[str, str]], *more: str) -> bytes:
    header = (await world.call("GetCSVHeader", UserPoolId=pool))["CSVHeader"]
    return file_of([*header, *more], people)


async def started(world: World, pool: str, content: bytes, **members: Any) -> Key:
    key = await new_job(world, pool, content, **members)
    await world.call("StartUserImportJob", UserPoolId=pool, JobId=key.job_id)
    return key


async def run(world: World, pool: str, content: bytes, **members: Any) -> dict[str, Any]:
    """Import the file; the job at its end."""
    key = await started(world, pool, content, **members)
    await jobs.run_due(world.env)
    return await described(world, key)


async def described(world: World, key: Key) -> dict[str, Any]:
    found = await world.call("DescribeUserImportJob", UserPoolId=key.pool_id, JobId=key.job_id)
    return dict(found["UserImportJob"])


async def log(world: World, key: Key) -> list[Entry]:
    return list(await world.env.db.read(lambda tx: import_log.page(tx, key, 0)))


async def names(world: World, pool: str) -> list[str]:
    """The user names of a pool with few users."""
    found = await world.call("ListUsers", UserPoolId=pool)
    return sorted(user["Username"] for user in found["Users"])

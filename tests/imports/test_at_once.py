"""Imports at once, on each store: one job is active, one worker has it, and names are somebody's once."""

import asyncio
from typing import Any

from tests.imports import steps
from tests.imports.importing import counts, person
from tests.world import World

from poolhouse.errors import ApiError, ImportUnderWay, UserImportInProgress
from poolhouse.imports import jobs


async def outcome(call: Any) -> str:
    try:
        await call
    except ApiError as error:
        return type(error).__name__
    return "done"


async def test_of_jobs_that_start_at_once_one_does(world_on_each_store: World) -> None:
    world = world_on_each_store
    keys = []
    for _ in range(4):
        pool = await steps.new_pool(world)
        keys.append(await steps.new_job(world, pool, await steps.people_file(world, pool, [person("ada")])))

    found = await asyncio.gather(
        *(outcome(world.call("StartUserImportJob", UserPoolId=key.pool_id, JobId=key.job_id)) for key in keys)
    )

    assert sorted(found) == [ImportUnderWay.__name__] * 3 + ["done"]


async def test_workers_at_once_import_nobody_twice(world_on_each_store: World) -> None:
    world = world_on_each_store
    pool = await steps.new_pool(world)
    people = [person(f"person{number}") for number in range(200)]
    key = await steps.started(world, pool, await steps.people_file(world, pool, people))

    await asyncio.gather(*(jobs.run_due(world.env) for _ in range(4)))

    job = await steps.described(world, key)
    assert (job["Status"], counts(job)) == ("Succeeded", (200, 0, 0))
    assert [entry.line for entry in await steps.log(world, key)] == list(range(2, 202))


async def test_a_name_that_is_signed_up_during_the_import_is_somebodys_once(
    world_on_each_store: World,
) -> None:
    world = world_on_each_store
    pool = await steps.new_pool(world)
    people = [person(f"person{number}") for number in range(100)]
    await steps.started(world, pool, await steps.people_file(world, pool, people))

    async def make(number: int) -> str:
        return await outcome(
            world.call(
                "AdminCreateUser", UserPoolId=pool, Username=f"person{number}", MessageAction="SUPPRESS"
            )
        )

    made, _ = await asyncio.gather(
        asyncio.gather(*(make(number) for number in range(0, 100, 10))), jobs.run_due(world.env)
    )

    listed = await world.call("ListUserImportJobs", UserPoolId=pool, MaxResults=1)
    imported, skipped, failed = counts(listed["UserImportJobs"][0])
    assert imported + skipped == 100
    assert (skipped, failed) == (made.count("done"), 0)


async def test_a_pool_changes_before_the_import_or_not_at_all(world_on_each_store: World) -> None:
    world = world_on_each_store
    pool = await steps.new_pool(world)
    key = await steps.new_job(world, pool, await steps.people_file(world, pool, [person("ada")]))

    started, deleted = await asyncio.gather(
        outcome(world.call("StartUserImportJob", UserPoolId=pool, JobId=key.job_id)),
        outcome(world.call("DeleteUserPool", UserPoolId=pool)),
    )

    assert {started, deleted} in ({"done", UserImportInProgress.__name__}, {"done", "PoolNotFound"})

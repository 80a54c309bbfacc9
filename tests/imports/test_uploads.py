"""Uploads: an address signed by us, for one job, for fifteen minutes; a file comes whole or not at all."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from tests.imports import steps
from tests.imports.importing import person
from tests.world import World

from poolhouse.imports import uploads
from poolhouse.imports.uploads import UploadRefused
from poolhouse.ports import DAY, MINUTE, SECOND, Statement
from poolhouse.store import import_jobs, snapshots
from poolhouse.store.import_jobs import Key

_UPLOADS = Statement("SELECT DISTINCT upload_id FROM import_chunks WHERE pool_id = :pool_id")


@pytest.fixture
async def pool(world: World) -> str:
    return await steps.new_pool(world)


@pytest.fixture
async def key(world: World, pool: str) -> Key:
    return await steps.new_job(world, pool)


async def address(world: World, key: Key) -> tuple[str, str]:
    """Path and query of the job's PreSignedUrl."""
    found = urlsplit((await steps.described(world, key))["PreSignedUrl"])
    return found.path, found.query


async def said(world: World, path: str, query: str) -> tuple[int, str, str]:
    with pytest.raises(UploadRefused) as refused:
        await uploads.target(world.env, path, query)
    return refused.value.status, refused.value.code, refused.value.message


async def test_the_address_is_on_our_own_public_url_and_names_the_job(world: World, key: Key) -> None:
    url = (await steps.described(world, key))["PreSignedUrl"]

    assert url.startswith(f"{world.env.settings.public_url}/_imports/{key.pool_id}/{key.job_id}?")
    assert len(url) <= 2_048
    assert (await uploads.target(world.env, *(await address(world, key)))).key == key


async def test_the_address_is_good_for_fifteen_minutes(world: World, key: Key) -> None:
    path, query = await address(world, key)
    world.advance(15 * MINUTE - 2 * SECOND)
    assert (await uploads.target(world.env, path, query)).key == key
    world.advance(2 * SECOND)

    assert await said(world, path, query) == (403, "AccessDenied", "Request has expired")


async def test_an_address_that_was_changed_in_any_part_is_none(world: World, pool: str, key: Key) -> None:
    path, query = await address(world, key)
    another = await steps.new_job(world, pool)
    other_pool = await steps.new_pool(world)
    later = query.replace("Expires=", "Expires=9")
    forged = [
        (path.replace(key.job_id, another.job_id), query),
        (path.replace(pool, other_pool), query),
        (path.replace(pool, "us-east-1_Nobody000"), query),
        (path, later),
        (path, query[:-1] + ("0" if query[-1] != "0" else "1")),
        (path, query.partition("&")[0]),
        (path, ""),
        (path, "Expires=x&Signature=x"),
        (path, "Expires=²&Signature=%C3%A9"),
        (path + "/", query),
    ]

    for where in forged:
        assert (await said(world, *where))[:2] == (403, "AccessDenied"), where
    assert (await uploads.target(world.env, path, query)).key == key


async def test_a_second_file_takes_the_place_of_the_first(world: World, pool: str, key: Key) -> None:
    await steps.upload(world, key, await steps.people_file(world, pool, [person("ada")]))
    await steps.upload(world, key, await steps.people_file(world, pool, [person("bob")]))
    kept = await world.env.db.read(lambda tx: tx.all(_UPLOADS, pool_id=pool))

    await world.call("StartUserImportJob", UserPoolId=pool, JobId=key.job_id)
    await steps.jobs.run_due(world.env)

    assert len(kept) == 1
    assert await steps.names(world, pool) == ["bob"]


async def test_an_upload_that_breaks_off_leaves_the_file_before_it(world: World, pool: str, key: Key) -> None:
    await steps.upload(world, key, await steps.people_file(world, pool, [person("ada")]))
    keys = (await snapshots.of_pool(world.env, pool)).keys

    async def broken() -> AsyncIterator[bytes]:
        yield b"x" * 600_000
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await uploads.receive(world.env, uploads.Target(key, keys), broken())

    assert len(await world.env.db.read(lambda tx: tx.all(_UPLOADS, pool_id=pool))) == 1
    await world.call("StartUserImportJob", UserPoolId=pool, JobId=key.job_id)
    await steps.jobs.run_due(world.env)
    assert await steps.names(world, pool) == ["ada"]


async def test_a_file_that_grows_too_large_is_refused_and_nothing_of_it_stays(
    world: World, pool: str, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LARGEST_FILE", 500_000)

    with pytest.raises(UploadRefused) as refused:
        await steps.upload(world, key, b"x" * 400_000, b"x" * 100_001)
    left = list(await world.env.db.read(lambda tx: tx.all(_UPLOADS, pool_id=pool)))
    await steps.upload(world, key, b"x" * 400_000, b"x" * 100_000)

    assert (refused.value.status, refused.value.code, left) == (400, "EntityTooLarge", [])


@pytest.mark.parametrize("state", ["started", "expired"])
async def test_a_job_that_does_not_wait_for_a_file_takes_none(
    world: World, pool: str, key: Key, state: str
) -> None:
    content = await steps.people_file(world, pool, [person("ada")])
    await steps.upload(world, key, content)
    if state == "started":
        await world.call("StartUserImportJob", UserPoolId=pool, JobId=key.job_id)
    else:
        world.advance(DAY)

    with pytest.raises(UploadRefused) as refused:
        await steps.upload(world, key, content)

    assert (refused.value.status, refused.value.code) == (403, "AccessDenied")
    assert len(await world.env.db.read(lambda tx: tx.all(_UPLOADS, pool_id=pool))) == 1


async def test_the_lines_of_a_file_are_counted_as_it_comes(world: World, key: Key) -> None:
    for content, lines in ((b"a\nb\nc\n", 3), (b"a\nb\nc", 3), (b"", 0), (b"\n\n", 2)):
        await steps.upload(world, key, content[:3], content[3:])
        row = await world.env.db.read(lambda tx: import_jobs.by_id(tx, key))
        assert row is not None
        assert row["lines"] == lines, content

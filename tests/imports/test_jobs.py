"""The worker of user imports: files, jobs that are stopped, and workers that are too late."""

from pathlib import Path
from typing import Any

import pytest
from tests.imports import steps
from tests.imports.importing import counts, person
from tests.world import World

from poolhouse.imports import jobs
from poolhouse.imports.jobs import LEASE
from poolhouse.ports import DAY, MINUTE, Statement
from poolhouse.store import import_jobs
from poolhouse.store.import_log import Entry

_CHUNKS = Statement("SELECT COUNT(*) AS number FROM import_chunks WHERE pool_id = :pool_id")
_SEALED = Statement("SELECT sealed FROM import_chunks WHERE pool_id = :pool_id")


async def pieces(world: World, pool: str) -> int:
    row = await world.env.db.read(lambda tx: tx.one(_CHUNKS, pool_id=pool))
    return 0 if row is None else int(row["number"])


@pytest.fixture
async def pool(world: World) -> str:
    return await steps.new_pool(world)


async def test_each_line_is_logged_with_its_number_and_nothing_of_what_it_says(
    world: World, pool: str
) -> None:
    people = [
        person("ada"),
        person("bob", email="nowhere"),
        person("ada"),
        person("eve", email_verified="FALSE"),
    ]

    key = await steps.started(world, pool, await steps.people_file(world, pool, people))
    await jobs.run_due(world.env)

    assert [str(entry) for entry in await steps.log(world, key)] == [
        "[SUCCEEDED] Line Number 2 - The import succeeded.",
        "[FAILED] Line Number 3 - Invalid email address format.",
        "[SKIPPED] Line Number 4 - The user already exists.",
        "[FAILED] Line Number 5 - The User Record does not set any of the auto verified attributes to true.",
    ]
    assert counts(await steps.described(world, key)) == (1, 1, 2)


async def test_blank_lines_are_nobody_and_a_last_line_needs_no_end(world: World, pool: str) -> None:
    content = await steps.people_file(world, pool, [person("ada"), person("bob")])
    lines = content.decode().splitlines()

    job = await steps.run(world, pool, "\r\n".join([lines[0], "", lines[1], "  ", lines[2]]).encode())

    assert (job["Status"], counts(job)) == ("Succeeded", (2, 0, 0))
    assert await steps.names(world, pool) == ["ada", "bob"]


async def test_a_file_of_more_than_one_piece_and_batch_is_imported_whole(world: World, pool: str) -> None:
    people = [person(f"person{number}", profile="x" * 2_000) for number in range(301)]
    content = await steps.people_file(world, pool, people)
    key = await steps.new_job(world, pool)
    await steps.upload(world, key, content[:300_001], content[300_001:])
    assert await pieces(world, pool) == 3
    await world.call("StartUserImportJob", UserPoolId=pool, JobId=key.job_id)

    await jobs.run_due(world.env)

    assert counts(await steps.described(world, key)) == (301, 0, 0)
    assert [entry.line for entry in await steps.log(world, key)] == list(range(2, 303))
    described = await world.call("DescribeUserPool", UserPoolId=pool)
    assert described["UserPool"]["EstimatedNumberOfUsers"] == 301


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (lambda content: content.replace(b"nickname", b"nick"), "columns that this user import job needs"),
        (lambda content: b"\xef\xbb\xbf" + content, "without a byte order mark"),
        (lambda content: content.decode().encode("utf-16"), "not a CSV header in UTF-8"),
        (lambda content: b"", "columns that this user import job needs"),
    ],
    ids=["another column", "byte order mark", "UTF-16", "empty"],
)
async def test_a_file_that_cannot_be_read_fails_the_job_and_imports_nobody(
    world: World, pool: str, changed: Any, message: str
) -> None:
    content = await steps.people_file(world, pool, [person("ada")])

    failed = await steps.run(world, pool, changed(content))
    succeeded = await steps.run(world, pool, content)

    assert (failed["Status"], counts(failed), message in failed["CompletionMessage"]) == (
        "Failed",
        (0, 0, 0),
        True,
    )
    assert len(failed["CompletionMessage"]) <= 128
    assert (succeeded["Status"], counts(succeeded)) == ("Succeeded", (1, 0, 0))


async def test_a_pool_that_is_full_takes_no_more_and_the_log_says_so(world: World, pool: str) -> None:
    world.with_settings(quota_resources={"Users": 2})
    people = [person(name) for name in ("ada", "bob", "eve")]
    content = await steps.people_file(world, pool, people)
    key = await steps.new_job(world, pool)
    await steps.upload(world, key, content)
    await world.call("StartUserImportJob", UserPoolId=pool, JobId=key.job_id)

    await jobs.run_due(world.env)

    assert counts(await steps.described(world, key)) == (2, 0, 1)
    assert await steps.names(world, pool) == ["ada", "bob"]
    refused = [entry for entry in await steps.log(world, key) if entry.outcome == "FAILED"]
    assert [(entry.line, entry.reason) for entry in refused] == [
        (4, "The user pool has as many users as it can have.")
    ]


async def test_a_file_with_too_many_users_imports_none_of_them(
    world: World, pool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("poolhouse.directory.user_csv.MOST_USERS", 2)
    people = [person(name) for name in ("ada", "bob", "eve")]

    too_many = await steps.run(world, pool, await steps.people_file(world, pool, people))
    enough = await steps.run(world, pool, await steps.people_file(world, pool, people[:2]))

    assert (too_many["Status"], counts(too_many)) == ("Failed", (0, 0, 0))
    assert counts(enough) == (2, 0, 0)


async def test_a_name_that_is_taken_leaves_nothing_of_its_line(world: World) -> None:
    """The address of the second line is an alias already; its user name stays free for the third."""
    pool = await steps.new_pool(world, AliasAttributes=["email"])
    people = [person("ada"), person("bob", email="ada@example.com"), person("bob")]

    key = await steps.started(world, pool, await steps.people_file(world, pool, people))
    await jobs.run_due(world.env)

    assert await steps.names(world, pool) == ["ada", "bob"]
    assert await steps.log(world, key) == [
        Entry(2),
        Entry(3, "SKIPPED", "An account with the given email already exists."),
        Entry(4),
    ]


async def test_the_sub_of_a_user_is_nobody_elses_name(world: World, pool: str) -> None:
    await world.user(pool, "ada")
    found = await world.call("AdminGetUser", UserPoolId=pool, Username="ada")
    sub = next(entry["Value"] for entry in found["UserAttributes"] if entry["Name"] == "sub")
    people = [person(sub, email="eve@example.com"), person(sub[:-1] + ("0" if sub[-1] != "0" else "1"))]

    job = await steps.run(world, pool, await steps.people_file(world, pool, people))

    assert counts(job) == (1, 1, 0)


async def test_the_file_is_sealed_in_the_store_and_gone_when_the_job_has_ended(
    world: World, pool: str
) -> None:
    key = await steps.new_job(world, pool, await steps.people_file(world, pool, [person("ada")]))
    row = await world.env.db.read(lambda tx: tx.one(_SEALED, pool_id=pool))
    assert row is not None
    assert b"ada@example.com" not in bytes(row["sealed"])

    await world.call("StartUserImportJob", UserPoolId=pool, JobId=key.job_id)
    await jobs.run_due(world.env)

    assert await pieces(world, pool) == 0


async def test_no_imported_hash_is_in_the_store_in_clear(world: World, pool: str, tmp_path: Path) -> None:
    encoded = "$2b$04$" + "." * 22 + "planted" + "." * 24
    people = [person("ada", cognito__password_hash=encoded, name="planted-name")]
    content = await steps.people_file(world, pool, people, "cognito:password_hash")
    await steps.run(world, pool, content, PasswordHashingAlgorithm="BCRYPT")
    await steps.new_job(world, pool, content, PasswordHashingAlgorithm="BCRYPT")

    stored = on_disk(tmp_path)

    assert b"planted-name" in stored  # an attribute, so that what is not found could have been
    assert b"planted......" not in stored
    assert b"$2b$04$" + b"." * 53 in stored  # the decoy


def on_disk(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.glob("poolhouse.sqlite3*"))


async def test_a_job_that_is_to_stop_is_stopped_by_the_worker_and_imports_no_more(
    world: World, pool: str
) -> None:
    key = await steps.started(world, pool, await steps.people_file(world, pool, [person("ada")]))
    stopping = await world.call("StopUserImportJob", UserPoolId=pool, JobId=key.job_id)

    await jobs.run_due(world.env)

    job = await steps.described(world, key)
    assert stopping["UserImportJob"]["Status"] == "Stopping"
    assert (job["Status"], job["CompletionMessage"]) == (
        "Stopped",
        "The Import Job was stopped by the developer.",
    )
    assert await steps.names(world, pool) == []
    assert await pieces(world, pool) == 0


async def test_a_job_stops_between_two_batches(
    world: World, pool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_BATCH", 1)
    content = await steps.people_file(world, pool, [person("ada"), person("bob"), person("eve")])
    key = await steps.started(world, pool, content)
    written = jobs.batches.write

    async def write_and_stop(*arguments: Any) -> Any:
        entries = await written(*arguments)
        if entries:
            await world.env.db.run(lambda tx: import_jobs.stop(tx, key))
        return entries

    monkeypatch.setattr(jobs.batches, "write", write_and_stop)
    await jobs.run_due(world.env)

    job = await steps.described(world, key)
    assert (job["Status"], counts(job)) == ("Stopped", (1, 0, 0))
    assert await steps.names(world, pool) == ["ada"]


async def test_a_worker_whose_lease_was_taken_over_writes_nothing_more(
    world: World, pool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other worker begins while this one has lines in hand, and does them all."""
    content = await steps.people_file(world, pool, [person("ada"), person("bob")])
    key = await steps.started(world, pool, content)
    written = jobs.batches.write
    taken_over = []

    async def be_late(*arguments: Any) -> Any:
        if not taken_over:
            taken_over.append(True)
            world.advance(LEASE + MINUTE)
            await jobs.run_due(world.env)
        return await written(*arguments)

    monkeypatch.setattr(jobs.batches, "write", be_late)
    await jobs.run_due(world.env)

    job = await steps.described(world, key)
    assert (job["Status"], counts(job)) == ("Succeeded", (2, 0, 0))
    assert await steps.names(world, pool) == ["ada", "bob"]


async def test_a_job_in_hand_is_left_alone_until_its_lease_ends(
    world: World, pool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await steps.started(world, pool, await steps.people_file(world, pool, [person("ada")]))

    async def die(*_: Any) -> None:
        raise RuntimeError("as if the process had been killed")

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "_work", die)
        await jobs.run_due(world.env)
    await jobs.run_due(world.env)
    in_hand = await steps.described(world, key)
    world.advance(LEASE)
    await jobs.run_due(world.env)

    assert (in_hand["Status"], counts(in_hand)) == ("InProgress", (0, 0, 0))
    assert (await steps.described(world, key))["Status"] == "Succeeded"


async def test_a_job_that_no_worker_can_bring_to_its_end_is_given_up(
    world: World, pool: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_MOST_LEASES", 0)

    job = await steps.run(world, pool, await steps.people_file(world, pool, [person("ada")]))

    assert (job["Status"], job["CompletionMessage"]) == (
        "Failed",
        "The import could not be brought to its end.",
    )


async def test_a_job_that_nobody_starts_expires_after_a_day_and_its_file_goes(
    world: World, pool: str
) -> None:
    key = await steps.new_job(world, pool, await steps.people_file(world, pool, [person("ada")]))
    world.advance(DAY - MINUTE)
    await jobs.run_due(world.env)
    before = await steps.described(world, key)
    world.advance(MINUTE)
    seen_at_once = await steps.described(world, key)
    await jobs.run_due(world.env)

    after = await steps.described(world, key)
    assert before["Status"] == "Created"
    assert (after["Status"], after["CompletionMessage"]) == ("Expired", "The user import job has expired.")
    assert {name: seen_at_once[name] for name in after} == after
    assert await pieces(world, pool) == 0


async def test_a_deleted_pool_takes_its_jobs_files_and_logs_with_it(world: World, pool: str) -> None:
    people = [person("ada", cognito__password_hash="$2b$04$" + "." * 53)]
    content = await steps.people_file(world, pool, people, "cognito:password_hash")
    await steps.run(world, pool, content, PasswordHashingAlgorithm="BCRYPT")
    await steps.new_job(world, pool, content)
    before = [len(await rows_of(world, pool, table)) for table in _ROWS]

    await world.call("DeleteUserPool", UserPoolId=pool)

    assert before == [2, 1, 1, 1]
    assert [len(await rows_of(world, pool, table)) for table in _ROWS] == [0, 0, 0, 0]


async def rows_of(world: World, pool: str, table: str) -> list[Any]:
    return list(await world.env.db.read(lambda tx: tx.all(_ROWS[table], pool_id=pool)))


_ROWS = {
    table: Statement(f"SELECT pool_id FROM {table} WHERE pool_id = :pool_id")
    for table in ("import_jobs", "import_chunks", "import_log", "imported_hashes")
}

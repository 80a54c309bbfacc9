"""Every change that an administrator makes is in the audit log, and nothing else is (docs/audit.md)."""

import asyncio
import json
from pathlib import Path

import pytest
from tests.refusals.scene import Scene
from tests.web.audit_walk import SINKS, Walk, walk
from tests.web.signed_operations import CHANGES, READS, SIGN_INS, every_signed_operation
from tests.world import close_world, open_world

from poolhouse.directory.audit import Record


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The walk, when it is over."""
    folder: Path = tmp_path_factory.mktemp("walk")

    async def go() -> Walk:
        world = await open_world(folder, log_sinks=SINKS)
        try:
            return await walk(Scene(world, folder / "poolhouse.sqlite3"))
        finally:
            await close_world(world)

    return asyncio.run(go())


def by_administrator(records: list[Record]) -> list[Record]:
    return [record for record in records if not record.who.startswith("service:")]


def test_every_signed_operation_is_known_to_change_or_to_read_and_is_walked(walked: Walk) -> None:
    names = {operation.partition(":")[2] for operation in every_signed_operation()}

    assert sorted([*CHANGES, *READS, *SIGN_INS]) == sorted(names)  # each in one of the three
    assert set(walked.added) == every_signed_operation()


def test_each_that_changes_leaves_a_record_with_its_name(walked: Walk) -> None:
    silent = [
        operation
        for operation, records in walked.added.items()
        if (name := operation.partition(":")[2]) in CHANGES
        and name not in {record.what for record in by_administrator(records)}
    ]

    assert silent == []


def test_none_that_reads_and_no_sign_in_leaves_one(walked: Walk) -> None:
    loud = {
        operation: [record.what for record in records]
        for operation, records in walked.added.items()
        if operation.partition(":")[2] in READS | SIGN_INS and records
    }

    assert loud == {}


def test_none_that_is_refused_leaves_one(walked: Walk) -> None:
    assert len(walked.refused) > 60
    assert {operation: records for operation, records in walked.refused.items() if records} == {}


def test_what_users_do_themselves_leaves_none(walked: Walk) -> None:
    assert by_administrator(walked.unsigned) == []


def test_a_record_says_who_did_what_to_whom_and_on_which_request(walked: Walk) -> None:
    (disabled,) = walked.added["cognito-idp:AdminDisableUser"]
    (enabled,) = walked.added["cognito-idp:AdminEnableUser"]

    assert disabled.who == "arn:aws:iam::000000000000:user/test"
    assert (disabled.pool_id, disabled.what) == (walked.pool, "AdminDisableUser")
    assert len({disabled.request_id, enabled.request_id}) == 2
    (was,), (now,) = json.loads(disabled.changes), json.loads(enabled.changes)
    assert (was["kind"], was["id"]) == ("user", now["id"])
    assert was["after"] == now["before"]
    assert was["before"] != was["after"]


def test_nothing_in_the_log_tells_what_people_are_called_or_what_is_secret(walked: Walk) -> None:
    records = [record for found in walked.added.values() for record in found]
    named = {
        part
        for record in records
        for change in json.loads(record.changes)
        for part in change["id"].split("/")
    }

    assert {"Google", "staff", walked.pool} <= named
    assert named & {"ada", "eve", "ben", "cleo", "109", "ada@example.com"} == set()
    assert [record for record in records if "@" in record.changes or "P2$Sword" in record.changes] == []

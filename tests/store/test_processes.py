"""Several processes on one store, and one that is killed."""

import asyncio
import os
import subprocess
import sys

from tests.store.things import claim, keys_of, row_of
from tests.stores import open_store

from poolhouse.ports import Db


def start_writer(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.writer", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )


async def finished(*writers: subprocess.Popen[str]) -> list[list[str]]:
    """Let them go at the same time, once all are ready, and give the lines that each has printed."""
    for writer in writers:
        assert writer.stdout is not None
        assert await asyncio.to_thread(writer.stdout.readline) == "ready\n"
    outputs = await asyncio.gather(*(asyncio.to_thread(writer.communicate, "go\n", 60) for writer in writers))
    assert [writer.returncode for writer in writers] == [0] * len(writers)
    return [output.split() for output, _ in outputs]


async def test_two_processes_that_claim_the_same_names_share_them_out(things: Db, store_url: str) -> None:
    first, second = await finished(
        start_writer("claim", store_url, "first", "300"), start_writer("claim", store_url, "second", "300")
    )

    assert not set(first) & set(second)
    assert sorted(first + second) == await keys_of(things)
    assert len(first + second) == 300
    for keys, owner in ((first, "first"), (second, "second")):  # a slow one may have won none
        assert {(await row_of(things, key))["note"] for key in keys} <= {owner}


async def test_two_processes_lose_no_change(things: Db, store_url: str) -> None:
    await claim(things, "sum")

    await finished(start_writer("add", store_url, "100"), start_writer("add", store_url, "100"))

    assert (await row_of(things, "sum"))["amount"] == 200


async def test_what_was_acknowledged_is_there_after_the_writer_was_killed(things: Db, store_url: str) -> None:
    with start_writer("acknowledge", store_url) as writer:
        assert writer.stdout is not None
        try:
            printed = [await asyncio.to_thread(writer.stdout.readline) for _ in range(300)]
        finally:
            writer.kill()
        printed += writer.stdout.readlines()
    acknowledged = {line.rstrip() for line in printed if line.endswith("\n")}
    await things.close()

    again = await open_store(store_url)

    assert len(acknowledged) >= 300
    assert acknowledged <= set(await keys_of(again))
    assert await claim(again, "life goes on")
    await again.close()

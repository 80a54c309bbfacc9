"""A file of JSON lines: appended whole, on the disk, shared, rotated by whoever likes to."""

import asyncio
import os
import stat

import pytest
from tests.drivers.log_sinks.receiver import batch

from poolhouse.drivers.log_sinks import file as driver
from poolhouse.drivers.log_sinks.file import JsonLines
from poolhouse.errors import LogSinkAway
from poolhouse.sink_settings import FileSink

ARN = "arn:aws:logs:us-east-1:000000000000:log-group:app"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "activity.jsonl"


@pytest.fixture
def sink(path):
    return JsonLines(FileSink(path=str(path)))


def bodies(*batches):
    return [entry.body for sent in batches for entry in sent.entries]


async def test_each_entry_is_a_line_and_batches_follow_each_other(path, sink):
    first, second = batch(ARN, 2), batch(ARN, 3)

    await sink.send(first)
    await sink.send(second)

    assert path.read_bytes().splitlines() == bodies(first, second)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_batch_is_on_the_disk_before_it_counts_as_taken(sink, monkeypatch):
    synced = []
    monkeypatch.setattr(driver.os, "fsync", lambda handle: synced.append(os.fstat(handle).st_size))

    sent = batch(ARN)
    await sink.send(sent)

    assert synced == [sum(len(body) + 1 for body in bodies(sent))]


async def test_a_file_that_was_renamed_is_made_anew(path, sink):
    await sink.send(batch(ARN, 1))
    path.rename(path.with_suffix(".1"))

    await sink.send(batch(ARN, 2))

    assert len(path.read_bytes().splitlines()) == 2
    assert len(path.with_suffix(".1").read_bytes().splitlines()) == 1


async def test_many_writers_at_once_leave_whole_lines(path):
    sinks = [JsonLines(FileSink(path=str(path))) for _ in range(8)]
    sent = batch(ARN, 50)

    await asyncio.gather(*(sink.send(sent) for sink in sinks))

    assert sorted(path.read_bytes().splitlines()) == sorted(bodies(sent) * 8)


async def test_a_disk_that_is_full_leaves_no_half_batch(path, sink, monkeypatch):
    await sink.send(batch(ARN, 1))
    before, real = path.read_bytes(), os.write

    def full(handle, rest):
        if len(rest) < 100:
            raise OSError(28, "No space left on device")
        return real(handle, bytes(rest[: len(rest) // 2]))

    monkeypatch.setattr(driver.os, "write", full)
    with pytest.raises(LogSinkAway, match="OSError"):
        await sink.send(batch(ARN, 3))
    assert path.read_bytes() == before

    monkeypatch.undo()
    await sink.send(batch(ARN, 3))
    assert len(path.read_bytes().splitlines()) == 4


async def test_a_folder_that_is_not_there_may_come(tmp_path):
    sink = JsonLines(FileSink(path=str(tmp_path / "later" / "a.jsonl")))
    with pytest.raises(LogSinkAway, match="FileNotFoundError"):
        await sink.send(batch(ARN))

    (tmp_path / "later").mkdir()
    await sink.send(batch(ARN))
    assert (tmp_path / "later" / "a.jsonl").exists()

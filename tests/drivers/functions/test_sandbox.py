"""What a function may see and do, with bubblewrap and without."""

import os
import tempfile
from pathlib import Path

import pytest
from tests.drivers.functions.scene import scene, write

from poolhouse.drivers.functions import sandbox
from poolhouse.drivers.functions.sandbox import Sandbox

# Says what of the given files it can read, and whose environments it can.
LOOK = """
import glob, os
def _read(path):
    try:
        with open(path, "rb") as file: return file.read().decode("latin-1")
    except OSError as error: return type(error).__name__
def handler(event, context):
    environments = [_read(path) for path in glob.glob("/proc/[0-9]*/environ")]
    return {"files": [_read(path) for path in event["files"]], "environments": environments,
            "folder": sorted(os.listdir(os.environ["LAMBDA_TASK_ROOT"])), "uid": os.getuid()}
"""
WRITE = """
import os
def handler(event, context):
    try:
        with open(os.path.expanduser(event), "w") as file: return file.write("x")
    except OSError as error: return type(error).__name__
"""
MARK = "poolhouse-was-here"


def is_in_tmp(name: str) -> bool:
    return (Path(tempfile.gettempdir()) / name).exists()


@pytest.fixture
def without(monkeypatch):
    async def find():
        return Sandbox("", "bubblewrap is not installed")

    monkeypatch.setattr(sandbox, "find", find)


def functions(folder: Path) -> Path:
    write(folder / "functions", "look", LOOK)
    write(folder / "functions", "other", LOOK)
    write(folder / "functions", "write", WRITE)
    (folder / "master.key").write_text("the key of the house")
    return folder / "functions"


@pytest.mark.sandbox
async def test_in_the_sandbox_a_function_sees_neither_the_servers_files_nor_other_processes(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", "a secret of the server")
    folder = functions(tmp_path)
    async with scene(folder) as here:
        await here.call("other", {"files": []})
        files = [str(tmp_path / "master.key"), str(folder / "other" / "handler.py"), "/etc/shadow"]

        seen = await here.call("look", {"files": [*files, "/var/task/handler.py"]})

    assert seen["files"] == ["FileNotFoundError"] * 3 + [LOOK]
    assert seen["folder"] == ["handler.py"]
    assert "AWS_LAMBDA_FUNCTION_NAME=look" in "".join(seen["environments"])
    assert "AWS_LAMBDA_FUNCTION_NAME=other" not in "".join(seen["environments"])
    assert "secret" not in "".join(seen["environments"])
    assert here.told("local functions run in sandboxes") == [
        {"functions": ["look", "other", "write"], "sandbox": "bubblewrap"}
    ]


@pytest.mark.sandbox
async def test_in_the_sandbox_only_a_tmp_of_its_own_can_be_written(tmp_path):
    folder = functions(tmp_path)
    async with scene(folder) as here:
        assert await here.call("write", f"~/{MARK}") == 1
        assert await here.call("write", "/var/task/handler.py") == "OSError"
        assert await here.call("write", "/usr/x") == "OSError"

    assert not is_in_tmp(MARK)


@pytest.mark.usefixtures("without")
async def test_without_bubblewrap_functions_run_and_the_log_says_plainly_that_nothing_holds_them(tmp_path):
    folder = functions(tmp_path)
    async with scene(folder) as here:
        seen = await here.call("look", {"files": [str(tmp_path / "master.key")]})

    assert seen["files"] == ["the key of the house"]
    assert here.told("local functions run WITHOUT A SANDBOX and can read what this server can read") == [
        {"functions": ["look", "other", "write"], "reason": "bubblewrap is not installed"}
    ]


@pytest.mark.usefixtures("without")
async def test_without_bubblewrap_a_function_fails_and_hangs_as_with_it(tmp_path):
    folder = functions(tmp_path)
    write(folder, "end", "import os\ndef handler(event, context): os.kill(os.getpid(), 9)")
    async with scene(folder) as here:
        with pytest.raises(Exception, match=r"Runtime\.ExitError") as failed:
            await here.call("end")

    assert failed.value.message == "Runtime exited with error: signal: killed"


async def test_a_bubblewrap_that_does_not_work_here_is_not_used(tmp_path, monkeypatch):
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    found = await sandbox.find()

    assert (found.is_on, found.missing) == (False, "bubblewrap ends with status 3 here")
    assert found.command(tmp_path, tmp_path / "x", "/usr/bin/node") == []


@pytest.mark.sandbox
async def test_a_bubblewrap_that_works_is_used(tmp_path):
    found = await sandbox.find()

    assert (found.is_on, found.missing) == (True, "")
    assert found.command(tmp_path, tmp_path / "x", "/usr/bin/node")[0].endswith("/bwrap")

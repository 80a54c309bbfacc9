"""`poolhouse import-log` on a store of its own."""

import base64
from pathlib import Path

import pytest
from click.testing import CliRunner

from poolhouse import app
from poolhouse.cli import poolhouse
from poolhouse.cli.options import settings_from
from poolhouse.context import Env
from poolhouse.errors import SettingsError
from poolhouse.ports import Tx
from poolhouse.store import import_jobs, import_log
from poolhouse.store.import_jobs import Key
from poolhouse.store.import_log import FAILED, SKIPPED, Entry

KEY = Key("us-east-1_Ab3dEf6hI", "import-Ab3dEf6hIj")


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store with the log of one job: three lines, in two batches."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", base64.b64encode(bytes(32)).decode())

    async def fill(env: Env) -> None:
        async def write(tx: Tx) -> None:
            await import_jobs.create(tx, KEY, "job", "role", None, 0)
            await import_log.put(tx, KEY, [Entry(2), Entry(3, SKIPPED, "The user already exists.")])
            await import_log.put(tx, KEY, [Entry(5, FAILED, "=custom: a, b")])

        await env.db.run(write)

    app.once(settings_from("tools", None, {}), fill)


def shown(*options: str, job: str = KEY.job_id) -> list[str]:
    result = CliRunner().invoke(poolhouse, ["import-log", "--pool", KEY.pool_id, "--job", job, *options])
    if isinstance(result.exception, SettingsError):
        raise result.exception
    return result.stdout.splitlines()


def test_every_line_is_shown_in_the_words_of_cognito() -> None:
    assert shown() == [
        "[SUCCEEDED] Line Number 2 - The import succeeded.",
        "[SKIPPED] Line Number 3 - The user already exists.",
        "[FAILED] Line Number 5 - =custom: a, b",
    ]


def test_lines_that_were_imported_can_be_left_out() -> None:
    assert [line.partition(" ")[0] for line in shown("--failed")] == ["[SKIPPED]", "[FAILED]"]


def test_a_spreadsheet_gets_no_formulas() -> None:
    assert shown("--csv") == [
        "2,SUCCEEDED,The import succeeded.",
        "3,SKIPPED,The user already exists.",
        '5,FAILED,"\'=custom: a, b"',
    ]


def test_a_job_that_is_not_there_is_said_so() -> None:
    with pytest.raises(SettingsError, match="has no user import job import-Nobody0000"):
        shown(job="import-Nobody0000")

    assert len(shown()) == 3

"""`poolhouse audit`: one flipped byte in the store is found; an export is verified by a few lines."""

import base64
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from poolhouse.cli import poolhouse
from poolhouse.errors import SettingsError

ROOT = Path(__file__).parents[2]
KEY, OTHER = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2))
TEXTS = ("who", "what", "changes", "request_id", "previous", "digest", "mac")


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder and a master key of the test's own, and a log of five records."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", KEY)
    for name in "abcde":
        assert run("keys", "create", "--name", name).exit_code == 0


def run(*arguments: str) -> Result:
    """Run a command; what it refuses is raised as it is inside `main`."""
    result = CliRunner().invoke(poolhouse, list(arguments))
    if isinstance(result.exception, SettingsError):
        raise result.exception
    return result


def exported(*options: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run("audit", "export", *options).stdout.splitlines()]


def store() -> Path:
    (found,) = Path().rglob("poolhouse.db")
    return found


def flip(at: int, bit: int = 2) -> None:
    """One bit of one byte of the file."""
    content = bytearray(store().read_bytes())
    content[at] ^= bit
    store().write_bytes(bytes(content))


def places_of(record: dict[str, object]) -> dict[str, int]:
    """Where in the file a byte of each column of a record is. A row is its columns, one behind the other."""
    changes = json.dumps(record["changes"], sort_keys=True, separators=(",", ":"))
    texts = {name: changes if name == "changes" else str(record[name]) for name in TEXTS}
    content = store().read_bytes()
    at = content.index("".join(texts.values()).encode())
    found = {"at": at - 1}  # the last byte of eight
    for name, text in texts.items():
        found[name] = at + len(text) // 2
        at += len(text)
    # The store finds a record by its key in the index of the primary key, where it is once more.
    entries = [entry.start() for entry in re.finditer(b"house" + bytes([int(str(record["seq"]))]), content)]
    (key,) = [entry for entry in entries if not content[entry + 6 :].startswith(b"\0\6")]
    return found | {"pool_id": key + 2, "seq": key + len("house")}


@pytest.mark.parametrize(
    "column", ["pool_id", "seq", "at", "who", "what", "changes", "previous", "digest", "mac"]
)
def test_one_flipped_byte_of_any_column_is_found_and_the_record_named(column: str) -> None:
    assert run("audit", "verify").exit_code == 0

    flip(places_of(exported()[2])[column])

    said = run("audit", "verify")
    assert said.exit_code == 1
    assert "FAIL  house  record 3: " in said.stdout


def test_a_byte_that_leads_the_search_astray_hides_records_before_it_too() -> None:
    """ "hotse" comes before "house": who looks for the first record is sent past all three."""
    flip(places_of(exported()[2])["pool_id"], 1)

    said = run("audit", "verify")
    assert (said.exit_code, said.stdout) == (1, "FAIL  house  record 1: it is missing.\n")


def test_a_byte_that_is_no_text_any_more_is_found() -> None:
    flip(places_of(exported()[2])["who"], 128)

    said = run("audit", "verify")
    assert said.exit_code == 1
    assert "FAIL  house  record 3: it cannot be read (" in said.stdout


def test_what_is_in_order_is_said_with_the_digest_to_keep() -> None:
    last = exported()[-1]

    said = run("audit", "verify", "--pool", "house")

    assert (said.exit_code, said.stdout) == (0, f"ok    house  5 records, the last 5 {last['digest']}\n")


def test_a_digest_that_was_kept_is_looked_for() -> None:
    kept = str(exported()[-1]["digest"])
    run("keys", "create", "--name", "f")

    assert run("audit", "verify", "--head", kept).exit_code == 0
    lost = run("audit", "verify", "--head", "0" * 64)
    assert lost.exit_code == 1
    assert f"{'0' * 64} is in no chain" in lost.stdout


def heads(*options: str) -> Path:
    """What `verify` prints now, kept in a file."""
    kept = Path("heads.txt")
    kept.write_text(run("audit", "verify", *options).stdout)
    return kept


def against(kept: Path, *options: str) -> tuple[int, list[str]]:
    said = run("audit", "verify", "--against", str(kept), *options)
    return said.exit_code, said.stdout.splitlines()


def execute(*statements: str) -> None:
    """As somebody does who can write to the store, and knows no key."""
    with sqlite3.connect(store()) as connection:
        for statement in statements:
            connection.execute(statement)


def test_what_was_kept_of_every_chain_is_looked_for() -> None:
    kept = heads()
    run("keys", "create", "--name", "f")

    assert against(kept)[0] == 0
    assert against(kept, "--chain-only")[0] == 0
    assert against(kept, "--pool", "house")[0] == 0


def test_a_chain_that_was_deleted_with_its_head_is_missed_by_what_was_kept() -> None:
    kept = heads()
    execute("DELETE FROM audit_records", "DELETE FROM audit_heads")

    assert run("audit", "verify").exit_code == 0
    code, lines = against(kept)
    assert (code, lines) == (1, ["FAIL  house  the whole log is gone: it had 5 records."])
    assert against(kept, "--pool", "house") == (code, lines)


def test_an_old_state_that_was_put_back_is_missed_by_what_was_kept() -> None:
    old = store().read_bytes()
    run("keys", "create", "--name", "f")
    kept = heads()
    store().write_bytes(old)

    assert run("audit", "verify").exit_code == 0
    code, lines = against(kept)
    assert code == 1
    assert lines[-1].startswith("FAIL  house  ")
    assert "was record 6 and is none now" in lines[-1]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "has no chain to look for"),
        ("FAIL  house  record 3: its digest is not of what it says.", "Line 1 of --against is not"),
        ("\xff\xfe: no text in UTF-8", "Line 1 of --against is not"),
        ("ok    other  1 records, the last 1 " + "0" * 64, None),
    ],
)
def test_a_file_that_says_less_than_it_should_is_refused(text: str, problem: str | None) -> None:
    kept = Path("heads.txt")
    kept.write_text(text, encoding="latin-1")

    if problem is None:
        assert against(kept)[0] == 1  # of the right form, and of a chain that is not there
        return
    with pytest.raises(SettingsError, match=problem):
        against(kept)


def test_a_digest_and_a_file_are_not_both_looked_for() -> None:
    with pytest.raises(SettingsError, match="give one of the two"):
        against(heads(), "--head", "0" * 64)


def test_without_the_master_key_the_chain_alone_is_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POOLHOUSE_MASTER_KEY")

    assert run("audit", "verify", "--chain-only").exit_code == 0
    with pytest.raises(SettingsError, match="There is no master key"):
        run("audit", "verify")
    flip(places_of(exported()[2])["who"])
    assert run("audit", "verify", "--chain-only").exit_code == 1


def test_another_master_key_verifies_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POOLHOUSE_MASTER_KEY", OTHER)

    with pytest.raises(SettingsError, match="which is not configured"):
        run("audit", "verify")


def test_a_chain_that_is_not_there_is_refused_and_one_that_is_there_is_not() -> None:
    for command in ("verify", "export"):
        with pytest.raises(SettingsError, match=r"no audit log of us-east-1_Nothing00: correct --pool\."):
            run("audit", command, "--pool", "us-east-1_Nothing00")
        assert run("audit", command, "--pool", "house").exit_code == 0


def test_an_export_has_who_did_what_and_no_secret() -> None:
    key = run("keys", "list").stdout.split()[0]
    run("keys", "revoke", key)

    records = exported()

    assert [(record["seq"], record["who"], record["what"]) for record in records[-2:]] == [
        (5, "cli", "keys create"),
        (6, "cli", "keys revoke"),
    ]
    (change,) = records[-1]["changes"]  # type: ignore[misc]
    assert (change["kind"], change["id"]) == ("access-key", key)
    assert change["before"] == exported()[0]["changes"][0]["after"]  # type: ignore[index]


def test_an_export_is_of_a_time_where_one_is_given() -> None:
    records = exported()
    third = int(str(records[2]["at"]))
    moment = "1970-01-01T00:00:00.000000+00:00"
    assert exported("--from", moment) == records

    since = _iso(third)
    assert [record["seq"] for record in exported("--from", since)] == [3, 4, 5]
    assert [record["seq"] for record in exported("--to", since)] == [1, 2]
    assert [record["seq"] for record in exported("--from", since, "--to", _iso(third + 1))] == [3]
    with pytest.raises(SettingsError, match="yesterday is not a time: write --from such as"):
        run("audit", "export", "--from", "yesterday")


def _iso(moment: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment)).isoformat()


def test_an_export_goes_into_a_file() -> None:
    run("audit", "export", "--format", "jsonl", "--out", "log.jsonl")

    assert Path("log.jsonl").read_text("utf-8") == run("audit", "export").stdout


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The script of docs/audit.md."""
    page = (ROOT / "docs" / "audit.md").read_text("utf-8")
    (found,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    path = tmp_path / "verify.py"
    path.write_text(found, "utf-8")
    return path


def checked(script: Path, lines: list[str]) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, str(script)], input="\n".join(lines), capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_the_script_of_the_documents_verifies_an_export(script: Path) -> None:
    lines = run("audit", "export").stdout.splitlines()
    last = json.loads(lines[-1])

    assert checked(script, lines) == (0, f"house 5 {last['digest']}\n")
    assert checked(script, lines[2:]) == (0, f"house 5 {last['digest']}\n")  # a part of it, too


@pytest.mark.parametrize(
    ("done", "says"),
    [
        (
            lambda lines: [lines[0], lines[1].replace("keys create", "keys revoke"), *lines[2:]],
            "house 2: digest",
        ),
        (lambda lines: [lines[0], *lines[2:]], "house 3: link"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "house 3: link"),
    ],
)
def test_the_script_names_what_is_wrong(
    script: Path, done: Callable[[list[str]], list[str]], says: str
) -> None:
    lines = run("audit", "export").stdout.splitlines()

    assert checked(script, done(lines)) == (1, says + "\n")

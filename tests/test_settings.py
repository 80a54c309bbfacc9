"""The settings as documents and command lines show them."""

import importlib.util
import subprocess
import sys
from pathlib import Path

from poolhouse.descriptions import describe
from poolhouse.settings import Settings

ROOT = Path(__file__).parents[1]
_LOCKED = ("pyproject.toml", *(f"requirements{kind}.lock" for kind in ("", "-traces", "-dev", "-build")))


def test_every_setting_says_what_it_is_for() -> None:
    settings = {setting.name: setting for setting in describe()}

    assert set(settings) == set(Settings.__struct_fields__) - {"profile"}
    assert [name for name, setting in settings.items() if not setting.text.endswith((".", ")"))] == []
    assert [name for name, setting in settings.items() if not setting.form] == []


def test_every_secret_is_marked() -> None:
    marked = {setting.name for setting in describe() if setting.secret}

    named = {name for name in Settings.__struct_fields__ if "secret" in name or "password" in name}
    named -= {"common_passwords"}  # a switch
    assert marked == named | {
        "master_key",
        "previous_master_keys",
        "revocation_feed_keys",
        "database_url",
        "log_sinks",
    }


def test_the_page_of_settings_is_fresh() -> None:
    checked = subprocess.run(
        [sys.executable, "tools/gen_docs.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_lock_files_fit_the_project() -> None:
    spec = importlib.util.spec_from_file_location("check_locks", ROOT / "tools" / "check_locks.py")
    assert spec is not None
    assert spec.loader is not None
    check_locks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(check_locks)

    assert list(check_locks.problems()) == []


def test_a_stale_lock_is_noticed(tmp_path: Path) -> None:
    for name in _LOCKED:
        text = (ROOT / name).read_text()
        (tmp_path / name).write_text(
            text.replace('"click>=8.3"', '"click>=99"').replace("#", "# https://h.example")
        )
    spec = importlib.util.spec_from_file_location("check_locks", ROOT / "tools" / "check_locks.py")
    assert spec is not None
    assert spec.loader is not None
    check_locks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(check_locks)

    found = list(check_locks.problems(tmp_path))

    assert "requirements.lock has no click>=99: run `make lock`." in found
    assert "requirements-dev.lock names a host: it must not." in found

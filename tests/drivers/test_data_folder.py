"""The lock of the data folder, and files that only we may read."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from poolhouse.drivers.data_folder import held, process_id, write_private
from poolhouse.errors import SettingsError

HOLD = """
import sys
from pathlib import Path
from poolhouse.drivers.data_folder import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_folder_is_made_for_its_owner_and_can_be_held_again_when_let_go(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "data"
    for _ in range(2):
        with held(folder):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            assert (folder / "lock").read_text() == f"{process_id()}\n"


def test_a_folder_that_another_process_holds_is_refused_until_that_one_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with (
            pytest.raises(SettingsError, match=rf"held by another Poolhouse \(process {other.pid}\)"),
            held(tmp_path),
        ):
            pass
        other.kill()
        other.wait(10)

    with held(tmp_path) as folder:
        assert folder == tmp_path


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot be used"), held(tmp_path / "file"):
        pass


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    write_private(path, b"one")
    write_private(path, b"two")

    assert path.read_bytes() == b"two"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret"]

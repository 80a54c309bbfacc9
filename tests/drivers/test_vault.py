"""The master key and what it wraps."""

import base64
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from poolhouse.drivers.vault import KeyFileVault, MasterKeyVault, master_key
from poolhouse.errors import SettingsError

OLD, NEW, OTHER = bytes(range(32)), bytes(range(1, 33)), bytes(32)
DATA_KEY = b"a data key of thirty-two bytes.."


def test_a_data_key_that_was_wrapped_is_unwrapped() -> None:
    vault = MasterKeyVault(OLD)

    wrapped = vault.wrap(DATA_KEY, "pool-1")

    assert vault.unwrap(wrapped, "pool-1", vault.key_id) == DATA_KEY
    assert DATA_KEY not in wrapped


def test_the_same_data_key_is_never_wrapped_to_the_same_bytes() -> None:
    vault = MasterKeyVault(OLD)

    assert len({vault.wrap(DATA_KEY, "pool-1") for _ in range(100)}) == 100


def test_a_data_key_does_not_open_for_another_record() -> None:
    vault = MasterKeyVault(OLD)

    with pytest.raises(SettingsError, match="data key of pool-2 does not open"):
        vault.unwrap(vault.wrap(DATA_KEY, "pool-1"), "pool-2", vault.key_id)


@pytest.mark.parametrize("place", [0, 12, 30, -1])
def test_a_data_key_of_which_a_bit_was_changed_does_not_open(place: int) -> None:
    vault = MasterKeyVault(OLD)
    wrapped = bytearray(vault.wrap(DATA_KEY, "pool-1"))
    wrapped[place] ^= 1

    with pytest.raises(SettingsError, match="does not open"):
        vault.unwrap(bytes(wrapped), "pool-1", vault.key_id)


@pytest.mark.parametrize("length", [0, 5, 12, 20])
def test_a_data_key_that_was_cut_does_not_open(length: int) -> None:
    vault = MasterKeyVault(OLD)

    with pytest.raises(SettingsError, match="does not open"):
        vault.unwrap(vault.wrap(DATA_KEY, "pool-1")[:length], "pool-1", vault.key_id)


def test_a_previous_master_key_still_opens_what_it_wrapped_and_the_new_one_wraps() -> None:
    before = MasterKeyVault(OLD)
    wrapped = before.wrap(DATA_KEY, "pool-1")

    rotated = MasterKeyVault(NEW, [OTHER, OLD])

    assert rotated.unwrap(wrapped, "pool-1", before.key_id) == DATA_KEY
    assert rotated.key_id == MasterKeyVault(NEW).key_id != before.key_id
    assert MasterKeyVault(NEW).unwrap(rotated.wrap(DATA_KEY, "p"), "p", rotated.key_id) == DATA_KEY


def test_a_master_key_that_is_not_configured_is_named_by_its_id_only() -> None:
    missing = MasterKeyVault(OLD)

    with pytest.raises(SettingsError, match=f"master key {missing.key_id}, which is not configured"):
        MasterKeyVault(NEW).unwrap(missing.wrap(DATA_KEY, "pool-1"), "pool-1", missing.key_id)


def test_the_id_of_a_master_key_is_sixteen_hexadecimal_digits_of_its_hash() -> None:
    assert MasterKeyVault(OLD).key_id == "06388bae5ecee165"


@pytest.mark.parametrize("text", [base64.b64encode(OLD).decode(), f"  {base64.b64encode(OLD).decode()}\n"])
def test_a_master_key_is_read_from_base64(text: str) -> None:
    assert master_key(text) == OLD


@pytest.mark.parametrize(
    "text", ["", "secret", base64.b64encode(OLD[:31]).decode(), OLD.hex(), "é" * 44, "*" * 44]
)
def test_what_is_not_a_master_key_is_refused_without_being_quoted(text: str) -> None:
    with pytest.raises(SettingsError, match="32 bytes in base64") as refusal:
        master_key(text)

    assert not text or text not in str(refusal.value)


def test_the_key_file_is_made_at_the_first_start_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "master.key"

    first = KeyFileVault(path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["master.key"]
    assert KeyFileVault(path).unwrap(first.wrap(DATA_KEY, "p"), "p", first.key_id) == DATA_KEY


def test_the_key_file_serves_as_a_master_key_of_the_settings(tmp_path: Path) -> None:
    vault = KeyFileVault(tmp_path / "master.key")

    assert MasterKeyVault(master_key((tmp_path / "master.key").read_text())).key_id == vault.key_id


def test_two_key_files_hold_different_keys(tmp_path: Path) -> None:
    assert KeyFileVault(tmp_path / "a").key_id != KeyFileVault(tmp_path / "b").key_id


def test_workers_that_start_at_once_have_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as workers:
        ids = set(workers.map(lambda _: KeyFileVault(tmp_path / "master.key").key_id, range(32)))

    assert len(ids) == 1
    assert os.listdir(tmp_path) == ["master.key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o620])
def test_a_key_file_that_others_may_open_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "master.key"
    KeyFileVault(path)
    path.chmod(mode)

    with pytest.raises(SettingsError, match="can be read by others: run `chmod 600"):
        KeyFileVault(path)

    path.chmod(0o400)
    assert len(KeyFileVault(path).key_id) == 16


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 32, OLD])
def test_a_damaged_key_file_is_refused_and_not_overwritten(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "master.key"
    path.write_bytes(content)
    path.chmod(0o600)

    with pytest.raises(SettingsError, match="does not hold 32 bytes in base64"):
        KeyFileVault(path)

    assert path.read_bytes() == content

"""`poolhouse decrypt-code`: what a custom sender got, in the clear, with the right file only."""

import asyncio
import base64
from pathlib import Path

import pytest
from click.testing import CliRunner

from poolhouse.cli import poolhouse
from poolhouse.crypto import encryption_sdk
from poolhouse.drivers.sender_key import KeyFileDataKeys
from poolhouse.errors import SettingsError

BOUND = {"userpool-id": "us-east-1_Aa1Bb2Cc3"}


def code_under(path: Path, text: bytes = b"482915") -> str:
    """A code as a function gets it."""
    keys = KeyFileDataKeys(path, encryption_sdk.context_bytes)
    key = asyncio.run(keys.generate("any", BOUND))
    return base64.b64encode(encryption_sdk.encrypt(text, key, BOUND, bytes(32))).decode()


def run(*arguments: str, given: str = "") -> str:
    result = CliRunner().invoke(poolhouse, ["decrypt-code", *arguments], input=given)
    if result.exception:
        raise result.exception
    return result.output


def test_a_code_opens_with_the_key_file_of_the_data_folder(tmp_path: Path) -> None:
    code = code_under(tmp_path / "sender.key")

    assert run(code, "--data", str(tmp_path)) == "482915\n"
    assert run("--data", str(tmp_path), given=f"{code}\n") == "482915\n"


def test_a_code_opens_with_a_key_file_elsewhere(tmp_path: Path) -> None:
    code = code_under(tmp_path / "elsewhere.key", b"P2$&lt;Sword&gt;")

    assert run(code, "--sender-key-file", str(tmp_path / "elsewhere.key")) == "P2$&lt;Sword&gt;\n"


@pytest.mark.parametrize("code", ["", "%", "AAAA", "A" * 20_000])
def test_what_is_no_code_does_not_open(tmp_path: Path, code: str) -> None:
    right = code_under(tmp_path / "sender.key")

    with pytest.raises(SettingsError, match="does not open"):
        run("--data", str(tmp_path), given=code)
    with pytest.raises(SettingsError, match="does not open"):
        run("--data", str(tmp_path), given=right[:-8])

    assert run(right, "--data", str(tmp_path)) == "482915\n"


def test_another_key_does_not_open_it_and_none_is_made(tmp_path: Path) -> None:
    code = code_under(tmp_path / "sender.key")
    code_under(tmp_path / "other" / "sender.key")

    with pytest.raises(SettingsError, match="does not open"):
        run(code, "--data", str(tmp_path / "other"))
    with pytest.raises(SettingsError, match="is not there"):
        run(code, "--data", str(tmp_path / "nothing"))

    assert not (tmp_path / "nothing").exists()

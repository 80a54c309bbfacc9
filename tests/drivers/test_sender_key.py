"""The key file of custom senders: made once, private, and good for what was wrapped under it only."""

import stat

import pytest

from poolhouse.crypto.encryption_sdk import context_bytes
from poolhouse.drivers.sender_key import KeyFileDataKeys
from poolhouse.errors import DeliveryFailed, SettingsError

BOUND = {"userpool-id": "us-east-1_Aa1Bb2Cc3"}


async def test_a_key_that_was_wrapped_is_unwrapped_with_the_same_file(tmp_path):
    path = tmp_path / "sender.key"
    key = await KeyFileDataKeys(path, context_bytes).generate("any", BOUND)

    again = KeyFileDataKeys(path, context_bytes).unwrap(key.info, key.wrapped, context_bytes(BOUND))

    assert again == key.plaintext
    assert len(key.plaintext) == 32


async def test_every_message_has_a_key_of_its_own(tmp_path):
    keys = KeyFileDataKeys(tmp_path / "sender.key", context_bytes)

    made = [await keys.generate("any", BOUND) for _ in range(5)]

    assert len({key.plaintext for key in made}) == 5
    assert len({key.info for key in made}) == 5


async def test_the_file_is_for_its_owner_only(tmp_path):
    path = tmp_path / "sender.key"
    keys = KeyFileDataKeys(path, context_bytes)
    await keys.generate("any", BOUND)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    path.chmod(0o644)

    with pytest.raises(DeliveryFailed, match="cannot be used"):
        await KeyFileDataKeys(path, context_bytes).generate("any", BOUND)


@pytest.mark.parametrize("change", ["info", "wrapped", "context"])
async def test_what_was_wrapped_otherwise_does_not_open(tmp_path, change):
    keys = KeyFileDataKeys(tmp_path / "sender.key", context_bytes)
    key = await keys.generate("any", BOUND)
    given = {"info": key.info, "wrapped": key.wrapped, "context": context_bytes(BOUND)}
    assert keys.unwrap(*given.values()) == key.plaintext

    given[change] = b"\xff" + given[change][1:]

    assert keys.unwrap(*given.values()) is None


def test_opening_makes_no_file(tmp_path):
    keys = KeyFileDataKeys(tmp_path / "sender.key", context_bytes)

    with pytest.raises(SettingsError, match="is not there"):
        keys.unwrap(b"sender" + (128).to_bytes(4, "big") + (12).to_bytes(4, "big") + bytes(12), b"", b"")

    assert not (tmp_path / "sender.key").exists()

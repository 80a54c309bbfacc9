"""EncodedData: what AWS's libraries send is read; what was damaged or is about something else is not.

The browser library is not on npm (AWS serves it from an address of its own). The form is that of AWS's public
client for Android (aws-sdk-android, package cognitoidentityprovider-asf), and of what browsers send.
"""

import base64
import hashlib
import hmac
import json

import pytest
from tests import encoded

from poolhouse.directory import encoded_data
from poolhouse.directory.encoded_data import Unbelievable
from poolhouse.ports import MINUTE, SECOND

CLIENT, POOL, NOW = "1example23456789", "us-east-1_Example", 1_700_000_000 * SECOND
GOOD = encoded.made(CLIENT, POOL, "ada", NOW)


def read(text: str, **changes: object) -> encoded_data.Device:
    given = {"client_id": CLIENT, "pool_id": POOL, "is_named": lambda name: name == "ada", "now": NOW}
    return encoded_data.opened(text, **(given | changes))  # type: ignore[arg-type]


def test_what_a_browser_sends_is_read() -> None:
    device = read(GOOD)

    assert device.device_id == "qn8ojaedcuyc9nnt228:1627189424942"
    assert device.user_agent.startswith("Mozilla/5.0 (X11; Linux x86_64)")
    assert (device.name, device.timezone) == ("", "02:00")


def test_what_a_phone_sends_is_read_with_its_name_and_its_lines_of_76_characters() -> None:
    """Android's Base64.DEFAULT breaks lines, in the signature too."""
    text = encoded.made(CLIENT, POOL, "ada", NOW, version="ANDROID20171114", DeviceName="Pixel 8")
    parts = encoded.opened(text)
    broken = encoded.packed(parts["payload"], parts["signature"] + "\n", parts["version"])
    lines = "\n".join(broken[place : place + 76] for place in range(0, len(broken), 76)) + "\n"

    assert read(lines).name == "Pixel 8"


def test_a_signature_that_was_computed_by_hand_once_is_right() -> None:
    """Of `openssl dgst -sha256 -hmac abc` over the text JS20171115{"contextData": {}, ...}."""
    payload = '{"contextData": {}, "username": "ada", "userPoolId": "", "timestamp": "1700000000000"}'
    text = encoded.packed(payload, "FioFCIGGgYG5l+Uib+x3id2T3XlJC7xVIC7122UhqY4=", "JS20171115")

    assert read(text, client_id="abc") == encoded_data.Device("", "", "", "")


def _changed(**parts: object) -> str:
    return encoded.packed(**(encoded.opened(GOOD) | parts))  # type: ignore[arg-type]


def _turned(text: str) -> str:
    return ("B" if text[0] == "A" else "A") + text[1:]


def _payload(**members: object) -> str:
    """Another payload, rightly signed."""
    found = json.loads(encoded.opened(GOOD)["payload"]) | members
    payload = json.dumps(found)
    digest = hmac.new(CLIENT.encode(), b"JS20171115" + payload.encode(), hashlib.sha256).digest()
    return encoded.packed(payload, base64.b64encode(digest).decode(), "JS20171115")


DAMAGED = [
    ("an empty text", "", "unreadable"),
    ("no base64", "*" * 40, "unreadable"),
    ("no JSON", base64.b64encode(b"hello").decode(), "unreadable"),
    ("JSON of another form", base64.b64encode(b"[1]").decode(), "unreadable"),
    ("bytes that are no text", base64.b64encode(b"\xff\xfe\x00").decode(), "unreadable"),
    (
        "half a surrogate",
        base64.b64encode(b'{"payload":"\\ud800","signature":"","version":""}').decode(),
        "unreadable",
    ),
    ("a payload that is a map", _changed(payload={}), "unreadable"),
    ("a payload that is no JSON", _changed(payload="hello"), "unreadable"),
    ("a payload without members", _changed(payload="{}"), "unreadable"),
    ("a deep payload", _changed(payload='{"contextData":' + "[" * 5_000), "unreadable"),
    ("a signature that is a number", _changed(signature=1), "unreadable"),
    (
        "a signature with one letter changed",
        _changed(signature=_turned(encoded.opened(GOOD)["signature"])),
        "signature",
    ),
    ("no signature", _changed(signature=""), "signature"),
    ("a signature that is no ASCII", _changed(signature="ü" * 44), "signature"),
    ("another version", _changed(version="JS20171116"), "signature"),
    ("another payload", _changed(payload=encoded.opened(GOOD)["payload"].replace("ada", "eve")), "signature"),
    ("the key of another client", encoded.made(CLIENT, POOL, "ada", NOW, key="other"), "signature"),
    ("another user", encoded.made(CLIENT, POOL, "eve", NOW), "of somebody else"),
    ("another pool", encoded.made(CLIENT, "us-east-1_Other", "ada", NOW), "of somebody else"),
    ("a time of six minutes ago", encoded.made(CLIENT, POOL, "ada", NOW - 6 * MINUTE), "timestamp"),
    ("a time in six minutes", encoded.made(CLIENT, POOL, "ada", NOW + 6 * MINUTE), "timestamp"),
    ("a time that is no number", _payload(timestamp="soon"), "unreadable"),
    ("a time of five thousand digits", _payload(timestamp="1" * 5_000), "unreadable"),
    ("a time that is missing", _payload(timestamp=None), "unreadable"),
    ("twenty thousand characters", encoded.made(CLIENT, POOL, "ada", NOW, More="x" * 20_000), "too long"),
]


@pytest.mark.parametrize(("text", "why"), [row[1:] for row in DAMAGED], ids=[row[0] for row in DAMAGED])
def test_what_was_damaged_or_is_about_something_else_is_not_believed(text: str, why: str) -> None:
    with pytest.raises(Unbelievable, match=why):
        read(text)

    assert read(GOOD)


@pytest.mark.parametrize("minutes", [-4, 4])
def test_clocks_may_differ_by_five_minutes(minutes: int) -> None:
    """[K] As for TIMESTAMP of SRP."""
    assert read(encoded.made(CLIENT, POOL, "ada", NOW + minutes * MINUTE))


def test_members_that_are_no_text_are_as_if_they_were_not_there_and_long_ones_are_cut() -> None:
    text = encoded.made(CLIENT, POOL, "ada", NOW, DeviceId=7, UserAgent=["x"], ClientTimezone="x" * 1_000)

    assert read(text) == encoded_data.Device("", "", "", "x" * 256)

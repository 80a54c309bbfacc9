"""Refresh tokens: what was sealed opens, anything else does not."""

import base64

import pytest

from poolhouse.crypto import jwe

KEY = bytes(range(32))
TOKEN = jwe.seal(KEY, b"the family and its turn", bytes(range(12)))


def with_part(place: int, text: str) -> str:
    parts = TOKEN.split(".")
    parts[place] = text
    return ".".join(parts)


def test_what_was_sealed_opens() -> None:
    assert jwe.open_sealed(KEY, TOKEN) == b"the family and its turn"


def test_it_has_the_five_parts_and_header_of_a_jwe() -> None:
    header, empty, *rest = TOKEN.split(".")

    assert base64.urlsafe_b64decode(header + "==") == b'{"cty":"JWT","enc":"A256GCM","alg":"dir"}'
    assert empty == ""
    assert len(rest) == 3


def test_it_does_not_open_with_another_key() -> None:
    with pytest.raises(ValueError, match="not one of our tokens"):
        jwe.open_sealed(bytes(32), TOKEN)


@pytest.mark.parametrize(
    "changed",
    [
        "",
        "....",
        TOKEN + ".",
        TOKEN[:-1],
        TOKEN + "=",
        TOKEN + "\n",
        " " + TOKEN,
        TOKEN.rsplit(".", 1)[0],
        with_part(0, "eyJhbGciOiJkaXIifQ"),
        with_part(1, "AA"),
        with_part(2, "AAAAAAAAAAAAAAAA"),
        with_part(2, "AAAA"),
        with_part(3, "AAAA"),
        with_part(3, "é"),
        with_part(4, "AAAAAAAAAAAAAAAAAAAAAA"),
        with_part(4, "AAAA"),
        with_part(4, TOKEN.rsplit(".", 1)[1][:-1] + "_"),
    ],
)
def test_anything_else_does_not_open(changed: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the texts differ, the refusal does not
        jwe.open_sealed(KEY, changed)

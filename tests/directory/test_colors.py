"""Colours of a brand, and how well they read."""

import pytest

from poolhouse.directory import colors
from poolhouse.directory.colors import BLACK, WHITE, Color


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#5bc0de", "#5bc0de"),
        ("#FFF", "#ffffff"),
        ("#0008", "#00000088"),
        ("LightGray", "#d3d3d3"),
        ("lightgrey", "#d3d3d3"),
        ("rgb(1, 2, 3)", "#010203"),
        ("rgba(1,2,3,.5)", "#01020380"),
        ("rgb(1 2 3 / 50%)", "#01020380"),
        ("rgb(999, 0, 0)", "#ff0000"),
        ("transparent", "#00000000"),
    ],
)
def test_a_colour_of_a_style_sheet_is_written_as_hex(text: str, color: str) -> None:
    assert str(colors.of_css(text)) == color


@pytest.mark.parametrize(
    "text", ["", "#12345", "#ggg", "rgb(1,2)", "inherit", "url(x)", "rgb(1,2,3", "#fff;"]
)
def test_what_is_no_colour_is_none(text: str) -> None:
    assert colors.of_css(text) is None


def test_contrast_is_that_of_the_standard() -> None:
    assert colors.contrast(BLACK, WHITE) == pytest.approx(21)
    assert colors.contrast(WHITE, WHITE) == pytest.approx(1)
    # Of the UI guide, section 5.
    assert colors.contrast(WHITE, Color(0x5B, 0xC0, 0xDE)) == pytest.approx(2.1, abs=0.05)


def test_what_can_be_seen_through_is_measured_as_it_is_seen() -> None:
    assert colors.contrast(Color(0, 0, 0, 0.0), WHITE) == pytest.approx(1)
    assert colors.contrast(BLACK, Color(0, 0, 0, 0.0)) == pytest.approx(21)


def test_black_or_white_reads_better() -> None:
    assert colors.readable_on(Color(0x5B, 0xC0, 0xDE)) == BLACK
    assert colors.readable_on(Color(0x0B, 0x5C, 0x63)) == WHITE

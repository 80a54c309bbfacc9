"""The style sheet: its colours are readable in both schemes, and nothing in it depends on the direction."""

import re
from pathlib import Path

import pytest

from poolhouse.http import site
from poolhouse.web.dev import rendering

# The pages that everybody sees have the same colours: web/pages/static/pages.css
SHEET = (Path(rendering.__file__).parent / "static" / "style.css").read_text("utf-8")
LIGHT, DARK = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in re.findall(
    r"color-scheme: (?:light|dark);(.*?)\n}", SHEET, re.DOTALL
))  # fmt: skip

# What stands on what, and the least contrast it needs (WCAG 2: 4.5 for text, 3 for borders and focus).
PAIRS = [
    ("ink", "surface", 4.5),
    ("text", "surface", 4.5),
    ("text", "page", 4.5),
    ("muted", "surface", 4.5),
    ("muted", "page", 4.5),
    ("muted", "sunken", 4.5),
    ("muted", "accent-soft", 4.5),
    ("accent", "surface", 4.5),
    ("accent", "page", 4.5),
    ("accent", "accent-soft", 4.5),
    ("on-accent", "accent", 4.5),
    ("on-accent", "accent-hover", 4.5),
    ("accent-hover", "surface", 4.5),
    ("ok", "page", 4.5),
    ("warn", "warn-soft", 4.5),
    ("control", "surface", 3.0),
    ("control", "page", 3.0),
    ("focus", "surface", 3.0),
    ("focus", "page", 3.0),
]


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("above", "below", "needed"), PAIRS)
def test_every_pair_of_colours_can_be_told_apart(scheme, above, below, needed):
    assert contrast(scheme[above], scheme[below]) >= needed


def test_the_pages_that_everybody_sees_have_the_same_colours():
    pages = (Path(site.__file__).parent / "pages" / "static" / "pages.css").read_text("utf-8")

    for block in (LIGHT, DARK):
        for name in ("ink", "muted", "surface", "page", "ok", "danger"):
            assert f"--{name}: {block[name]};" in pages


def test_the_measure_itself_is_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#0e1f1f", "#ffffff") == pytest.approx(17.0, abs=0.05)


def test_both_schemes_have_the_same_colours():
    assert LIGHT.keys() == DARK.keys()
    assert len(LIGHT) > 20


def test_every_token_that_is_used_is_defined():
    used = set(re.findall(r"var\(--([a-z-]+)\)", SHEET))

    assert used <= set(re.findall(r"--([a-z-]+):", SHEET))


def test_nothing_depends_on_left_or_right():
    assert not re.search(
        r"(margin|padding|border)-(left|right)|text-align: (left|right)|\b(left|right):", SHEET
    )


def test_the_sheet_loads_nothing():
    assert "url(" not in SHEET
    assert "@import" not in SHEET

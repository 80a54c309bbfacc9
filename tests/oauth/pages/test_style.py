"""The style sheets: colours are readable in every scheme, and nothing depends on the direction of text."""

import re
from pathlib import Path

import pytest

from poolhouse.oauth.pages import render
from poolhouse.web.dev import rendering

SHARED = (Path(render.__file__).parent / "static" / "style.css").read_text("utf-8")
DEV = (Path(rendering.__file__).parent / "static" / "dev.css").read_text("utf-8")
SHEET = SHARED + DEV
# By the system's scheme, and as a brand fixes it.
LIGHT, DARK, FIXED = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r"color-scheme: (?:light|dark);(.*?)\n}", SHARED, re.DOTALL)
)

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
    ("text", "water", 4.5),
    ("danger", "surface", 4.5),
    ("danger", "danger-soft", 4.5),
    ("text", "danger-soft", 4.5),
    ("ok", "surface", 4.5),
    ("ok", "page", 4.5),
    ("ok", "ok-soft", 4.5),
    ("warn", "surface", 4.5),
    ("warn", "warn-soft", 4.5),
    ("control", "surface", 3.0),
    ("control", "page", 3.0),
    ("control", "accent-soft", 3.0),
    ("focus", "surface", 3.0),
    ("focus", "water", 3.0),
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


# Section 3 of the UI guide, measured there.
TABLE = [
    ("ink", "surface", 17.0, 15.7),
    ("text", "water", 9.3, 11.5),
    ("muted", "accent-soft", 5.4, 5.9),
    ("accent", "surface", 7.7, 10.1),
    ("on-accent", "accent-hover", 10.6, 12.2),
    ("danger", "danger-soft", 6.5, 9.3),
    ("ok", "ok-soft", 6.4, 9.4),
    ("warn", "warn-soft", 6.5, 9.5),
    ("control", "accent-soft", 3.4, 3.5),
    ("focus", "water", 6.3, 12.2),
    ("edge", "surface", 1.7, 2.0),
]


@pytest.mark.parametrize(("above", "below", "light", "dark"), TABLE)
def test_the_colours_are_those_that_the_guide_measured(above, below, light, dark):
    assert contrast(LIGHT[above], LIGHT[below]) == pytest.approx(light, abs=0.06)
    assert contrast(DARK[above], DARK[below]) == pytest.approx(dark, abs=0.06)


def test_the_measure_itself_is_right():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#0e1f1f", "#ffffff") == pytest.approx(17.0, abs=0.05)


def test_every_scheme_has_the_same_colours():
    assert LIGHT.keys() == DARK.keys()
    assert FIXED == DARK
    assert len(LIGHT) > 20


def test_no_rule_has_a_colour_of_its_own():
    rules = SHEET[SHEET.index("/* ---- base ---- */") :]
    colours = re.findall(r"#[0-9a-f]{3,8}\b|rgb\([^)]*\)", rules)

    assert sorted(colours) == [
        "#000",
        "#fff",
        "#fff",
    ]  # the QR code, and the frame of a mail in the dev inbox


def test_every_token_that_is_used_is_defined():
    used = set(re.findall(r"var\(--([a-z-]+)\)", SHEET))

    assert used <= set(re.findall(r"--([a-z-]+):", SHEET))


PHYSICAL = (
    r"\b(margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right|top|bottom)\b"
    r"|text-align: (left|right)|float: (left|right)|(?<![\w-])(left|right|top|bottom|width|height):"
)


def test_nothing_depends_on_left_or_right():
    hidden = "width: 1px; height: 1px;"  # of what only screen readers see: a point has no direction

    assert SHEET.count(hidden) == 1
    assert re.findall(PHYSICAL, SHEET.replace(hidden, "")) == []


@pytest.mark.parametrize("rule", ["a { margin-left: 1px }", "a { left: 0 }", "a { text-align: right }"])
def test_the_lint_sees_what_depends_on_left_or_right(rule):
    assert re.search(PHYSICAL, rule)


def test_the_sheet_loads_nothing():
    assert "url(" not in SHEET
    assert "@import" not in SHEET

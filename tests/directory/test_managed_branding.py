"""Settings of managed login as a sheet of token values, and what is said about colours that read badly."""

import re
from pathlib import Path
from typing import Any

import pytest
from tests.directory.style_settings import EVERYTHING, both
from tests.directory.test_managed_settings import at

import poolhouse.oauth.pages
from poolhouse.directory import managed_branding, managed_settings
from poolhouse.directory.managed_branding import LogoPlace, Managed
from poolhouse.directory.managed_colors import HOUSE

STYLE = Path(poolhouse.oauth.pages.__file__).parent / "static" / "style.css"
LIGHT = "@media not all and (prefers-color-scheme: dark) { :root:root:root { "
DARK = "@media (prefers-color-scheme: dark) { :root:root:root { "


def rendered(*settings: dict[str, Any]) -> Managed:
    found: dict[str, Any] = {}
    for each in settings:
        found = managed_settings.merged(found, each)
    managed_settings.check(found)
    return managed_branding.rendered(found)


def sheet(*settings: dict[str, Any]) -> str:
    return managed_branding.sheet(rendered(*settings))


def test_the_houses_values_are_those_of_its_style_sheet() -> None:
    text = STYLE.read_text()
    light, dark = (dict(re.findall(r"--([a-z-]+): #([0-9a-f]{6})", block)) for block in blocks(text))

    assert {name: (light[name], dark[name]) for name in light} == dict(HOUSE)


def blocks(text: str) -> tuple[str, str]:
    light = text.partition(":root {")[2].partition("}")[0]
    return light, text.partition('data-scheme="light"]) {')[2].partition("}")[0]


def test_no_settings_are_no_sheet() -> None:
    assert sheet() == ""


def test_a_colour_of_one_mode_leaves_the_other_as_it_is() -> None:
    assert sheet(at("components.pageText.lightMode.headingColor", "22150fff")) == (
        f"{LIGHT}--ink: #22150f }} }}\n"
    )
    assert (
        sheet(at("components.pageText.darkMode.headingColor", "eeeeeeff")) == f"{DARK}--ink: #eeeeee }} }}\n"
    )


def test_the_page_is_flat_where_the_brand_sets_its_colour() -> None:
    assert sheet(at("components.pageBackground.lightMode.color", "fbf7f0ff")) == (
        f"{LIGHT}--page: #fbf7f0; --water: #fbf7f0; --waterline: #fbf7f0; --tile: #fbf7f0 }} }}\n"
    )


def test_a_fixed_scheme_needs_no_question_to_the_system() -> None:
    light = sheet(
        at("categories.global.colorSchemeMode", "LIGHT"),
        at("components.pageText", both({"bodyColor": "111111ff"})),
    )
    dark = rendered(
        at("categories.global.colorSchemeMode", "DARK"),
        at("components.pageText", both({"bodyColor": "eeeeeeff"})),
    )

    assert light == ":root:root:root { --text: #111111 }\n"
    assert dark.scheme == "dark"
    written = managed_branding.sheet(dark)
    assert written.startswith(":root:root:root { color-scheme: dark; --page: #0a1112; ")
    assert "--text: #eeeeee" in written
    assert "@media" not in written


def test_a_button_with_a_ground_alone_has_the_text_that_reads_better() -> None:
    path = "components.primaryButton.lightMode.defaults.backgroundColor"

    assert rendered(at(path, "5bc0deff")).light["--primary-text"] == "#000000"
    assert rendered(at(path, "7a2e1dff")).light["--primary-text"] == "#ffffff"


def test_under_the_pointer_a_button_stays_as_it_is_unless_its_text_could_not_be_read() -> None:
    path = "components.primaryButton.lightMode"
    rest = at(path, {"defaults": {"backgroundColor": "5bc0deff", "textColor": "ffffffff"}})

    alone = rendered(rest).light
    dark = rendered(rest, at(path, {"hover": {"backgroundColor": "0b5c63ff"}})).light
    pale = rendered(rest, at(path, {"hover": {"backgroundColor": "eeeeeeff"}})).light

    assert (alone["--primary-hover"], alone["--primary-text-hover"]) == ("#5bc0de", "#ffffff")
    assert dark["--primary-text-hover"] == "#ffffff"
    assert pale["--primary-text-hover"] == "#000000"


def test_links_follow_a_button_that_reads_as_text_and_no_other() -> None:
    path = "components.primaryButton.lightMode.defaults.backgroundColor"

    assert rendered(at(path, "7a2e1dff")).light["--accent"] == "#7a2e1d"
    assert "--accent" not in rendered(at(path, "5bc0deff")).light
    own = rendered(at(path, "7a2e1dff"), at("componentClasses.link.lightMode.defaults.textColor", "0000ffff"))
    assert own.light["--accent"] == "#0000ff"


def test_sizes_and_density_hold_in_both_schemes() -> None:
    assert sheet(
        at("components.form.borderRadius", 4),
        at("componentClasses.buttons.borderRadius", 3.5),
        at("categories.global.spacingDensity", "COZY"),
    ) == (":root:root:root { --radius-form: 4px; --radius-control: 3.5px; --density: 1.25 }\n")


def test_the_button_of_one_provider_is_its_own() -> None:
    button = {"defaults": {"backgroundColor": "010203ff", "textColor": "ffffffff"}}

    assert sheet(at("components.idpButton.custom", {"Acme": {"lightMode": button}})) == (
        "@media not all and (prefers-color-scheme: dark) { "
        'button.secondary.secondary.secondary[name="idp"][value="Acme"] '
        "{ background: #010203; color: #ffffff } }\n"
    )


def test_place_order_and_scheme_are_read() -> None:
    managed = rendered(EVERYTHING)

    assert (managed.scheme, managed.at, managed.providers_first) == ("", "end", True)
    assert managed.provider_order == ("Acme", "Google")
    assert rendered().providers_first is False


def test_places_and_parts_are_as_the_settings_say() -> None:
    usual = rendered()
    changed = rendered(
        at("categories.form.location.vertical", "END"),
        at("components.form.logo", {"location": "CENTER", "position": "BOTTOM", "formInclusion": "OUT"}),
        at("categories.form.languageSelector.enabled", False),
        at("categories.form.displayGraphics", False),
    )

    assert (usual.stands, usual.logo, usual.languages, usual.graphics) == (
        "start", LogoPlace("start"), True, True,
    )  # fmt: skip
    assert (changed.stands, changed.logo) == ("end", LogoPlace("center", below=True, outside=True))
    assert (changed.languages, changed.graphics) == (False, False)


@pytest.mark.parametrize(
    ("elements", "agreement"),
    [
        (None, "said"),
        ([{"enforcement": "NONE", "textKey": "en"}], "said"),
        ([{"textKey": "en"}], "said"),
        ([{"enforcement": "REQUIRED", "textKey": "en"}], "ticked"),  # [K]
        ([], ""),
    ],
)
def test_the_terms_are_said_ticked_or_left_out(elements: Any, agreement: str) -> None:
    settings = {} if elements is None else at("categories.signUp.acceptanceElements", elements)

    assert rendered(settings).agreement == agreement


# A colour of the light mode, and the rule of the sheet that shows it, but for the house's token behind it.
SHOWN = [
    ("input.{}.placeholderColor", "::placeholder { color: var(--placeholder,"),
    (
        "dropDown.{}.hover.itemBorderColor",
        ".foot details li :is(a, button):hover { border-color: var(--menu-hover-edge,",
    ),
    (
        "dropDown.{}.match.itemBackgroundColor",
        ".foot details li [aria-current] { background: var(--menu-chosen,",
    ),
    ("dropDown.{}.match.itemTextColor", ".foot details li [aria-current] { color: var(--menu-chosen-text,"),
    ("optionControls.{}.defaults.borderColor", "border: 1.5px solid var(--option-edge,"),
    ("optionControls.{}.defaults.backgroundColor", "background: var(--option-off,"),
    ("optionControls.{}.selected.foregroundColor", "background: var(--option-mark,"),
    ("statusIndicator.{}.pending.indicatorColor", ".rules i { color: var(--pending,"),
    ("statusIndicator.{}.success.borderColor", ".alert.good { border-color: var(--good-edge,"),
    ("statusIndicator.{}.warning.borderColor", ".alert.note { border-color: var(--note-edge,"),
    ("statusIndicator.{}.error.borderColor", ".alert:not(.good, .note) { border-color: var(--alert-edge,"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "rule"), SHOWN, ids=[path for path, _ in SHOWN])
def test_a_colour_of_one_part_comes_with_the_rule_that_shows_it(path: str, rule: str) -> None:
    text = sheet(at(f"componentClasses.{path.format('lightMode')}", "123456ff"))

    token = rule.rpartition("var(")[2].rstrip(",")
    assert f"{LIGHT}{token}: #123456 }} }}" in text
    assert rule in text
    assert rule not in sheet()


def test_the_page_draws_its_boxes_only_where_the_browser_could_not() -> None:
    ground = sheet(at("componentClasses.optionControls.lightMode.selected.backgroundColor", "123456ff"))
    edge = sheet(at("componentClasses.optionControls.lightMode.defaults.borderColor", "123456ff"))

    assert "accent-color: var(--option, var(--accent))" in ground
    assert "appearance" not in ground
    assert "@media (forced-colors: none) { :is(.check, .choice) input { appearance: none;" in edge


def test_the_radius_of_the_menu_is_its_own() -> None:
    assert sheet(at("componentClasses.dropDown.borderRadius", 2)) == (
        ":root:root:root { --radius-menu: 2px }\n"
    )


def test_colours_of_a_menu_that_is_not_there_are_not_judged() -> None:
    pale = at("componentClasses.dropDown.lightMode.match", {"itemTextColor": "eeeeeeff"})
    hidden = at("categories.form.languageSelector.enabled", False)

    assert [found.partition(":")[0] for found in rendered(pale).warnings] == ["Language menu, chosen (light)"]
    assert rendered(pale, hidden).warnings == ()


def test_what_is_hard_to_read_is_kept_and_said() -> None:
    managed = rendered(
        at(
            "components.primaryButton.lightMode.defaults",
            {"backgroundColor": "5bc0deff", "textColor": "ffffffff"},
        ),
        at("components.form.darkMode.backgroundColor", "9babaaff"),
    )

    assert managed.light["--primary"] == "#5bc0de"
    assert managed.warnings[0] == (
        "Primary button (light): #ffffff on #5bc0de is 2.1:1. "
        "People with low vision can't read it; 4.5 is enough."
    )
    assert any(
        warning.startswith("Description (dark): #9babaa on #9babaa is 1.0:1.") for warning in managed.warnings
    )


def test_the_house_reads_well() -> None:
    assert rendered(managed_branding.defaults()).warnings == ()


def test_the_defaults_are_settings_and_change_nothing_that_is_seen() -> None:
    managed = rendered(managed_branding.defaults())

    for token, (light, dark) in HOUSE.items():
        if f"--{token}" in managed.light and token not in ("water", "waterline", "tile", "accent-soft"):
            assert (managed.light[f"--{token}"], managed.dark[f"--{token}"]) == (f"#{light}", f"#{dark}")


def test_the_defaults_leave_every_part_where_it_is_without_settings() -> None:
    managed, usual = rendered(managed_branding.defaults()), rendered()

    for name in ("scheme", "at", "stands", "logo", "languages", "graphics", "agreement", "providers_first"):
        assert getattr(managed, name) == getattr(usual, name), name


def test_text_beside_the_form_is_judged_on_the_page() -> None:
    dark_page = at("components.pageBackground.lightMode.color", "2c3d3cff")

    assert [found.partition(":")[0] for found in rendered(dark_page).warnings] == [
        "Text beside the form (light)"
    ]
    assert rendered(at("components.pageBackground.lightMode.color", "eeeeeeff")).warnings == ()


def test_a_sheet_is_values_and_rules_of_ours_alone() -> None:
    """Nothing of the settings can end a value or a rule: braces pair, and no address is in it."""
    text = sheet(EVERYTHING)

    assert text.count("{") == text.count("}")
    assert not re.search(r"url|@import|expression|<|\\", text)
    for value in re.findall(r"--[a-z-]+: ([^;}]+)", text):
        assert re.fullmatch(r"#[0-9a-f]{6,8}|[0-9.]+(px)?", value.strip()), value

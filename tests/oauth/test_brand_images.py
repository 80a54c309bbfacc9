"""Which image of a style is shown in which mode, and the rules that show it."""

from typing import Any

import pytest

from poolhouse.oauth import brand_images
from poolhouse.oauth.brand_images import Pictures
from poolhouse.oauth.pages.face import Picture
from poolhouse.store.login_styles import Asset

STYLE = "9d1f3a5b-0000-4000-8000-000000000000"
HEADER = {"categories": {"global": {"pageHeader": {"enabled": True}}}}


def asset(category: str, mode: str, resource: str = "") -> Asset:
    return Asset(category, mode, resource, "PNG", mode.lower().ljust(32, "0"))


def path(category: str, mode: str, resource: str = "") -> str:
    name = f"{category}-{mode}-{resource}" if resource else f"{category}-{mode}"
    return f"/_brand/{mode.lower().ljust(32, '0')}/{STYLE}/{name}.png"


def pictures(*assets: Asset, scheme: Any = "") -> Pictures:
    return Pictures(STYLE, assets, scheme)


@pytest.mark.parametrize(
    ("modes", "scheme", "pair"),
    [
        (("LIGHT", "DARK"), "", ("LIGHT", "DARK")),
        (("DYNAMIC",), "", ("DYNAMIC", "")),
        (("LIGHT",), "", ("LIGHT", "")),
        (("DARK",), "", ("DARK", "")),
        (("LIGHT", "DYNAMIC"), "", ("LIGHT", "DYNAMIC")),
        (("LIGHT", "DARK"), "light", ("LIGHT", "")),
        (("LIGHT", "DARK"), "dark", ("DARK", "")),
        ((), "", ("", "")),
    ],
)
def test_a_logo_is_that_of_the_mode_or_else_the_one_that_there_is(
    modes: tuple[str, ...], scheme: str, pair: tuple[str, str]
) -> None:
    shown = pictures(*(asset("FORM_LOGO", mode) for mode in modes), scheme=scheme)

    assert brand_images.logo({}, shown) == tuple(path("FORM_LOGO", mode) if mode else "" for mode in pair)


def test_a_logo_that_is_turned_off_is_not_shown() -> None:
    off = {"components": {"form": {"logo": {"enabled": False}}}}

    assert brand_images.logo(off, pictures(asset("FORM_LOGO", "LIGHT"))) == ("", "")


@pytest.mark.parametrize(
    ("modes", "scheme", "queries"),
    [
        (("LIGHT",), "", ["(min-width: 600px) and (prefers-color-scheme: light)"]),
        (("DARK",), "", ["(min-width: 600px) and (prefers-color-scheme: dark)"]),
        (("DYNAMIC",), "", ["(min-width: 600px)"]),
        (
            ("LIGHT", "DARK"),
            "",
            [
                "(min-width: 600px) and (prefers-color-scheme: light)",
                "(min-width: 600px) and (prefers-color-scheme: dark)",
            ],
        ),
        (("LIGHT",), "light", ["(min-width: 600px)"]),
        (("LIGHT",), "dark", []),
    ],
)
def test_a_background_of_one_mode_is_not_behind_the_other(
    modes: tuple[str, ...], scheme: str, queries: list[str]
) -> None:
    shown = pictures(*(asset("PAGE_BACKGROUND", mode) for mode in modes), scheme=scheme)

    rules = list(brand_images.rules({}, shown))

    assert [rule.partition(" {")[0] for rule in rules] == [f"@media {query}" for query in queries]


def test_a_band_is_there_where_it_is_turned_on_with_the_images_that_are() -> None:
    on = {**HEADER, "components": {"pageHeader": {"logo": {"enabled": True, "location": "END"}}}}
    logo = asset("PAGE_HEADER_LOGO", "DYNAMIC")

    off, band, with_logo = (
        list(brand_images.rules(settings, pictures(logo))) for settings in ({}, HEADER, on)
    )

    assert off == []
    assert len(band) == 1
    assert band[0].startswith('.page::before { content: "";')
    assert with_logo[1] == (
        f'.page::before {{ background-image: url("../..{path("PAGE_HEADER_LOGO", "DYNAMIC")[7:]}"); '
        "background-position: calc(100% - 24px) center; background-size: auto 40px; "
        "background-repeat: no-repeat }"
    )


def test_icons_are_by_provider_and_a_favicon_is_of_the_kinds_that_are_on() -> None:
    shown = pictures(asset("IDP_BUTTON_ICON", "LIGHT", "Acme"), asset("FAVICON_ICO", "DYNAMIC"))

    assert shown.icons() == {"Acme": Picture(path("IDP_BUTTON_ICON", "LIGHT", "Acme"))}
    assert shown.favicon(("SVG", "ICO")) == Picture(path("FAVICON_ICO", "DYNAMIC"))
    assert shown.favicon(("SVG",)) == Picture()


def test_icons_favicons_and_pictures_of_factors_are_of_both_modes() -> None:
    places = (("IDP_BUTTON_ICON", "Acme"), ("FAVICON_SVG", ""), ("EMAIL_GRAPHIC", ""))
    both = [asset(name, mode, resource) for name, resource in places for mode in ("DARK", "LIGHT")]
    pairs = [
        Picture(path(name, "LIGHT", resource), path(name, "DARK", resource)) for name, resource in places
    ]
    shown, dark = pictures(*both), pictures(*both, scheme="dark")

    assert shown.icons() == {"Acme": pairs[0]}
    assert shown.favicon(("SVG",)) == pairs[1]
    assert shown.graphics() == {"EMAIL": pairs[2]}
    assert dark.icons() == {"Acme": Picture(path("IDP_BUTTON_ICON", "DARK", "Acme"))}

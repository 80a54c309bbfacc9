"""Layout in the style sheet of SetUICustomization: within bounds, as it is anyhow, or refused."""

import pytest
from tests.directory.test_classic_css import sheet, thrice

from poolhouse.directory import classic_css
from poolhouse.errors import CssRefused

# What a declaration of layout comes to: class, declaration, and what our sheet says of the same class.
LAYOUT = [
    ("label", "margin: 4px", "margin-top: clamp(0px, 4px, 40px); margin-right: clamp(0px, 4px, 40px); "
     "margin-bottom: clamp(0px, 4px, 40px); margin-left: clamp(0px, 4px, 40px)"),
    ("submitButton", "margin: 20px -15px 10px auto", "margin-top: clamp(0px, 20px, 40px); "
     "margin-right: clamp(0px, -15px, 40px); margin-bottom: clamp(0px, 10px, 40px); margin-left: auto"),
    ("redirect", "margin-top: 0", "margin-top: clamp(0px, 0px, 40px)"),
    ("textDescription", "padding-left: 2em", "padding-left: clamp(0px, 2em, 40px)"),
    ("idpButton", "padding-top: 3px", "padding-top: clamp(0px, 3px, 24px)"),
    ("banner", "padding-top: 999px", "padding-top: clamp(0px, 999px, 80px)"),
    ("banner", "padding-left: 0", "padding-left: clamp(var(--inset, 20px), 0px, 80px)"),
    ("banner", "margin-bottom: 1rem", "--banner-bottom: clamp(0px, 1rem, 40px)"),
    ("submitButton", "width: 108%", "width: clamp(min(160px, 100%), 108%, 100%)"),
    ("socialButton", "max-width: 240px", "max-width: clamp(min(160px, 100%), 240px, 100%)"),
    ("label", "width: 80%", "width: clamp(50%, 80%, 100%)"),
    ("logo", "width: 9000px", "width: min(350px, 9000px)"),
    ("logo", "height: 40px", "height: min(178px, 40px)"),
    ("banner", "height: 120px", "min-height: min(240px, 120px)"),
    ("idpButton", "min-height: 60px", "min-height: max(46px, 60px)"),
    ("submitButton", "text-align: left", "text-align: left; justify-content: left"),
    ("banner", "text-align: center", "text-align: center; justify-content: center"),
    ("inputField", "text-align: end", "text-align: end"),
    ("textDescription", "line-height: 1", "line-height: clamp(1.2, 1, 2.4)"),
    ("submitButton", "line-height: 40px", "line-height: clamp(1.2em, 40px, 2.4em)"),
    ("label", "opacity: 0", "opacity: 0.9"),
    ("legalText", "opacity: 95%", "opacity: 0.95"),
    ("logo", "opacity: .2", "opacity: 0.5"),
    ("redirect", "display: none", "display: none"),
    ("idpButton", "cursor: default", "cursor: default"),
    ("logo", "border: 1px solid red", "border: 1px solid red"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "declaration", "written"), LAYOUT, ids=[row[1] for row in LAYOUT])
def test_layout_takes_effect_within_bounds(name: str, declaration: str, written: str) -> None:
    css = f".{name}-customizable {{ {declaration} }}"

    classic_css.check(css)

    assert sheet(css) == f"{thrice(name)} {{ {written} }}\n"


def test_a_field_of_a_password_keeps_the_button_in_it() -> None:
    css = ".inputField-customizable { width: 80%; margin-top: 2px; padding-left: 4px }"

    field = ".inputField-customizable" * 3
    assert sheet(css) == (
        f".field > :is(input{field}:not(.code), .with-action) "
        "{ width: clamp(min(160px, 100%), 80%, 100%) }\n"
        f".field > :is(input{field}, .with-action) {{ margin-top: clamp(0px, 2px, 40px) }}\n"
        f"{field} {{ padding-left: clamp(0px, 4px, 24px) }}\n"
    )


def test_a_transition_is_for_those_who_like_things_to_move() -> None:
    css = ".submitButton-customizable:hover { transition: background-color .2s ease, color 100ms }"

    assert sheet(css) == (
        f"@media (prefers-reduced-motion: no-preference) {{ {thrice('submitButton')}:hover "
        "{ transition: background-color .2s ease, color 100ms } }\n"
    )


@pytest.mark.parametrize(
    "declaration",
    [
        "width: 100%", "width: auto", "max-width: 100%", "min-width: 0", "height: auto", "display: block",
        "float: none", "overflow: visible", "transform: none", "white-space: normal", "opacity: 1",
        "box-sizing: border-box", "vertical-align: middle",
    ],
)  # fmt: skip
def test_what_the_pages_do_anyhow_may_be_said(declaration: str) -> None:
    css = f".label-customizable {{ {declaration} }}"

    classic_css.check(css)

    assert sheet(css) == ""


# What would be without effect, or is not for sale; and almost the same that is taken.
WITHOUT_EFFECT = [
    ("inputField:focus", "outline: none", "outline: 0"),  # as AWS's template says
    ("submitButton", "outline: 0", "border: 0"),
    ("inputField", "outline-color: red", "border-color: red"),
    ("label", "display: none", "display: block"),
    ("submitButton", "display: none", "display: block"),
    ("errorMessage", "display: none", "display: block"),
    ("inputField", "display: inline-block", "display: block"),
    ("label", "width: 0", "width: 1%"),
    ("banner", "width: 50%", "width: 100%"),
    ("background", "margin: 4px", "background-color: #eee"),
    ("background", "opacity: .5", "opacity: 1"),
    ("background", "padding: 4px", "text-align: center"),
    ("label", "margin: 1px 2px 3px 4px 5px", "margin: 1px 2px 3px 4px"),
    ("label", "margin-top: 1px 2px", "margin-top: 1px"),
    ("label", "margin: 4vh", "margin: 4px"),
    ("label", "padding: auto", "margin: auto"),
    ("label", "height: 40px", "height: auto"),
    ("submitButton", "height: 100%", "height: 60px"),
    ("submitButton", "max-height: 60px", "min-height: 60px"),
    ("label", "text-align: justify", "text-align: center"),
    ("legalText", "text-align: center", "letter-spacing: 1px"),
    ("idpDescription", "text-align: left", "text-align: center"),
    ("logo", "line-height: 2", "height: 40px"),
    ("logo", "color: red", "background-color: red"),
    ("logo", "font-size: 20px", "width: 20px"),
    ("label", "font-size: large", "font-size: 20px"),
    ("label", "font-size: 120%", "font-size: 1.2em"),
    ("label", "opacity: half", "opacity: .5"),
    ("submitButton:hover", "width: 50%", "opacity: .95"),
    ("submitButton:hover", "height: 60px", "cursor: pointer"),
    ("submitButton", "cursor: none", "cursor: pointer"),
    ("label", "cursor: pointer", "color: #111"),
    ("submitButton", "transition: all 9s", "transition: all 1s"),
    ("submitButton", "transition: width 1s", "transition: color 1s"),
    ("submitButton", "transition: ease , , 1s", "transition: all ease 1s"),
    ("label", "transition: all 1s", "color: #111"),
    ("label", "float: left", "float: none"),
    ("label", "overflow: hidden", "overflow: visible"),
    ("label", "white-space: nowrap", "white-space: normal"),
    ("label", "transform: skew", "transform: none"),
    ("label", "vertical-align: top", "vertical-align: middle"),
    ("label", "box-sizing: content-box", "box-sizing: border-box"),
]


@pytest.mark.parametrize(("name", "refused", "twin"), WITHOUT_EFFECT, ids=[row[1] for row in WITHOUT_EFFECT])
def test_what_would_be_without_effect_is_refused_by_class_and_property(
    name: str, refused: str, twin: str
) -> None:
    part, colon, state = name.partition(":")
    selector = f".{part}-customizable{colon}{state}"

    with pytest.raises(CssRefused) as told:
        classic_css.check(f"{selector} {{ {refused} }}")

    assert f"{refused.partition(':')[0]} in {selector} cannot be " in told.value.message
    classic_css.check(f"{selector} {{ {twin} }}")

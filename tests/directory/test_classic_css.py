"""The style sheet of SetUICustomization: what is refused, what is written, and what is left as it is."""

import contextlib
import time

import pytest
from tests.untraced import untraced

from poolhouse.directory import classic_css
from poolhouse.errors import CssRefused

# As Cognito's console gives it to start from.
TEMPLATE = """
.logo-customizable { max-width: 60%; max-height: 30%; }
.banner-customizable { padding: 25px 0px 25px 0px; background-color: lightgray; }
.label-customizable { font-weight: 400; }
.textDescription-customizable { padding-top: 10px; padding-bottom: 10px; display: block; font-size: 16px; }
.idpDescription-customizable { padding-top: 10px; padding-bottom: 10px; display: block; font-size: 16px; }
.legalText-customizable { color: #747474; font-size: 11px; }
.submitButton-customizable { font-size: 14px; font-weight: bold; margin: 20px 0px 10px 0px; height: 40px;
  width: 100%; color: #fff; background-color: #337ab7; }
.submitButton-customizable:hover { color: #fff; background-color: #286090; }
.errorMessage-customizable { padding: 5px; font-size: 14px; width: 100%; background: #F5F5F5;
  border: 2px solid #D64958; color: #D64958; }
.inputField-customizable { width: 100%; height: 34px; color: #555; background-color: #fff;
  border: 1px solid #ccc; }
.inputField-customizable:focus { border-color: #66afe9; outline: 0; }
.idpButton-customizable { height: 40px; width: 100%; width: 100%; text-align: center; margin-bottom: 15px;
  color: #fff; background-color: #5bc0de; border-color: #46b8da; }
.idpButton-customizable:hover { color: #fff; background-color: #31b0d5; }
.socialButton-customizable { border-radius: 2px; height: 40px; margin-bottom: 15px; padding: 1px;
  text-align: left; width: 100%; }
.redirect-customizable { text-align: center; }
.passwordCheck-notValid-customizable { color: #DF3312; }
.passwordCheck-valid-customizable { color: #19BF00; }
.background-customizable { background-color: #fff; }
"""


def sheet(css: str) -> str:
    return classic_css.rendered(css).sheet


def thrice(name: str) -> str:
    return f".{name}-customizable" * 3


def test_the_template_alone_changes_nothing() -> None:
    assert sheet(TEMPLATE) == ""


def test_who_changes_one_colour_of_the_template_gets_that_colour() -> None:
    css = TEMPLATE.replace("background-color: lightgray", "background-color: #2d3142")

    assert sheet(css) == f"{thrice('banner')} {{ background-color: #2d3142; color: #ffffff }}\n"


def test_a_button_that_reads_as_text_colours_the_links_too() -> None:
    css = ".submitButton-customizable { background-color: #7a2e1d }"

    assert sheet(css) == (
        ":root { --focus: #7a2e1d; --accent: #7a2e1d; --accent-soft: #f2eae8; --accent-hover: #7a2e1d }\n"
        f"{thrice('submitButton')} {{ background-color: #7a2e1d; color: #ffffff }}\n"
    )


def test_a_pale_button_colours_itself_alone_and_its_text_is_black() -> None:
    css = ".submitButton-customizable { background-color: gold }"

    assert sheet(css) == f"{thrice('submitButton')} {{ background-color: gold; color: #000000 }}\n"


def test_a_control_keeps_the_height_of_a_finger_and_its_text_a_size_that_can_be_read() -> None:
    css = (
        ".inputField-customizable { height: 20px; font-size: 9px } .legalText-customizable { font-size: 3px }"
    )

    assert sheet(css) == (
        f"{thrice('inputField')} {{ min-height: max(46px, 20px); font-size: max(16px, 9px) }}\n"
        f"{thrice('legalText')} {{ font-size: max(12px, 3px) }}\n"
    )


def test_a_refusal_says_what_is_not_for_sale() -> None:
    with pytest.raises(CssRefused) as told:
        classic_css.check(".submitButton-customizable { outline: none }")

    assert told.value.message == (
        "Invalid CSS: outline in .submitButton-customizable cannot be none; the focus ring is not for sale."
    )


def test_a_sheet_that_was_taken_before_is_shown_without_what_has_no_effect() -> None:
    css = ".label-customizable { outline: none; float: left; color: #112233 }"

    assert sheet(css) == (f":root {{ --ink: #112233 }}\n{thrice('label')} {{ color: #112233 }}\n")


def test_the_template_is_taken() -> None:
    classic_css.check(TEMPLATE)


def test_an_alert_has_the_box_of_the_sheet_and_the_message_at_a_field_its_type_alone() -> None:
    css = ".errorMessage-customizable { border: 1px solid red; padding: 8px; font-weight: 700 }"

    alert = ".alert" + thrice("errorMessage")
    assert sheet(css) == (
        f"{alert} {{ border: 1px solid red; padding-top: clamp(0px, 8px, 40px); "
        "padding-right: clamp(0px, 8px, 40px); padding-bottom: clamp(0px, 8px, 40px); "
        "padding-left: clamp(0px, 8px, 40px) }\n"
        f"{thrice('errorMessage')} {{ font-weight: 700 }}\n"
    )


def test_a_logo_has_its_largest_size() -> None:
    css = ".logo-customizable { max-width: 9000px; max-height: 90% }"

    assert sheet(css) == f"{thrice('logo')} {{ max-width: min(350px, 9000px); max-height: 178px }}\n"


def test_a_dark_sheet_of_the_field_is_written_as_tokens_and_properties() -> None:
    css = """
      .background-customizable { background-color: #0f1115; }
      .label-customizable { color: #ffffff; }
      .inputField-customizable { background-color: #3a4150; border: 1px solid #4a5262; color: #ffffff; }
      .errorMessage-customizable { background-color: #2a1416; border: 1px solid #ff5b5b; color: #ff5b5b; }
      .inputField-customizable:focus { border-color: #4f8cff; }
    """

    assert sheet(css) == (
        ":root { --surface: #0f1115; --ink: #ffffff; --danger: #ff5b5b; --danger-soft: #2a1416; "
        "--focus: #4f8cff }\n"
        f"{thrice('background')} {{ background-color: #0f1115 }}\n"
        f"{thrice('label')} {{ color: #ffffff }}\n"
        f"{thrice('inputField')} {{ background-color: #3a4150; border: 1px solid #4a5262; color: #ffffff }}\n"
        f".alert{thrice('errorMessage')} {{ background-color: #2a1416; border: 1px solid #ff5b5b }}\n"
        f"{thrice('errorMessage')} {{ color: #ff5b5b }}\n"
        f"{thrice('inputField')}:focus {{ border-color: #4f8cff }}\n"
    )


def test_gradients_fonts_and_shadows_of_known_tokens_are_written() -> None:
    css = """
      .banner-customizable { background: linear-gradient(135deg, #2c5aa0, RGBA(30,58,111,.5)) }
      .label-customizable { font-family: 'Public Sans', "Noto Sans", sans-serif; }
      .submitButton-customizable { box-shadow: 0 1px 2px rgb(0 0 0 / 20%) }
    """

    assert sheet(css) == (
        f"{thrice('banner')} {{ background: linear-gradient(135deg, #2c5aa0, rgba(30, 58, 111, .5)) }}\n"
        f"{thrice('label')} {{ font-family: 'Public Sans', \"Noto Sans\", sans-serif }}\n"
        f"{thrice('submitButton')} {{ box-shadow: 0 1px 2px rgb(0 0 0 / 20%) }}\n"
    )


def test_what_is_hard_to_read_is_kept_and_said() -> None:
    found = classic_css.rendered(
        ".submitButton-customizable { background-color: #5bc0de; color: #ffffff }"
        ".label-customizable { color: #ccc }"
    )

    assert found.warnings == (
        "ink: #cccccc on #ffffff is 1.6:1. People with low vision can't read it; 4.5 is enough.",
        "submitButton: #ffffff on #5bc0de is 2.1:1. People with low vision can't read it; 4.5 is enough.",
    )
    assert "color: #ffffff" in found.sheet


REFUSED = {
    "another class": ".modal-content-desktop { color: red }",
    "an element": "body { color: red }",
    "a known class beside another": ".label-customizable .banner-customizable { color: red }",
    "a list of classes": ".label-customizable, .banner-customizable { color: red }",
    "a class of another state": ".submitButton-customizable:active { color: red }",
    "a class whose name only begins so": ".label-customizable-x { color: red }",
    "an attribute selector": "input[value^=a] { color: red }",
    "@import": '@import "https://evil.example/x.css";',
    "@media": "@media screen { .label-customizable { color: red } }",
    "@supports": "@supports (color: red) { .label-customizable { color: red } }",
    "@page": "@page { margin: 1px }",
    "@font-face": "@font-face { font-family: x; src: url(x) }",
    "@charset": '@charset "utf-7"; .label-customizable { color: red }',
    "url()": ".banner-customizable { background: url(https://evil.example/x) }",
    "url() in quotes": ".banner-customizable { background: url('x') }",
    "url() in capitals": ".banner-customizable { background: URL(x) }",
    "url() through a comment": ".banner-customizable { background: ur/**/l(x) }",
    "url() through an escape": r".banner-customizable { background: \75rl(x) }",
    "image-set()": ".banner-customizable { background: image-set('x' 1x) }",
    "expression()": ".label-customizable { width: expression(alert(1)) }",
    "var()": ".label-customizable { color: var(--x) }",
    "attr()": ".label-customizable { color: attr(value) }",
    "calc()": ".label-customizable { width: calc(1px + 2px) }",
    "a custom property": ".label-customizable { --accent: red }",
    "behavior": ".label-customizable { behavior: x }",
    "-moz-binding": ".label-customizable { -moz-binding: x }",
    "content": '.label-customizable { content: "x" }',
    "position": ".label-customizable { position: fixed }",
    "background-image": ".banner-customizable { background-image: none }",
    "a filter": ".banner-customizable { filter: none }",
    "z-index": ".banner-customizable { z-index: 9 }",
    "an escape in a selector": r".label\-customizable { color: red }",
    "an escape in a property": r".label-customizable { c\6f lor: red }",
    "an escape in a value": r".label-customizable { color: r\65 d }",
    "an escape in a string": r'.label-customizable { font-family: "\22; } body { color: red" }',
    "a string that does not end": '.label-customizable { font-family: "x; }',
    "a string over two lines": '.label-customizable { font-family: "x\n"; }',
    "a brace in a string": '.label-customizable { font-family: "}" }',
    "HTML": "</style><script>alert(1)</script>",
    "HTML in a value": ".label-customizable { color: red</style><script> }",
    "an HTML comment": "<!-- .label-customizable { color: red } -->",
    "a comment that does not end": ".label-customizable { color: red } /* x",
    "a rule that does not end": ".label-customizable { color: red",
    "a function that does not end": ".label-customizable { color: rgb(1,2,3 }",
    "a declaration without a value": ".label-customizable { color: ; }",
    "a declaration without a colon": ".label-customizable { color red }",
    "a rule without a selector": "{ color: red }",
    "a rule in a rule": ".label-customizable { .banner-customizable { color: red } }",
    "javascript:": ".banner-customizable { background: javascript:alert(1) }",
    "functions nested too deep": ".banner-customizable { background: "
    + "linear-gradient(" * 5
    + "red"
    + ")" * 5
    + " }",
}


@pytest.mark.parametrize("css", REFUSED.values(), ids=REFUSED)
def test_a_sheet_with_anything_unknown_is_refused_whole(css: str) -> None:
    good = ".label-customizable { color: red }"

    with pytest.raises(CssRefused):
        classic_css.check(f"{good}\n{css}")
    with pytest.raises(CssRefused):
        classic_css.check(css)

    assert sheet(good)


@pytest.mark.parametrize(
    "css",
    [
        "",
        " \n\t ",
        "/* nothing */",
        ".label-customizable {}",
        ".label-customizable{color:red;;}",
        ".label-customizable { color: red /* why */ ; /**/ }",
        ".submitButton-customizable:hover { transition: all .2s ease; cursor: pointer }",
        '.label-customizable { font-family: "ヒラギノ角ゴ" }',
    ],
)
def test_a_plain_sheet_is_taken(css: str) -> None:
    classic_css.check(css)


@pytest.mark.parametrize(
    "unit",
    [
        "/*",
        "/**/",
        ".label-customizable{",
        "a",
        "(",
        "linear-gradient(",
        "/",
        "1px ",
        "-",
        ".",
        "#",
        '"',
        "\\",
        ",",
    ],
)
def test_the_longest_sheet_is_read_in_a_time_that_grows_with_its_length_alone(unit: str) -> None:
    """Four times as long takes four times as long; what reads anything again would take sixteen times."""
    for lead in ("", ".label-customizable { border-radius: 1px "):
        quarter, whole = (_seconds(lead + unit * (length // len(unit))) for length in (32_000, 128_000))
        assert whole < 10 * quarter + 0.05


def _seconds(css: str) -> float:
    """Of this thread's CPU time, the better of two."""
    taken = []
    for _ in range(2):
        began = time.thread_time()
        with untraced(), contextlib.suppress(CssRefused):
            classic_css.check(css)
        taken.append(time.thread_time() - began)
    return min(taken)


def test_a_refusal_repeats_no_more_than_the_beginning_of_what_it_refuses() -> None:
    with pytest.raises(CssRefused) as refused:
        classic_css.check("x" * 100_000)

    assert refused.value.message == (
        f"Invalid CSS: '{'x' * 60}' is not one of the classes that can be customized."
    )

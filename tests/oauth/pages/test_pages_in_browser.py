"""The sample pages in a real browser: accessible, readable at every size, and alive without script.

Needs Debian's `chromium`; the CI script installs it. Screenshots are left in build/screens/.
"""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.oauth.pages.samples import VIEWS
from tests.oauth.pages.stand import POSTED, stand

from poolhouse.oauth.pages import words

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]
SCREENS = ROOT / "build" / "screens"
LOOKED_AT = os.environ.get("CI") != "true"  # nobody looks at the photographs there
AXE = ROOT / "tests" / "clients" / "node_modules" / "axe-core" / "axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS_AND_ROOM = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
SIZES = [("light", 360), ("light", 1280), ("dark", 360), ("dark", 1280)]
HINDERS = """async rules => {
  const result = await axe.run({ runOnly: rules, resultTypes: ["violations"] })
  return result.violations
}"""
# What is wider than the page, or holds more than it shows.
TOO_WIDE = """() => {
  const wide = document.documentElement.scrollWidth > document.documentElement.clientWidth
  const cut = [...document.querySelectorAll("h1, h2, p, label, button, .button, li, dd, legend")]
    .filter(one => one.offsetParent && !one.closest(".sr, .account") && one.scrollWidth > one.clientWidth + 1
      && getComputedStyle(one).display !== "inline")
    .map(one => one.outerHTML.slice(0, 90))
  return wide ? ["the page scrolls sideways", ...cut] : cut
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with stand() as found:
        yield found


def opened(browser: Browser, width: int = 1280, height: int = 800, **context: Any) -> Page:
    made: BrowserContext = browser.new_context(viewport={"width": width, "height": height}, **context)
    made.set_default_timeout(10_000)
    tab = made.new_page()
    tab.complaints = []  # type: ignore[attr-defined]
    tab.on("console", lambda line: tab.complaints.append(line.text))  # type: ignore[attr-defined]
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))  # type: ignore[attr-defined]
    return tab


def photograph(tab: Page, name: str) -> None:
    if LOOKED_AT:
        tab.screenshot(path=SCREENS / f"{name}.png", full_page=True)


@pytest.mark.node
def test_no_page_hinders_anybody_and_each_is_photographed(browser, address):
    """Every rule at the first size; at the others those whose answer depends on colours or on the room."""
    tab = opened(browser, reduced_motion="reduce")  # else a change of scheme takes its time
    axe, found = AXE.read_text("utf-8"), {}

    for name in VIEWS:
        tab.goto(f"{address}/{name}")
        tab.evaluate(axe)
        for place, (scheme, width) in enumerate(SIZES):
            tab.emulate_media(color_scheme=scheme)
            tab.set_viewport_size({"width": width, "height": 800})
            asked = OF_COLOURS_AND_ROOM if place else STANDARDS
            result = tab.evaluate(HINDERS, asked)
            found |= {(name, scheme, one["id"]): one["nodes"][0]["html"] for one in result}
            photograph(tab, f"{name}-{scheme}-{width}")

    tab.context.close()
    assert found == {}
    assert tab.complaints == []


@pytest.mark.node
def test_the_measure_of_what_hinders_finds_a_field_without_a_label(browser, address):
    tab = opened(browser)
    tab.goto(f"{address}/forgot")
    tab.evaluate("document.querySelector('label').remove()")
    tab.evaluate(AXE.read_text("utf-8"))

    result = tab.evaluate(HINDERS, STANDARDS)

    tab.context.close()
    assert "label" in {one["id"] for one in result}


class Pseudo(words.Words):
    """English with accents and 60 % longer, as a text may become in another language."""

    def __init__(self) -> None:
        super().__init__("en")
        self._own = {key: longer(text) for key, text in words.catalogue("en").items()}


def longer(sentence: str) -> str:
    accents = str.maketrans("aeiouAEIOUcn", "äéîõûÄÉÎÕÛçñ")
    parts = re.split(r"(\{\w+\}|</?\w+>)", sentence)
    length = sum(len(part) for part in parts[::2]) * 6 // 10
    filler = " ".join("lörëmîps"[: max(2, length % 9)] for _ in range(length // 8 + 1))[:length]
    return (
        "".join(part if place % 2 else part.translate(accents) for place, part in enumerate(parts)) + filler
    )


@pytest.mark.parametrize("lang", ["pseudo", "de", "ja"])
def test_nothing_is_cut_or_scrolls_sideways_however_long_the_words_are(browser, address, monkeypatch, lang):
    if lang == "pseudo":
        monkeypatch.setattr(words, "of", lambda _: Pseudo())
    tab = opened(browser)

    wide = {}
    for name in VIEWS:
        tab.goto(f"{address}/{name}?lang={'en' if lang == 'pseudo' else lang}")
        for width in (320, 360):
            tab.set_viewport_size({"width": width, "height": 800})
            wide |= {(name, width): found} if (found := tab.evaluate(TOO_WIDE)) else {}

    tab.context.close()
    assert wide == {}


def test_the_measure_of_what_is_too_wide_finds_a_word_that_does_not_break(browser, address):
    tab = opened(browser, 320)
    tab.goto(f"{address}/forgot")
    tab.evaluate("document.querySelector('h1').style.whiteSpace = 'nowrap'")
    tab.evaluate("document.querySelector('h1').textContent = 'word '.repeat(30)")

    assert tab.evaluate(TOO_WIDE)[0] == "the page scrolls sideways"
    tab.context.close()


def test_text_of_twice_the_size_fits(browser, address):
    tab = opened(browser)

    wide = {}
    for name in VIEWS:
        tab.goto(f"{address}/{name}")
        tab.evaluate("document.documentElement.style.fontSize = '200%'")
        for width in (320, 640, 1280):
            tab.set_viewport_size({"width": width, "height": 800})
            wide |= {(name, width): found} if (found := tab.evaluate(TOO_WIDE)) else {}

    tab.context.close()
    assert wide == {}


@pytest.mark.parametrize("name", ["sign-in", "totp-setup", "choose-factor", "sign-up-errors", "code-refused"])
def test_pages_stand_when_text_runs_from_right_to_left(browser, address, name):
    tab = opened(browser)
    tab.goto(f"{address}/{name}")
    tab.evaluate("document.documentElement.dir = 'rtl'")

    seen = {}
    for width in (360, 1280):
        tab.set_viewport_size({"width": width, "height": 800})
        photograph(tab, f"{name}-rtl-{width}")
        heading, main = (tab.locator(one).bounding_box() for one in ("h1", "main"))
        ends = [box["x"] + box["width"] for box in (heading, main)]
        seen[width] = (tab.evaluate(TOO_WIDE), ends[1] - ends[0])

    tab.context.close()
    assert {width: wide for width, (wide, _) in seen.items()} == {360: [], 1280: []}
    assert {width: room for width, (_, room) in seen.items()} == pytest.approx({360: 20, 1280: 40}, abs=1)


@pytest.mark.parametrize("brand", ["managed", "classic"])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_brand_changes_the_look_and_keeps_the_floor_of_controls(browser, address, brand, width):
    tab = opened(browser, width, color_scheme="dark")
    tab.goto(f"{address}/sign-in?brand={brand}")
    photograph(tab, f"sign-in-{brand}-{width}")

    colour = tab.evaluate("getComputedStyle(document.querySelector('.primary')).backgroundColor")
    heights = [one.bounding_box()["height"] for one in tab.locator(".button:visible, .field input").all()]
    what = "'main'" if width > 600 else "'body'"  # on a phone the page is the surface
    surface = tab.evaluate(f"getComputedStyle(document.querySelector({what})).backgroundColor")

    tab.context.close()
    assert colour == {"managed": "rgb(122, 46, 29)", "classic": "rgb(29, 92, 58)"}[brand]
    assert min(heights) >= 46
    assert surface == "rgb(255, 255, 255)"  # these brands are light for everybody


def test_a_form_stands_where_the_brand_says_with_its_logo_above_it(browser, address):
    tab = opened(browser, 1280, 1200)
    tab.goto(f"{address}/password?brand=moved")
    logo, form, foot = (tab.locator(one).bounding_box() for one in (".brand img", "main", ".foot"))
    tab.evaluate(AXE.read_text("utf-8"))
    found = tab.evaluate("rules => axe.run({ runOnly: rules })", STANDARDS)

    tab.context.close()
    assert logo["y"] + logo["height"] <= form["y"]
    assert logo["x"] + logo["width"] / 2 == pytest.approx(form["x"] + form["width"] / 2, abs=1)
    assert form["x"] > 1280 / 2  # at the end
    above, below = logo["y"], foot["y"] - form["y"] - form["height"]
    assert above == pytest.approx(below, abs=2)
    assert [one["id"] for one in found["violations"]] == []


def test_the_sign_in_page_is_walked_in_its_order_by_keyboard(browser, address):
    tab = opened(browser)
    tab.goto(f"{address}/sign-in")
    name = "document.activeElement.name || document.activeElement.textContent.trim()"

    walked = [tab.evaluate(name)]
    for _ in range(11):
        tab.keyboard.press("Tab")
        walked.append(tab.evaluate(name))
        assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"

    tab.context.close()
    assert walked == [
        "username",
        "password",
        "Show password",
        "Forgot your password?",
        "signInSubmitButton",
        "Sign in with a passkey",
        "idp",
        "idp",
        "idp",
        "Terms",
        "Privacy",
        "Language: English",
    ]


def test_enter_in_a_field_signs_in(browser, address):
    tab = opened(browser)
    tab.goto(f"{address}/sign-in")
    tab.fill("[name=username]", "mara@example.com")
    tab.fill("[name=password]", "P2$Sword")
    tab.press("[name=username]", "Enter")
    tab.wait_for_selector("text=posted")

    path, form = POSTED[-1]
    tab.context.close()
    assert path == "/login"
    assert form["username"] == "mara@example.com"
    assert form["password"] == "P2$Sword"
    assert form["cognitoAsfData"] == ""
    assert form["_csrf"]


def test_show_shows_the_password_until_it_is_sent(browser, address):
    tab = opened(browser)
    tab.goto(f"{address}/password")
    field, button = tab.locator("[name=password]"), tab.locator("[aria-controls]")
    seen = []

    for act in (lambda: None, button.click, button.click, button.click):
        act()
        seen.append((field.get_attribute("type"), button.get_attribute("aria-pressed")))
    tab.evaluate("document.querySelector('form').addEventListener('submit', event => event.preventDefault())")
    tab.click("[name=signInSubmitButton]")
    seen.append((field.get_attribute("type"), button.get_attribute("aria-pressed")))

    tab.context.close()
    hidden, shown = ("password", "false"), ("text", "true")
    assert seen == [hidden, shown, hidden, shown, hidden]


def test_without_script_no_dead_button_is_seen_and_the_rest_works(browser, address):
    tab = opened(browser, java_script_enabled=False)
    tab.goto(f"{address}/sign-in")
    hidden = [tab.locator(one).is_visible() for one in ("[aria-controls]", "text=Sign in with a passkey")]
    tab.goto(f"{address}/passkey")
    said = tab.locator("noscript p").is_visible()
    button = tab.locator("text=Continue").is_visible()
    tab.goto(f"{address}/sign-in")
    tab.click("text=Continue with Google")
    tab.wait_for_selector("text=posted")

    tab.context.close()
    assert hidden == [False, False]
    assert (said, button) == (True, False)
    assert POSTED[-1][1]["idp"] == "Google"


def plugged_in(tab: Page) -> None:
    session = tab.context.new_cdp_session(tab)
    session.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": key})


def test_a_passkey_is_made_and_then_used_by_the_button(browser, address):
    tab = opened(browser)
    tab.goto(f"{address}/passkey-add")
    plugged_in(tab)

    tab.click("button:has-text('Create a passkey')")
    tab.wait_for_selector("text=posted")
    made = json.loads(POSTED[-1][1]["credential"])
    tab.goto(f"{address}/passkey")
    tab.click("text=Continue")
    tab.wait_for_selector("text=posted")
    path, form = POSTED[-1]
    used = json.loads(form["credential"])

    tab.context.close()
    assert made["response"].keys() >= {"clientDataJSON", "attestationObject", "transports"}
    assert used["response"].keys() >= {"clientDataJSON", "authenticatorData", "signature", "userHandle"}
    assert used["id"] == made["id"] == used["rawId"]
    assert (path, form["sealed"]) == ("/passkey", "c2VhbGVk")
    assert tab.complaints == []


def test_a_passkey_that_autofill_offers_signs_in_by_itself(browser, address):
    tab = opened(browser)
    tab.goto(f"{address}/passkey-add")
    plugged_in(tab)
    tab.click("button:has-text('Create a passkey')")
    tab.wait_for_selector("text=posted")

    tab.goto(f"{address}/sign-in")
    tab.wait_for_selector("text=posted")

    tab.context.close()
    assert POSTED[-1][0] == "/passkey"
    assert "signature" in POSTED[-1][1]["credential"]


def test_no_passkey_is_a_sentence_and_not_the_end(browser, address):
    tab = opened(browser)
    tab.goto(f"{address}/passkey")
    tab.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('cancelled')) }")
    before = len(POSTED)

    tab.click("text=Continue")
    tab.wait_for_selector("text=No passkey was used. Try again, or sign in another way.")
    tab.click("button:has-text('Sign in another way')")
    tab.wait_for_selector("text=posted")

    tab.context.close()
    assert [form.get("another") for _, form in POSTED[before:]] == ["1"]


def test_in_forced_colours_a_button_still_has_an_edge(browser, address):
    tab = opened(browser, forced_colors="active")
    tab.goto(f"{address}/sign-in-refused")
    photograph(tab, "sign-in-refused-forced-colours")

    edge = tab.evaluate("getComputedStyle(document.querySelector('.primary')).border")

    tab.context.close()
    assert re.fullmatch(r"1px solid (?!rgba\(0, 0, 0, 0\)).*", edge)

"""The catalogues: whole where they must be, in step with each other, and in the tone of the house."""

import json
import re
from itertools import chain
from pathlib import Path

import pytest

from poolhouse.oauth.pages import language, render, words
from poolhouse.oauth.pages.words import Said

HERE = Path(render.__file__).parent
ENGLISH = words.catalogue("en")
BANNED = re.compile(r"\b(invalid|illegal|failed|credentials?|OTP|MFA|TOTP|IdP)\b", re.IGNORECASE)
LABELS = re.compile(
    r"(\.heading(\.\w+)?|\.button|\.title|^identity\.\w+|^label\.\w+|^attribute\.\w+|^continue)$"
)


def raw(lang):
    return json.loads((HERE / "words" / f"{lang}.json").read_text("utf-8"))


def places(sentence):
    return sorted(re.findall(r"\{\w+\}|</?\w+>", sentence))


@pytest.mark.parametrize("lang", language.COMPLETE)
def test_a_complete_language_lacks_no_sentence(lang):
    assert ENGLISH.keys() - raw(lang).keys() == set()


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_no_language_has_a_sentence_that_english_lacks(lang):
    assert raw(lang).keys() - ENGLISH.keys() == set()


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_each_sentence_has_the_places_and_links_of_the_english_one(lang):
    different = [key for key, text in raw(lang).items() if places(text) != places(ENGLISH[key])]

    assert different == []


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_no_sentence_shouts_or_is_empty(lang):
    texts = raw(lang).values()

    assert not any(text.endswith(("!", "！")) or not text.strip() for text in texts)


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_headings_buttons_and_labels_end_without_a_full_stop(lang):
    assert [key for key, text in raw(lang).items() if LABELS.search(key) and text.endswith((".", "。"))] == []


def test_no_english_sentence_blames_or_speaks_jargon():
    assert [text for text in ENGLISH.values() if BANNED.search(text)] == []
    assert BANNED.search("Invalid credentials")


def test_every_sentence_is_used():
    """By its whole key, or by a prefix that is put together with what is shown."""
    sources = list(chain(HERE.parent.rglob("*.py"), HERE.glob("templates/*.html")))
    text = "\n".join(path.read_text("utf-8") for path in sources)
    whole = set(re.findall(r'"([\w.]+)"', text))
    begun = set(re.findall(r'"([a-z_.]+\.)" ~', text)) | set(re.findall(r'f"([a-z_.]+\.)\{', text))
    unused = [key for key in ENGLISH if key not in whole and not key.startswith(tuple(begun))]

    assert unused == []


def test_what_stands_in_a_place_is_escaped_and_kept_apart():
    said = words.of("en").say("sign_in.heading.app", app="<b>Ann & Co")

    assert said == "Sign in to <bdi>&lt;b&gt;Ann &amp; Co</bdi>"


def test_a_span_is_a_link_to_the_address_that_is_given():
    said = words.of("de").say("sign_in.new", sign_up='/signup?a=1&b="')

    assert said == 'Neu hier? <a href="/signup?a=1&amp;b=&#34;">Konto anlegen</a>'


def test_a_title_is_plain_text():
    assert (
        words.of("fr").plain("sign_up.have", sign_in="/login") == "Vous en avez déjà un\u202f? Se connecter"
    )


def test_what_a_language_lacks_is_said_in_english_and_marked_so(monkeypatch):
    speech = words.Words("nl")
    speech._own = {"or": "of"}

    assert speech.say("or") == "of"
    assert speech.say("continue") == '<span lang="en">Continue</span>'
    assert speech.plain("continue") == "Continue"


def test_a_sentence_of_the_customer_is_escaped_and_not_looked_up():
    assert words.of("en").tell(Said(verbatim="<i>{app}")) == "&lt;i&gt;{app}"
    assert words.of("en").tell(Said("or")) == "or"

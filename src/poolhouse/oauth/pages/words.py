"""Sentences in twelve languages: one catalogue a language, one key a sentence (UI guide, 8).

A sentence has places, `{app}`, and spans that are links, `<terms>Terms of use</terms>`. What stands in a
place is escaped, and isolated with <bdi> so that a name written from right to left turns no neighbour round.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field

if TYPE_CHECKING:
    from markupsafe import Markup

ENGLISH = "en"

_FOLDER = Path(__file__).parent / "words"
_PART = re.compile(r"\{(\w+)\}|<(\w+)>(.*?)</\2>")


class Said(Struct, frozen=True):
    """One sentence: its key and what stands in its places; or `verbatim`, a text of the customer's."""

    key: str = ""
    places: Mapping[str, Any] = field(default_factory=dict)
    verbatim: str = ""


class Words:
    """The sentences of one language; what it lacks, in English."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._own = catalogue(lang)

    def say(self, key: str, /, **places: Any) -> "Markup":
        """The sentence as HTML. A place takes a text, a number, HTML or a `Said`; a span takes an address."""
        from markupsafe import Markup

        told = {
            name: self.tell(value) if isinstance(value, Said) else value for name, value in places.items()
        }
        sentence = self._own.get(key)
        if sentence is not None:
            return Markup(_html(sentence, told))  # noqa: S704 - each part of it was escaped
        return Markup(f'<span lang="en">{_html(catalogue(ENGLISH)[key], told)}</span>')  # noqa: S704 - likewise

    def plain(self, key: str, /, **places: Any) -> str:
        """The sentence as text, for titles and attributes. The template escapes it."""
        sentence = self._own.get(key) or catalogue(ENGLISH)[key]
        return _PART.sub(lambda found: str(places[found[1]]) if found[1] else found[3], sentence)

    def tell(self, said: Said) -> "Markup":
        """A `Said` as HTML."""
        from markupsafe import escape

        return self.say(said.key, **said.places) if said.key else escape(said.verbatim)


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """Key to sentence. `lang` is one of `language.LANGUAGES`."""
    return msgspec.json.decode((_FOLDER / f"{lang}.json").read_bytes(), type=dict[str, str])


@cache
def of(lang: str) -> Words:
    return Words(lang)


def _html(sentence: str, places: Mapping[str, Any]) -> str:
    from markupsafe import escape

    made, end = [], 0
    for found in _PART.finditer(sentence):
        made += [str(escape(sentence[end : found.start()])), _part(found, places)]
        end = found.end()
    return "".join([*made, str(escape(sentence[end:]))])


def _part(found: re.Match[str], places: Mapping[str, Any]) -> str:
    from markupsafe import Markup, escape

    if found[2]:
        return f'<a href="{escape(places[found[2]])}">{_html(found[3], places)}</a>'
    value = places[found[1]]
    if isinstance(value, Markup | int):
        return str(value)
    return f"<bdi>{escape(value)}</bdi>"

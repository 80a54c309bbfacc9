"""When are two answers the same? When they are, but for what was asked and for what nobody can read."""

import html
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, quote_plus

import msgspec
from tests.isolation.stage import Outcome

_PLACE = "<it>"
# What is sealed or signed differs with its content, and says nothing to whoever holds it.
_OPAQUE = re.compile(r"[A-Za-z0-9+/_=.-]{41,}")
# Decoys have a salt and an id that are worked out of the name.
_MADE_OF_NAMES = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9a-fA-F]{16,40}\b")


QUESTIONS: Any = {"deadline": None, "derandomize": True, "database": None}


def told(named: str, theirs: Outcome, nobodys: Outcome, drawn: Iterable[Any]) -> list[str]:
    """A sentence where the answer about theirs is not that about what does not exist."""
    values = list(drawn)
    there, nowhere = plain(theirs, values), plain(nobodys, values)
    return [] if there == nowhere else [f"{named}:\n  theirs {there}\n  nobody {nowhere}"]


def never_was(value: Any) -> Any:
    """A value of the same form, with its last letters and digits changed for others of their kind."""
    if not isinstance(value, str):
        return value
    letters, changed = list(value), 0
    for place in range(len(letters) - 1, -1, -1):
        letter = letters[place]
        for kind in ("0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
            if letter in kind and changed < 5:
                letters[place], changed = kind[(kind.index(letter) + 3) % len(kind)], changed + 1
    return "".join(letters)


def plain(outcome: Outcome, drawn: Iterable[Any]) -> Outcome:
    """The answer without the values that were drawn for the request."""
    text = msgspec.json.encode(outcome.body, enc_hook=str).decode()
    for value in sorted(set(_texts(drawn)), key=len, reverse=True):
        text = text.replace(value, _PLACE)
    return Outcome(outcome.status, outcome.code, _MADE_OF_NAMES.sub("<id>", _OPAQUE.sub("<sealed>", text)))


def _texts(drawn: Iterable[Any]) -> Iterable[str]:
    for value in drawn:
        if isinstance(value, str) and value:
            yield from (value, quote(value, safe=""), quote_plus(value), html.escape(value))

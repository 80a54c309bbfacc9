"""A stand-in for the model: it answers from the notes it is given, a word at a time, without a network.

Put your model's client in its place. What matters is the shape: it is told the notes of one tenant and
nothing else, and it gives its answer in pieces.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence

_PAUSE = 0.05  # seconds between two words, as a model thinks
_WORD = re.compile(r"\w{4,}")


async def answer(question: str, notes: Sequence[str]) -> AsyncIterator[str]:
    """The pieces of an answer; together they are its text."""
    for word in _text(question, notes).split(" "):
        yield f"{word} "
        await asyncio.sleep(_PAUSE)


def _text(question: str, notes: Sequence[str]) -> str:
    best = max(notes, key=lambda note: len(_words(question) & _words(note)), default="")
    if not _words(question) & _words(best):
        return f"None of your {len(notes)} notes says anything about that. Add one, and ask again."
    return f"Of your {len(notes)} notes, this one fits best: {best}"


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))

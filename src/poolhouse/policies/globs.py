"""Patterns in which `*` is any text and `?` any character, and matchers that no pattern can make slow.

A pattern is a tuple of tokens: literal texts and `Wild`. What a user's name or tag puts into a pattern is
always a text, so a `*` in it is a star and nothing more.
"""

from collections.abc import Callable, Iterable, Sequence
from enum import Enum


class Wild(Enum):
    TEXT = "*"
    CHARACTER = "?"


Token = str | Wild
Tokens = tuple[Token, ...]
Match = Callable[[str], bool]


def matcher(tokens: Tokens) -> Match:
    """Whether a text is, as a whole, what the pattern describes.

    Without `?` the time is linear. With it each character of the text costs a few operations on integers
    of one bit for each character of the pattern: 2,000 characters against 2,000 take about a millisecond.
    """
    if Wild.CHARACTER in tokens:
        return _automaton(tokens)
    pieces = _pieces(tokens)
    return _between_stars(pieces) if len(pieces) > 1 else pieces[0].__eq__


def any_of(patterns: Iterable[Tokens]) -> Match:
    """Whether a text is what one of the patterns describes."""
    exact: set[str] = set()
    prefixes: list[str] = []
    others: list[Match] = []
    for tokens in patterns:
        if not any(isinstance(token, Wild) for token in tokens):
            exact.add(literal(tokens))
        elif tokens[-1] is Wild.TEXT and not any(isinstance(token, Wild) for token in tokens[:-1]):
            prefixes.append(literal(tokens[:-1]))
        else:
            others.append(matcher(tokens))
    starts = tuple(prefixes)
    if not others:
        return lambda text: text in exact or text.startswith(starts)
    return lambda text: text in exact or text.startswith(starts) or any(match(text) for match in others)


def literal(tokens: Sequence[Token]) -> str:
    """The text of a pattern without wildcards."""
    return "".join(token if isinstance(token, str) else token.value for token in tokens)


def split(tokens: Tokens, separator: str, times: int) -> list[Tokens]:
    """As `str.split`, for a pattern."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if isinstance(token, Wild):
            parts[-1].append(token)
            continue
        first, *rest = token.split(separator, times + 1 - len(parts))
        parts[-1].append(first)
        parts += [[piece] for piece in rest]
    return [tuple(part) for part in parts]


def _pieces(tokens: Tokens) -> list[str]:
    """The literal texts before, between and after the stars: one more than there are stars."""
    pieces = [""]
    for token in tokens:
        if isinstance(token, Wild):
            pieces.append("")
        else:
            pieces[-1] += token
    return pieces


def _between_stars(pieces: Sequence[str]) -> Match:
    """What stands between two stars may be taken where it is found first: that leaves most for the rest."""
    first, *middle, last = pieces
    shortest = len(first) + len(last)

    def match(text: str) -> bool:
        if len(text) < shortest or not (text.startswith(first) and text.endswith(last)):
            return False
        at, end = len(first), len(text) - len(last)
        for piece in middle:
            at = text.find(piece, at, end)
            if at < 0:
                return False
            at += len(piece)
        return True

    return match


def _automaton(tokens: Tokens) -> Match:
    """All the places of the pattern where a text may have come to are one integer, a bit each.

    Bit i is set when the first i characters of the pattern (stars left out) are matched; a star at i lets
    bit i stay whatever comes.
    """
    accepts: dict[str, int] = {}
    anything = stay = size = 0
    for token in tokens:
        if token is Wild.TEXT:
            stay |= 1 << size
        elif token is Wild.CHARACTER:
            anything |= 1 << size
            size += 1
        else:
            for character in token:
                accepts[character] = accepts.get(character, 0) | 1 << size
                size += 1
    accepts = {character: places | anything for character, places in accepts.items()}

    def match(text: str) -> bool:
        places = 1
        for character in text:
            places = (places & accepts.get(character, anything)) << 1 | places & stay
            if not places:
                return False
        return bool(places >> size)

    return match

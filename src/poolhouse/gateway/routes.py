"""Which route a request is for, as API Gateway chooses (its developer guide, "Routing API requests").

The route whose path fits best: whole paths before `{proxy+}`, `{proxy+}` before `$default`; among them, from
left to right, words before variables. A method before ANY, for the same path.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

from poolhouse.gateway import paths

DEFAULT = "$default"
ANY = "ANY"

_VARIABLE = re.compile(r"\{([A-Za-z0-9._:-]{1,64})(\+?)\}")
_WORD = re.compile(r"[^{}%?#;/\\\s]+")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", ANY})

T = TypeVar("T")


class BadPattern(Exception):
    """One sentence, which says what is wrong with a route's path or method."""


class Segment(Struct, frozen=True):
    """rank  0: this word; 1: anything; 2: everything from here on"""

    rank: int
    text: str  # the word, or the name of the variable


class Pattern(Struct, frozen=True):
    """`GET /items/{id}`, taken apart. No segments and `is_default`: whatever no other route takes."""

    method: str
    path: str
    segments: tuple[Segment, ...]

    @property
    def key(self) -> str:
        """As API Gateway names a route."""
        return DEFAULT if self.path == DEFAULT else f"{self.method} {self.path}"

    @property
    def is_default(self) -> bool:
        return self.path == DEFAULT

    @property
    def is_greedy(self) -> bool:
        return bool(self.segments) and self.segments[-1].rank == 2

    @property
    def shape(self) -> tuple[object, ...]:
        """Two routes of one shape would take the same requests."""
        words = tuple(segment.text if segment.rank == 0 else segment.rank for segment in self.segments)
        return (self.method, self.is_default, words)

    @property
    def place(self) -> tuple[object, ...]:
        """Routes are asked in this order."""
        ranks = tuple(segment.rank for segment in self.segments)
        return (self.is_default, self.is_greedy, ranks, self.method == ANY)

    @property
    def variables(self) -> tuple[str, ...]:
        return tuple(segment.text for segment in self.segments if segment.rank)

    def parameters(self, method: str, found: Sequence[str]) -> Mapping[str, str] | None:
        """The variables of a request of this route, decoded; None: it is not of this route."""
        if self.is_default:
            return {}
        if self.method not in (method, ANY) or len(found) < len(self.segments):
            return None
        if len(found) > len(self.segments) and not self.is_greedy:
            return None
        values: dict[str, str] = {}
        for place, segment in enumerate(self.segments):
            if segment.rank == 2:
                values[segment.text] = "/".join(found[place:])
            elif segment.rank == 1:
                values[segment.text] = found[place]
            elif paths.plain(found[place]) != segment.text:
                return None
        return values


def pattern(method: str, path: str) -> Pattern:
    """Raises `BadPattern`."""
    if method not in _METHODS:
        raise BadPattern(f"{method} is no method: write ANY, or one of {', '.join(sorted(_METHODS))}.")
    if path == DEFAULT:
        return Pattern(ANY, path, ())
    if not path.startswith("/"):
        raise BadPattern(f"the path {path} begins without a slash: write /{path}, or {DEFAULT}.")
    parts = [] if path == "/" else path[1:].split("/")
    made = Pattern(method, path, tuple(_segment(part, path) for part in parts))
    if any(segment.rank == 2 for segment in made.segments[:-1]):
        raise BadPattern(f"the path {path} goes on after its greedy variable: end it there.")
    if len(set(made.variables)) < len(made.variables):
        raise BadPattern(f"the path {path} has two variables of one name: rename one.")
    return made


def _segment(part: str, path: str) -> Segment:
    variable = _VARIABLE.fullmatch(part)
    if variable:
        return Segment(2 if variable[2] else 1, variable[1])
    if _WORD.fullmatch(part) is None or part in (".", ".."):
        raise BadPattern(
            f"the path {path} has the segment {part!r}: write a plain word, {{name}} or {{name+}}."
        )
    return Segment(0, part)


class Table(Generic[T]):
    """Routes with what belongs to each."""

    def __init__(self, routes: Sequence[tuple[Pattern, T]]) -> None:
        """Raises `BadPattern` for two routes that would take the same requests."""
        self._routes = sorted(routes, key=lambda route: route[0].place)
        shapes = [route[0].shape for route in self._routes]
        for (found, _), shape in zip(self._routes, shapes, strict=True):
            if shapes.count(shape) > 1:
                raise BadPattern(f"{found.key} is there twice: remove one of the two routes.")

    @property
    def keys(self) -> list[str]:
        """The names of the routes, in the order in which they are asked."""
        return [found.key for found, _ in self._routes]

    def find(self, method: str, segments: Sequence[str]) -> tuple[T, Mapping[str, str]] | None:
        """None for a method that API Gateway does not know, such as TRACE: no ANY is meant to take it."""
        if method not in _METHODS:
            return None
        for found, what in self._routes:
            parameters = found.parameters(method, segments)
            if parameters is not None:
                return what, parameters
        return None

"""Requests with holes in them: each hole is an identifier, and is filled from one tenant or another."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[str, ...]


@dataclass(frozen=True)
class Id:
    """A hole. `foreign` is the kind that another tenant's value is of, where it is not the own value's."""

    kind: str
    foreign: str = ""
    within: str = "{}"  # the text around it

    @property
    def of_others(self) -> str:
        return self.foreign or self.kind


@dataclass(frozen=True)
class Own:
    """What is always our own: it names nothing, and goes with what does."""

    kind: str


@dataclass(frozen=True)
class Key:
    """A name in a map that is an identifier."""

    hole: Id


@dataclass(frozen=True)
class Case:
    """One way to call an operation.

    operation  `service:Name`
    members    the request, with holes
    ends       the code of the error that our own values are answered with; empty: they succeed
    way        which way, where there are several
    before     what our pool is set to before it is asked: an operation and its members
    """

    operation: str
    members: Mapping[Any, Any]
    ends: str = ""
    way: str = ""
    before: tuple[str, Mapping[str, Any]] | None = None

    @property
    def label(self) -> str:
        return f"{self.operation} {self.way}".strip()

    @property
    def holes(self) -> dict[Path, Id]:
        return dict(holes(self.members))


Choose = Callable[[Path, Id], Any]


def filled(part: Any, choose: Choose, path: Path = ()) -> Any:
    """The request, with what `choose` gives for each hole. None leaves a member out."""
    if isinstance(part, Id):
        value = choose(path, part)
        return part.within.format(value) if isinstance(value, str) else value
    if isinstance(part, Own):
        return choose((), Id(part.kind))
    if isinstance(part, list):
        return [filled(one, choose, (*path, "[]")) for one in part]
    if isinstance(part, Mapping):
        return _filled_map(part, choose, path)
    return part


def _filled_map(part: Mapping[Any, Any], choose: Choose, path: Path) -> dict[str, Any]:
    made = {}
    for name, value in part.items():
        named = filled(name.hole, choose, (*path, "{}")) if isinstance(name, Key) else name
        content = filled(value, choose, (*path, _step(name)))
        if content is not None:
            made[named] = content
    return made


def _step(name: Any) -> str:
    return "{}=" if isinstance(name, Key) else str(name)


def holes(part: Any, path: Path = ()) -> Iterator[tuple[Path, Id]]:
    if isinstance(part, Id):
        yield path, part
    elif isinstance(part, list):
        for one in part:
            yield from holes(one, (*path, "[]"))
    elif isinstance(part, Mapping):
        for name, value in part.items():
            if isinstance(name, Key):
                yield (*path, "{}"), name.hole
            yield from holes(value, (*path, _step(name)))

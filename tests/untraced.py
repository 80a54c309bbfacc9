"""Without what measures coverage: for what is timed, and for tables that go where others have been before.

The tracer costs as much again as half of what it watches, and more than half of all tests are further rows of
a table: where a whole server is asked, the first row has gone the way of the others. Threads that are started
meanwhile are not watched either.
"""

import inspect
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

# Markers of tests that look from outside, and of those whose hundred examples go where one has been.
_BEYOND = ("browser", "node", "hypothesis", "untraced")


@contextmanager
def untraced() -> Iterator[None]:
    tracer, of_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)
        threading.settrace(of_threads)


def adds_nothing(item: pytest.Item) -> bool:
    """Whether this is a further row of a table, or looks from outside at what is not measured.

    Rows of pure functions are watched: they are quick, and each may be the only one that takes a branch.
    A store, a kind of server: parameters of fixtures are no rows, each has code of its own.
    """
    return any(item.get_closest_marker(name) for name in _BEYOND) or _is_further_row(item)


def _is_further_row(item: pytest.Item) -> bool:
    row = getattr(item, "callspec", None)
    if row is None or not inspect.iscoroutinefunction(getattr(item, "obj", None)):
        return False
    names = {name.strip() for mark in item.iter_markers("parametrize") for name in _names(mark.args[0])}
    return any(place > 0 for name, place in row.indices.items() if name in names)


def _names(given: str | list[str] | tuple[str, ...]) -> list[str]:
    return given.split(",") if isinstance(given, str) else list(given)

"""Which errors a handler can reach: by reading the source, name by name, without running it.

A function reaches every function, method and error class of ours that its text names, so this says
too much (a branch that a caller never takes counts) and, but for callables in tables, never too little:
for those a module's constants count for every function that names them.
"""

import inspect
import sys
import textwrap
import types
from ast import AST, Attribute, Name, parse, walk
from collections.abc import Iterator
from functools import cache
from typing import Any

from poolhouse.errors import ApiError

_OURS = "poolhouse."
# The gateway's own errors are on every path and are checked apart.
_STOPS = ("poolhouse.wire", "poolhouse.web", "poolhouse.ports", "poolhouse.settings", "poolhouse.crypto")


@cache
def errors_of(handler: Any) -> frozenset[type[ApiError]]:
    """Every error class that the handler's text, and all that it calls, can name."""
    found: set[type[ApiError]] = set()
    seen: set[int] = set()
    waiting = [handler]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, type) and issubclass(thing, ApiError):
            found.add(thing)
        else:
            waiting.extend(_named_by(thing))
    return frozenset(found)


def _named_by(thing: Any) -> Iterator[Any]:
    """The things of ours that the text of a function or class names, or that a constant holds."""
    if isinstance(thing, tuple | list | frozenset):
        yield from thing
        return
    if isinstance(thing, dict | types.MappingProxyType):
        yield from thing.values()
        return
    module = getattr(thing, "__module__", "") or ""
    if module.startswith(_OURS) and not module.startswith(_STOPS) and callable(thing):
        yield from _named_in(thing, module)


@cache  # most of what an operation reaches, others reach as well
def _named_in(thing: Any, module: str) -> tuple[Any, ...]:
    named = (_resolved(node, sys.modules[module]) for node in walk(_tree(thing)))
    return tuple(found for found in named if _is_ours(found))


def _tree(thing: Any) -> AST:
    try:
        return parse(textwrap.dedent(inspect.getsource(thing)))
    except (OSError, TypeError):
        return parse("")


def _resolved(node: AST, module: types.ModuleType) -> Any:
    if isinstance(node, Name):
        return getattr(module, node.id, None)
    if isinstance(node, Attribute) and isinstance(node.value, Name):
        owner = getattr(module, node.value.id, None)
        return getattr(owner, node.attr, None) if isinstance(owner, types.ModuleType) else None
    return None


def _is_ours(thing: Any) -> bool:
    if isinstance(thing, tuple | list | dict | frozenset | types.MappingProxyType):
        return True
    return str(getattr(thing, "__module__", "")).startswith(_OURS)

"""What a function that is called learns of the trace it is called in (W3C Trace Context; AWS X-Ray).

drivers/traces.py says what it is; without traces there is none, and nothing is sent.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_parent: ContextVar[str] = ContextVar("traceparent", default="")


@contextmanager
def calling(traceparent: str) -> Iterator[None]:
    """While a call is made: `00-<trace, 32 digits>-<span, 16 digits>-<flags, 2 digits>`."""
    token = _parent.set(traceparent)
    try:
        yield
    finally:
        _parent.reset(token)


def w3c() -> dict[str, str]:
    """The header for a server that is called; empty without a trace."""
    found = _parent.get()
    return {"traceparent": found} if found else {}


def x_ray(header: str) -> dict[str, str]:
    """The same as Lambda knows it, under this name: the id of a trace begins with eight digits of its own."""
    found = _parent.get()
    if not found:
        return {}
    _, trace, span, flags = found.split("-")
    sampled = int(flags, 16) & 1
    return {header: f"Root=1-{trace[:8]}-{trace[8:]};Parent={span};Sampled={sampled}"}

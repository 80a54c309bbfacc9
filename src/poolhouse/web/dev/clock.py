"""GET and POST /_dev/clock: the time that all expiry follows, and moving it."""

import re
from typing import Any, Protocol, runtime_checkable
from urllib.parse import parse_qsl

from poolhouse.context import Env
from poolhouse.errors import Serialization
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.ports import DAY, HOUR, MINUTE, SECOND, Instant
from poolhouse.web.dev import rendering, times
from poolhouse.wire import json11

PATH = "/_dev/clock"

_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_SPAN = re.compile(r"([0-9]{1,9})([smhdw])", re.ASCII)
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 10


@runtime_checkable
class MovableClock(Protocol):
    """The clock of `poolhouse dev`."""

    @property
    def offset(self) -> Instant: ...

    def now(self) -> Instant: ...

    def advance(self, by: Instant) -> None: ...

    def set(self, instant: Instant) -> None: ...

    def reset(self) -> None: ...


class _Refused(Exception):
    """Why the clock was not moved."""


def clock_of(env: Env) -> MovableClock:
    if not isinstance(env.clock, MovableClock):
        raise TypeError("the dev pages need a clock that can be moved")
    return env.clock


def show(env: Env) -> Response:
    clock = clock_of(env)
    seconds = clock.offset / SECOND
    shown = int(seconds) if seconds.is_integer() else seconds
    return rendering.json(200, {"now": times.iso(clock.now()), "offset_seconds": shown})


def move(env: Env, request: HttpRequest) -> Response:
    """Move the clock. JSON is answered with JSON, the form of the start page with that page."""
    is_form = _is_form(request)
    try:
        asked = _form(request.body) if is_form else _json(request.body)
        _apply(clock_of(env), asked)
    except _Refused as refused:
        return rendering.refused(400, str(refused))
    return rendering.see_other("/#clock") if is_form else show(env)


def _is_form(request: HttpRequest) -> bool:
    """curl calls everything a form that `-d` sends, also an object in JSON."""
    named = request.header("content-type").partition(";")[0].strip().lower() == _FORM
    return named and not request.body.lstrip().startswith(b"{")


def _form(body: bytes) -> dict[str, Any]:
    try:
        fields = dict(parse_qsl(body.decode("ascii"), max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise _Refused("The form cannot be read.") from None
    return fields | {"reset": True} if "reset" in fields else fields


def _json(body: bytes) -> dict[str, Any]:
    try:
        return json11.parse(body)
    except Serialization as error:
        raise _Refused(error.message) from None


def _apply(clock: MovableClock, asked: dict[str, Any]) -> None:
    match asked:
        case {"advance": str(span), **rest} if not rest:
            _advance(clock, span)
        case {"set": str(time), **rest} if not rest:
            _set(clock, time)
        case {"reset": True, **rest} if not rest:
            clock.reset()
        case _:
            raise _Refused(
                'Send exactly one of {"advance": "30d"}, {"set": "2027-01-01T00:00:00Z"} and {"reset": true}.'
            )


def _advance(clock: MovableClock, span: str) -> None:
    read = _SPAN.fullmatch(span)
    if read is None:
        raise _Refused("`advance` is a whole number and s, m, h, d or w, such as 30d.")
    by = int(read[1]) * _UNITS[read[2]]
    if clock.now() + by > times.LATEST:
        raise _Refused("The clock goes no further than the year 9999.")
    clock.advance(by)


def _set(clock: MovableClock, time: str) -> None:
    try:
        instant = times.from_iso(time)
    except (ValueError, OverflowError):
        raise _Refused("`set` is a time with its zone, such as 2027-01-01T00:00:00Z.") from None
    clock.set(instant)

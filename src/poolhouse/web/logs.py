"""What the server says about itself: one line a request, and what an operator must know.

No line ever holds a password, a code, a token, an address or a body. Lines go to standard error in
development, beside what the command prints, and to standard output under `serve`.
"""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any, Literal

import msgspec
import structlog

_LEVELS = logging.getLevelNamesMapping()
_LONGEST_CHAIN = 10  # errors that an error is blamed on
_log = structlog.get_logger()


def configure(log_format: Literal["json", "readable"], log_level: str) -> None:
    """Set up this process's log. `readable` writes to standard error, `json` to standard output."""
    global _log
    stream = sys.stdout if log_format == "json" else sys.stderr
    level = _LEVELS[log_level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _traced,
            *_rendering(log_format, stream.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
    )
    _log = structlog.get_logger().bind()  # made once, and not for each line
    logging.basicConfig(handlers=[_FromLibraries()], level=max(level, logging.WARNING), force=True)


def request(
    request_id: str, operation: str, pool: str, outcome: str, milliseconds: float, status: int
) -> None:
    """One line for one request. `outcome` is "ok" or the name of the error."""
    _log.info(
        "request",
        request_id=request_id,
        operation=operation,
        pool=pool,
        outcome=outcome,
        status=status,
        milliseconds=round(milliseconds, 2),
    )


def fault(request_id: str, operation: str, error: BaseException) -> None:
    """An error of ours, with its trace, which shows source lines and never the values in them."""
    _log.error("internal error", request_id=request_id, operation=operation, exc_info=error)


def event(name: str, **details: Any) -> None:
    """Something an operator may want to know, such as a start or a stop."""
    _log.info(name, **details)


def warning(name: str, **details: Any) -> None:
    """Something an operator should look into."""
    _log.warning(name, **details)


def _rendering(log_format: str, colors: bool) -> list[Any]:
    if log_format == "json":
        return [structlog.processors.JSONRenderer(_encoded)]
    return [structlog.dev.ConsoleRenderer(colors=colors)]


def _traced(_: Any, __: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The trace of an error in place of the error."""
    error = line.pop("exc_info", None)
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        traces = ["".join(traceback.format_tb(one.__traceback__)) + _told(one) for one in _chain(error)]
        line["exception"] = "\n\n".join(reversed(traces))
    return line


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what it is blamed on."""
    for _ in range(_LONGEST_CHAIN):
        if error is None:
            return
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _told(error: BaseException) -> str:
    """The kind of an error, and its text where that cannot hold what somebody sent.

    A KeyError says its key and PostgreSQL the values of a row, which may be an address or a code. The
    operating system and SQLite speak of files, sockets and tables.
    """
    kind = type(error)
    speaks = isinstance(error, OSError) or kind.__module__ == "sqlite3"
    return f"{kind.__qualname__}: {error}" if speaks else kind.__qualname__


def _encoded(line: Any, **_: Any) -> str:
    return msgspec.json.encode(line, enc_hook=str).decode()


class _FromLibraries(logging.Handler):
    """What libraries log through the standard library, in the same form; the trace stays, if there is one."""

    def emit(self, record: logging.LogRecord) -> None:
        level = record.levelname.lower() if record.levelno >= logging.INFO else "info"
        line = getattr(_log, level, _log.error)
        line(record.getMessage(), source=record.name, exc_info=record.exc_info or None)

"""What functions print, line by line, in the log of the server; so much that it disturbs nobody."""

import asyncio
import re
import time
from collections.abc import Callable

_END_OF_LINE = re.compile(rb"\r?\n|\r")  # awslambdaric ends the lines of a trace with \r
_LONGEST_LINE = 4_096  # bytes
_LINES_A_SECOND = 200


class Output:
    """Of one process. Long lines are cut, and of too many only the number is told."""

    def __init__(self, function: str, log: Callable[..., None]) -> None:
        self._function = function
        self._log = log
        self._second = 0
        self._lines = 0
        self._left_out = 0

    async def follow(self, stream: asyncio.StreamReader | None) -> None:
        """Until the process and all that it started have closed it."""
        rest, cut = b"", False
        while stream is not None and (chunk := await stream.read(65_536)):
            *lines, rest = _END_OF_LINE.split(rest + chunk)
            for line in lines:
                if not cut:
                    self._tell(line)
                cut = False
            if len(rest) > _LONGEST_LINE:
                if not cut:
                    self._tell(rest)
                rest, cut = b"", True
        if rest:
            self._tell(rest)
        self._tell_left_out()

    def _tell(self, line: bytes) -> None:
        if not line:
            return
        second = int(time.monotonic())
        if second != self._second:
            self._tell_left_out()
            self._second, self._lines = second, 0
        self._lines += 1
        if self._lines > _LINES_A_SECOND:
            self._left_out += 1
        else:
            text = line[:_LONGEST_LINE].decode("utf-8", "replace")
            self._log("function output", function=self._function, line=text)

    def _tell_left_out(self) -> None:
        if self._left_out:
            self._log("function output left out", function=self._function, lines=self._left_out)
            self._left_out = 0

"""The lines of a file that comes in pieces. Pure."""

from collections.abc import Iterator

from msgspec import Struct, field

from poolhouse.directory.user_csv import LONGEST_LINE_BYTES

_KEPT = LONGEST_LINE_BYTES + 2  # bytes of a line: with one more it is too long, whatever they are


class Line(Struct, frozen=True):
    """number  the first line of the file is 1
    content  without the end of the line; of a line that is too long, its beginning
    end      bytes of the file up to the next line
    """

    number: int
    content: bytes
    end: int


class Splitter(Struct):
    """Cuts pieces at the ends of lines; keeps no more of a line than any good one has.

    number, position  of the line before the next one, and where that begins
    """

    number: int
    position: int
    _begun: bytearray = field(default_factory=bytearray)
    _dropped: int = 0

    def feed(self, piece: bytes) -> Iterator[Line]:
        """The lines that this piece brings to their end."""
        *whole, rest = piece.split(b"\n")
        for part in whole:
            self._keep(part)
            yield self._ended(1)
        self._keep(rest)

    def finish(self) -> Iterator[Line]:
        """The last line, where the file does not end with the end of a line."""
        if self._begun:
            yield self._ended(0)

    def _keep(self, part: bytes) -> None:
        kept = part[: _KEPT - len(self._begun)]
        self._begun += kept
        self._dropped += len(part) - len(kept)

    def _ended(self, newline: int) -> Line:
        self.number += 1
        self.position += len(self._begun) + self._dropped + newline
        line = Line(self.number, bytes(self._begun), self.position)
        self._begun.clear()
        self._dropped = 0
        return line

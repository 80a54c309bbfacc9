"""QR codes as the path of an SVG: black squares, one run a row at a time (UI guide, 7.8)."""

from itertools import groupby

from msgspec import Struct


class Qr(Struct, frozen=True):
    """`path` draws the dark squares in a box of `size` units; the quiet zone is the page's padding."""

    size: int
    path: str


def of(text: str) -> Qr:
    """Error correction M, which reads from a screen at once and stays small."""
    import segno  # its tables take 10 ms to load, and only this page needs them

    rows = segno.make(text, error="m", micro=False).matrix
    return Qr(len(rows), "".join(_row(y, bytes(row)) for y, row in enumerate(rows)))


def _row(y: int, row: bytes) -> str:
    path, x = "", 0
    for dark, run in groupby(row):
        length = len(list(run))
        if dark:
            path += f"M{x} {y}h{length}v1h-{length}z"
        x += length
    return path

"""The path of a QR code draws its dark squares and no others."""

import re

import segno
from tests.oauth.pages.samples import URI

from poolhouse.oauth.pages import qr


def drawn(path):
    """The squares that the runs of a path cover, by column and row."""
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path)
    assert "".join(f"M{x} {y}h{there}v1h-{back}z" for x, y, there, back in runs) == path
    return {(int(x) + step, int(y)) for x, y, there, _ in runs for step in range(int(there))}


def test_the_path_draws_what_the_code_says():
    code = qr.of(URI)
    matrix = segno.make(URI, error="m", micro=False).matrix
    dark = {(x, y) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}

    assert drawn(code.path) == dark
    assert code.size == len(matrix)


def test_another_text_is_another_code():
    assert qr.of(URI).path != qr.of(URI.replace("JBSW", "JBSX")).path

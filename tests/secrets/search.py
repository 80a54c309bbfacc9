"""Looking for a text in bytes, as it is and in the disguises that it may wear by accident."""

import base64
from collections.abc import Iterator
from urllib.parse import quote


def found(secret: str, everything: bytes) -> bool:
    """Whether the bytes hold the text: plain, in UTF-16, percent-encoded, in JSON, in hex or in base64."""
    return any(form in everything for form in _forms(secret))


def _forms(secret: str) -> Iterator[bytes]:
    raw = secret.encode()
    yield raw
    yield secret.encode("utf-16-le")
    yield quote(secret, safe="").encode()
    yield secret.replace("\\", "\\\\").replace('"', '\\"').encode()
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    for before in range(3):  # a base64 text shows its content in one of three ways, by what comes before
        yield from _inside_base64(raw, before)


def _inside_base64(raw: bytes, before: int) -> Iterator[bytes]:
    """The characters that belong to these bytes alone, whatever stands before and behind them."""
    padded = b"\0" * before + raw
    whole = len(padded) // 3 * 3
    encoded = base64.b64encode(padded[:whole])
    core = encoded[4:] if before else encoded
    if len(core) >= 8:
        yield core
        yield core.translate(bytes.maketrans(b"+/", b"-_"))

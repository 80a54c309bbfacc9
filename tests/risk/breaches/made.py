"""Files of known passwords, made for a test."""

import random
from array import array
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from poolhouse.risk.breaches.build import build
from poolhouse.risk.breaches.digests import digest_of


def file_of_keys(*keys: Iterable[int], minimum_count: int = 1) -> bytes:
    """The file of these digests, of which each key is the first 64 bits; an iterable is a source."""
    output = BytesIO()
    with TemporaryDirectory() as scratch:
        build((array("Q", source) for source in keys), output, Path(scratch), minimum_count)
    return output.getvalue()


def file_of(*passwords: str) -> bytes:
    return file_of_keys(int.from_bytes(digest_of(password)[:8]) for password in passwords)


def random_keys(count: int, seed: int) -> list[int]:
    """As good as digests: SHA-1 spreads passwords like this."""
    dice = random.Random(seed)
    return [dice.getrandbits(64) for _ in range(count)]

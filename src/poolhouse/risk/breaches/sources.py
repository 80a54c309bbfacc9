"""Where known passwords come from: files of Have I Been Pwned, and lists of words.

A source gives arrays of keys: the first 64 bits of SHA-1 digests, a few megabytes at a time.
"""

import hashlib
import os
import re
from array import array
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TypeAlias

Keys: TypeAlias = "array[int]"  # of typecode "Q"

EVERY_RANGE = 16**5  # how many there are

_RANGE = re.compile(r"^[0-9A-Fa-f]{5}(\.txt)?$")  # the name of a file of digests that begin with it
_RANGE_LINE = re.compile(rb"^([0-9A-Fa-f]{11})[0-9A-Fa-f]{24}:([0-9]{1,10})\r?$", re.MULTILINE)
_DIGEST_LINE = re.compile(rb"^([0-9A-Fa-f]{16})[0-9A-Fa-f]{24}(?::([0-9]{1,10}))?\r?$", re.MULTILINE)
_FILLED_LINE = re.compile(rb"^[^\r\n]", re.MULTILINE)
_AT_ONCE = 1 << 22  # bytes of a file
_LONGEST_LINE = 1 << 16


class Unreadable(ValueError):
    """One sentence about a source that cannot be used."""


def keys(source: Path, minimum_count: int) -> Iterator[Keys]:
    """The keys of a source; a password that was seen less often than `minimum_count` times is left out.

    source  a folder of range files: `21BD1`, or `21BD1.txt`, has lines `SUFFIX:COUNT`; or one file: of
            lines `SHA1:COUNT` or `SHA1`, if the first is such a line, else of passwords in UTF-8

    What has no count is taken. A count of 0 is padding: there is no such password. Raises `Unreadable`.
    """
    try:
        yield from _of_folder(source, minimum_count) if source.is_dir() else _of_file(source, minimum_count)
    except OSError as error:
        name = error.filename or source
        raise Unreadable(f"{name} cannot be read ({error.strerror}): name another, or permit it.") from None


def ranges(folder: Path) -> list[str]:
    """The names of the range files in a folder: `EVERY_RANGE`, when it is whole. Raises `OSError`."""
    return sorted(name for name in os.listdir(folder) if _RANGE.match(name))


def _of_folder(folder: Path, minimum_count: int) -> Iterator[Keys]:
    names = ranges(folder)
    if not names:
        raise Unreadable(
            f"{folder} has no files whose names are five hexadecimal digits: name another folder."
        )
    return chain.from_iterable(_of_range(folder / name, minimum_count) for name in names)


def _of_file(path: Path, minimum_count: int) -> Iterator[Keys]:
    with path.open("rb") as file:
        first = file.readline(_LONGEST_LINE).rstrip(b"\n")
    return _of_digests(path, minimum_count) if _DIGEST_LINE.fullmatch(first) else _of_words(path)


def _of_range(path: Path, minimum_count: int) -> Iterator[Keys]:
    """One of a million files: 64 bits are the five digits of its name and eleven of each line."""
    above = int(path.name[:5], 16) << 44
    text = path.read_bytes()
    found = _RANGE_LINE.findall(text)
    _check_lines(path, text, len(found))
    yield array("Q", [above | int(digits, 16) for digits, count in found if _enough(count, minimum_count)])


def _of_digests(path: Path, minimum_count: int) -> Iterator[Keys]:
    for text in _whole_lines(path):
        found = _DIGEST_LINE.findall(text)
        _check_lines(path, text, len(found))
        yield array("Q", [int(digits, 16) for digits, count in found if _enough(count, minimum_count)])


def _of_words(path: Path) -> Iterator[Keys]:
    for text in _whole_lines(path):
        words = (line.rstrip(b"\r") for line in text.split(b"\n"))
        yield array("Q", [_key(word) for word in words if word])


def _key(word: bytes) -> int:
    return int.from_bytes(hashlib.sha1(word, usedforsecurity=False).digest()[:8])


def _enough(count: bytes, minimum_count: int) -> bool:
    return not count or int(count) >= max(minimum_count, 1)


def _whole_lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while text := file.read(_AT_ONCE):
            yield text + file.readline(_LONGEST_LINE)


def _check_lines(path: Path, text: bytes, understood: int) -> None:
    """Every line that is not empty must have been understood: else it is another kind of file, or a part."""
    if understood != len(_FILLED_LINE.findall(text)):
        raise Unreadable(
            f"{path} has a line that is no digest with a count: download it again, or name another file."
        )

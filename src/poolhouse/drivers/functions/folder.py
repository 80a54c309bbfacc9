"""The folder of a local function: its handler, and what `function.toml` beside it says."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

HANDLERS = ("handler.py", "handler.mjs")
DESCRIPTION = "function.toml"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MEMORY = range(64, 10_241)  # megabytes
_OURS = ("POOLHOUSE_", "AWS_LAMBDA_", "LAMBDA_")
_NOT_WATCHED = {"node_modules", "__pycache__"}
_MOST_WATCHED = 2_000  # files


class BadFunction(Exception):
    """The folder holds no function; the text is one sentence that says why."""


class Code(Struct, frozen=True):
    """What is run. `memory` in megabytes."""

    handler: Path
    memory: int
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_node(self) -> bool:
        return self.handler.suffix == ".mjs"


def read(folder: Path, memory: int) -> Code:
    """The function in a folder; `memory` is the limit where the folder sets none. Raises `BadFunction`."""
    found = [folder / name for name in HANDLERS if (folder / name).is_file()]
    if len(found) != 1:
        here = "both handler.py and" if found else "neither handler.py nor"
        raise BadFunction(f"The folder {folder.name} has {here} handler.mjs.")
    return Code(found[0], **({"memory": memory} | _described(folder / DESCRIPTION)))


def _described(file: Path) -> dict[str, Any]:
    try:
        said = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise BadFunction(f"{_short(file)} cannot be read ({type(error).__name__}).") from None
    wrong = [name for name, value in said.items() if name not in _CHECKS or not _CHECKS[name](value)]
    if wrong:
        right = "memory is a number from 64 to 10240, and environment a table of texts"
        raise BadFunction(f"`{wrong[0]}` in {_short(file)} is wrong: {right}.")
    return said


def _short(file: Path) -> str:
    """Who administers a pool is told no more of where files lie."""
    return f"{file.parent.name}/{file.name}"


def _is_environment(value: Any) -> bool:
    return isinstance(value, dict) and all(
        _NAME.fullmatch(name) and not name.startswith(_OURS) and isinstance(text, str) and "\0" not in text
        for name, text in value.items()
    )


_CHECKS = {"memory": lambda value: type(value) is int and value in _MEMORY, "environment": _is_environment}


def state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Differs after a file of the function was written, made or removed. Installed packages are left out."""
    return tuple(entry for entry, _ in zip(_entries(str(folder)), range(_MOST_WATCHED), strict=False))


def _entries(folder: str) -> Iterator[tuple[str, int, int]]:
    try:
        found = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in found:
        if entry.name in _NOT_WATCHED:
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _entries(entry.path)
        else:
            known = entry.stat(follow_symlinks=False)
            yield entry.path, known.st_mtime_ns, known.st_size

"""`poolhouse breaches`: the file of passwords that are known to be stolen (docs/breaches.md)."""

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from poolhouse.cli.listing import Listing
from poolhouse.cli.options import config_option, settings_from, settings_options
from poolhouse.errors import SettingsError

if TYPE_CHECKING:
    from poolhouse.risk.breaches.digests import Filter, Header
    from poolhouse.risk.breaches.sources import Keys

_KNOWN = 3  # exit code


@click.group(cls=Listing)
def breaches() -> None:
    """Make the file of passwords that are known to be stolen, and ask it.

    The file stays on this computer and nothing is ever asked of another one. Pools with threat protection
    refuse passwords that are in it; the 100,000 most common ones are refused without any file.

    \b
    Example:
      poolhouse breaches build --from pwned/ --out breaches.bin
      POOLHOUSE_BREACHES_FILE=breaches.bin poolhouse serve
    """


@breaches.command()
@click.option(
    "--from",
    "sources",
    required=True,
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A folder of range files of Have I Been Pwned, a file of SHA1:COUNT lines, or a list of words. "
    "As often as there are such.",
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The file to make, or to replace when the new one is whole.",
)
@click.option(
    "--minimum-count",
    default=1,
    show_default=True,
    type=click.IntRange(1, 2**32 - 1),
    metavar="NUMBER",
    help="Leave out what was seen less often. What has no count is taken.",
)
def build(sources: tuple[Path, ...], out: Path, minimum_count: int) -> None:
    """Make the file that `breaches_file` names from lists of stolen passwords.

    A folder has files named by the first five hexadecimal digits of SHA-1 digests, such as 21BD1 or
    21BD1.txt, with lines SUFFIX:COUNT, as the range files of Have I Been Pwned. A single file has lines
    SHA1:COUNT or SHA1, or else a password on each line, in UTF-8.

    900 million passwords make a file of 1.94 GB. Beside it, eight bytes for each password are needed for the
    time, and 200 MB of memory. Of passwords that are in no list, one in 8,192 at most is taken for one that
    is; how many exactly is printed. A server that uses the file goes over to the new one within a second.

    \b
    Example:
      poolhouse breaches build --from pwned/ --minimum-count 5 --out breaches.bin
    """
    header = _built(sources, out, minimum_count)
    _warn_of_gaps(sources)
    once_in = round(1 / header.false_positives)
    click.echo(f"{out}: {header.entries:,} passwords in {header.size:,} bytes")
    click.echo(f"Of passwords that are in none of the lists, one in {once_in:,} is taken for one that is.")


def _built(sources: tuple[Path, ...], out: Path, minimum_count: int) -> "Header":
    """Raises `SettingsError`."""
    from poolhouse import app
    from poolhouse.risk.breaches import build as made
    from poolhouse.risk.breaches.sources import Unreadable

    try:
        with app.draft(out) as (output, scratch):
            return made.build(_keys(sources, minimum_count), output, scratch, minimum_count, _tell)
    except OSError as error:
        raise SettingsError(f"{out} cannot be made ({error.strerror}): choose another with --out.") from None
    except (Unreadable, made.Unfit) as error:
        raise SettingsError(str(error)) from None


def _keys(sources: tuple[Path, ...], minimum_count: int) -> "Iterator[Keys]":
    from poolhouse.risk.breaches.sources import keys

    return chain.from_iterable(keys(source, minimum_count) for source in sources)


def _warn_of_gaps(sources: tuple[Path, ...]) -> None:
    """A download that was broken off gives a file that looks right and knows less than it should."""
    from poolhouse.risk.breaches.sources import EVERY_RANGE, ranges

    for folder in sources:
        if folder.is_dir() and (found := len(ranges(folder))) < EVERY_RANGE:
            click.echo(
                f"{folder} has {found:,} of {EVERY_RANGE:,} ranges: the others are not known.", err=True
            )


def _tell(read: int) -> None:
    click.echo(f"{read:,} passwords read", err=True)


@breaches.command()
@click.option(
    "--file",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Ask this file alone, in place of those that the settings name.",
)
@config_option("tools")
@settings_options("tools", "breaches_file", "common_passwords")
def check(path: Path | None, config: str | None, **options: Any) -> None:
    """Say whether a password is known to be stolen, or is among the most common.

    It is asked for without being shown, or is the first line of the standard input; it is never an argument,
    which every user of the computer could read, and is never printed.

    The exit code is 0 when no file has it, 3 when one has, and 1 when a file cannot be used.

    \b
    Example:
      poolhouse breaches check
      poolhouse breaches check --file breaches.bin < password.txt
    """
    from poolhouse.risk.breaches import digests, lists

    named = (path,) if path else lists.paths(settings_from("tools", config, options))
    asked = [(name, opened(name)) for name in named]
    digest = digests.digest_of(_password())
    having = [name for name, found in asked if found.has(digest)]
    for name in having:
        click.echo(f"This password is known: it is in {_called(name)}.")
    if not having:
        click.echo(f"This password is in none of {len(asked)} file{'s' * (len(asked) != 1)}.")
    sys.exit(_KNOWN if having else 0)


def opened(path: Path) -> "Filter":
    """A file of known passwords. Raises `SettingsError`."""
    from poolhouse import app

    found = app.breaches_file(path)()
    if found is None:
        raise SettingsError(f"The file {path} is being written: try again.")
    return found


def _called(path: Path) -> str:
    from poolhouse.risk.breaches import lists

    return "the list of the most common passwords" if path == lists.COMMON else str(path)


def _password() -> str:
    """Raises `SettingsError`."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True))
    try:
        return sys.stdin.buffer.readline().rstrip(b"\r\n").decode()
    except UnicodeDecodeError:
        raise SettingsError("The password is not UTF-8: correct the standard input.") from None

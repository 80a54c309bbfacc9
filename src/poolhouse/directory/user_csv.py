"""The file of a user import: its columns, and the values of a line (behaviour file, section 9). Pure.

UTF-8 without a byte order mark, one user a line, no quotation marks; a comma inside a value has a
backslash before it; values are trimmed.
"""

import re
from collections.abc import Iterable

from poolhouse.directory.pools import Pool

USERNAME = "cognito:username"
MFA = "cognito:mfa_enabled"
HASH = "cognito:password_hash"  # [K]: one public note calls it so

LARGEST_FILE = 100 * 1_000_000  # bytes; that it is not 100 MiB is [K]
MOST_USERS = 500_000
LONGEST_LINE = 16_000  # characters
LONGEST_LINE_BYTES = 4 * LONGEST_LINE

# GetCSVHeader's order.
_STANDARD = (
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
)
_COMMA = re.compile(r"(?<!\\),")
_BYTE_ORDER_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class BadFile(ValueError):
    """No line of the file can be imported. The text is the job's CompletionMessage, and is [K]."""


class BadLine(ValueError):
    """A line that cannot be imported. The text goes to the log, so it holds nothing of the line."""


def header(pool: Pool) -> list[str]:
    """`CSVHeader`: the standard attributes, the pool's own, and what is no attribute."""
    return [*_STANDARD, *(name for name in pool.schema if pool.schema[name].is_custom), MFA, USERNAME]


def columns(pool: Pool, first_line: bytes, *, with_hash: bool) -> list[str]:
    """The names of the columns in the file's order: each must be there once, and no other.

    Raises `BadFile`.
    """
    try:
        text = decoded(first_line)
        if text.startswith(_BYTE_ORDER_MARK):
            raise BadFile("The file must be UTF-8 without a byte order mark.")
        found = values(text)
    except BadLine:
        raise BadFile("The first line of the file is not a CSV header in UTF-8.") from None
    wanted = [*header(pool), HASH] if with_hash else header(pool)
    if sorted(found) != sorted(wanted):
        raise BadFile("The CSV header does not have the columns that this user import job needs.")
    return found


def decoded(line: bytes) -> str:
    """A line as text, without its end. Raises `BadLine`."""
    try:
        text = line.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise BadLine("The line is not UTF-8.") from None
    if len(text) > LONGEST_LINE:
        raise BadLine(f"The line has more than {LONGEST_LINE} characters.")
    if "\0" in text:
        raise BadLine("The line has a character that cannot be stored.")
    return text


def values(line: str) -> list[str]:
    """The values of a line, trimmed. Raises `BadLine` for quotation marks."""
    if '"' in line:
        raise BadLine("The line has quotation marks.")
    return [value.replace("\\,", ",").strip() for value in _COMMA.split(line)]


def line_of(cells: Iterable[str]) -> str:
    """A line of CSV for people, who open it in a spreadsheet: no cell of it is a formula there (RFC 4180)."""
    return ",".join(_cell(cell) for cell in cells)


def _cell(text: str) -> str:
    shown = f"'{text}" if text.startswith(_FORMULA) else text
    return '"' + shown.replace('"', '""') + '"' if re.search(r'[",\r\n]', shown) else shown

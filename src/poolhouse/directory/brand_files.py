"""Where the files of a brand are, below the address of the pool's pages: `/_brand/<digest>/<owner>/<name>`.

The digest is that of the content, so a file at an address never changes and may be kept for ever.
"""

import hashlib
import re
from urllib.parse import quote

from msgspec import Struct

from poolhouse.directory import images

PREFIX = "/_brand/"
SHEET = "sheet.css"

_PATH = re.compile(r"/_brand/([0-9a-f]{32})/([\w+-]{1,128})/([\w.%-]{1,200})", re.ASCII)
_LOGO = re.compile(r"logo\.(png|jpeg)")


class Address(Struct, frozen=True):
    """owner  an app client, `ALL`, or a style of managed login, by the kind of the file"""

    digest: str
    owner: str
    name: str


def digest(content: bytes) -> str:
    """The first half of SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()[:32]


def path(digest: str, owner: str, name: str) -> str:
    return f"{PREFIX}{digest}/{owner}/{name}"


def parsed(path: str) -> Address | None:
    found = _PATH.fullmatch(path)
    return Address(*found.groups()) if found else None


def logo_name(content: bytes) -> str:
    """Of the classic look."""
    return f"logo.{images.kind_of(content).lower()}"


def is_logo(name: str) -> bool:
    return _LOGO.fullmatch(name) is not None


def asset_name(category: str, color_mode: str, resource_id: str, extension: str) -> str:
    resource = f"-{quote(resource_id, safe='')}" if resource_id else ""
    return f"{category}-{color_mode}{resource}.{extension.lower()}"


def content_type(name: str) -> bytes:
    if name == SHEET:
        return b"text/css; charset=utf-8"
    return images.TYPES[name.rpartition(".")[2].upper()]

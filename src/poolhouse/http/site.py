"""Pages for people: templates in which every value is escaped, and files with an address of their content."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from poolhouse.http.response import Headers, Response

if TYPE_CHECKING:
    from jinja2 import Environment

_TYPES = {
    ".css": b"text/css; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".svg": b"image/svg+xml",
}
_CLOSED: Headers = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
PRIVATE: Headers = ((b"cache-control", b"no-store"), *_CLOSED)
_FOREVER: Headers = ((b"cache-control", b"public, max-age=31536000, immutable"), *_CLOSED)


@dataclass(frozen=True)
class Site:
    """Pages that belong together.

    folder  has `templates/` and `static/`
    static  where the files are: a path that ends with a slash
    policy  the Content-Security-Policy of the pages
    """

    folder: Path
    static: str
    policy: bytes

    def page(self, template: str, status: int = 200, **values: Any) -> Response:
        return html(status, self.text(template, **values), self.policy)

    def text(self, template: str, **values: Any) -> str:
        """The HTML alone, for a page whose policy is its own."""
        return self._templates.get_template(template).render(values)

    def file(self, path: str) -> Response | None:
        """A file by its address below `static`, `<hash>/<name>`; None for any other path."""
        digest, _, name = path.partition("/")
        content = self._files.get(name)
        if content is None or digest != _digest(content):
            return None
        return Response(200, ((b"content-type", _TYPES[Path(name).suffix]), *_FOREVER), content)

    def url(self, name: str) -> str:
        """The address of a file; it changes with the file, so it may be kept for ever."""
        return f"{self.static}{_digest(self._files[name])}/{name}"

    @cached_property
    def _templates(self) -> "Environment":
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        environment = Environment(
            loader=FileSystemLoader(self.folder / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals["static_url"] = self.url
        return environment

    @cached_property
    def _files(self) -> Mapping[str, bytes]:
        found = (self.folder / "static").iterdir()
        return {path.name: path.read_bytes() for path in found if path.suffix in _TYPES}


def html(status: int, text: str, policy: bytes) -> Response:
    headers = ((b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", policy))
    return Response(status, (*headers, *PRIVATE), text.encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]

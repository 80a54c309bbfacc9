"""Answers of the dev pages: HTML from templates, JSON, redirects, and the static files."""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from poolhouse.web.response import Headers, Response

if TYPE_CHECKING:
    from jinja2 import Environment

STATIC = "/_dev/static/"

_HERE = Path(__file__).parent
_TYPES = {
    ".css": b"text/css; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".svg": b"image/svg+xml",
}
_PAGE_POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    b"font-src 'none'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
# A mail may bring styles of its own; scripts, forms and everything from elsewhere stay out.
_MAIL_POLICY = (
    b"sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'self'"
)
_CLOSED: Headers = (
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_PRIVATE: Headers = ((b"cache-control", b"no-store"), *_CLOSED)
_FOREVER: Headers = ((b"cache-control", b"public, max-age=31536000, immutable"), *_CLOSED)


def page(template: str, **values: Any) -> Response:
    """A page from `templates/`, in which every value is escaped."""
    text = _templates().get_template(template).render(values)
    return _html(200, text, _PAGE_POLICY)


def mail(html: str) -> Response:
    """The HTML of a mail, for the sandboxed frame of the inbox."""
    return _html(200, html, _MAIL_POLICY)


def json(status: int, value: Any) -> Response:
    return Response(status, ((b"content-type", b"application/json"), *_PRIVATE), msgspec.json.encode(value))


def refused(status: int, sentence: str) -> Response:
    return json(status, {"message": sentence})


def see_other(location: str) -> Response:
    """After a form was taken: look there (and a reload sends nothing twice)."""
    return Response(303, ((b"location", location.encode()), *_PRIVATE), b"")


def static(path: str) -> Response | None:
    """A file by its address, `<hash>/<name>`; None for any other path."""
    digest, _, name = path.partition("/")
    content = _files().get(name)
    if content is None or digest != _digest(content):
        return None
    return Response(200, ((b"content-type", _TYPES[Path(name).suffix]), *_FOREVER), content)


def static_url(name: str) -> str:
    """The address of a static file; it changes with the file, so it may be kept for ever."""
    return f"{STATIC}{_digest(_files()[name])}/{name}"


def _html(status: int, text: str, policy: bytes) -> Response:
    headers = ((b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", policy))
    return Response(status, (*headers, *_PRIVATE), text.encode())


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["static_url"] = static_url
    return environment


@cache
def _files() -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in (_HERE / "static").iterdir() if path.suffix in _TYPES}


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]

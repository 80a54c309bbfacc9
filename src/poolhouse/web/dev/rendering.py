"""Answers of the dev pages: HTML from templates, JSON, redirects, and the static files."""

from pathlib import Path
from typing import Any

import msgspec

from poolhouse.http.response import Response
from poolhouse.http.site import PRIVATE, Site, html
from poolhouse.oauth.pages import render

STATIC = "/_dev/static/"

_PAGE_POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    b"font-src 'none'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
# A mail may bring styles of its own; scripts, forms and everything from elsewhere stay out.
_MAIL_POLICY = (
    b"sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    b"form-action 'none'; frame-ancestors 'self'"
)
_SITE = Site(Path(__file__).parent, STATIC, _PAGE_POLICY)


def page(template: str, **values: Any) -> Response:
    """A page from `templates/`, in which every value is escaped."""
    return _SITE.page(template, shared_url=render.static_url, **values)


def mail(text: str) -> Response:
    """The HTML of a mail, for the sandboxed frame of the inbox."""
    return html(200, text, _MAIL_POLICY)


def json(status: int, value: Any) -> Response:
    return Response(status, ((b"content-type", b"application/json"), *PRIVATE), msgspec.json.encode(value))


def refused(status: int, sentence: str) -> Response:
    return json(status, {"message": sentence})


def see_other(location: str) -> Response:
    """After a form was taken: look there (and a reload sends nothing twice)."""
    return Response(303, ((b"location", location.encode()), *PRIVATE), b"")


def static(path: str) -> Response | None:
    """A file by its address, `<hash>/<name>`; None for any other path."""
    return _SITE.file(path)


def static_url(name: str) -> str:
    return _SITE.url(name)

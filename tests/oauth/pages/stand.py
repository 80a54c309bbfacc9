"""The sample pages behind a real HTTP server, with the headers that they are sent with."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, parse_qsl, urlsplit

from msgspec.structs import replace
from tests.oauth.pages.samples import FACE, VIEWS

from poolhouse.http.response import Response
from poolhouse.oauth.pages import render
from poolhouse.oauth.pages.face import Brand

LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" viewBox="0 0 32 32">'
    b'<rect width="32" height="32" rx="8" fill="#1d5c3a"/>'
    b'<path d="M16 26V13" stroke="#fff" stroke-width="2" stroke-linecap="round"/>'
    b'<path d="M16 19c-4.800 0-7.500-2.600-7.500-7.200 4.800 0 7.500 2.600 7.500 7.200z" fill="#bfe3b4"/>'
    b'<path d="M16 15c0-4.600 2.700-7.600 7.500-8.200 0 5-2.700 8.200-7.500 8.200z" fill="#fff"/></svg>'
)
# What the server writes from a brand's settings: token values.
BRAND = b""":root { --page: #fbf7f0; --water: #fbf7f0; --waterline: #fbf7f0; --tile: #fbf7f0;
  --accent: #7a2e1d; --accent-hover: #59200f; --accent-soft: #fbece6; --focus: #7a2e1d;
  --control: #8c7a70; --edge: #d8cbc2; --line: #ebe2da; --ink: #22150f; --text: #43342c; --muted: #6b5a50;
  --radius-form: 4px; --radius-control: 3px; --radius-alert: 3px; }"""
# Two of Cognito's classes, as a sheet of SetUICustomization has them.
CLASSIC = b""".banner-customizable { background-color: #1d5c3a; }
.submitButton-customizable { background-color: #1d5c3a; border-radius: 0; }
.submitButton-customizable:hover { background-color: #0e3a23; }
.inputField-customizable { border: 1px solid #7b9484; border-radius: 0; }"""
BRANDS = {
    "": FACE.brand,
    "managed": Brand(logo="/logo.svg", sheet="/brand.css", scheme="light", at="start"),
    "moved": Brand(
        logo="/logo.svg", named=False, logo_at="center", logo_outside=True, at="end", stands="center"
    ),
    "classic": Brand(logo="/logo.svg", sheet="/classic.css", scheme="light", look="classic", named=False),
}
FILES = {
    "/logo.svg": ("image/svg+xml", LOGO),
    "/brand.css": ("text/css", BRAND),
    "/classic.css": ("text/css", CLASSIC),
}
POSTED: list[tuple[str, dict[str, str]]] = []


class _Stand(BaseHTTPRequestHandler):
    """`/<name of a view>?lang=de&brand=managed`."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        found = _file(parts.path) or _page(parts.path[1:], parse_qs(parts.query))
        self.send_response(found.status)
        for name, value in found.headers:
            self.send_header(name.decode(), value.decode())
        self.end_headers()
        self.wfile.write(found.body)

    def do_POST(self) -> None:
        """Keep what was posted, and where to."""
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        POSTED.append((urlsplit(self.path).path, dict(parse_qsl(body, keep_blank_values=True))))
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>next</title><p>posted")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _file(path: str) -> Response | None:
    if path in FILES:
        kind, content = FILES[path]
        return Response(200, ((b"content-type", kind.encode()),), content)
    if path.startswith(render.STATIC):
        return render.file(path.removeprefix(render.STATIC))
    return Response(204, (), b"") if path[1:] not in VIEWS else None  # /favicon.ico


def _page(name: str, asked: dict[str, list[str]]) -> Response:
    lang, brand = asked.get("lang", ["en"])[0], asked.get("brand", [""])[0]
    return render.page(replace(FACE, lang=lang, brand=BRANDS[brand]), VIEWS[name])


@contextmanager
def stand() -> Iterator[str]:
    """Its address; the pages are below it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Stand)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

"""A small store that speaks S3 over HTTP, keeps objects in memory, and knows one key: the operator's.

with Store(("AKIA...", "secret")) as store:
    ... store.url ... store.objects ... store.refused
"""

import hashlib
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote
from xml.sax.saxutils import escape

from tests.gateway.operators import is_signed

_PART = re.compile(r"<PartNumber>([0-9]+)</PartNumber>")
_RANGE = re.compile(r"bytes=([0-9]+)-([0-9]*)")


class Store:
    """`refused` are requests without a good signature; `headers` all names of headers that ever came."""

    def __init__(self, key: tuple[str, str]) -> None:
        self.key = key
        self.objects: dict[str, bytes] = {}
        self.parts: dict[int, bytes] = {}
        self.refused: list[str] = []
        self.headers: set[str] = set()
        self.values = ""  # of all headers, to look for what must not be there
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (_Handler,), {"store": self}))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def __enter__(self) -> "Store":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _etag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


def _xml(name: str, inside: str) -> bytes:
    return f"<{name}>{inside}</{name}>".encode()


class _Handler(BaseHTTPRequestHandler):
    store: Store
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        named = {name.lower(): value for name, value in self.headers.items()}
        self.store.headers |= set(named)
        self.store.values += self.path + " ".join(named.values())
        url = f"http://{named['host']}{self.path}"
        if not is_signed(self.command, url, named, body, key=self.store.key):
            self.store.refused.append(f"{self.command} {self.path}")
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            return
        path, _, query = self.path.partition("?")
        getattr(self, f"_{self.command.lower()}")(unquote(path), parse_qs(query, True), body)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve  # noqa: N815 - the library's names

    def _put(self, path: str, query: Any, body: bytes) -> None:
        if "partNumber" in query:
            self.store.parts[int(query["partNumber"][0])] = body
        elif self.headers.get("if-none-match") == "*" and path in self.store.objects:
            self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
            return
        else:
            self.store.objects[path] = body
        self._answer(200, etag=_etag(body))

    def _post(self, path: str, query: Any, body: bytes) -> None:
        if "uploads" in query:
            self._answer(
                200,
                _xml("InitiateMultipartUploadResult", "<UploadId>u1</UploadId>"),
            )
            return
        numbers = map(int, _PART.findall(body.decode()))
        self.store.objects[path] = b"".join(self.store.parts[number] for number in numbers)
        self._answer(200, _xml("CompleteMultipartUploadResult", "<ETag>u1</ETag>"))

    def _delete(self, path: str, query: Any, body: bytes) -> None:
        self.store.objects.pop(path, None)
        self._answer(204)

    def _get(self, path: str, query: Any, body: bytes) -> None:
        if "list-type" in query:
            self._list(path, query["prefix"][0])
            return
        content = self.store.objects.get(path)
        if content is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code><Message>None</Message></Error>")
            return
        asked = _RANGE.fullmatch(self.headers.get("range") or "")
        if self.headers.get("if-none-match") == _etag(content):
            self._answer(304, etag=_etag(content))
        elif asked:
            end = int(asked[2]) + 1 if asked[2] else len(content)
            self._answer(206, content[int(asked[1]) : end], _etag(content))
        else:
            self._answer(200, content, _etag(content))

    _head = _get

    def _list(self, path: str, prefix: str) -> None:
        bucket = path.rstrip("/")
        keys = [key.removeprefix(f"{bucket}/") for key in self.store.objects]
        found = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>1</Size></Contents>"
            for key in sorted(keys)
            if key.startswith(prefix)
        )
        self._answer(200, _xml("ListBucketResult", found))

    def _answer(self, status: int, body: bytes = b"", etag: str = "") -> None:
        self.send_response(status)
        if etag:
            self.send_header("ETag", etag)
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        pass

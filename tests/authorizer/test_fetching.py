"""The one request of the library, against a server on this computer."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from poolhouse.authorizer.fetching import Fetched, FetchFailed, check_url, fetcher


class Handler(BaseHTTPRequestHandler):
    """Answers by path; `/elsewhere` is where redirects lead to."""

    visited: list[str]

    def do_GET(self) -> None:
        type(self).visited.append(self.path)
        status = {"/moved": 302, "/gone": 410}.get(self.path, 200)
        self.send_response(status)
        if status == 302:
            self.send_header("location", "/elsewhere")
        self.end_headers()
        if self.path == "/large":
            self.wfile.write(b"x" * 2_000)
        elif self.path == "/slow":
            self._drip()
        else:
            self.wfile.write(self.headers.get("x-asked", "nothing").encode())

    def _drip(self) -> None:
        try:
            for _ in range(100):
                self.wfile.write(b"x")
                time.sleep(0.05)
        except OSError:
            return  # the other end has given up

    def log_message(self, *args: object) -> None:
        """Nothing is printed."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    Handler.visited = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_answer_comes_with_its_status(address: str) -> None:
    fetch = fetcher(5, 1_000)

    assert fetch(f"{address}/keys", {"x-asked": "for keys"}) == Fetched(200, b"for keys")
    assert fetch(f"{address}/gone", {}) == Fetched(410, b"")


def test_no_redirect_is_followed(address: str) -> None:
    assert fetcher(5, 1_000)(f"{address}/moved", {}) == Fetched(302, b"")

    assert "/elsewhere" not in Handler.visited


@pytest.mark.parametrize(("most", "is_let_in"), [(1_999, False), (2_000, True)])
def test_an_answer_that_is_too_large_is_not_read(address: str, most: int, is_let_in: bool) -> None:
    if is_let_in:
        assert len(fetcher(5, most)(f"{address}/large", {}).body) == 2_000
    else:
        with pytest.raises(FetchFailed, match="too large"):
            fetcher(5, most)(f"{address}/large", {})


def test_a_server_that_drips_is_left_after_the_time(address: str) -> None:
    began = time.monotonic()

    with pytest.raises(FetchFailed, match="too long"):
        fetcher(0.2, 1_000)(f"{address}/slow", {})

    assert time.monotonic() - began < 2


def test_nobody_there_is_no_answer() -> None:
    with pytest.raises(FetchFailed, match="does not answer: URLError"):
        fetcher(1, 1_000)("http://127.0.0.1:1/keys", {})


@pytest.mark.parametrize("url", ["https://id.example.com/p", "http://localhost:8400/p", "http://[::1]/p"])
def test_https_and_this_computer_may_be_asked(url: str) -> None:
    check_url(url, allow_http=False)


@pytest.mark.parametrize("url", ["http://id.example.com/p", "ftp://id.example.com/p", "//id.example.com", ""])
def test_other_addresses_may_not(url: str) -> None:
    with pytest.raises(ValueError, match="must begin with https"):
        check_url(url, allow_http=False)

"""A loopback HTTP server in the place of AWS Lambda, and of somebody's HTTPS endpoint."""

import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Headers = dict[str, str]


@dataclass
class Remote:
    """What it answers, and the calls that it took: (path, headers, body). `check` may give another status."""

    check: Callable[[str, Headers, bytes], int | None] = lambda *_: None
    status: int = 200
    headers: Headers = field(default_factory=dict)
    answer: bytes = b"{}"
    delay: float = 0.0  # seconds
    calls: list[tuple[str, Headers, bytes]] = field(default_factory=list)
    url: str = ""


class RunningRemote:
    """`with RunningRemote() as remote:` serves until the block ends."""

    def __init__(self, remote: Remote | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._remote = remote or Remote()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._remote))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._remote.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_port}"
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    def __enter__(self) -> Remote:
        self._thread.start()
        return self._remote

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(remote: Remote) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers["content-length"]))
            refused = remote.check(self.path, headers, body)
            if refused is not None:
                self._send(refused, {}, b"refused")
                return
            remote.calls.append((self.path, headers, body))
            time.sleep(remote.delay)
            self._send(remote.status, remote.headers, remote.answer)

        def _send(self, status: int, headers: Headers, body: bytes) -> None:
            self.send_response(status)
            for name, value in (headers | {"content-length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

        def handle(self) -> None:
            try:
                super().handle()
            except (BrokenPipeError, ConnectionResetError):
                """The caller did not wait, which some tests are about."""

    return Handler

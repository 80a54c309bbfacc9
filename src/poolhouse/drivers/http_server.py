"""HTTP: a listening socket, and uvicorn on it with the limits that uvicorn itself does not have."""

import asyncio
import errno
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any, Literal

import httptools
import uvicorn
from msgspec import Struct
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from poolhouse.drivers.joined_writes import JoinedWrites
from poolhouse.drivers.tls import Certificate
from poolhouse.errors import SettingsError

_BACKLOG = 2_048
_LONGEST_HEADER = 65_536  # bytes of the request line and all headers
_LONGEST_REQUEST = 8_388_608  # bytes as they travel: a body of 1 MB in one-byte chunks still fits
_UPLOAD_STEP = 262_144  # bytes: who sends an upload slower than this many in the time of a request is cut off
_NOT_HTTP = "Invalid HTTP request received."


class Limits(Struct, frozen=True):
    """Seconds each. `request`: for a request to arrive whole; `idle`: between two; `shutdown`: to finish.

    uploads  PUT below this path may have a body of `largest_upload` bytes, and `request` seconds for each
             `_UPLOAD_STEP` of it; empty: nothing may
    streams  every request may, wherever it goes
    """

    request: int
    idle: int
    shutdown: int
    uploads: bytes = b""
    largest_upload: int = 0
    streams: bool = False


Listener = socket.socket


def listen(host: str, port: int) -> Listener:
    """A socket that listens already, so that early clients wait. Raises `SettingsError`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror:
        raise SettingsError(f"The address {host} is not known to this computer: correct `host`.") from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise SettingsError(_why_not(error, host, port)) from None
    listener.setblocking(False)
    return listener


def who_answers(
    host: str, port: int, *, tls: bool = False
) -> Literal["nobody", "Poolhouse", "another program"]:
    """Who listens there: found out by asking for the health page, whatever the name in its certificate."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), timeout=2) as plain,
            trusting.wrap_socket(plain) if tls else plain as connection,
        ):
            connection.sendall(b"GET /health/live HTTP/1.0\r\nhost: localhost\r\n\r\n")
            answer = b"".join(iter(lambda: connection.recv(4_096), b""))[:4_096]
    except ConnectionRefusedError:
        return "nobody"
    except OSError:
        return "another program"
    return "Poolhouse" if b'{"status":"live"}' in answer else "another program"


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is in use: stop the program that listens there, or choose another port."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} may not be opened by this user: choose one above 1023."
    return f"The address {host} cannot be listened on ({error.strerror}): correct `host`."


async def serve(
    application: Any,
    listener: socket.socket,
    limits: Limits,
    *,
    started: Callable[[], None],
    stop: asyncio.Event,
    trusted_proxies: list[str],
    certificate: Certificate | None = None,
    takes_signals: bool = True,
) -> None:
    """Answer requests until SIGINT, SIGTERM or `stop`, then let those in progress finish.

    A second signal ends them at once. `started` is called when the first request can be answered.
    With a certificate they come over TLS, else in the clear.

    takes_signals  False: it ends with `stop` alone
    """
    config = uvicorn.Config(
        application,
        http=partial(_BoundedProtocol, limits),  # type: ignore[arg-type]
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=trusted_proxies,
        backlog=_BACKLOG,
        timeout_keep_alive=limits.idle,
        timeout_graceful_shutdown=limits.shutdown,
    )
    config.load()
    beside = []
    if certificate is not None:
        config.ssl = certificate.context
        beside.append(asyncio.create_task(certificate.keep_fresh()))
    server = _Server(config, started)
    with _signals(server, stop) if takes_signals else nullcontext():
        beside.append(asyncio.create_task(_end_on(stop, server)))
        await server.serve(sockets=[listener])
        for task in beside:
            task.cancel()


class _Server(uvicorn.Server):
    """uvicorn's, less its signal handling, which would raise the signal again at the end."""

    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self._on_start()


@contextmanager
def _signals(server: uvicorn.Server, stop: asyncio.Event) -> Iterator[None]:
    def end() -> None:
        server.force_exit = stop.is_set()
        stop.set()

    loop = asyncio.get_running_loop()
    handled = (signal.SIGINT, signal.SIGTERM)
    for number in handled:
        loop.add_signal_handler(number, end)
    try:
        yield
    finally:
        for number in handled:
            loop.remove_signal_handler(number)


async def _end_on(stop: asyncio.Event, server: uvicorn.Server) -> None:
    await stop.wait()
    server.should_exit = True


class _BoundedProtocol(HttpToolsProtocol):
    """uvicorn's parser, stricter, and with an end to how long and how large a request may be on its way."""

    def __init__(self, limits: Limits, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._limits = limits
        self._patience = limits.request
        self._most = _LONGEST_REQUEST
        self._renewed_at = 0  # bytes that had come when an upload was last given more time
        self._arriving = True  # a connection that says nothing is as slow as one that says little
        self._may_stay = False  # the connection, after the answer, if the body that is in doubt comes
        self._in_header = True
        self._received = 0
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._writes = JoinedWrites(transport)
        super().connection_made(self._writes)  # type: ignore[arg-type]
        self._deadline = self.loop.call_later(self._patience, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_deadline()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        self._parse(data)
        if not self._arriving:
            self._forget_deadline()
            return
        self._received += len(data)
        if self._received > (_LONGEST_HEADER if self._in_header else self._most):
            self._refuse()
            return
        if self._is_upload() and self._received - self._renewed_at >= _UPLOAD_STEP:
            self._forget_deadline()
            self._renewed_at = self._received
        if self._deadline is None:
            self._deadline = self.loop.call_later(self._patience, self._give_up)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._arriving = self._in_header = True
        self._received = self._renewed_at = 0
        self._most = _LONGEST_REQUEST

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_header:  # what follows the chunks of a body is no header (RFC 9110, section 6.5.1)
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """What is raised here is answered with 400."""
        self._in_header = False
        if not self._is_well_framed():
            raise ValueError("not a request that every server reads alike")
        below = self._limits.uploads
        uploads = below and self.parser.get_method() == b"PUT" and self.url.startswith(below)
        if uploads or self._limits.streams:
            self._most = self._limits.largest_upload + _LONGEST_REQUEST
        if not self.parser.should_upgrade():  # else `_parse` goes on without it
            super().on_headers_complete()
            self._doubt_the_body()

    def on_body(self, body: bytes) -> None:
        self._trust_the_body()
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        self._arriving = False
        self._trust_the_body()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        self._writes.flush()
        super().on_response_complete()

    def _doubt_the_body(self) -> None:
        """Who expects 100 Continue and is answered at once may send the body still, or the next request: an
        answer before the body begins ends the connection (RFC 9110, section 10.1.1).
        """
        self._may_stay = self.expect_100_continue and self.cycle.keep_alive
        if self.expect_100_continue:
            self.cycle.keep_alive = False

    def _trust_the_body(self) -> None:
        if self._may_stay and not self.cycle.response_started:  # else the answer has said how it ends
            self.cycle.keep_alive = True

    def shutdown(self) -> None:
        self._may_stay = False
        super().shutdown()

    def _is_upload(self) -> bool:
        return self._most > _LONGEST_REQUEST

    def _parse(self, data: bytes) -> None:
        while data:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as offered:
                data = self._without_upgrade() + data[offered.args[0] :]
            except httptools.HttpParserError:
                self.logger.warning(_NOT_HTTP)
                self.send_400_response(_NOT_HTTP)
                return
            else:
                return

    def _without_upgrade(self) -> bytes:
        """The head of the request, as if it had not offered another protocol (RFC 9110, section 7.8).

        Java's HttpClient offers HTTP/2 with every request. The parser would drop the body of such a
        request, or take it for the next one, so a new parser gets it.
        """
        first = b"%b %b HTTP/%b\r\n" % (
            self.parser.get_method(),
            self.url,
            self.parser.get_http_version().encode(),
        )
        kept = [name + b": " + value + b"\r\n" for name, value in self.headers if name != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return b"".join([first, *kept, b"\r\n"])

    def _is_well_framed(self) -> bool:
        """Would a proxy before us see the same request? RFC 9112, sections 2.3, 3.2 and 6.1.

        CONNECT asks for a tunnel and has no body, whatever its headers say.
        """
        version = self.parser.get_http_version()
        hosts = [value for name, value in self.headers if name == b"host"]
        codings = [value.lower() for name, value in self.headers if name == b"transfer-encoding"]
        if self.parser.get_method() == b"CONNECT" or len(hosts) > 1:
            return False
        if version == "1.0":
            return not codings
        return version == "1.1" and len(hosts) == 1 and codings in ([], [b"chunked"])

    def _refuse(self) -> None:
        self._forget_deadline()
        if self.transport.is_closing():
            return
        if self._in_header:
            self.send_400_response("The request header is too large.")
        self.transport.close()

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

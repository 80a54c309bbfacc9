"""A real HTTP server on loopback in the place of what takes logs; and a batch to send to it."""

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from poolhouse.drivers.clock_rng import SystemClock
from poolhouse.ports import SECOND, LogBatch, LogEntry
from poolhouse.wire import sigv4
from poolhouse.wire.signers import Signer

POOL = "us-east-1_Aa1Bb2Cc3"
ACCESS_KEY_ID, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
AT = 1_800_000_000 * SECOND
SIGN = Signer(SystemClock().now).sign


@dataclass(frozen=True)
class Received:
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        return dict(self.headers).get(name, "")


Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Receiver:
    """What it got, and what it answers: the next of `answers`, and a 200 when there are none."""

    received: list[Received] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    check: Callable[[Received], None] = lambda _: None
    wrong: list[str] = field(default_factory=list)
    url: str = ""

    def will(self, status: int, body: object = None, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, named, b"" if body is None else json.dumps(body).encode()))

    def answer(self, got: Received) -> Answer:
        try:
            self.check(got)
        except Exception as error:  # noqa: BLE001 - told to the test, which runs in another thread
            self.wrong.append(f"{type(error).__name__}: {error}")
            return 403, {}, b'{"__type": "AccessDeniedException"}'
        self.received.append(got)
        return self.answers.pop(0) if self.answers else (200, {}, b"{}")


class Running:
    """`with Running() as receiver:` serves until the block ends."""

    def __init__(self, check: Callable[[Received], None] = lambda _: None) -> None:
        self._receiver = Receiver(check=check)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._receiver))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._receiver.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self._receiver

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = tuple((name.lower(), value) for name, value in self.headers.items())
            body = self.rfile.read(int(self.headers["content-length"]))
            status, added, answer = receiver.answer(Received(self.command, self.path, headers, body))
            self.send_response(status)
            for name, value in (added | {"content-length": str(len(answer))}).items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # who asked does not read on
                self.wfile.write(answer)

        def do_PUT(self) -> None:
            self.do_POST()

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    return Handler


def signed_for(service: str) -> Callable[[Received], None]:
    """A check that the request is signed with our key, and is one that the service's own model knows."""
    model = ServiceModel(Loader().load_service_model(service, "service-2"))

    def check(got: Received) -> None:
        request = sigv4.Request(got.method, got.path, "", got.headers, got.body)
        signed = sigv4.parse_authorization(request)
        if (signed.access_key_id, signed.region) != (ACCESS_KEY_ID, "eu-north-1"):
            raise ValueError(f"{signed.access_key_id} in {signed.region}")
        sigv4.verify(signed, SECRET, service, SystemClock().now())
        prefix, _, name = got.header("x-amz-target").partition(".")
        if prefix != model.metadata["targetPrefix"]:
            raise ValueError(prefix)
        members = json.loads(got.body)
        shape = model.operation_model(name).input_shape
        report = ParamValidator().validate(_with_bytes(members), shape)
        if report.has_errors():
            raise ValueError(report.generate_report())

    return check


def _with_bytes(members: dict[str, object]) -> dict[str, object]:
    """Blobs are base64 in JSON; botocore's own callers give bytes."""
    records = members.get("Records")
    if isinstance(records, list):
        return members | {"Records": [{"Data": record["Data"].encode()} for record in records]}
    return members


def entry(number: int, source: str = "userAuthEvents") -> LogEntry:
    at = AT + number * 1_000
    message = {"eventId": f"event-{number}", "userName": "ada", "challenges": []}
    level = "ERROR" if source == "userNotification" else "INFO"
    body = {"eventTimestamp": str(at // 1_000), "logLevel": level, "message": message}
    return LogEntry(f"{source}/{at:016d}/event-{number}", at, json.dumps(body).encode())


def batch(arn: str, count: int = 3, source: str = "userAuthEvents") -> LogBatch:
    return LogBatch(POOL, source, arn, tuple(entry(number, source) for number in range(count)))

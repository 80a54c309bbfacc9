"""A loopback HTTP server in the place of SES and SNS, which checks each signature with botocore."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@dataclass
class Service:
    """What the server answers, and the calls that it took: (path, headers, body)."""

    name: str
    region: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b"{}"
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def signature(self, url: str, headers: dict[str, str], body: bytes) -> str:
        """The signature that botocore makes of the headers which this request says it signed."""
        named = headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
        request = AWSRequest("POST", url, data=body, headers={name: headers[name] for name in named})
        request.context["timestamp"] = headers["x-amz-date"]
        auth = SigV4Auth(Credentials(ACCESS_KEY_ID, SECRET), self.name, self.region)
        return auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)


class RunningService:
    """`with RunningService(service) as service:` serves until the block ends."""

    def __init__(self, service: Service) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(service))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._service = service
        service.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Service:
        self._thread.start()
        return self._service

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers["content-length"]))
            expected = service.signature(service.url + self.path, headers, body)
            if not headers["authorization"].endswith(f"Signature={expected}"):
                self._send(403, {}, b'{"message": "The request signature does not match."}')
                return
            service.calls.append((self.path, headers, body))
            self._send(service.status, service.headers, service.answer)

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in (headers | {"content-length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    return Handler

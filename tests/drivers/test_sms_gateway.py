"""The SMS gateway: each message posted once, signed, under an id that stays; refusals without the number."""

import hashlib
import hmac
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from poolhouse.drivers.sms_gateway import GatewaySender
from poolhouse.errors import DeliveryFailed
from poolhouse.ports import Message

SECRET = "a secret of thirty-two characters"
NOW = 1_800_000_000
MESSAGE = Message(
    message_id="id-1",
    user_pool_id="us-east-1_Aa1Bb2Cc3",
    medium="SMS",
    to="+46701740611",
    username="ada",
    purpose="SignUp",
    code="482915",
    subject="",
    body="Your verification code is 482915. ",
    at=0,
)


class Gateway:
    """A loopback gateway that checks the signature as docs/messages.md says."""

    def __init__(self):
        self.status, self.location, self.taken = 202, "", []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self.url = f"http://127.0.0.1:{self._server.server_port}/sms?account=7"

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(gateway):  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                stamp = self.headers["poolhouse-timestamp"]
                expected = hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
                right = hmac.compare_digest(self.headers["poolhouse-signature"], f"v1={expected}")
                if right and stamp == str(NOW):
                    gateway.taken.append((self.path, json.loads(body)))
                self.send_response(gateway.status if right else 401)
                if gateway.location:
                    self.send_header("location", gateway.location)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                """Nothing is logged."""

        return Handler


@pytest.fixture
def gateway():
    with Gateway() as running:
        yield running


@pytest.fixture
async def sender(gateway):
    made = GatewaySender(gateway.url, SECRET, lambda: NOW)
    yield made
    await made.close()


async def test_the_gateway_gets_the_message_signed(gateway, sender):
    await sender.send(MESSAGE)

    assert gateway.taken == [
        (
            "/sms?account=7",
            {
                "id": "id-1",
                "to": "+46701740611",
                "text": "Your verification code is 482915. ",
                "purpose": "SignUp",
                "user_pool_id": "us-east-1_Aa1Bb2Cc3",
            },
        )
    ]


async def test_a_second_try_has_the_same_id(gateway, sender):
    gateway.status = 503
    with pytest.raises(DeliveryFailed, match="answered 503"):
        await sender.send(MESSAGE)
    gateway.status = 200

    await sender.send(MESSAGE)

    assert [body["id"] for _, body in gateway.taken] == ["id-1", "id-1"]


async def test_another_secret_is_refused_by_the_gateway(gateway):
    sender = GatewaySender(gateway.url, "another secret of enough characters", lambda: NOW)

    with pytest.raises(DeliveryFailed, match=r"^The SMS gateway answered 401\.$"):
        await sender.send(MESSAGE)

    assert gateway.taken == []
    await sender.close()


async def test_a_redirect_is_not_followed(gateway, sender):
    gateway.status, gateway.location = 307, "http://169.254.169.254/"

    with pytest.raises(DeliveryFailed, match="answered 307"):
        await sender.send(MESSAGE)


async def test_a_gateway_that_cannot_be_reached_is_told_without_the_number():
    sender = GatewaySender("http://127.0.0.1:9/", SECRET, lambda: NOW)

    with pytest.raises(DeliveryFailed) as refused:
        await sender.send(MESSAGE)

    assert str(refused.value) == "The SMS gateway cannot be reached: ConnectError."
    await sender.close()

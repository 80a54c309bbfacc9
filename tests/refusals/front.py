"""A real server process as a `Door`, for what depends on the bytes between client and server."""

import asyncio
import http.client
import re
import socket
from typing import Any

from tests.refusals.http_table import Answer, Headers
from tests.server import Server

_ANSWER = re.compile(rb"HTTP/1\.1 (\d{3}) ")


class Front:
    """The demo pool's own user signs in through it."""

    def __init__(self, server: Server) -> None:
        self.host = server.endpoint.removeprefix("http://")
        self.key = (server.access_key_id, server.secret_access_key)
        self.pool = server.user_pool_id
        self.client = server.client_id
        self.username = server.username
        self.password = server.password
        self._address = ("127.0.0.1", int(self.host.rpartition(":")[2]))

    async def send(self, method: str, target: str, headers: Headers, body: bytes) -> Answer:
        return await asyncio.to_thread(self._exchange, method, target, headers, body)

    def _exchange(self, method: str, target: str, headers: Headers, body: bytes) -> Answer:
        connection = http.client.HTTPConnection(*self._address, timeout=20)
        try:
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            for name, value in (*headers, ("Content-Length", str(len(body)))):
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, found, answer.read())
        finally:
            connection.close()

    async def statuses(self, raw: bytes) -> list[int]:
        """The status of each answer to raw bytes, until the server closes or one second is silent."""
        return [int(found) for found in _ANSWER.findall(await asyncio.to_thread(self._raw, raw))]

    def _raw(self, raw: bytes) -> bytes:
        received = b""
        with socket.create_connection(self._address, timeout=1) as connection:
            connection.sendall(raw)
            try:
                while part := connection.recv(65_536):
                    received += part
            except (TimeoutError, ConnectionResetError):
                return received
        return received

    def sign_in(self, **changes: Any) -> dict[str, Any]:
        """The members of an InitiateAuth that succeeds."""
        usual = {
            "ClientId": self.client,
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": {"USERNAME": self.username, "PASSWORD": self.password},
        }
        return usual | changes

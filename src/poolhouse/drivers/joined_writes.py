"""One write for a whole answer: uvicorn writes the head of a response and its body apart.

A second write to a socket costs a system call and a packet, together more than the rest of the HTTP
work of a small request.
"""

import asyncio
from typing import Any

_HEAD = b"HTTP/1.1 "
_INTERIM = b"HTTP/1.1 1"  # 100 Continue: nothing follows it, so it is not held back
_END_OF_HEAD = b"\r\n\r\n"


class JoinedWrites:
    """The transport that it is made with, but a response's head waits for what is written next."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def write(self, data: bytes) -> None:
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head + data)
        elif data.startswith(_HEAD) and data.endswith(_END_OF_HEAD) and not data.startswith(_INTERIM):
            self._head = data
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """The answer is complete: nothing follows the head of an answer to HEAD."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

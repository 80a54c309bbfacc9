"""A mail server for tests: keeps what a server process sends, so that codes arrive as they do in life."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

_CODE = re.compile(r"\b\d{6}(?:\d{2})?\b")
_PATIENCE = 15.0  # seconds that a mail may take


class Mailbox:
    """`settings` tells a server to send here. Bodies are kept by recipient, oldest first."""

    def __init__(self, port: int) -> None:
        self.settings = {
            "POOLHOUSE_EMAIL_DRIVER": "smtp",
            "POOLHOUSE_SMTP_HOST": "127.0.0.1",
            "POOLHOUSE_SMTP_PORT": str(port),
            "POOLHOUSE_SMTP_TLS": "none",
        }
        self.port = port
        self._bodies: dict[str, list[str]] = {}
        self._mails: dict[str, list[EmailMessage]] = {}

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd
        mail = message_from_bytes(envelope.content, policy=default)
        body = mail.get_body(("plain", "html"))
        for address in envelope.rcpt_tos:
            self._bodies.setdefault(address, []).append(body.get_content() if body else "")
            self._mails.setdefault(address, []).append(mail)
        return "250 OK"

    def count(self, to: str) -> int:
        """How many mails an address has."""
        return len(self._bodies.get(to, ()))

    def body(self, to: str, *, after: int = 0) -> str:
        """The newest mail to an address; waits until there are more than `after`."""
        deadline = time.monotonic() + _PATIENCE
        while len(self._bodies.get(to, ())) <= after:
            if time.monotonic() > deadline:
                raise AssertionError(f"No mail for {to}, only for {sorted(self._bodies)}")
            time.sleep(0.02)
        return self._bodies[to][-1]

    def code(self, to: str, *, after: int = 0) -> str:
        """The six or eight digits in the newest mail to an address."""
        found = _CODE.search(self.body(to, after=after))
        if found is None:
            raise AssertionError(f"No code in the mail for {to}")
        return found[0]

    def mails(self, to: str) -> list[EmailMessage]:
        """Every mail to an address, whole, oldest first."""
        return self._mails.get(to, [])

    def bodies(self) -> list[str]:
        return [body for kept in self._bodies.values() for body in kept]


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    mailbox = Mailbox(port)
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()

"""Mail over SMTP, on one connection that is kept open: a mail then costs about 1.4 ms."""

import asyncio
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Literal

from poolhouse.errors import DeliveryFailed
from poolhouse.ports import SECOND, Message

if TYPE_CHECKING:
    from aiosmtplib import SMTP

_TIMEOUT = 20.0  # seconds, for each step of the dialogue


class SmtpSender:
    """Hands mail to one SMTP server. Its errors name no address: a server's own words may hold one."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        sender: str,
        username: str = "",
        password: str = "",
        tls: Literal["none", "starttls", "tls"] = "starttls",
    ) -> None:
        """`sender` is the From of mail whose pool names none."""
        self._host = host
        self._port = port
        self._sender = sender
        self._username = username
        self._password = password
        self._tls = tls
        self._turn = asyncio.Lock()
        self._kept: SMTP | None = None

    async def send(self, message: Message) -> None:
        """Raises `DeliveryFailed` when the server did not take the message."""
        import aiosmtplib  # here, because only those who send mail need it

        mail = _mail(message, message.sender or self._sender)
        try:
            async with self._turn:
                await self._hand_over(mail, message.to)
        except aiosmtplib.SMTPResponseException as error:
            raise DeliveryFailed(f"The mail server answered {error.code}.") from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = ", ".join(sorted({str(refusal.code) for refusal in error.recipients}))
            raise DeliveryFailed(f"The mail server answered {codes} to the address.") from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise DeliveryFailed(f"The mail server cannot be used: {type(error).__name__}.") from None

    async def close(self) -> None:
        """Say goodbye, if a connection is open."""
        async with self._turn:
            self._drop()

    async def _hand_over(self, mail: EmailMessage, to: str) -> None:
        import aiosmtplib

        if self._kept is not None and self._kept.is_connected:
            try:
                await self._transfer(self._kept, mail, to)
            except aiosmtplib.SMTPServerDisconnected:
                pass  # it was idle for too long: the mail goes over a new one
            else:
                return
        self._kept = await self._connected()
        await self._transfer(self._kept, mail, to)

    async def _transfer(self, connection: "SMTP", mail: EmailMessage, to: str) -> None:
        import aiosmtplib

        try:
            await connection.send_message(mail, recipients=[to])
        except (aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused):
            raise  # the server said no and listens on
        except BaseException:
            self._drop()  # nobody knows how far the dialogue came
            raise

    async def _connected(self) -> "SMTP":
        import aiosmtplib

        self._drop()
        connection = aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._username or None,
            password=self._password or None,
            use_tls=self._tls == "tls",
            start_tls=self._tls == "starttls",
            timeout=_TIMEOUT,
        )
        await connection.connect()
        return connection

    def _drop(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None


def _mail(message: Message, sender: str) -> EmailMessage:
    """Raises `DeliveryFailed` for an address that is not exactly one."""
    try:
        return _written(message, sender)
    except (ValueError, IndexError, MessageError):  # the last two: what `email` says to odd addresses
        raise DeliveryFailed("An address of the message is not one that mail can have.") from None


def _written(message: Message, sender: str) -> EmailMessage:
    """The mail as it travels. The Message-ID stays over repeated tries, so a second copy is recognised."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = Address(addr_spec=message.to)
    if message.reply_to:
        mail["Reply-To"] = message.reply_to
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = format_datetime(datetime.fromtimestamp(message.at / SECOND, UTC))
    mail["Message-ID"] = f"<{message.message_id}@{_domain(mail)}>"
    _set_body(mail, message)
    return mail


def _set_body(mail: EmailMessage, message: Message) -> None:
    """Where there are two, the richer one is the last (RFC 2046, section 5.1.4)."""
    if not message.text:
        mail.set_content(message.body, subtype="html" if message.html else "plain")
        return
    mail.set_content(message.text)
    mail.add_alternative(message.body, subtype="html")


def _domain(mail: EmailMessage) -> str:
    domain: str = mail["From"].addresses[0].domain
    return domain or "localhost"

"""SMTP against a real server: one connection, whole mails, encryption, and refusals without the address."""

import asyncio
import ipaddress
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from poolhouse.drivers.smtp import SmtpSender
from poolhouse.errors import DeliveryFailed
from poolhouse.ports import SECOND, Message

FROM = "usual@orchard.test"


class Mailbox:
    """Takes mail, unless the address is one that it refuses."""

    def __init__(self):
        self.mails = []
        self.peers = set()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd
        if address.startswith("nobody@"):
            return f"550 5.1.1 <{address}> is unknown here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd
        self.mails.append((envelope, message_from_bytes(envelope.content, policy=default)))
        self.peers.add(session.peer)
        if b"slow" in envelope.content:
            await asyncio.sleep(0.5)
        return "554 5.6.0 ada@example.com 482915" if b"poison" in envelope.content else "250 OK"


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def serve(mailbox):
    """Starts the server; gives its port."""
    running = []

    def start(**options):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        controller = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
        controller.start()
        running.append(controller)
        return controller

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
async def connect():
    senders = []

    def make(controller, **options):
        settings = {"sender": FROM, "tls": "none"} | options
        senders.append(SmtpSender("127.0.0.1", controller.port, **settings))
        return senders[-1]

    yield make
    for sender in senders:
        await sender.close()


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A server context whose certificate the clients of this process trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file, key_file)
    return context


def message(**changes):
    usual = {
        "message_id": "id-1",
        "user_pool_id": "us-east-1_Aa1Bb2Cc3",
        "medium": "EMAIL",
        "to": "ada@example.com",
        "username": "ada",
        "purpose": "SignUp",
        "code": "482915",
        "subject": "Your code – ärligt",
        "body": "Hello,\n\nit is 482915. Så är det.\n",
        "at": 1_764_000_000 * SECOND,
    }
    return Message(**(usual | changes))


async def test_a_mail_arrives_whole(serve, connect, mailbox):
    await connect(serve()).send(message())

    ((envelope, mail),) = mailbox.mails
    assert (envelope.mail_from, envelope.rcpt_tos) == (FROM, ["ada@example.com"])
    assert (mail["From"], mail["To"], mail["Subject"]) == (FROM, "ada@example.com", "Your code – ärligt")
    assert mail["Date"] == "Mon, 24 Nov 2025 16:00:00 +0000"
    assert mail["Message-ID"] == "<id-1@orchard.test>"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n") == "Hello,\n\nit is 482915. Så är det.\n"


async def test_the_pool_decides_from_whom_and_to_whom_to_reply(serve, connect, mailbox):
    pools = {"sender": "Orchard <no-reply@orchard.example>", "reply_to": "help@orchard.example"}

    await connect(serve()).send(message(html=True, body="<p>482915</p>", **pools))

    ((envelope, mail),) = mailbox.mails
    assert envelope.mail_from == "no-reply@orchard.example"
    assert (mail["From"], mail["Reply-To"]) == (pools["sender"], pools["reply_to"])
    assert mail.get_content_type() == "text/html"


async def test_mails_share_one_connection(serve, connect, mailbox):
    sender = connect(serve())

    await asyncio.gather(*(sender.send(message(message_id=f"id-{n}")) for n in range(5)))

    assert sorted(mail["Message-ID"] for _, mail in mailbox.mails) == [
        f"<id-{n}@orchard.test>" for n in range(5)
    ]
    assert len(mailbox.peers) == 1


async def test_a_connection_that_the_server_closed_is_made_again(serve, connect, mailbox):
    sender = connect(serve(timeout=0.2))
    await sender.send(message())
    await asyncio.sleep(0.5)

    await sender.send(message(message_id="id-2"))

    assert [mail["Message-ID"] for _, mail in mailbox.mails] == ["<id-1@orchard.test>", "<id-2@orchard.test>"]
    assert len(mailbox.peers) == 2


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"to": "nobody@example.com"}, "The mail server answered 550 to the address."),
        ({"body": "poison"}, "The mail server answered 554."),
    ],
)
async def test_a_refusal_is_told_by_its_number_and_the_connection_goes_on(
    serve, connect, mailbox, changes, told
):
    sender = connect(serve())

    with pytest.raises(DeliveryFailed) as refused:
        await sender.send(message(**changes))
    await sender.send(message())

    assert str(refused.value) == told
    assert refused.value.__suppress_context__
    assert len(mailbox.peers) == 1


@pytest.mark.parametrize(
    "to",
    ["ada@example.com, eve@example.com", "ada@example.com\r\nBcc: eve@example.com", "", "ada", "<a@b.test>"],
)
async def test_an_address_that_is_more_or_less_than_one_is_refused(serve, connect, mailbox, to):
    with pytest.raises(DeliveryFailed, match="not one that mail can have"):
        await connect(serve()).send(message(to=to))

    assert mailbox.mails == []


async def test_a_subject_cannot_add_a_header(serve, connect, mailbox):
    await connect(serve()).send(message(subject="Hello\r\nBcc: eve@example.com"))

    ((envelope, mail),) = mailbox.mails
    assert (mail["Subject"], mail["Bcc"]) == ("Hello Bcc: eve@example.com", None)
    assert envelope.rcpt_tos == ["ada@example.com"]


async def test_starttls_encrypts_the_mail(serve, connect, mailbox, certificate):
    controller = serve(tls_context=certificate, require_starttls=True)

    await connect(controller, tls="starttls").send(message())

    assert len(mailbox.mails) == 1


async def test_a_server_without_starttls_gets_no_mail_when_it_is_asked_for(serve, connect, mailbox):
    with pytest.raises(DeliveryFailed, match="cannot be used"):
        await connect(serve(), tls="starttls").send(message())

    assert mailbox.mails == []


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    serve, connect, mailbox, certificate, monkeypatch
):
    controller = serve(tls_context=certificate)
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(DeliveryFailed, match="cannot be used"):
        await connect(controller, tls="starttls").send(message())

    assert mailbox.mails == []


async def test_tls_from_the_first_byte(serve, connect, mailbox, certificate):
    await connect(serve(ssl_context=certificate), tls="tls").send(message())

    assert len(mailbox.mails) == 1


def authenticator(server, session, envelope, mechanism, data):
    right = (data.login, data.password) == (b"poolhouse", b"correct")
    return AuthResult(success=right, handled=False)


@pytest.mark.parametrize(("password", "arrived"), [("correct", 1), ("wrong", 0)])
async def test_the_name_and_password_are_shown_to_the_server(serve, connect, mailbox, password, arrived):
    controller = serve(authenticator=authenticator, auth_required=True, auth_require_tls=False)
    sender = connect(controller, username="poolhouse", password=password)

    if arrived:
        await sender.send(message())
    else:
        with pytest.raises(DeliveryFailed, match="answered 535"):
            await sender.send(message())

    assert len(mailbox.mails) == arrived


async def test_a_server_that_is_not_there_is_told_without_the_address():
    with pytest.raises(DeliveryFailed) as refused:
        await SmtpSender("127.0.0.1", 9, sender=FROM, tls="none").send(message())

    assert str(refused.value) == "The mail server cannot be used: SMTPConnectError."


async def test_after_a_mail_that_was_cut_off_the_next_one_goes_over_a_new_connection(serve, connect, mailbox):
    sender = connect(serve())
    await sender.send(message())

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await sender.send(message(body="slow"))
    await sender.send(message(message_id="id-3"))

    assert mailbox.mails[-1][1]["Message-ID"] == "<id-3@orchard.test>"
    assert len(mailbox.peers) == 2

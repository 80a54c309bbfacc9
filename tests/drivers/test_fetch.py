"""The guarded HTTP client: no private address in any spelling, no second resolution, no redirect."""

import asyncio
import socket
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.web_server import WebServer

from poolhouse.drivers import fetch
from poolhouse.drivers.fetch import LOOPBACK, GuardedFetch
from poolhouse.errors import FetchBroken, FetchFailed, FetchRefused, FetchTimeout
from poolhouse.settings import Settings

HELLO = (200, {"content-type": "text/plain", "X-Kind": "greeting"}, b"hello")


@pytest.fixture
def server():
    with WebServer({"/hello": HELLO}) as running:
        yield running


@pytest.fixture
async def guarded():
    client = GuardedFetch([])
    yield client
    await client.close()


@pytest.fixture
async def open_to_loopback():
    client = GuardedFetch(LOOPBACK)
    yield client
    await client.close()


async def test_an_allowed_server_is_asked_and_its_answer_given(server, open_to_loopback):
    got = await open_to_loopback.send("GET", server.url("/hello"), {"accept": "text/plain"})
    posted = await open_to_loopback.send("POST", server.url("/hello"), {"x-a": "b"}, b"body")

    assert (got.status, got.headers["x-kind"], got.body) == (200, "greeting", b"hello")
    assert posted.status == 200
    assert [(asked.method, asked.body) for asked in server.asked] == [("GET", b""), ("POST", b"body")]
    assert server.asked[0].headers["accept-encoding"] == "identity"
    assert server.asked[1].headers["x-a"] == "b"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0",
     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::1]", "[::]", "127.9.9.9", "LOCALHOST"],
)  # fmt: skip
async def test_no_spelling_of_this_computer_is_asked(server, guarded, host):
    for scheme in ("http", "https"):
        with pytest.raises(FetchRefused):
            await guarded.send("GET", f"{scheme}://{host}:{server.port}/hello")

    assert server.asked == []


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "10.0.0.1", "192.168.1.1", "[fd00:ec2::254]", "[fe80::1]"]
)
async def test_no_private_network_is_asked(guarded, host):
    with pytest.raises(FetchRefused, match="fetch_allowed_hosts"):
        await guarded.send("GET", f"https://{host}/latest/meta-data/")


async def test_a_server_on_the_internet_is_asked_over_tls_only(guarded):
    with pytest.raises(FetchRefused, match="https"):
        await guarded.send("GET", "http://93.184.216.34/")


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "//127.0.0.1/", "", "https://", "https://a:b@c/",
     "https://127.0.0.1:0/", "https://127.0.0.1:99999/", "https://a\\@127.0.0.1/", "https://a b/", "https://[::1/",
     "https://a/\r\nx: y"],
)  # fmt: skip
async def test_what_is_no_plain_web_address_is_refused(open_to_loopback, url):
    with pytest.raises(FetchRefused):
        await open_to_loopback.send("GET", url)


async def test_a_name_that_moves_between_check_and_use_reaches_the_address_that_was_checked(
    server, monkeypatch
):
    """DNS rebinding: the first answer is allowed, every later one is somewhere else."""
    client = GuardedFetch(["127.0.0.1"])
    resolved = []

    async def rebinding(self, host, port, **_):
        resolved.append(host)
        address = "127.0.0.1" if len(resolved) == 1 else "127.0.0.66"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(type(asyncio.get_running_loop()), "getaddrinfo", rebinding)
    answer = await client.send("GET", server.url("/hello", host="rebinding.test"))
    await client.close()
    moved = GuardedFetch(["127.0.0.1"])
    with pytest.raises(FetchRefused):
        await moved.send("GET", server.url("/hello", host="rebinding.test"))
    await moved.close()

    assert answer.body == b"hello"
    assert resolved == ["rebinding.test", "rebinding.test"]
    assert len(server.asked) == 1


async def test_a_name_with_one_private_address_among_public_ones_is_refused(guarded, monkeypatch):
    async def mixed(self, host, port, **_):
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("93.184.216.34", "10.0.0.1")
        ]

    monkeypatch.setattr(type(asyncio.get_running_loop()), "getaddrinfo", mixed)

    with pytest.raises(FetchRefused):
        await guarded.send("GET", "https://mixed.test/")


async def test_a_redirect_is_an_answer_and_not_followed(server, open_to_loopback):
    server.answers["/moved"] = (302, {"location": server.url("/hello")}, b"")

    answer = await open_to_loopback.send("GET", server.url("/moved"))

    assert (answer.status, answer.headers["location"]) == (302, server.url("/hello"))
    assert server.paths() == ["/moved"]


async def test_an_answer_that_is_too_long_is_refused(server, open_to_loopback):
    server.answers["/long"] = (200, {}, b"x" * 2_000)

    whole = await open_to_loopback.send("GET", server.url("/long"), most=2_000)
    with pytest.raises(FetchFailed, match="too long"):
        await open_to_loopback.send("GET", server.url("/long"), most=1_999)

    assert len(whole.body) == 2_000


async def test_an_answer_that_is_compressed_is_refused(server, open_to_loopback):
    server.answers["/bomb"] = (200, {"content-encoding": "gzip"}, b"x")

    with pytest.raises(FetchFailed, match="compressed"):
        await open_to_loopback.send("GET", server.url("/bomb"))


async def test_a_server_that_takes_too_long_is_left(server, open_to_loopback):
    server.delay = 0.5

    with pytest.raises(FetchTimeout):
        await open_to_loopback.send("GET", server.url("/hello"), seconds=0.1)


async def test_a_server_that_is_not_there_is_broken(open_to_loopback):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

        with pytest.raises(FetchBroken):
            await open_to_loopback.send("GET", f"http://127.0.0.1:{port}/")


async def test_cookies_of_one_answer_are_not_sent_with_the_next(server, open_to_loopback):
    server.answers["/cookie"] = (200, {"set-cookie": "a=b; Path=/"}, b"")

    await open_to_loopback.send("GET", server.url("/cookie"))
    await open_to_loopback.send("GET", server.url("/hello"))

    assert "cookie" not in server.asked[1].headers


async def test_tls_is_verified_for_the_name_and_not_for_the_address(tmp_path, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "idp.pem"))
    context = certified("idp.test", tmp_path)
    client = GuardedFetch(LOOPBACK)

    async def here(self, host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(type(asyncio.get_running_loop()), "getaddrinfo", here)
    with WebServer({"/hello": HELLO}, tls=context) as server:
        right = await client.send("GET", server.url("/hello", host="idp.test"))
        with pytest.raises(FetchBroken):
            await client.send("GET", server.url("/hello", host="other.test"))
    await client.close()

    assert right.body == b"hello"


async def test_loopback_is_open_in_development_only(server):
    dev, served = fetch.opened(Settings(profile="dev")), fetch.opened(Settings(profile="serve"))

    answer = await dev.send("GET", server.url("/hello", host="localhost"))
    with pytest.raises(FetchRefused):
        await served.send("GET", server.url("/hello", host="localhost"))
    await dev.close()
    await served.close()

    assert answer.body == b"hello"


def certified(name, folder):
    """A TLS context of a certificate for `name`, which is written to `idp.pem`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "idp.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "idp.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "idp.pem", folder / "idp.key")
    return context

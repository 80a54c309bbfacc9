"""TLS by the server itself: from its files, with a floor, and renewed without an end of the server."""

import asyncio
import datetime
import os
import socket
import ssl
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.drivers.test_http_server import GET, application
from tests.server import dev_server, run_poolhouse

from poolhouse.drivers.http_server import Limits, listen, serve, who_answers
from poolhouse.drivers.tls import Certificate
from poolhouse.errors import SettingsError

pytestmark = pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")


def write(folder: Path, name: str = "localhost") -> tuple[Path, Path]:
    """A new certificate of a name, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain_file, key_file = folder / "chain.pem", folder / "key.pem"
    chain_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return chain_file, key_file


def served_name(port: int, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> str:
    """The name in the certificate that a new connection is shown."""
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    trusting.set_ciphers("DEFAULT:@SECLEVEL=0")  # it would take anything
    trusting.minimum_version = ssl.TLSVersion.TLSv1
    trusting.maximum_version = newest
    with (
        socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
        trusting.wrap_socket(plain) as connection,
    ):
        connection.sendall(GET)
        assert connection.recv(4_096).startswith(b"HTTP/1.1 200")
        shown = x509.load_der_x509_certificate(connection.getpeercert(binary_form=True) or b"")
    return str(shown.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)


@pytest.fixture
async def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The port of a server, which looks at its files all the time."""
    fresh = Certificate.keep_fresh
    monkeypatch.setattr(Certificate, "keep_fresh", lambda self: fresh(self, 0.02))
    certificate = Certificate(*write(tmp_path))
    stop, started = asyncio.Event(), asyncio.Event()
    with listen("127.0.0.1", 0) as listener:
        serving = asyncio.create_task(
            serve(
                application,
                listener,
                Limits(request=5, idle=5, shutdown=2),
                started=started.set,
                stop=stop,
                trusted_proxies=[],
                certificate=certificate,
            )
        )
        await started.wait()
        yield listener.getsockname()[1]
        stop.set()
        await asyncio.wait_for(serving, 5)


async def test_requests_come_over_tls_of_today(served: int) -> None:
    for newest in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        assert await asyncio.to_thread(served_name, served, newest) == "localhost"


async def test_tls_of_before_1_2_is_refused(served: int) -> None:
    with pytest.raises(ssl.SSLError):
        await asyncio.to_thread(served_name, served, ssl.TLSVersion.TLSv1_1)

    assert await asyncio.to_thread(served_name, served) == "localhost"


async def test_a_renewed_certificate_is_shown_without_a_new_start(served: int, tmp_path: Path) -> None:
    chain, key = write(tmp_path, "renewed.example")
    for file in (chain, key):
        os.utime(file, (1, 1))  # also when its date is older than the one before

    for _ in range(100):
        await asyncio.sleep(0.05)
        if await asyncio.to_thread(served_name, served) == "renewed.example":
            return
    raise AssertionError("the old certificate is still shown")


async def test_files_that_do_not_belong_together_leave_the_certificate_of_before(
    served: int, tmp_path: Path
) -> None:
    (tmp_path / "chain.pem").write_text("half of it")
    await asyncio.sleep(0.2)
    assert await asyncio.to_thread(served_name, served) == "localhost"

    write(tmp_path, "whole.example")
    await asyncio.sleep(0.3)

    assert await asyncio.to_thread(served_name, served) == "whole.example"


async def test_who_answers_is_found_out_over_tls_too(served: int) -> None:
    assert await asyncio.to_thread(lambda: who_answers("127.0.0.1", served, tls=True)) == "Poolhouse"
    assert await asyncio.to_thread(lambda: who_answers("127.0.0.1", served)) == "another program"


def test_files_that_cannot_be_used_are_told_by_name(tmp_path: Path) -> None:
    chain, key = write(tmp_path)
    missing = tmp_path / "missing.pem"

    for files in ((missing, key), (chain, missing), (key, chain)):
        with pytest.raises(SettingsError, match="cannot be read or do not belong together"):
            Certificate(*files)
    Certificate(chain, key)


def test_a_server_with_a_certificate_is_at_an_https_address(tmp_path: Path) -> None:
    chain, key = write(tmp_path)
    tls = {"POOLHOUSE_TLS_CERTIFICATE": str(chain), "POOLHOUSE_TLS_KEY": str(key)}

    with dev_server(tmp_path / "server", **tls) as server:
        assert server.endpoint.startswith("https://localhost:")
        known = ssl.create_default_context(cafile=str(chain))
        assert httpx2.get(f"{server.endpoint}/health/live", verify=known).status_code == 200


def test_a_server_whose_certificate_cannot_be_used_does_not_start(tmp_path: Path) -> None:
    chain, _ = write(tmp_path)
    tls = {"POOLHOUSE_TLS_CERTIFICATE": str(chain), "POOLHOUSE_TLS_KEY": str(chain)}

    ended = run_poolhouse("dev", "--port", "0", folder=tmp_path, **tls)

    assert ended.returncode != 0
    assert "cannot be read or do not belong together" in ended.stderr

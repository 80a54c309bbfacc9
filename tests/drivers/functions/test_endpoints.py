"""Functions at HTTPS addresses: signed, answered with JSON, and never redirected."""

import hashlib
import hmac
import ipaddress
import re
import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from tests.drivers.functions.remote import Remote, RunningRemote
from tests.drivers.functions.scene import arn, scene

from poolhouse.drivers import trace_context
from poolhouse.drivers.functions.endpoints import Endpoints
from poolhouse.errors import FunctionFailed, InvocationFailed, InvocationTimeout, SettingsError

SECRET = "s" * 32
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
GUIDE = Path(__file__).parents[3] / "docs" / "functions.md"


def documented():
    """`is_ours` of the guide, as somebody would copy it."""
    (snippet,) = re.findall(r"```python\n(# Checks.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    made = {}
    exec(snippet, made)  # noqa: S102
    return made["is_ours"]


def checked_with(secret, *, later=0):
    """A server that lets the verifier of the guide decide."""
    is_ours = documented()

    def check(path, headers, body):
        ours = is_ours(
            secret, headers["poolhouse-timestamp"], headers["poolhouse-signature"], body, time.time() + later
        )
        return None if ours else 401

    return check


def settings(remote, secret=SECRET):
    return {"functions": "", "function_urls": {arn("greet"): f"{remote.url}/greet?a=b"}} | {
        "function_url_secrets": {arn("greet"): secret}
    }


@pytest.fixture
def remote():
    with RunningRemote(Remote(checked_with(SECRET))) as running:
        yield running


@pytest.fixture
async def here(tmp_path, remote):
    async with scene(tmp_path, **settings(remote)) as made:
        yield made


async def test_the_event_is_posted_and_the_verifier_of_the_guide_accepts_it(here, remote):
    remote.answer = '{"response": "ö"}'.encode()

    assert await here.call("greet", {"a": 1}) == {"response": "ö"}

    ((path, headers, body),) = remote.calls
    assert (path, body) == ("/greet?a=b", b'{"a": 1}')
    assert (headers["content-type"], headers["poolhouse-function"]) == ("application/json", arn("greet"))
    assert abs(int(headers["poolhouse-timestamp"]) - time.time()) < 30
    signed = headers["poolhouse-timestamp"].encode() + b"." + body
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert headers["poolhouse-signature"] == f"v1={expected}"


async def test_the_trace_goes_along_and_without_one_nothing_does(here, remote):
    with trace_context.calling(TRACE):
        await here.call("greet")
    await here.call("greet")

    (_, traced, _), (_, untraced, _) = remote.calls
    assert (traced["traceparent"], "traceparent" in untraced) == (TRACE, False)


async def test_the_verifier_of_the_guide_refuses_another_secret(tmp_path, remote):
    async with scene(tmp_path, **settings(remote, "t" * 32)) as here:
        with pytest.raises(InvocationFailed) as refused:
            await here.call("greet")

    assert (refused.value.reason, refused.value.passing) == ("AccessDeniedException", False)
    assert remote.calls == []


@pytest.mark.parametrize("later", [310, -310])
async def test_the_verifier_of_the_guide_refuses_an_old_request_and_one_of_the_future(tmp_path, later):
    with RunningRemote(Remote(checked_with(SECRET, later=later))) as remote:
        async with scene(tmp_path, **settings(remote)) as here:
            with pytest.raises(InvocationFailed, match="AccessDenied"):
                await here.call("greet")


def test_the_verifier_of_the_guide_refuses_what_was_changed():
    is_ours, body = documented(), b'{"a": 1}'
    signature = "v1=" + hmac.new(SECRET.encode(), b"1000." + body, hashlib.sha256).hexdigest()

    assert is_ours(SECRET, "1000", signature, body, 1000.5)
    assert not is_ours(SECRET, "1000", signature, b'{"a": 2}', 1000.5)
    assert not is_ours(SECRET, "1001", signature, body, 1000.5)
    assert not is_ours(SECRET, "1000", signature.replace("v1=", "v2="), body, 1000.5)
    assert not is_ours(SECRET, "1000", "", body, 1000.5)
    assert not is_ours(SECRET, "x", signature, body, 1000.5)


async def test_an_alias_is_called_at_the_address_of_its_function_unless_it_has_its_own(tmp_path, remote):
    own = arn("greet", qualifier="live")
    both = settings(remote)
    both["function_urls"] = both["function_urls"] | {own: f"{remote.url}/live"}
    both["function_url_secrets"] = both["function_url_secrets"] | {own: SECRET}
    async with scene(tmp_path, **both) as here:
        await here.dispatcher.invoke(own, b"{}", seconds=5)
        await here.dispatcher.invoke(arn("greet", qualifier="test"), b"{}", seconds=5)

    assert [path for path, _, _ in remote.calls] == ["/live", "/greet?a=b"]


async def test_422_is_the_refusal_of_the_function(here, remote):
    remote.status, remote.answer = 422, b'{"errorType": "NotInvited", "errorMessage": "Ask first."}'

    with pytest.raises(FunctionFailed) as failed:
        await here.call("greet")

    assert (failed.value.error_type, failed.value.message) == ("NotInvited", "Ask first.")


@pytest.mark.parametrize(
    ("status", "reason", "passing"),
    [
        (201, "ServiceException", False),
        (302, "ServiceException", False),
        (307, "ServiceException", False),
        (400, "ServiceException", False),
        (403, "AccessDeniedException", False),
        (404, "ResourceNotFoundException", False),
        (429, "TooManyRequestsException", True),
        (500, "ServiceException", True),
        (503, "ServiceException", True),
    ],
)
async def test_every_other_status_is_trouble_and_no_redirect_is_followed(
    here, remote, status, reason, passing
):
    remote.status, remote.headers = status, {"location": f"{remote.url}/elsewhere"}

    with pytest.raises(InvocationFailed) as failed:
        await here.call("greet")

    assert (failed.value.reason, failed.value.passing) == (reason, passing)
    assert [path for path, _, _ in remote.calls] == ["/greet?a=b"]


async def test_an_answer_that_takes_too_long_is_late(here, remote):
    remote.delay = 1.0

    with pytest.raises(InvocationTimeout):
        await here.call("greet", seconds=0.2)


async def test_an_answer_of_six_megabytes_arrives_and_a_larger_one_does_not(here, remote):
    remote.answer = b'"' + b"x" * 6_291_554 + b'"'
    assert len(await here.call("greet")) == 6_291_554

    remote.answer += b" "
    with pytest.raises(InvocationFailed, match="ResponseSizeTooLarge"):
        await here.call("greet")


async def test_only_functions_with_an_address_are_called(here):
    assert await here.dispatcher.obstacle(arn("greet", qualifier="live")) is None
    assert (
        await here.dispatcher.obstacle(arn("other")) == f"`function_urls` has no address for {arn('other')}."
    )
    with pytest.raises(InvocationFailed, match="ResourceNotFoundException"):
        await here.call("other")


@pytest.mark.parametrize(
    "url", ["https://f.example.com/a?b=c", "http://localhost:9/", "http://127.0.0.1", "http://[::1]:9/"]
)
def test_https_and_this_computer_are_good_addresses(url):
    assert Endpoints({arn("f"): url}, {arn("f"): SECRET}, lambda: 0) is not None


@pytest.mark.parametrize(
    ("urls", "secrets", "says"),
    [
        ({"f": "https://x"}, {"f": SECRET}, "names f, which is not the ARN"),
        ({arn("f"): "http://f.example.com"}, {arn("f"): SECRET}, "must begin with https://"),
        ({arn("f"): "http://127.0.0.1.example.com"}, {arn("f"): SECRET}, "must begin with https://"),
        ({arn("f"): "https://a:b@f.example.com"}, {arn("f"): SECRET}, "no user name"),
        ({arn("f"): "https://f#x"}, {arn("f"): SECRET}, "must begin with https://"),
        ({arn("f"): "ftp://f"}, {arn("f"): SECRET}, "must begin with https://"),
        ({arn("f"): "https://[::1"}, {arn("f"): SECRET}, "must begin with https://"),
        ({arn("f"): ""}, {arn("f"): SECRET}, "must begin with https://"),
        ({arn("f"): "https://x"}, {}, "must have a secret of at least 32 characters"),
        ({arn("f"): "https://x"}, {arn("f"): "s" * 31}, "must have a secret of at least 32 characters"),
        ({}, {arn("f"): SECRET}, "which has no address"),
    ],
)
def test_wrong_settings_are_told_without_the_secret(urls, secrets, says):
    with pytest.raises(SettingsError) as refused:
        Endpoints(urls, secrets, lambda: 0)

    assert says in str(refused.value)
    assert "sss" not in str(refused.value)


def certificate(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1 that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    host = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(host, critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / "endpoint.pem"
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


async def test_over_tls_an_endpoint_whose_certificate_nobody_vouches_for_is_not_told_the_event(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    with RunningRemote(Remote(), context) as remote:
        async with scene(tmp_path, **settings(remote)) as here:
            with pytest.raises(InvocationFailed) as failed:
                await here.call("greet")

    assert (failed.value.reason, failed.value.passing) == ("ServiceException", True)
    assert remote.calls == []


async def test_over_tls_an_endpoint_with_a_good_certificate_is_called(tmp_path, monkeypatch):
    file = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with RunningRemote(Remote(checked_with(SECRET)), context) as remote:
        async with scene(tmp_path, **settings(remote)) as here:
            assert await here.call("greet", {"a": 1}) == {}

    assert remote.url.startswith("https://")
    assert len(remote.calls) == 1

"""The examples of docs/domains.md in front of a server: nginx and Caddy. Needs both."""

import datetime
import re
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import httpx2
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.oauth.apps import CALLBACK, VERIFIER, challenge
from tests.oauth.saml_walk import now
from tests.saml_provider import Provider
from tests.server import Server, free_ports, serve_server

pytestmark = pytest.mark.proxies

GUIDE = Path(__file__).parents[2] / "docs" / "domains.md"
NAMES = ("id.example.com", "*.auth.example.com", "login.acme.example")


def example(language: str) -> str:
    """The configuration as the guide has it."""
    found = re.search(rf"```{language}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def nginx(folder: Path, port: int, upstream: int) -> list[str]:
    server = example("nginx").replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
    server = server.replace("/etc/nginx/tls", str(folder)).replace(":8400", f":{upstream}")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    around = f"daemon off; user root; pid {folder}/pid; error_log stderr; events {{}} "
    (folder / "nginx.conf").write_text(f"{around} http {{ access_log off; {temporary}\n{server} }}")
    return ["/usr/sbin/nginx", "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, port: int, upstream: int) -> list[str]:
    certificate = f"\ttls {folder}/chain.pem {folder}/key.pem\n\trequest_body"
    site = example("caddyfile").replace("\trequest_body", certificate).replace(":8400", f":{upstream}")
    options = ("admin off", f"https_port {port}", "auto_https disable_redirects", "default_bind 127.0.0.1")
    around = "{\n" + "\n".join(options) + "\n}\n"
    (folder / "Caddyfile").write_text(around + site)
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


PROXIES = {"nginx": nginx, "caddy": caddy}


def certificate(folder: Path) -> None:
    """One for all names of the example, in `chain.pem`; its key in `key.pem`."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAMES[0])])
    alternatives = x509.SubjectAlternativeName([x509.DNSName(each) for each in NAMES])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + datetime.timedelta(days=1))
        .add_extension(alternatives, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "chain.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(*private))


@dataclass(frozen=True)
class Front:
    """The proxy as browsers and SDKs see it."""

    server: Server
    port: int
    client: httpx2.Client

    def ask(self, method: str, host: str, path: str, **more: object) -> httpx2.Response:
        request = self.client.build_request(method, f"https://127.0.0.1:{self.port}{path}", **more)
        request.headers["host"] = f"{host}:{self.port}"
        request.extensions = {**request.extensions, "sni_hostname": host}
        return self.client.send(request)

    def signed(self, operation: str, body: bytes) -> httpx2.Response:
        headers = {
            "content-type": "application/x-amz-json-1.1",
            "x-amz-target": f"AWSCognitoIdentityProviderService.{operation}",
        }
        request = AWSRequest("POST", f"https://{NAMES[0]}:{self.port}/", headers=headers, data=body)
        keys = Credentials(self.server.access_key_id, self.server.secret_access_key)
        SigV4Auth(keys, "cognito-idp", "us-east-1").add_auth(request)
        return self.ask("POST", NAMES[0], "/", headers=dict(request.headers), content=body)


@contextmanager
def running(command: list[str], folder: Path, port: int) -> Iterator[None]:
    environment = {"PATH": "/usr/sbin:/usr/bin:/bin", "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    output = folder / "proxy.txt"
    with open(output, "wb") as sink:
        process = subprocess.Popen(command, env=environment, stdout=sink, stderr=sink)
    try:
        deadline = time.monotonic() + 20
        while process.poll() is None and time.monotonic() < deadline:
            try:
                ssl.get_server_certificate(("127.0.0.1", port), timeout=2)
                break
            except OSError:
                time.sleep(0.05)
        assert process.poll() is None, output.read_text()
        yield
    finally:
        process.terminate()
        process.wait(15)


@pytest.fixture(scope="module", params=PROXIES)
def front(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("proxy")
    certificate(folder)
    (port,) = free_ports(1)
    address = ("--public-url", f"https://{NAMES[0]}:{port}")
    settings = {
        "POOLHOUSE_AUTH_DOMAIN_SUFFIX": f"auth.example.com:{port}",
        "POOLHOUSE_TRUSTED_PROXIES": "127.0.0.1",
    }
    with serve_server(folder / "server", *address, **settings) as server:
        upstream = int(server.endpoint.rpartition(":")[2])
        command = PROXIES[request.param](folder, port, upstream)
        trusting = ssl.create_default_context(cafile=folder / "chain.pem")
        with (
            running(command, folder, port),
            httpx2.Client(verify=trusting, timeout=20, trust_env=False) as client,
        ):
            yield Front(server, port, client)


def test_signed_calls_issuers_and_both_kinds_of_domain_work_behind_the_proxy(front: Front) -> None:
    cognito = front.server.boto3("cognito-idp")
    pool = cognito.create_user_pool(PoolName="proxied")["UserPool"]["Id"]
    cognito.create_identity_provider(
        UserPoolId=pool,
        ProviderName="Corp",
        ProviderType="SAML",
        ProviderDetails={
            "MetadataFile": Provider(now=now()).metadata(),
            "RequestSigningAlgorithm": "rsa-sha256",
        },
    )
    app = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="app",
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid"],
        CallbackURLs=[CALLBACK],
        SupportedIdentityProviders=["COGNITO", "Corp"],
    )["UserPoolClient"]["ClientId"]
    cognito.create_user_pool_domain(UserPoolId=pool, Domain="acme")
    certificate_arn = f"arn:aws:acm:us-east-1:123456789012:certificate/{'a' * 8}-1111-2222-3333-{'b' * 12}"
    cognito.create_user_pool_domain(
        UserPoolId=pool, Domain=NAMES[2], CustomDomainConfig={"CertificateArn": certificate_arn}
    )
    asked = urlencode(
        {
            "response_type": "code",
            "client_id": app,
            "redirect_uri": CALLBACK,
            "scope": "openid",
            "state": "s" * 3_000,
            "code_challenge": challenge(VERIFIER),
            "code_challenge_method": "S256",
        }
    )

    listed = front.signed("ListUserPools", b'{"MaxResults": 10}')
    document = front.ask("GET", NAMES[0], f"/{pool}/.well-known/openid-configuration").json()
    pages = {}
    for host in ("acme.auth.example.com", NAMES[2]):
        away = front.ask("GET", host, f"/oauth2/authorize?{asked}")
        path = away.headers["location"].removeprefix(f"https://{host}:{front.port}")
        pages[host] = (away.status_code, front.ask("GET", host, path).status_code)
    to_provider = front.ask("GET", NAMES[2], f"/oauth2/authorize?{asked}&identity_provider=Corp")
    nobody = front.ask("GET", "nobody.auth.example.com", f"/oauth2/authorize?{asked}")

    assert listed.status_code == 200, listed.text
    assert [each["Name"] for each in listed.json()["UserPools"]] == ["proxied"]
    assert document["issuer"] == f"https://{NAMES[0]}:{front.port}/{pool}"
    assert pages == {"acme.auth.example.com": (302, 200), NAMES[2]: (302, 200)}
    assert to_provider.headers["location"].startswith("https://idp.example/sso?SAMLRequest="), to_provider
    assert len(to_provider.headers["location"]) > 4_096  # more than nginx takes unless told to
    assert nobody.status_code == 404


def test_what_is_larger_than_the_guide_allows_does_not_pass(front: Front) -> None:
    target = {"x-amz-target": "AWSCognitoIdentityProviderService.ListUserPools"}

    small = front.ask("POST", NAMES[0], "/", headers=target, content=b" " * 10_000)
    large = front.ask("POST", NAMES[0], "/", headers=target, content=b" " * 3_000_000)

    assert small.status_code == 400
    # 502: the server refuses at once and hangs up, which Caddy may notice before it has read the refusal.
    assert large.status_code in (413, 502)

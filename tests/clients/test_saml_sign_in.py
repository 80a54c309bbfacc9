"""pysaml2 and samlify as identity providers of a pool, through a real server: from authorize to a code."""

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.clients.node import run_node
from tests.clients.pysaml2_provider import Pysaml2
from tests.oauth.apps import SIGNED_OUT, App, registered
from tests.oauth.saml_walk import asked, consume
from tests.oauth.walk import Walk, parameters, target
from tests.saml_provider import certificate_of, encoded, key_number
from tests.server import Server


def configured(server: Server, name: str, metadata: str, **details: str) -> App:
    server.boto3("cognito-idp").create_identity_provider(
        UserPoolId=server.user_pool_id,
        ProviderName=name,
        ProviderType="SAML",
        ProviderDetails={"MetadataFile": metadata, "RequestSigningAlgorithm": "rsa-sha256", **details},
    )
    return registered(server, SupportedIdentityProviders=["COGNITO", name])


def our_metadata(server: Server) -> bytes:
    return httpx2.get(f"{server.endpoint}/{server.user_pool_id}/saml2/metadata", timeout=20).content


def relay_state(away: httpx2.Response) -> str:
    return dict(parse_qsl(urlsplit(target(away)).query))["RelayState"]


@pytest.mark.xmlsec
@pytest.mark.parametrize("encrypt", [False, True])
def test_pysaml2_signs_a_user_in(server: Server, tmp_path: Path, encrypt: bool) -> None:
    idp = Pysaml2(tmp_path, our_metadata(server), time.time_ns() // 1000)
    name = f"Pysaml{int(encrypt)}"
    app = configured(server, name, idp.metadata(), EncryptedResponses=str(encrypt).lower())
    browser = Walk()
    away = browser.get(app.authorize(identity_provider=name))
    request = idp.parsed(target(away))

    document = idp.answer(
        request.id,
        request.assertion_consumer_service_url,
        request.issuer.text,
        {"mail": ["ada@example.com"]},
        encrypt=encrypt,
    )
    back = consume(browser, app, {"SAMLResponse": encoded(document), "RelayState": relay_state(away)})

    assert "code" in parameters(back)


@pytest.mark.node
def test_samlify_signs_a_user_in_and_out(server: Server) -> None:
    key = key_number(8)
    certificate = certificate_of(key, begins=time.time_ns() // 1000 - 60_000_000)
    facts = {
        "key": key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode(),
        "certificate": certificate.public_bytes(Encoding.PEM).decode(),
        "user": {"email": "ada@example.com"},
        "encrypt": True,
    }

    def samlify(scenario: str, **more: Any) -> Any:
        return json.loads(run_node(["samlify_provider.mjs", scenario], json.dumps({**facts, **more})))

    facts["serviceProvider"] = our_metadata(server).decode()
    app = configured(server, "Samlify", samlify("metadata"), IDPSignout="true")
    facts["serviceProvider"] = our_metadata(server).decode()
    browser = Walk()
    away = browser.get(app.authorize(identity_provider="Samlify"))
    document = samlify("answer", inResponseTo=asked(away).get("ID"), assertionId=f"_a{time.time_ns()}")

    back = consume(browser, app, {"SAMLResponse": document, "RelayState": relay_state(away)})
    out = browser.get(f"{app.base}/logout", client_id=app.client_id, logout_uri=SIGNED_OUT)

    assert "code" in parameters(back)
    read = samlify("loggedOut", url=target(out))
    assert read["nameId"] == "ada@example.com"
    form = {"SAMLResponse": read["answer"], "RelayState": relay_state(out)}
    assert target(browser.client.post(f"{app.base}/saml2/logout", data=form)) == SIGNED_OUT

"""pysaml2 and samlify as identity providers of a pool, through a real server: from authorize to a code."""

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.clients.node import run_node
from tests.oauth.apps import CALLBACK, SIGNED_OUT, App, registered
from tests.oauth.saml_walk import asked, consume
from tests.oauth.walk import Walk, parameters, target
from tests.saml_provider import certificate_of, encoded, key_number
from tests.server import Server


def pysaml2(server: Server, folder: Path) -> Any:
    """Imported where it is needed: it reads the schemas of SAML, which takes seconds."""
    from tests.clients.pysaml2_provider import Pysaml2

    return Pysaml2(folder, our_metadata(server), time.time_ns() // 1000)


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


def began(app: App, name: str, document: str) -> httpx2.Response:
    """What comes of a response that no browser asked for; its RelayState says where the user wants to go."""
    wish = {"identity_provider": name, "client_id": app.client_id, "redirect_uri": CALLBACK}
    query = urlencode(wish | {"response_type": "code", "scope": "openid email"})
    return consume(Walk(), app, {"SAMLResponse": document, "RelayState": query})


def relay_state(away: httpx2.Response) -> str:
    return dict(parse_qsl(urlsplit(target(away)).query))["RelayState"]


@pytest.mark.xmlsec
@pytest.mark.parametrize("encrypt", [False, True])
def test_pysaml2_signs_a_user_in(server: Server, tmp_path: Path, encrypt: bool) -> None:
    idp = pysaml2(server, tmp_path)
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


@pytest.mark.xmlsec
def test_pysaml2_begins_a_sign_in_where_it_may(server: Server, tmp_path: Path) -> None:
    idp = pysaml2(server, tmp_path)
    consumer = f"{server.endpoint}/{server.user_pool_id}/saml2/idpresponse"
    audience = f"urn:amazon:cognito:sp:{server.user_pool_id}"
    user = {"mail": ["ada@example.com"]}
    may = configured(server, "Begins", idp.metadata(), IDPInit="true")
    may_not = configured(server, "Waits", idp.metadata())

    back = began(may, "Begins", encoded(idp.answer(None, consumer, audience, user)))
    refused = began(may_not, "Waits", encoded(idp.answer(None, consumer, audience, user)))

    assert "code" in parameters(back)
    assert refused.status_code == 400


@pytest.mark.xmlsec
def test_pysaml2_signs_a_user_out_asked_by_us_and_by_itself(server: Server, tmp_path: Path) -> None:
    idp = pysaml2(server, tmp_path)
    app = configured(server, "SignsOut", idp.metadata(), IDPSignout="true", IDPInit="true")
    address = f"{app.base}/saml2/logout"
    audience = f"urn:amazon:cognito:sp:{server.user_pool_id}"

    def signed_in() -> Walk:
        browser = Walk()
        request = idp.parsed(target(away := browser.get(app.authorize(identity_provider="SignsOut"))))
        document = idp.answer(request.id, request.assertion_consumer_service_url, audience, {})
        form = {"SAMLResponse": encoded(document), "RelayState": relay_state(away)}
        assert "code" in parameters(consume(browser, app, form))
        return browser

    browser, other = signed_in(), signed_in()
    out = browser.get(f"{app.base}/logout", client_id=app.client_id, logout_uri=SIGNED_OUT)
    request, answer = idp.logged_out(target(out))
    form = {"SAMLResponse": encoded(answer), "RelayState": relay_state(out)}
    back = browser.client.post(address, data=form)
    stays = parameters(other.get(app.authorize(prompt="none")))
    asked_by_it = {"SAMLRequest": encoded(idp.logout(address, audience, "ada@example.com"))}
    told = Walk().client.post(address, data=asked_by_it)
    gone = parameters(other.get(app.authorize(prompt="none")))

    assert (request.name_id.text, target(back)) == ("ada@example.com", SIGNED_OUT)
    assert "code" in stays
    assert target(told).startswith("https://pysaml2.example/slo?SAMLResponse=")
    assert gone["error"] == "login_required"


@pytest.mark.node
def test_samlify_signs_a_user_in_asked_and_unasked_and_out(server: Server) -> None:
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
    app = configured(server, "Samlify", samlify("metadata"), IDPSignout="true", IDPInit="true")
    facts["serviceProvider"] = our_metadata(server).decode()
    browser = Walk()
    away = browser.get(app.authorize(identity_provider="Samlify"))
    document = samlify("answer", inResponseTo=asked(away).get("ID"), assertionId=f"_a{time.time_ns()}")

    back = consume(browser, app, {"SAMLResponse": document, "RelayState": relay_state(away)})
    unasked = began(app, "Samlify", samlify("answer", assertionId=f"_a{time.time_ns()}"))
    out = browser.get(f"{app.base}/logout", client_id=app.client_id, logout_uri=SIGNED_OUT)

    assert "code" in parameters(back)
    assert "code" in parameters(unasked)
    read = samlify("loggedOut", url=target(out))
    assert read["nameId"] == "ada@example.com"
    form = {"SAMLResponse": read["answer"], "RelayState": relay_state(out)}
    assert target(browser.client.post(f"{app.base}/saml2/logout", data=form)) == SIGNED_OUT

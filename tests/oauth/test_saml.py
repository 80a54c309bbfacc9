"""Sign-in with a SAML provider through a real server: there, back, and what the app gets (6.8)."""

import base64
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from lxml import etree
from tests.oauth.apps import CALLBACK, App, registered
from tests.oauth.saml_walk import Corp, asked, consume, signed_in
from tests.oauth.test_callback import claims
from tests.oauth.walk import Walk, forms, parameters, target
from tests.saml_provider import MD, POST, encoded, encrypted, tag
from tests.server import Server


@pytest.fixture(scope="module")
def corp(server: Server) -> Corp:
    return Corp(server, "Corp").configure(IDPInit="true")


@pytest.fixture
def app(server: Server, corp: Corp) -> App:
    return registered(server, SupportedIdentityProviders=["COGNITO", corp.name])


def another(server: Server, name: str, **details: str) -> tuple[Corp, App]:
    """A provider with these details, and an app that has it."""
    made = Corp(server, name).configure(**details)
    return made, registered(server, SupportedIdentityProviders=[name])


def test_the_browser_goes_to_the_provider_with_an_unsigned_request(app: App, corp: Corp):
    away = Walk().get(app.authorize(identity_provider=corp.name))

    assert target(away).startswith("https://idp.example/sso?SAMLRequest=")
    assert list(dict(parse_qsl(urlsplit(target(away)).query))) == ["SAMLRequest", "RelayState"]
    assert asked(away).get("Destination") == "https://idp.example/sso"
    assert asked(away).get("AssertionConsumerServiceURL") == f"{app.base}/saml2/idpresponse"
    assert asked(away).get("ForceAuthn") is None
    assert asked(away)[0].text == corp.audience


def test_prompt_login_makes_the_provider_ask_again(app: App, corp: Corp):
    away = Walk().get(app.authorize(identity_provider=corp.name, prompt="login"))

    assert asked(away).get("ForceAuthn") == "true"


def test_a_request_is_signed_with_the_key_of_get_signing_certificate(server: Server):
    _, app = another(server, "Signed", RequestSigningAlgorithm="rsa-sha256")
    shown = server.boto3("cognito-idp").get_signing_certificate(UserPoolId=server.user_pool_id)
    certificate = x509.load_der_x509_certificate(base64.b64decode(shown["Certificate"]))
    key = certificate.public_key()
    assert isinstance(key, RSAPublicKey)

    away = Walk().get(app.authorize())

    query, _, signature = urlsplit(target(away)).query.partition("&Signature=")
    named = dict(parse_qsl(f"Signature={signature}"))
    assert "SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256" in query
    key.verify(base64.b64decode(named["Signature"]), query.encode(), PKCS1v15(), hashes.SHA256())


def test_a_user_of_the_provider_comes_back_with_a_code_for_tokens(app: App, corp: Corp, server: Server):
    attributes = {"email": ["grace@example.com"]}

    _, back = signed_in(app, corp, subject="grace@example.com", attributes=attributes)

    assert target(back).startswith(f"{CALLBACK}?code=")
    assert parameters(back)["state"] == "of the app"
    tokens = httpx2.post(f"{app.base}/oauth2/token", data=app.redeem(parameters(back)["code"])).json()
    identity = claims(tokens["id_token"])
    assert identity["cognito:username"] == "corp_grace@example.com"
    assert identity["cognito:groups"] == [f"{server.user_pool_id}_Corp"]
    assert identity["email"] == "grace@example.com"
    [entry] = identity["identities"]
    assert (entry["userId"], entry["providerType"], entry["issuer"]) == (
        "grace@example.com",
        "SAML",
        corp.idp.entity_id,
    )


def test_several_values_of_one_attribute_are_one_text(app: App, corp: Corp, server: Server):
    attributes = {"email": ["m@example.com"], "name": ["Engineers", "On call!"]}

    signed_in(app, corp, subject="many", attributes=attributes)

    found = server.boto3("cognito-idp").admin_get_user(UserPoolId=server.user_pool_id, Username="corp_many")
    assert {"Name": "name", "Value": "[Engineers, On+call%21]"} in found["UserAttributes"]


def test_an_encrypted_assertion_is_opened_with_the_key_that_describe_shows(server: Server):
    corp, app = another(server, "Sealed", EncryptedResponses="true")
    shown = server.boto3("cognito-idp").describe_identity_provider(
        UserPoolId=server.user_pool_id, ProviderName="Sealed"
    )["IdentityProvider"]["ProviderDetails"]["ActiveEncryptionCertificate"]
    ours = x509.load_der_x509_certificate(base64.b64decode(shown))
    browser = Walk()
    away = browser.get(app.authorize())
    form = corp.form(app, away)

    in_the_clear = consume(browser, app, form)

    assert parameters(in_the_clear)["error_description"] == (
        "Invalid SAML response received: Responses must contain exactly one Encrypted Assertion. "
    )
    again = corp.form(app, browser.get(app.authorize()))
    plain = etree.fromstring(base64.b64decode(again["SAMLResponse"]))
    assertion = plain[-1]
    plain.remove(assertion)
    plain.append(encrypted(assertion, ours))
    back = consume(browser, app, {**again, "SAMLResponse": encoded(plain)})
    assert "code" in parameters(back)


def test_a_provider_may_begin_where_that_is_allowed(app: App, corp: Corp, server: Server):
    relay_state = urlencode(
        {
            "identity_provider": corp.name,
            "client_id": app.client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid",
        }
    )
    form = {"SAMLResponse": corp.response(app, None), "RelayState": relay_state}

    back = consume(Walk(), app, form)

    assert target(back).startswith(f"{CALLBACK}?code=")
    closed, its_app = another(server, "Closed")
    refused = consume(
        Walk(),
        its_app,
        {
            "SAMLResponse": closed.response(its_app, None),
            "RelayState": relay_state.replace(corp.name, "Closed").replace(app.client_id, its_app.client_id),
        },
    )
    assert refused.status_code == 400
    assert "Invalid relayState from identity provider" in refused.text


def test_an_assertion_is_good_once(app: App, corp: Corp):
    relay_state = urlencode(
        {
            "identity_provider": corp.name,
            "client_id": app.client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
        }
    )
    form = {"SAMLResponse": corp.response(app, None), "RelayState": relay_state}

    first, second = (consume(Walk(), app, form) for _ in range(2))

    assert "code" in parameters(first)
    assert parameters(second)["error_description"] == (
        "Invalid SAML response received: SAML Assertion has been used before. "
    )


def test_a_relay_state_is_good_once_and_in_one_browser(app: App, corp: Corp):
    browser = Walk()
    form, other = (corp.form(app, browser.get(app.authorize(identity_provider=corp.name))) for _ in range(2))

    elsewhere = consume(Walk(), app, form)
    first = consume(browser, app, form)
    used = consume(browser, app, {**other, "RelayState": form["RelayState"]})
    second = consume(browser, app, other)

    assert [elsewhere.status_code, used.status_code] == [400, 400]
    assert "Invalid relayState from identity provider" in elsewhere.text
    assert "code" in parameters(first)
    assert "code" in parameters(second)


def test_what_is_refused_is_said_to_the_app_in_cognitos_form(app: App, corp: Corp, server: Server):
    _, back = signed_in(app, corp, sign="none")

    assert target(back).startswith(
        f"{CALLBACK}?error_description="
        "Invalid+SAML+response+received%3A+SAML+Assertion+signature+is+invalid.+"
        "&state=of+the+app&error=server_error"
    )


def test_a_name_that_differs_by_its_case_only_is_refused(app: App, corp: Corp):
    _, first = signed_in(app, corp, subject="Case@example.com")
    _, other = signed_in(app, corp, subject="case@example.com")
    _, again = signed_in(app, corp, subject="Case@example.com")

    assert "code" in parameters(first)
    assert parameters(other)["error_description"] == (
        "Invalid SAML response received: Invalid ProviderName/Username combination. "
    )
    assert parameters(other)["error"] == "server_error"
    assert "code" in parameters(again)


def test_a_provider_that_takes_posts_only_gets_a_form_with_a_signature_inside(server: Server):
    corp = Corp(server, "Posts")
    file = corp.idp.metadata(sso=((POST, "https://idp.example/post"),), wants_signed="true")
    corp.configure(MetadataFile=file)
    app = registered(server, SupportedIdentityProviders=["Posts"])
    browser = Walk()

    page = browser.get(app.authorize())

    [form] = forms(page.text)
    assert form.action == "https://idp.example/post"
    assert page.headers["content-security-policy"].endswith("; form-action 'self' https:")
    request = etree.fromstring(base64.b64decode(form.hidden["SAMLRequest"]))
    assert request[1].tag == "{http://www.w3.org/2000/09/xmldsig#}Signature"
    answer = {
        "SAMLResponse": corp.response(app, request.get("ID")),
        "RelayState": form.hidden["RelayState"],
    }
    assert "code" in parameters(consume(browser, app, answer))


def test_a_browser_that_a_form_of_the_provider_sends_is_redirected(app: App, corp: Corp):
    """No policy of ours holds that form, so nothing need end it (tests/oauth/test_leaving.py: ours)."""
    browser = Walk()
    browser.client.headers |= {"sec-fetch-mode": "navigate", "sec-fetch-site": "cross-site"}
    away = browser.get(app.authorize(identity_provider=corp.name))

    back = consume(browser, app, corp.form(app, away))

    assert target(back).startswith(f"{CALLBACK}?code=")


def test_our_metadata_names_the_pool_its_addresses_and_its_certificates(server: Server, app: App):
    answer = httpx2.get(f"{app.base}/saml2/metadata")

    root = etree.fromstring(answer.content)
    shown = server.boto3("cognito-idp").get_signing_certificate(UserPoolId=server.user_pool_id)
    assert answer.headers["content-type"] == "application/samlmetadata+xml"
    assert root.get("entityID") == f"urn:amazon:cognito:sp:{server.user_pool_id}"
    consumer = root.find(f".//{tag(MD, 'AssertionConsumerService')}")
    assert (consumer.get("Location"), consumer.get("index")) == (f"{app.base}/saml2/idpresponse", "1")
    assert root.find(f".//{tag(MD, 'SingleLogoutService')}").get("Location") == f"{app.base}/saml2/logout"
    assert shown["Certificate"] in answer.text

"""Single logout with a SAML provider through a real server (behaviour file, 6.7 and 6.8)."""

import base64
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from lxml import etree
from tests.oauth.apps import CALLBACK, SIGNED_OUT, App, registered
from tests.oauth.saml_walk import Corp, asked, consume, message, now, signed_in
from tests.oauth.walk import Walk, forms, target
from tests.saml_provider import POST, SAML, SAMLP, encoded, key_number, tag
from tests.server import Server

REQUEST_ID = "_their-logout"


@pytest.fixture(scope="module")
def corp(server: Server) -> Corp:
    return Corp(server, "Corp").configure(IDPSignout="true")


@pytest.fixture
def app(server: Server, corp: Corp) -> App:
    return registered(server, SupportedIdentityProviders=["COGNITO", corp.name])


def logout(browser: Walk, app: App) -> httpx2.Response:
    return browser.get(f"{app.base}/logout", client_id=app.client_id, logout_uri=SIGNED_OUT)


def is_signed_in(browser: Walk, app: App) -> bool:
    return target(browser.get(app.authorize(prompt="none"))).startswith(f"{CALLBACK}?code=")


def answered(corp: Corp, app: App, away: httpx2.Response, *, key: Any = None, **wrong: Any) -> dict[str, str]:
    """The provider's LogoutResponse to the request that the browser brought."""
    corp.idp.now = now()
    said = {
        "name": "LogoutResponse",
        "destination": f"{app.base}/saml2/logout",
        "in_response_to": asked(away).get("ID"),
        "response_id": "_their-answer",
    }
    root = corp.idp.signed(corp.idp.response(**(said | wrong)), key=key)
    query = dict(parse_qsl(urlsplit(target(away)).query))
    return {"SAMLResponse": encoded(root), "RelayState": query["RelayState"]}


def request(corp: Corp, app: App, subject: str, *indexes: str, key: Any = None, sign: bool = True) -> str:
    """A LogoutRequest of the provider."""
    corp.idp.now = now()
    root = corp.idp.response(
        name="LogoutRequest",
        destination=f"{app.base}/saml2/logout",
        in_response_to=None,
        response_id=REQUEST_ID,
    )
    root.remove(root[1])  # a request has no status
    etree.SubElement(root, tag(SAML, "NameID")).text = subject
    for index in indexes:
        etree.SubElement(root, tag(SAMLP, "SessionIndex")).text = index
    return encoded(corp.idp.signed(root, key=key) if sign else root)


def post(browser: Walk, app: App, **form: str) -> httpx2.Response:
    return browser.client.post(f"{app.base}/saml2/logout", data=form)


def test_logout_goes_by_way_of_the_provider_with_a_signed_request_and_ends_at_the_app(app: App, corp: Corp):
    browser, _ = signed_in(app, corp, subject="out-1", session="_session-1")

    away = logout(browser, app)

    query = dict(parse_qsl(urlsplit(target(away)).query))
    assert target(away).startswith("https://idp.example/slo?SAMLRequest=")
    assert list(query) == ["SAMLRequest", "RelayState", "SigAlg", "Signature"]
    assert asked(away).tag == tag(SAMLP, "LogoutRequest")
    assert asked(away).findtext(tag(SAML, "NameID")) == "out-1"
    assert asked(away).findtext(tag(SAMLP, "SessionIndex")) == "_session-1"
    assert not is_signed_in(browser, app)
    back = post(browser, app, **answered(corp, app, away))
    assert (back.status_code, target(back)) == (302, SIGNED_OUT)


def test_who_is_of_the_pool_itself_or_of_a_provider_without_the_setting_goes_to_the_app_at_once(
    server: Server, app: App
):
    quiet = Corp(server, "Quiet").configure()
    its_app = registered(server, SupportedIdentityProviders=["COGNITO", "Quiet"])
    browser, _ = signed_in(its_app, quiet, subject="out-2")

    assert target(logout(browser, its_app)) == SIGNED_OUT
    assert target(logout(Walk(), app)) == SIGNED_OUT


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": key_number(2)},
        {"in_response_to": "_other"},
        {"destination": "https://evil.example/saml2/logout"},
        {"issuer": "https://evil.example"},
        {"name": "Response"},
    ],
)
def test_an_answer_that_is_not_the_providers_leads_nowhere(app: App, corp: Corp, wrong: dict[str, Any]):
    browser, _ = signed_in(app, corp, subject="out-3")
    away = logout(browser, app)

    refused = post(browser, app, **answered(corp, app, away, **wrong))
    right = post(browser, app, **answered(corp, app, away))

    assert refused.status_code == 400
    assert target(right) == SIGNED_OUT


def test_the_relay_state_of_a_logout_is_good_once_in_one_browser_and_for_no_sign_in(app: App, corp: Corp):
    browser, _ = signed_in(app, corp, subject="out-4")
    away = logout(browser, app)
    form = answered(corp, app, away)
    other = Walk()
    journey = corp.form(app, other.get(app.authorize(identity_provider=corp.name)))

    assert post(Walk(), app, **form).status_code == 400
    assert consume(browser, app, {**form, "SAMLResponse": corp.response(app, None)}).status_code == 400
    assert (
        post(other, app, SAMLResponse=form["SAMLResponse"], RelayState=journey["RelayState"]).status_code
        == 400
    )
    browser, _ = signed_in(app, corp, subject="out-4")
    again = answered(corp, app, logout(browser, app))
    assert target(post(browser, app, **again)) == SIGNED_OUT
    assert post(browser, app, **again).status_code == 400


def test_the_provider_ends_the_sessions_of_its_user_and_is_told_so(app: App, corp: Corp):
    one, _ = signed_in(app, corp, subject="out-5", session="_one")
    two, _ = signed_in(app, corp, subject="out-5", session="_two")
    other, _ = signed_in(app, corp, subject="out-6", session="_one")

    told = post(Walk(), app, SAMLRequest=request(corp, app, "out-5", "_one"), RelayState="theirs")

    query = dict(parse_qsl(urlsplit(target(told)).query))
    assert target(told).startswith("https://idp.example/slo?SAMLResponse=")
    assert list(query) == ["SAMLResponse", "RelayState", "SigAlg", "Signature"]
    assert query["RelayState"] == "theirs"
    assert message(query["SAMLResponse"]).get("InResponseTo") == REQUEST_ID
    assert [is_signed_in(browser, app) for browser in (one, two, other)] == [False, True, True]
    post(Walk(), app, SAMLRequest=request(corp, app, "out-5"))
    assert [is_signed_in(browser, app) for browser in (two, other)] == [False, True]


@pytest.mark.parametrize("how", [{"sign": False}, {"key": key_number(2)}])
def test_a_request_that_the_provider_did_not_sign_ends_nothing(app: App, corp: Corp, how: dict[str, Any]):
    browser, _ = signed_in(app, corp, subject="out-7")

    refused = post(Walk(), app, SAMLRequest=request(corp, app, "out-7", **how))

    assert refused.status_code == 400
    assert is_signed_in(browser, app)
    assert post(Walk(), app, SAMLRequest=request(corp, app, "out-7")).status_code == 302
    assert not is_signed_in(browser, app)


def test_a_provider_that_takes_posts_only_is_asked_by_a_form(server: Server):
    corp = Corp(server, "Posts")
    address = "https://idp.example/slo-post"
    corp.configure(MetadataFile=corp.idp.metadata(slo=((POST, address),)), IDPSignout="true")
    app = registered(server, SupportedIdentityProviders=["COGNITO", "Posts"])
    browser, _ = signed_in(app, corp, subject="out-8")

    page = logout(browser, app)

    [form] = forms(page.text)
    assert form.action == address
    request = etree.fromstring(base64.b64decode(form.hidden["SAMLRequest"]))
    assert request.tag == tag(SAMLP, "LogoutRequest")
    assert request[1].tag == "{http://www.w3.org/2000/09/xmldsig#}Signature"
    assert not is_signed_in(browser, app)

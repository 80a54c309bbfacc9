"""Providers on the sign-in page: company directories by an address, and a page of providers alone."""

import httpx2
from tests.oauth.saml_walk import now
from tests.oauth.sign_in.places import ADA, PASSWORD, Place, heading, is_back, new_place, says
from tests.oauth.walk import Walk, forms, parameters, target
from tests.saml_provider import Provider
from tests.server import Server


def company(place: Place, name: str, *identifiers: str) -> None:
    details = {"MetadataFile": Provider(now=now()).metadata()}
    place.idp.create_identity_provider(
        UserPoolId=place.pool_id,
        ProviderName=name,
        ProviderType="SAML",
        ProviderDetails=details,
        IdpIdentifiers=list(identifiers),
    )


def google(place: Place) -> None:
    place.idp.create_identity_provider(
        UserPoolId=place.pool_id,
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails={"client_id": "g", "client_secret": "s", "authorize_scopes": "openid email"},
    )


def supported(place: Place, *names: str) -> None:
    place.idp.update_user_pool_client(
        UserPoolId=place.pool_id,
        ClientId=place.app.client_id,
        ClientName="Harbour",
        ExplicitAuthFlows=["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email"],
        CallbackURLs=["https://app.example.com/back"],
        SupportedIdentityProviders=list(names),
    )


def form_with(page: httpx2.Response, text: str) -> int:
    """Which form of the page has this in it."""
    return next(i for i, form in enumerate(page.text.split("<form")[1:]) if text in form)


def test_an_address_leads_to_the_directory_of_its_company(server: Server):
    place = new_place(server)
    company(place, "Globex", "globex.example", "globex.test")
    google(place)
    supported(place, "COGNITO", "Globex", "Google")
    place.user()
    browser = Walk()
    page = place.sign_in_page(browser)
    assert not says(page, "Continue with Globex")
    assert says(page, "Continue with Google")
    asks = form_with(page, 'name="work_email"')

    unknown = browser.submit(page, asks, work_email="kim@nobody.example")
    no_address = browser.submit(page, asks, work_email="kim")
    away = browser.submit(page, asks, work_email="kim@GLOBEX.example")

    assert says(unknown, "That email’s company has no single sign-on here.")
    assert says(no_address, "Enter your email in full")
    assert parameters(away)["idp_identifier"] == "globex.example"
    assert "SAMLRequest" in parameters(browser.follow(away))
    assert is_back(browser.submit(page, username=ADA, password=PASSWORD))


def test_a_directory_without_identifiers_has_a_button(server: Server):
    place = new_place(server)
    company(place, "Globex", "globex.example")
    company(place, "Initech")
    supported(place, "COGNITO", "Globex", "Initech")
    browser = Walk()

    page = place.sign_in_page(browser)
    away = browser.submit(page, form_with(page, 'value="Initech"'), idp="Initech")

    assert says(page, "Continue with Globex")
    assert 'name="work_email"' not in page.text
    assert parameters(away)["identity_provider"] == "Initech"


def test_an_address_of_a_company_needs_no_other_field_where_the_name_comes_first(server: Server):
    place = new_place(server, first=("EMAIL_OTP",))
    company(place, "Globex", "globex.example")
    supported(place, "COGNITO", "Globex")
    place.user()
    browser = Walk()
    page = place.sign_in_page(browser)

    away = browser.submit(page, username="kim@globex.example")
    stays = browser.submit(page, username=ADA)

    assert parameters(away)["idp_identifier"] == "globex.example"
    assert heading(stays) == "How would you like to sign in?"


def test_an_app_of_providers_alone_has_no_fields_for_a_password(server: Server):
    place = new_place(server)
    company(place, "Initech")
    google(place)
    supported(place, "Initech", "Google")
    place.user()
    browser = Walk()

    page = place.sign_in_page(browser)

    assert 'type="password"' not in page.text
    assert len(forms(page.text)) == 1
    assert not says(page, "Create an account")
    refused = browser.submit(page, username=ADA, password=PASSWORD)
    assert (refused.status_code, says(refused, "Login option is not available.")) == (400, True)


def test_the_only_way_in_is_gone_at_once(server: Server):
    place = new_place(server)
    company(place, "Initech")
    supported(place, "Initech")

    away = Walk().get(place.app.authorize().replace("/oauth2/authorize", "/login"))

    assert parameters(away)["identity_provider"] == "Initech"
    assert target(away).startswith(f"{place.app.base}/oauth2/authorize?")

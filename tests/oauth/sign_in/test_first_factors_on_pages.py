"""Who are you, and with what: the combined page, the name first, codes and passkeys as first factors."""

import html
import json
import re

import httpx2
import pytest
from tests.authenticator import Authenticator
from tests.oauth.sign_in.places import (
    ADA,
    APPS,
    PASSWORD,
    PHONE,
    TEXTS,
    Place,
    heading,
    is_back,
    new_place,
    says,
)
from tests.oauth.walk import Walk, parameters, target
from tests.server import Server

MISMATCH = "That email and password don’t match. Check both, or reset your password."


def options_of(page: httpx2.Response) -> dict[str, object]:
    found = re.search(r'data-options="([^"]+)"', page.text)
    assert found, page.text
    return dict(json.loads(html.unescape(found[1])))


def with_passkey(place: Place) -> Authenticator:
    """Ada's passkey, made with the API for the pages' own domain."""
    page = place.sign_in_page(browser := Walk(), scope="openid aws.cognito.signin.user.admin")
    offer = browser.follow(browser.submit(page, username=ADA, password=PASSWORD))
    assert heading(offer) == "Sign in faster next time"
    back = browser.submit(offer, 1, skip="1")
    while "code" not in parameters(back):
        back = browser.get(target(back))
    access = place.tokens(back)["access_token"]
    asked = place.idp.start_web_authn_registration(AccessToken=access)["CredentialCreationOptions"]
    key = Authenticator()
    made = key.create(asked, place.server.endpoint)
    place.idp.complete_web_authn_registration(AccessToken=access, Credential=made)
    return key


def test_the_password_is_asked_beside_the_name_where_there_is_nothing_else(server: Server):
    place = new_place(server)
    place.user()
    browser = Walk()

    page = place.sign_in_page(browser, login_hint=ADA)

    assert heading(page) == "Sign in to Harbour"
    assert 'id="signInFormUsername"' in page.text
    assert f'value="{ADA}"' in page.text
    assert is_back(browser.submit(page, password=PASSWORD, username=ADA))


@pytest.mark.parametrize("storage", ["srp", "argon2id"])
def test_a_password_is_enough_however_the_pool_keeps_it_and_whatever_flows_the_app_has(
    server: Server, storage: str
):
    place = new_place(server, UserPoolTags={"poolhouse:password-storage": storage})
    place.user()

    assert is_back(place.password_typed(Walk()))


def test_what_was_left_empty_is_asked_for_at_its_field_and_the_name_is_kept(server: Server):
    place = new_place(server)
    place.user()
    browser = Walk()
    page = place.sign_in_page(browser)

    nothing = browser.submit(page)
    assert (nothing.status_code, says(nothing, "Please check these details")) == (400, True)
    assert says(nothing, "Enter your email.")
    half = browser.submit(nothing, username=f"  {ADA} ")
    assert says(half, "Enter your password.")
    assert f'value="{ADA}"' in half.text

    assert is_back(browser.submit(half, username=ADA, password=PASSWORD))


def test_the_name_comes_first_where_the_pool_offers_more_than_a_password(server: Server):
    place = new_place(server, first=("EMAIL_OTP",))
    place.user()
    browser = Walk()

    page = place.sign_in_page(browser)
    assert 'type="password"' not in page.text
    choice = browser.submit(page, username=ADA)
    assert heading(choice) == "How would you like to sign in?"
    password = browser.submit(choice, challenge="PASSWORD")
    assert heading(password) == "Enter your password"
    wrong = browser.submit(password, password="not it")
    assert says(wrong, MISMATCH)
    assert "not it" not in wrong.text
    choice = browser.submit(wrong, form=1, another="1")
    by_mail = browser.submit(choice, challenge="EMAIL_OTP")
    assert says(by_mail, "We sent a 8‑digit code to a***@e***. It works for 3 minutes.")

    code = place.code(ADA)
    assert len(code) == 8
    assert is_back(browser.submit(by_mail, code=f"{code[:4]}-{code[4:]}"))


def test_a_code_by_text_message_opens_the_door_alone(server: Server):
    place = new_place(server, first=("SMS_OTP",), mfa="OPTIONAL", factors=TEXTS)
    place.user(phone_number=PHONE, phone_number_verified="true")
    browser = Walk()

    choice = browser.submit(place.sign_in_page(browser), username=ADA)
    asked = browser.submit(choice, challenge="SMS_OTP")

    assert heading(asked) == "Check your phone"
    assert is_back(browser.submit(asked, code=place.code(PHONE)))


def test_a_passkey_is_asked_for_by_name(server: Server):
    place = new_place(server, first=("WEB_AUTHN",))
    place.user()
    key = with_passkey(place)
    browser = Walk()

    choice = browser.submit(place.sign_in_page(browser), username=ADA)
    page = browser.submit(choice, challenge="WEB_AUTHN")
    assert heading(page) == "Use your passkey"
    none = browser.submit(page)
    assert says(none, "No passkey was used. Try again, or sign in another way.")
    signed = key.get(options_of(none), place.server.endpoint)

    assert is_back(browser.submit(none, credential=json.dumps(signed)))


def test_a_passkey_says_itself_who_signs_in(server: Server):
    place = new_place(server, first=("WEB_AUTHN",))
    place.user()
    key = with_passkey(place)
    browser = Walk()
    page = place.sign_in_page(browser)
    assert options_of(page)["allowCredentials"] == []
    signed = key.get(options_of(page), place.server.endpoint)

    back = browser.submit(page, form=1, credential=json.dumps(signed))

    assert is_back(back)
    assert place.tokens(back)["id_token"]


def test_a_passkey_that_is_not_the_second_factor_too_does_not_stand_for_both(server: Server):
    place = new_place(server, first=("WEB_AUTHN",))
    place.user()
    key = with_passkey(place)
    browser = Walk()
    page = place.sign_in_page(browser)
    signed = key.get(options_of(page), place.server.endpoint)
    assert is_back(browser.submit(page, form=1, credential=json.dumps(signed)))

    place.idp.set_user_pool_mfa_config(UserPoolId=place.pool_id, MfaConfiguration="ON", **APPS)

    page = place.sign_in_page(other := Walk())
    signed = key.get(options_of(page), place.server.endpoint)
    refused = other.submit(page, form=1, credential=json.dumps(signed))
    assert (refused.status_code, says(refused, "No passkey was used.")) == (400, True)


def test_somebody_who_is_nobody_sees_what_everybody_sees(server: Server):
    place = new_place(server, first=("EMAIL_OTP",))
    place.user()

    def pages(name: str) -> list[str]:
        browser = Walk()
        choice = browser.submit(place.sign_in_page(browser), username=name)
        mail = browser.submit(choice, challenge="EMAIL_OTP")
        wrong = browser.submit(mail, code="1")
        password = browser.submit(choice, challenge="PASSWORD")
        mismatch = browser.submit(password, password="no")
        seen = [choice, mail, wrong, password, mismatch]
        return [f"{page.status_code} {_without_tokens(page.text, name)}" for page in seen]

    assert pages("ada@example.com") == pages("abc@example.com")


def _without_tokens(text: str, name: str) -> str:
    hidden = re.sub(
        r'name="(_csrf|state)" value="([^"]*)"', lambda found: f"{found[1]} {len(found[2])}", text
    )
    return hidden.replace(name, "NAME")


def test_the_app_s_providers_are_buttons_and_each_leads_to_authorize(server: Server):
    place = new_place(server)
    place.user()
    place.idp.create_identity_provider(
        UserPoolId=place.pool_id,
        ProviderName="Google",
        ProviderType="Google",
        ProviderDetails={"client_id": "g", "client_secret": "s", "authorize_scopes": "openid email"},
    )
    place.idp.update_user_pool_client(
        UserPoolId=place.pool_id,
        ClientId=place.app.client_id,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email"],
        CallbackURLs=["https://app.example.com/back"],
        SupportedIdentityProviders=["COGNITO", "Google"],
    )
    browser = Walk()

    page = place.sign_in_page(browser)
    gone = browser.submit(page, form=1, idp="Google")
    stranger = browser.submit(page, form=1, idp="Facebook")

    assert says(page, "Continue with Google")
    assert "form-action 'self' https://app.example.com https://accounts.google.com;" in (
        page.headers["content-security-policy"] + ";"
    )
    assert (gone.status_code, "/oauth2/authorize?" in target(gone)) == (302, True)
    assert "identity_provider=Google" in target(gone)
    assert stranger.status_code == 400
    assert says(stranger, "Login option is not available. Please try another one")
    assert is_back(browser.submit(page, username=ADA, password=PASSWORD))

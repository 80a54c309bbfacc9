"""Second factors on the pages, as a browser without scripts sees them."""

import re
import time

import pyotp
from tests.oauth.sign_in.places import (
    ADA,
    APPS,
    MAILS,
    PASSWORD,
    PHONE,
    TEXTS,
    heading,
    is_back,
    new_place,
    says,
)
from tests.oauth.walk import Walk
from tests.server import Server

_KEY = re.compile(r'<code class="key"[^>]*>([A-Z2-7 ]+)</code>')


def key_of(text: str) -> str:
    found = _KEY.search(text)
    assert found
    return found[1].replace(" ", "")


def test_an_app_is_set_up_at_the_first_sign_in_and_asked_for_at_the_next(server: Server):
    place = new_place(server, mfa="ON", factors=APPS)
    place.user(email="")
    browser = Walk()

    page = place.password_typed(browser)
    assert heading(page) == "Set up your authenticator app"
    key = key_of(page.text)
    wrong = browser.submit(page, code="000000")
    assert (wrong.status_code, key_of(wrong.text)) == (400, key)
    app = pyotp.TOTP(key)
    done = browser.submit(wrong, code=app.now())

    assert is_back(done)
    other = Walk()
    asked = place.password_typed(other)
    assert heading(asked) == "Enter the code from your app"
    spaced = app.at(time.time() + 30)  # the one of now is spent
    assert is_back(other.submit(asked, code=f"{spaced[:3]} {spaced[3:]}"))


def test_a_wrong_app_code_keeps_the_page_and_the_third_time_the_clock_is_named(server: Server):
    place = new_place(server, mfa="ON", factors=APPS)
    place.user(email="")
    browser = Walk()
    app = pyotp.TOTP(key_of((page := place.password_typed(browser)).text))
    browser.submit(page, code=app.now())
    asked = place.password_typed(other := Walk())

    first = other.submit(asked, code="000000")
    second = other.submit(first, code="000000")
    third = other.submit(second, code="000000")

    assert says(first, "Wait for the next one in your app.")
    assert says(second, "Wait for the next one in your app.")
    assert says(third, "Check that your phone sets its time automatically.")
    assert {first.status_code, second.status_code, third.status_code} == {400}
    assert first.text.count("<title>Error: ") == 1
    assert is_back(other.submit(third, code=app.at(time.time() + 30)))


def test_a_code_by_text_message_signs_in_and_a_new_one_can_be_asked_for(server: Server):
    place = new_place(server, mfa="ON", factors=TEXTS)
    place.user(phone_number=PHONE)
    browser = Walk()

    asked = place.password_typed(browser)
    assert heading(asked) == "Check your phone"
    assert says(asked, "+*******0123")
    wrong = browser.submit(asked, code="12")
    assert says(wrong, "That code doesn’t match. Use the newest one we sent.")
    again = browser.submit(wrong, form=1, resend="1")
    assert says(again, "A new code is on its way.")
    assert again.status_code == 200
    assert place.codes(PHONE) == 2

    assert is_back(browser.submit(again, code=place.code(PHONE)))


def test_one_of_several_factors_is_chosen_and_another_way_leads_back_to_the_choice(server: Server):
    place = new_place(server, mfa="ON", factors={**TEXTS, **MAILS})
    place.user(phone_number=PHONE)
    browser = Walk()

    choice = place.password_typed(browser)
    assert heading(choice) == "Confirm it’s you"
    assert says(choice, "a***@e***")
    assert place.codes(PHONE) == place.codes(ADA) == 0, "nothing is sent before somebody chose"
    by_text = browser.submit(choice, answer="SMS_MFA")
    assert heading(by_text) == "Check your phone"
    choice = browser.submit(by_text, form=1, another="1")
    assert heading(choice) == "Confirm it’s you"
    by_mail = browser.submit(choice, answer="EMAIL_OTP")
    assert heading(by_mail) == "Check your email"

    assert is_back(browser.submit(by_mail, code=place.code(ADA)))


def test_an_address_for_codes_is_set_up_where_there_is_none(server: Server):
    place = new_place(server, mfa="ON", factors={**APPS, **MAILS}, UsernameAttributes=[])
    place.user("ada", email="", email_verified="")
    browser = Walk()

    choice = place.password_typed(browser, "ada")
    assert heading(choice) == "Protect your account"
    field = browser.submit(choice, answer="EMAIL_OTP")
    assert heading(field) == "Where should we send codes?"
    wrong = browser.submit(field, email="nobody")
    assert says(wrong, "Enter your email in full, like name@example.com.")
    assert 'value="nobody"' in wrong.text
    asked = browser.submit(wrong, email="new@example.com")
    again = browser.submit(asked, form=1, resend="1")

    assert is_back(browser.submit(again, code=place.code("new@example.com")))
    assert place.codes("new@example.com") == 2
    found = place.idp.admin_get_user(UserPoolId=place.pool_id, Username="ada")
    assert found["UserMFASettingList"] == ["EMAIL_OTP"]


def test_a_temporary_password_is_replaced_with_what_the_pool_requires_before_the_second_factor(
    server: Server,
):
    required = [{"Name": "given_name", "Required": True, "AttributeDataType": "String", "Mutable": True}]
    place = new_place(server, mfa="ON", factors=APPS, UsernameAttributes=[], Schema=required)
    place.idp.admin_create_user(
        UserPoolId=place.pool_id, Username="kim", TemporaryPassword=PASSWORD, MessageAction="SUPPRESS"
    )
    browser = Walk()

    page = place.password_typed(browser, "kim")
    assert heading(page) == "Choose your own password"
    both = browser.submit(page, password="short")
    assert both.status_code == 400
    assert says(both, "Make your password longer: 8 characters or more")
    assert says(both, "Fill in “First name”.")
    assert "short" not in both.text
    other = browser.submit(both, password="Other-P2$Sword", **{"requiredAttributes[given_name]": "Kim"})
    assert heading(other) == "Set up your authenticator app"

    assert is_back(browser.submit(other, code=pyotp.TOTP(key_of(other.text)).now()))
    assert heading(place.password_typed(Walk(), "kim")) == "Sign in to Harbour"
    assert heading(place.password_typed(Walk(), "kim", "Other-P2$Sword")) == "Enter the code from your app"

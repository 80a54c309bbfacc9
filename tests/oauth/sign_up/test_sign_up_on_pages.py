"""Making an account on the pages: /signup, /confirm, /resendcode (UI guide, 7.10 and 7.11)."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from tests.oauth.sign_up.newcomers import ADA, PASSWORD, Newcomer, confirmed_by, pool_of, wrong
from tests.oauth.walk import forms, target
from tests.server import Server, dev_server

ACCOUNT_EXISTS = "AccountExists"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("signup")
    with dev_server(folder) as running:
        yield running


def test_somebody_signs_up_with_the_code_from_the_mail_and_is_signed_in(server: Server):
    ada = Newcomer(pool_of(server))

    answer = ada.sign_up()

    assert ADA not in target(answer)
    waiting = ada.walk.follow(answer)
    assert waiting.status_code == 200
    assert "a***@e***" in waiting.text
    back = ada.confirm(waiting, ada.code())
    assert confirmed_by(back)
    assert ada.place.status(ADA) == "CONFIRMED"
    assert ada.place.attributes(ADA)["email_verified"] == "true"
    assert confirmed_by(Newcomer(ada.place).sign_in())


def test_the_page_of_the_code_carries_what_cognitos_does(server: Server):
    ada = Newcomer(pool_of(server))

    waiting = ada.signed_up()

    assert 'name="username"' in waiting.text
    hidden = forms(waiting.text)[0].hidden
    assert hidden["sub"] == ada.place.attributes(ADA)["sub"]
    assert (hidden["deliveryMedium"], hidden["destination"]) == ("EMAIL", "a***@e***")
    assert 'id="verification_code"' in waiting.text


def test_the_pools_required_attributes_are_asked_for_in_its_order_and_no_others(server: Server):
    required = [
        {"Name": name, "Required": True} for name in ("family_name", "given_name", "birthdate", "email")
    ]
    ada = Newcomer(pool_of(server, Schema=required))
    page = ada.at("/signup")

    names = [name for name in fields(page.text) if name.startswith("required")]

    order = list(
        server.boto3("cognito-idp").describe_user_pool(UserPoolId=ada.place.pool_id)["UserPool"][
            "SchemaAttributes"
        ]
    )
    asked = [one["Name"] for one in order if one["Required"] and one["Name"] not in ("sub", "email")]
    assert names == [f"requiredAttributes[{name}]" for name in asked]
    assert sorted(asked) == ["birthdate", "family_name", "given_name"]
    assert fields(page.text)[0] == "username"
    assert fields(page.text)[-1] == "password"
    typed = {"requiredAttributes[family_name]": "Lovelace", "requiredAttributes[given_name]": "Ada"}
    answer = ada.sign_up(page, **typed, **{"requiredAttributes[birthdate]": "1815-12-10"})
    assert target(answer).partition("?")[0].endswith("/confirm")
    assert ada.place.attributes(ADA)["birthdate"] == "1815-12-10"


def test_all_that_is_wrong_is_said_at_once_and_what_was_typed_stays(server: Server):
    schema = [{"Name": "given_name", "Required": True}, {"Name": "phone_number", "Required": True}]
    ada = Newcomer(pool_of(server, Schema=schema))

    page = ada.sign_up(username="ada@", password="short", **{"requiredAttributes[given_name]": "Ada & <Co>"})

    text = unescape(page.text)
    assert page.status_code == 400
    assert "Please check these details" in text
    assert "Enter your email in full, like name@example.com." in text
    assert "Fill in “" in text
    assert "Make your password longer: 8 characters or more" in text
    assert "Add a capital letter" in text
    assert 'value="Ada &amp; &lt;Co&gt;"' in page.text
    assert "short" not in page.text.replace("shorter", "")
    assert ada.place.users() == []


def test_who_gets_a_new_code_uses_that_and_not_the_first(server: Server):
    ada = Newcomer(pool_of(server))
    waiting = ada.signed_up()
    first = ada.code()

    again = ada.resend(waiting)

    assert "A new code is on its way." in again.text
    second = ada.code(purpose="ResendCode")
    if first != second:
        assert "That code doesn’t match. Use the newest one we sent." in ada.confirm(again, first).text
    assert confirmed_by(ada.confirm(again, second))


def test_a_wrong_code_stays_on_the_page_and_the_right_one_goes_on(server: Server):
    ada = Newcomer(pool_of(server))
    waiting = ada.signed_up()

    refused = ada.confirm(waiting, wrong(ada.code()))

    assert refused.status_code == 400
    assert "That code doesn’t match. Use the newest one we sent." in refused.text
    assert confirmed_by(ada.confirm(refused, f" {ada.code()[:3]}-{ada.code()[3:]} "))


def test_the_same_form_twice_makes_one_account_and_both_answers_lead_on(server: Server):
    ada = Newcomer(pool_of(server))
    page = ada.at("/signup")
    ada.sign_up(page)

    second = ada.walk.follow(ada.sign_up(page))

    assert len(ada.place.users()) == 1
    assert len(ada.place.mails()) == 1
    assert confirmed_by(ada.confirm(second, ada.code()))


def test_an_address_that_has_an_account_goes_on_as_always_and_its_owner_is_told(server: Server):
    place = pool_of(server)
    place.made()
    guest = Newcomer(place)

    waiting = guest.signed_up(password="An0ther-P2$Sword")

    assert waiting.status_code == 200
    assert "a***@e***" in waiting.text
    (mail,) = place.mails()
    assert (mail["purpose"], mail["code"]) == (ACCOUNT_EXISTS, "")
    assert mail["subject"] == "You already have an account here"
    assert "reset your password" in mail["body"]
    assert len(place.users()) == 1
    assert guest.confirm(waiting, "000000").status_code == 400
    assert confirmed_by(Newcomer(place).sign_in())


def test_a_known_and_an_unknown_address_get_the_same_pages_but_for_tokens(server: Server):
    place = pool_of(server)
    place.made(name="bob@example.com", email="bob@example.com")
    known, unknown = Newcomer(place), Newcomer(place)

    seen = [
        alike(browser.signed_up(username=name, password="An0ther-P2$Sword").text, name)
        for browser, name in ((known, "bob@example.com"), (unknown, "bea@example.com"))
    ]

    assert seen[0] == seen[1]


def test_an_app_that_hides_nobody_says_that_there_is_an_account(server: Server):
    place = pool_of(server, {"PreventUserExistenceErrors": "LEGACY"})
    place.made()

    page = Newcomer(place).sign_up(password="An0ther-P2$Sword")

    assert page.status_code == 400
    assert "An account with this email already exists. Sign in, or reset your password." in page.text
    assert place.mails() == []


def test_a_chosen_name_that_is_taken_is_said_to_be(server: Server):
    place = pool_of(server, UsernameAttributes=None)
    place.made(name="ada")
    guest = Newcomer(place)

    typed = {"requiredAttributes[email]": "guest@example.com", "password": "An0ther-P2$Sword"}
    page = guest.sign_up(username="ada", **typed)

    assert page.status_code == 400
    assert "That username is taken. Try another one." in page.text
    assert target(guest.sign_up(username="ada2", **typed)).partition("?")[0].endswith("/confirm")


def test_a_pool_that_verifies_addresses_asks_for_one_though_none_is_required(server: Server):
    ada = Newcomer(pool_of(server, UsernameAttributes=None))

    page = ada.at("/signup")

    assert fields(page.text) == ["username", "requiredAttributes[email]", "password"]
    assert "We’ll send a code here to confirm it’s yours." in page.text


def test_who_signs_in_before_the_code_was_typed_is_sent_another_one(server: Server):
    place = pool_of(server)
    Newcomer(place).signed_up()
    later = Newcomer(place)

    answer = later.sign_in()

    assert target(answer).partition("?")[0].endswith("/confirm")
    waiting = later.walk.follow(answer)
    assert confirmed_by(later.confirm(waiting, later.code(purpose="ResendCode")))


def test_a_pool_that_sends_no_codes_says_that_its_team_confirms_accounts(server: Server):
    place = pool_of(server, AutoVerifiedAttributes=None)
    ada = Newcomer(place)

    page = ada.sign_up()

    assert page.status_code == 200
    assert "Your account is waiting" in page.text
    place.idp.admin_confirm_sign_up(UserPoolId=place.pool_id, Username=ADA)
    assert confirmed_by(Newcomer(place).sign_in())


def test_the_page_is_in_the_language_that_is_asked_for(server: Server):
    page = Newcomer(pool_of(server)).at("/signup", lang="de")

    assert '<html lang="de"' in page.text
    assert "Konto" in page.text


def test_a_password_is_in_no_answer(server: Server):
    ada = Newcomer(pool_of(server))

    page = ada.sign_up(username="ada@", password=PASSWORD)

    assert "Enter your password again." in page.text
    assert PASSWORD not in unescape(page.text)


def fields(text: str) -> list[str]:
    """The names of the fields that a person sees, in their order."""
    inputs = re.findall(r"<input ([^>]*)>", text)
    seen = [found for found in inputs if 'type="hidden"' not in found]
    return [unescape(re.search(r'name="([^"]+)"', found)[1]) for found in seen]  # type: ignore[index]


def alike(text: str, name: str) -> str:
    """The page without the name that was typed and without what is different each time."""
    return re.sub(r'(name="(?:_csrf|carried|sub)" value=")[^"]*', r"\1", text.replace(name, "NAME"))

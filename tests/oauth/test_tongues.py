"""Another language on a page with a form: nothing is done, nothing that was typed is lost (UI guide, 8)."""

import re
from html import unescape

import httpx2
import pytest
from tests.oauth.sign_in.inside import OAUTH, Visitor, state_of
from tests.oauth.sign_in.places import heading, is_back, says
from tests.oauth.walk import parameters
from tests.refusals.scene import PASSWORD, Scene
from tests.refusals.sign_up_pages import EMAIL_FIELD, EVE, at, followed, resetting, waiting

from poolhouse.ports import MINUTE

MFA = {"phone_number": "+12065550123", "phone_number_verified": "true"}


async def said_in(visitor: Visitor, page: httpx2.Response, lang: str = "de", **typed: str) -> httpx2.Response:
    """What the language's button of the page's menu answers."""
    assert f'<button form="page" name="lang" value="{lang}"' in page.text
    return await visitor.submit(page, main_of(page), lang=lang, **typed)


def main_of(page: httpx2.Response) -> int:
    found = re.findall(r"<form[^>]*>", page.text)
    return next(place for place, form in enumerate(found) if 'id="page"' in form)


def is_german(page: httpx2.Response) -> bool:
    return '<html lang="de"' in page.text and page.headers["content-language"] == "de"


async def test_the_name_stays_and_nobody_is_signed_in(scene: Scene):
    await scene.set_up({}, OAUTH, {})
    visitor = Visitor(scene)

    page = await said_in(visitor, await visitor.page(), username="ada", password=PASSWORD)

    assert (page.status_code, is_german(page)) == (200, True)
    assert heading(page) == "Bei Harbour anmelden"
    assert 'value="ada"' in page.text
    assert PASSWORD not in unescape(page.text)
    assert not any("cognito" in text for text in page.headers.get_list("set-cookie"))
    assert is_back(await visitor.submit(page, username="ada", password=PASSWORD))


async def test_the_choice_lasts_whatever_the_app_asked_for(scene: Scene):
    await scene.set_up({}, OAUTH, {})
    visitor = Visitor(scene)
    page = await said_in(visitor, await visitor.page(lang="fr", ui_locales="fr"))

    refused = await visitor.submit(page, username="ada", password="not it")
    forgot = await visitor.http.get(link_to(refused, "/forgotPassword"))
    reset = await followed(visitor, await visitor.submit(forgot, username="ada"))

    assert [is_german(one) for one in (refused, forgot, reset)] == [True, True, True]
    assert is_german(await visitor.page())  # another day, by the cookie
    back = await visitor.submit(reset, code=await visitor.code(), password="An0ther-P2$Sword")
    assert is_back(back)
    assert parameters(back)["state"] == "of the app"


async def test_a_code_is_not_sent_again_and_no_try_is_counted(scene: Scene):
    await scene.set_up({}, OAUTH, MFA)
    await _texts(scene)
    visitor = Visitor(scene)
    page = await visitor.enter()
    right = await visitor.code()

    for lang in ("fr", "ja", "es", "it", "ko", "de"):
        page = await said_in(visitor, page, lang, code="000000")

    assert is_german(page)
    assert heading(page) == "Sehen Sie auf Ihr Telefon"
    assert 'value="000000"' in page.text
    assert len(await scene.world.inbox(scene.pool)) == 1
    assert is_back(await visitor.submit(page, code=right))


async def test_after_a_new_code_the_language_changes_and_no_third_is_sent(scene: Scene):
    await scene.set_up({}, OAUTH, MFA)
    await _texts(scene)
    visitor = Visitor(scene)
    again = await visitor.submit(await visitor.enter(), 1, resend="1")

    page = await said_in(visitor, again)

    assert is_german(page)
    assert len(await scene.world.inbox(scene.pool)) == 2
    assert is_back(await visitor.submit(page, code=await visitor.code()))


async def test_a_page_that_came_too_late_says_so_in_the_new_language(scene: Scene):
    await scene.set_up({}, OAUTH, MFA)
    await _texts(scene)
    visitor = Visitor(scene)
    page = await visitor.enter()
    assert is_german(await said_in(visitor, page))
    await scene.later(61 * MINUTE)

    late = await visitor.submit(
        page, lang="de", code="1", changes={"state": state_of(page)[:-8] + "AAAAAAA="}
    )

    assert is_german(late)
    assert says(late, "Das hat eine Weile gedauert")


async def test_what_was_typed_for_an_account_stays_and_none_is_made(scene: Scene):
    await scene.set_up({}, OAUTH, {})
    visitor = Visitor(scene)
    page = await at(visitor, "/signup")

    german = await said_in(visitor, page, username="eve", password=PASSWORD, **{EMAIL_FIELD: EVE})

    assert is_german(german)
    assert german.status_code == 200
    assert 'value="eve"' in german.text
    assert f'value="{EVE}"' in german.text
    assert await scene.world.inbox(scene.pool) == []
    made = await visitor.submit(german, username="eve", password=PASSWORD, **{EMAIL_FIELD: EVE})
    assert parameters(made)["lang"] == "de"
    assert is_german(await followed(visitor, made))


async def test_a_code_that_was_typed_stays_and_confirms_nobody(scene: Scene):
    await scene.set_up({}, OAUTH, {})
    visitor = Visitor(scene)
    page = await waiting(visitor)
    code = await visitor.code()

    german = await said_in(visitor, page, code=code)

    assert is_german(german)
    assert f'value="{code}"' in german.text
    assert (await scene.admin("AdminGetUser", Username="eve"))["UserStatus"] == "UNCONFIRMED"
    assert is_back(await visitor.submit(german, code=code))


async def test_who_is_asked_for_stays_and_no_code_is_sent(scene: Scene):
    await scene.set_up({}, OAUTH, {})
    visitor = Visitor(scene)

    german = await said_in(visitor, await at(visitor, "/forgotPassword"), username="ada")

    assert is_german(german)
    assert 'value="ada"' in german.text
    assert await scene.world.inbox(scene.pool) == []
    assert (await visitor.submit(german, username="ada")).status_code == 302
    assert len(await scene.world.inbox(scene.pool)) == 1


async def test_the_code_of_a_reset_stays_and_the_password_is_the_old_one(scene: Scene):
    await scene.set_up({}, OAUTH, {})
    visitor = Visitor(scene)
    page = await resetting(visitor)
    code = await visitor.code()

    german = await said_in(visitor, page, code=code, password="An0ther-P2$Sword")

    assert is_german(german)
    assert f'value="{code}"' in german.text
    assert "An0ther" not in german.text
    assert is_back(await visitor.another().enter())
    assert is_back(await visitor.submit(german, code=code, password="An0ther-P2$Sword"))


async def test_an_account_that_waits_for_the_team_does_so_in_every_language(scene: Scene):
    await scene.set_up({"AutoVerifiedAttributes": []}, OAUTH, {})
    visitor = Visitor(scene)
    done = await visitor.submit(await at(visitor, "/signup"), username="eve", password=PASSWORD)
    assert says(done, "Your account is waiting")

    german = await said_in(visitor, done)

    assert is_german(german)
    assert heading(german) == "Ihr Konto wartet"
    assert is_german(await said_in(visitor, await visitor.another().enter("eve")))


async def test_a_language_that_is_none_changes_nothing_and_does_nothing(scene: Scene):
    await scene.set_up({}, OAUTH, {})
    visitor = Visitor(scene)

    page = await visitor.submit(await visitor.page(), lang="xx", username="ada", password=PASSWORD)

    assert '<html lang="en"' in page.text
    assert not page.is_redirect


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}])
async def test_another_site_changes_no_language(scene: Scene, headers: dict[str, str]):
    await scene.set_up({}, OAUTH, {})
    visitor = Visitor(scene)
    page = await visitor.page()

    refused = await visitor.submit(page, lang="de", username="ada", headers=headers)

    assert refused.status_code == 403
    assert is_german(await visitor.submit(page, lang="de", username="ada"))


def link_to(page: httpx2.Response, path: str) -> str:
    found = re.search(rf'href="([^"]*{path}[^"]*)"', page.text)
    assert found, page.text
    return unescape(found[1])


async def _texts(scene: Scene) -> None:
    sms = {
        "SmsAuthenticationMessage": "{####}",
        "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/sns"},
    }
    await scene.admin("SetUserPoolMfaConfig", SmsMfaConfiguration=sms, MfaConfiguration="ON")

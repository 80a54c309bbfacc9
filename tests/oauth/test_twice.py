"""A form that uses a code up, posted twice: both get one answer, and nothing is proven anew (UI guide, 4)."""

import asyncio

import httpx2
import pytest
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.oauth.sign_in.places import is_back, says
from tests.oauth.walk import parameters, target
from tests.refusals.pages import WRONG_CODE
from tests.refusals.scene import PASSWORD, Scene
from tests.refusals.sign_up_pages import resetting, waiting, wrong

from poolhouse.ports import MINUTE

NEW = "An0ther-P2$Sword"


@pytest.fixture
async def visitor(scene: Scene) -> Visitor:
    await scene.set_up({}, OAUTH, {})
    return Visitor(scene)


def lose(visitor: Visitor, name: str = "cognito") -> None:
    """The browser gave the first answer up before it had read it."""
    for cookie in list(visitor.http.cookies.jar):
        if cookie.name.startswith(name):
            visitor.http.cookies.delete(cookie.name)


def session(answer: httpx2.Response) -> str:
    return next(text for text in answer.headers.get_list("set-cookie") if text.startswith("cognito"))


async def test_both_clicks_on_confirm_sign_in_with_one_code_for_the_app(visitor: Visitor):
    page = await waiting(visitor)
    code = await visitor.code()

    first, second = await asyncio.gather(visitor.submit(page, code=code), visitor.submit(page, code=code))

    assert is_back(first)
    assert target(second) == target(first)
    assert session(second) == session(first)


async def test_a_second_click_after_the_first_was_answered_gets_that_answer(visitor: Visitor):
    page = await waiting(visitor)
    code = await visitor.code()
    first = await visitor.submit(page, code=code)
    lose(visitor)

    second = await visitor.submit(page, code=code)

    assert is_back(second)
    assert (target(second), session(second)) == (target(first), session(first))


async def test_a_browser_that_has_the_answer_goes_on_by_its_session_to_a_new_code(visitor: Visitor):
    page = await waiting(visitor)
    code = await visitor.code()
    first = await visitor.submit(page, code=code)

    again = await visitor.submit(page, code=code)

    back = await visitor.http.get(target(again))
    assert is_back(back)
    assert parameters(back)["code"] != parameters(first)["code"]


@pytest.mark.parametrize("how", ["another form", "another browser", "other words", "later"])
async def test_a_code_that_is_used_up_proves_nothing_elsewhere(visitor: Visitor, how: str):
    page = await waiting(visitor)
    code = await visitor.code()
    other = await visitor.submit(page, 1, resend="1") if how == "another form" else page
    code = await visitor.code()
    browser = visitor.another() if how == "another browser" else visitor
    assert is_back(await visitor.submit(page, code=code))
    lose(visitor)
    if how == "later":
        await visitor.scene.later(2 * MINUTE)

    refused = await browser.submit(other, code=code, **({"x": "1"} if how == "other words" else {}))

    assert not is_back(refused)
    assert refused.status_code == (403 if how == "another browser" else 400)


async def test_a_wrong_code_is_wrong_each_time_and_the_right_one_right(visitor: Visitor):
    page = await waiting(visitor)
    code = await visitor.code()

    refused = [await visitor.submit(page, code=wrong(code)) for _ in range(2)]

    assert [says(one, WRONG_CODE) for one in refused] == [True, True]
    assert is_back(await visitor.submit(page, code=code))


async def test_both_clicks_on_save_set_one_password_and_sign_in(visitor: Visitor):
    page = await resetting(visitor)
    code = await visitor.code()

    first, second = await asyncio.gather(*(visitor.submit(page, code=code, password=NEW) for _ in "12"))

    assert is_back(first)
    assert (target(second), session(second)) == (target(first), session(first))
    assert is_back(await visitor.another().enter(password=NEW))


async def test_the_code_of_a_reset_sets_no_second_password(visitor: Visitor):
    page = await resetting(visitor)
    code = await visitor.code()
    assert is_back(await visitor.submit(page, code=code, password=NEW))
    lose(visitor)

    refused = await visitor.submit(page, code=code, password="Thlrd-P2$Sword")

    assert says(refused, WRONG_CODE)
    assert is_back(await visitor.submit(page, code=code, password=NEW))
    assert not is_back(await visitor.another().enter(password="Thlrd-P2$Sword"))
    assert not is_back(await visitor.another().enter(password=PASSWORD))
    assert is_back(await visitor.another().enter(password=NEW))

"""/logout without an address to go to: signed out all the same (behaviour file, 6.7; UI guide, 7.15)."""

import httpx2
from tests.oauth.apps import CALLBACK
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.oauth.sign_in.places import heading, is_back, says
from tests.oauth.walk import parameters, target
from tests.refusals.scene import Scene


async def signed_in(scene: Scene) -> Visitor:
    await scene.set_up({}, OAUTH, {})
    visitor = Visitor(scene)
    assert is_back(await visitor.enter())
    return visitor


async def logout(visitor: Visitor, **query: str) -> httpx2.Response:
    return await visitor.http.get(f"{visitor.app.base}/logout", params=query)


async def test_an_app_without_an_address_ends_at_the_sign_in_page_which_says_what_is_missing(scene: Scene):
    visitor = await signed_in(scene)

    answer = await logout(visitor, client_id=scene.client, post_logout_redirect_uri=CALLBACK)

    assert answer.status_code == 302
    assert target(answer).partition("?")[0].endswith("/login")
    assert parameters(answer) == {"client_id": scene.client, "post_logout_redirect_uri": CALLBACK}
    page = await visitor.http.get(target(answer))
    assert page.status_code == 400
    assert says(page, "Required String parameter 'redirect_uri' is not present")
    assert heading(await visitor.page()) == "Sign in to Harbour"  # nobody is signed in


async def test_an_app_with_an_address_to_sign_in_again_gets_there(scene: Scene):
    visitor = await signed_in(scene)

    answer = await logout(visitor, client_id=scene.client, redirect_uri=CALLBACK, response_type="code")

    assert heading(await visitor.http.get(target(answer))) == "Sign in to Harbour"


async def test_who_names_no_app_gets_a_page_of_ours_signed_in_or_not(scene: Scene):
    visitor = await signed_in(scene)

    pages = [await logout(visitor), await logout(visitor)]

    assert [heading(page) for page in pages] == ["You’re signed out"] * 2
    assert pages[0].text == pages[1].text
    assert heading(await visitor.page()) == "Sign in to Harbour"

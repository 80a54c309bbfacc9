"""Where a form ends at another site: a page for browsers, Cognito's 302 for all others (ADR 28)."""

import re
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from tests.oauth.apps import CALLBACK
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.oauth.sign_in.places import heading, is_back
from tests.oauth.test_new_passkey import offered
from tests.oauth.walk import parameters, target
from tests.refusals.scene import PASSWORD, Scene
from tests.refusals.sign_up_pages import resetting, waiting

BROWSER = {"sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin", "sec-fetch-dest": "document"}
ADA = {"username": "ada", "password": PASSWORD}
NEW = "An0ther-P2$Sword"


@pytest.fixture
async def visitor(scene: Scene) -> Visitor:
    await scene.set_up({}, OAUTH, {})
    return Visitor(scene)


class _Reader(HTMLParser):
    """What a browser makes of the page: where it goes by itself, and where its button leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.refresh: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("http-equiv") == "refresh":
            self.refresh.append(given["content"])
        if tag == "a" and "button" in given.get("class", ""):
            self.links.append(given["href"])


def leads_to(page: httpx2.Response) -> str:
    """The address that the page leads to, by itself and by its button."""
    read = _Reader(page.text)
    assert page.status_code == 200
    assert "location" not in page.headers
    assert [content.partition("; url=")[0] for content in read.refresh] == ["0"]
    [address] = read.links
    assert read.refresh == [f"0; url={address}"]
    return address


def query_of(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


async def signed_in(visitor: Visitor, headers: dict[str, str], **changes: str) -> httpx2.Response:
    return await visitor.submit(await visitor.page(**changes), headers=headers, **ADA)


async def test_a_browser_that_signed_in_is_led_to_the_app_by_a_page_and_all_others_by_the_redirect(
    visitor: Visitor,
):
    page = await signed_in(visitor, BROWSER)
    redirect = await signed_in(visitor.another(), {})

    address = leads_to(page)
    assert address.startswith(f"{CALLBACK}?code=")
    assert is_back(redirect)
    assert query_of(address).keys() == parameters(redirect).keys()
    assert query_of(address)["state"] == "of the app"
    token = await visitor.http.post(
        f"{visitor.app.base}/oauth2/token", data=visitor.app.redeem(query_of(address)["code"])
    )
    assert token.status_code == 200
    assert is_back(
        await visitor.http.get(visitor.app.authorize())
    )  # the page has brought the session's cookie


async def test_the_page_is_kept_nowhere_tells_nobody_of_the_code_and_has_no_form(visitor: Visitor):
    page = await signed_in(visitor, BROWSER)

    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert policy.endswith("form-action 'self'")
    assert "<form" not in page.text
    assert "<title>Just a moment – Harbour</title>" in page.text
    assert heading(page) == "Just a moment"


async def test_the_page_waits_for_no_file_that_the_page_of_the_form_did_not_load(visitor: Visitor):
    """Chromium leads on when the page has loaded with all its files."""
    before = await visitor.page()

    page = await visitor.submit(before, headers=BROWSER, **ADA)

    assert files(page)
    assert files(page) <= files(before)


def files(page: httpx2.Response) -> set[str]:
    return set(re.findall(r'<(?:link|script|img)\b[^>]*?(?:src|href)="([^"]+)"', page.text))


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-mode": "cors", "sec-fetch-site": "same-origin"},
        {"sec-fetch-mode": "same-origin", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-mode": "navigate"},
    ],
)
async def test_a_script_and_an_old_browser_get_the_redirect_as_from_cognito(
    visitor: Visitor, headers: dict[str, str]
):
    answer = await signed_in(visitor, headers)

    assert is_back(answer)
    assert answer.content == b""
    assert leads_to(await signed_in(visitor.another(), BROWSER)).startswith(CALLBACK)


async def test_from_one_page_of_ours_to_the_next_browsers_are_redirected_too(visitor: Visitor):
    asked = await signed_in(visitor, BROWSER, prompt="consent")

    assert "/consent?" in target(asked)
    page = await visitor.http.get(target(asked))
    allowed = await visitor.submit(page, headers=BROWSER, answer="allow")
    assert "code" in query_of(leads_to(allowed))


async def test_an_app_on_the_device_is_opened_by_the_redirect(scene: Scene):
    addresses = ["shop://signed-in", CALLBACK]
    await scene.set_up({}, {**OAUTH, "CallbackURLs": addresses}, {})
    visitor = Visitor(scene)

    device = await signed_in(visitor, BROWSER, redirect_uri="shop://signed-in")
    site = await signed_in(visitor.another(), BROWSER)

    assert target(device).startswith("shop://signed-in?code=")
    assert leads_to(site).startswith(CALLBACK)


async def test_another_pool_of_the_same_server_is_another_site(scene: Scene):
    origin = scene.world.env.settings.public_url
    broker = f"{origin}/us-east-1_another01/oauth2/idpresponse"
    await scene.set_up({}, {**OAUTH, "CallbackURLs": [broker]}, {})
    visitor = Visitor(scene)

    page = await signed_in(visitor, BROWSER, redirect_uri=broker)

    assert leads_to(page).startswith(f"{broker}?code=")


async def test_the_apps_refusal_reaches_it_by_the_same_page(visitor: Visitor):
    pages = [await _consent(visitor), await _consent(visitor.another())]

    denied = await visitor.submit(pages[0], headers=BROWSER, answer="deny")
    redirect = await visitor.another().http.get(visitor.app.authorize(prompt="none"), headers=BROWSER)

    assert query_of(leads_to(denied))["error"] == "access_denied"
    assert parameters(redirect)["error"] == "login_required"  # no form: nothing holds the redirects of a link


async def _consent(visitor: Visitor) -> httpx2.Response:
    return await visitor.http.get(target(await signed_in(visitor, {}, prompt="consent")))


async def test_tokens_in_a_fragment_reach_the_app_whole(scene: Scene):
    await scene.set_up({}, {**OAUTH, "AllowedOAuthFlows": ["implicit"]}, {})
    visitor = Visitor(scene)
    implicit = {"response_type": "token", "code_challenge": "", "code_challenge_method": ""}

    page = await signed_in(visitor, BROWSER, **implicit)
    redirect = await signed_in(visitor.another(), {}, **implicit)

    found = dict(parse_qsl(urlsplit(leads_to(page)).fragment))
    assert list(found) == list(parameters(redirect))
    assert found["access_token"].count(".") == 2


async def test_what_the_app_sends_along_becomes_no_element_and_no_header(visitor: Visitor):
    state = "\"><script>alert(1)</script>'; url=https://evil.example\r\nx-evil: 1"

    page = await signed_in(visitor, BROWSER, state=state)
    redirect = await signed_in(visitor.another(), {}, state=state)

    address = leads_to(page)
    assert query_of(address)["state"] == parameters(redirect)["state"] == state
    assert address.startswith(f"{CALLBACK}?code=")
    assert "<script>" not in page.text
    assert "x-evil" not in page.headers


async def test_the_page_speaks_the_language_of_the_sign_in(visitor: Visitor):
    german = await signed_in(visitor, BROWSER, lang="de")
    english = await signed_in(visitor.another(), BROWSER)

    assert heading(german) == "Einen Moment"
    assert german.headers["content-language"] == "de"
    assert heading(english) == "Just a moment"


async def test_a_provider_is_gone_to_by_the_page_too_for_it_may_send_the_browser_on(scene: Scene):
    await scene.set_up({}, {}, {})
    google = {"client_id": "g", "client_secret": "s", "authorize_scopes": "openid email"}
    await scene.admin(
        "CreateIdentityProvider", ProviderName="Google", ProviderType="Google", ProviderDetails=google
    )
    app = {**OAUTH, "SupportedIdentityProviders": ["COGNITO", "Google"]}
    visitor = Visitor(scene, (await scene.another_client(**app))["ClientId"])
    page = await visitor.page()
    [way] = [i for i, form in enumerate(page.text.split("<form")[1:]) if 'value="Google"' in form]

    led = await visitor.submit(page, way, headers=BROWSER, idp="Google")
    redirect = await visitor.submit(page, way, idp="Google")

    assert leads_to(led) == target(redirect)
    onward = await visitor.http.get(leads_to(led))
    assert target(onward).startswith("https://accounts.google.com/")


async def test_a_code_that_confirms_or_recovers_ends_at_the_app_as_well(visitor: Visitor):
    confirmed = await visitor.submit(await waiting(visitor), headers=BROWSER, code=await visitor.code())
    other = visitor.another()
    page = await resetting(other)
    recovered = await other.submit(page, headers=BROWSER, code=await other.code(), password=NEW)

    assert "code" in query_of(leads_to(confirmed))
    assert "code" in query_of(leads_to(recovered))


async def test_not_now_leads_on_by_the_page_which_remembers_it(scene: Scene):
    visitor, page = await offered(scene)

    onward = await visitor.submit(page, 1, headers=BROWSER, skip="1")

    assert leads_to(onward).startswith(f"{visitor.app.base}/oauth2/authorize?")
    assert any("no-passkey" in text for text in onward.headers.get_list("set-cookie"))
    assert is_back(await visitor.http.get(leads_to(onward)))


async def test_a_browser_that_loads_the_page_again_gets_a_code_that_works(visitor: Visitor):
    page = await waiting(visitor)
    code = await visitor.code()
    first = await visitor.submit(page, headers=BROWSER, code=code)

    again = await visitor.submit(page, headers=BROWSER, code=code)

    assert "code" in query_of(leads_to(first))
    assert leads_to(again).startswith(f"{visitor.app.base}/oauth2/authorize?")
    assert is_back(await visitor.http.get(leads_to(again)))

"""Refused: authorization requests that are wrong, browsers that are not who they seem, and forged forms.

After the negative list of the OpenID conformance suite's Basic OP profile, and security.md, rule 7.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.oauth.apps import CALLBACK, SIGNED_OUT, App, registered
from tests.oauth.pages_table import Browser, PageRow, is_code, is_login, told
from tests.oauth.walk import Walk, parameters, target
from tests.server import Server, dev_server

Answer = httpx2.Response


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("flow")
    with dev_server(folder) as running:
        yield running


@pytest.fixture(scope="module")
def app(server: Server) -> App:
    return registered(server)


def says(expected: str) -> Callable[[Answer], bool]:
    return lambda answer: told(answer) == expected


def stays(status: int, sentence: str = "") -> Callable[[Answer], bool]:
    """A page of ours, and no word to any app."""
    return lambda answer: answer.status_code == status and not answer.is_redirect and sentence in answer.text


def sent_to_error(code: str) -> Callable[[Answer], bool]:
    return lambda answer: (
        target(answer).partition("?")[0].endswith("/error") and parameters(answer)["error"] == code
    )


def asks(**changes: str) -> Callable[[Browser], Answer]:
    return lambda browser: browser.authorize(**changes)


def twice(parameter: str, value: str) -> Callable[[Browser], Answer]:
    return lambda browser: browser.walk.get(f"{browser.app.authorize()}&{parameter}={value}")


INVALID = says("invalid_request: ")
MISMATCH = sent_to_error("redirect_mismatch")

REDIRECTS = {
    "of another host": "https://attacker.example/back",
    "with a path below the registered one": f"{CALLBACK}/more",
    "with a query added": f"{CALLBACK}?next=https://attacker.example",
    "with a fragment added": f"{CALLBACK}#fragment",
    "with user information": "https://app.example.com@attacker.example/back",
    "with two @": "https://app.example.com@a@attacker.example/back",
    "with a path that climbs": "https://app.example.com/x/../back",
    "with an encoded path that climbs": "https://app.example.com/%2e%2e/back",
    "with a semicolon before the slash": "https://app.example.com/..;/back",
    "in capital letters": "https://APP.example.com/back",
    "with the usual port named": "https://app.example.com:443/back",
    "with http in place of https": "http://app.example.com/back",
    "with a slash at the end": f"{CALLBACK}/",
    "with a backslash": "https://app.example.com\\@attacker.example/back",
    "that begins with the registered one": "https://app.example.com.attacker.example/back",
    "that is a script": "javascript:alert(1)//https://app.example.com/back",
    "that is data": "data:text/html,back",
    "with a line break": f"{CALLBACK}\r\nSet-Cookie: cognito=mine",
    "with a space before it": f" {CALLBACK}",
    "without a scheme": "//app.example.com/back",
    "that matches by a wildcard of somebody's": "https://*.example.com/back",
}

ROWS = [
    *(
        PageRow(f"a redirect_uri {name}", asks(redirect_uri=address), MISMATCH, asks())
        for name, address in REDIRECTS.items()
    ),
    PageRow(
        "a request without client_id",
        asks(client_id=""),
        stays(400, "Required String parameter &#39;client_id&#39; is not present"),
        asks(),
    ),
    PageRow(
        "a request without redirect_uri, where the client has no default",
        asks(redirect_uri=""),
        stays(400, "Required String parameter &#39;redirect_uri&#39; is not present"),
        asks(),
    ),
    PageRow(
        "a client that does not exist", asks(client_id="nobody123"), sent_to_error("invalid_request"), asks()
    ),
    PageRow(
        "a client id with a script", asks(client_id="<script>"), sent_to_error("invalid_request"), asks()
    ),
    PageRow("no response_type", asks(response_type=""), INVALID, asks()),
    PageRow("an unknown response_type", asks(response_type="id_token"), INVALID, asks()),
    PageRow("two response types", asks(response_type="code token"), INVALID, asks()),
    PageRow(
        "the implicit flow for a client of the code flow",
        asks(response_type="token"),
        says("invalid_request: unauthorized_client"),
        asks(),
    ),
    PageRow("a scope nobody has", asks(scope="openid root"), says("invalid_request: invalid_scope"), asks()),
    PageRow(
        "offline_access", asks(scope="openid offline_access"), says("invalid_request: invalid_scope"), asks()
    ),
    PageRow("email without openid", asks(scope="email"), says("invalid_request: invalid_scope"), asks()),
    PageRow("a challenge by plain", asks(code_challenge_method="plain"), INVALID, asks()),
    PageRow("a challenge without its method", asks(code_challenge_method=""), INVALID, asks()),
    PageRow("a method without a challenge", asks(code_challenge=""), INVALID, asks()),
    PageRow("a challenge that is too short", asks(code_challenge="short"), INVALID, asks()),
    PageRow("a challenge with a character of none", asks(code_challenge="+" * 43), INVALID, asks()),
    PageRow(
        "prompt=none without a session", asks(prompt="none"), says("login_required: "), asks(prompt="login")
    ),
    PageRow("prompt=none beside login", asks(prompt="none login"), INVALID, asks(prompt="login consent")),
    PageRow("a prompt of nobody's", asks(prompt="create"), INVALID, asks(prompt="login")),
    PageRow("a negative max_age", asks(max_age="-1"), INVALID, asks(max_age="1")),
    PageRow("a max_age in words", asks(max_age="soon"), INVALID, asks(max_age="60")),
    PageRow("a request object", asks(request="e30.e30."), says("request_not_supported: "), asks()),
    PageRow(
        "a request object by reference",
        asks(request_uri="https://attacker.example/request"),
        says("request_uri_not_supported: "),
        asks(),
    ),
    PageRow("an answer by form_post", asks(response_mode="form_post"), INVALID, asks(response_mode="query")),
    PageRow(
        "a resource by http",
        asks(resource="http://api.example.com"),
        says("invalid_target: "),
        asks(resource="https://api.example.com"),
    ),
    PageRow(
        "a resource with a fragment",
        asks(resource="https://api.example.com#a"),
        says("invalid_target: "),
        asks(resource="https://api.example.com"),
    ),
    PageRow(
        "a resource that is a script",
        asks(resource="javascript:x"),
        says("invalid_target: "),
        asks(resource="com.example.app://api"),
    ),
    PageRow("client_id twice", twice("client_id", "other"), stays(400), asks()),
    PageRow("redirect_uri twice", twice("redirect_uri", "https://attacker.example"), stays(400), asks()),
    PageRow("state twice", twice("state", "other"), stays(400), asks()),
    PageRow("a query that is no UTF-8", twice("extra", "%ff"), stays(400), twice("extra", "%C3%A9")),
]


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_refused(
    row: PageRow, server: Server, app: App, record_property: Callable[[str, object], None]
) -> None:
    refused = row.refused(Browser(server, app, Walk()))
    assert row.seen(refused), f"{refused.status_code} {refused.headers.get('location')} {refused.text[:500]}"
    assert "no-store" in refused.headers["cache-control"]
    record_property("refused", 1)
    succeeded = row.twin(Browser(server, app, Walk()))
    assert row.succeeds(succeeded), f"{succeeded.status_code} {succeeded.headers.get('location')}"
    record_property("twins", 1)


def _forged(**changes: str) -> Callable[[Browser], Answer]:
    """A post to the sign-in page that no form of ours made."""

    def post(browser: Browser) -> Answer:
        page = browser.walk.follow(browser.authorize())
        typed: dict[str, Any] = {"username": browser.server.username, "password": browser.server.password}
        return browser.walk.client.post(str(page.url), data=typed | changes)

    return post


def _token_of_another_browser(browser: Browser) -> Answer:
    other = Walk()
    other.follow(other.get(browser.app.authorize()))
    stolen = next(value for name, value in other.client.cookies.items() if name.startswith("XSRF-TOKEN"))
    return _forged(_csrf=stolen)(browser)


def _old_session(browser: Browser) -> Answer:
    """A session that an attacker planted: nobody is signed in by it, and signing in makes another."""
    name = f"cognito-{browser.server.user_pool_id}"
    browser.walk.client.cookies.set(name, "planted", domain="localhost.local")
    return browser.authorize(prompt="none")


def _signed_out(browser: Browser) -> Answer:
    browser.sign_in()
    browser.get("/logout", client_id=browser.app.client_id, logout_uri=SIGNED_OUT)
    return browser.authorize(prompt="none")


def _of_another_browser(browser: Browser) -> Answer:
    browser.sign_in()
    return Browser(browser.server, browser.app, Walk()).authorize(prompt="none")


def _too_old(browser: Browser) -> Answer:
    browser.sign_in()
    return browser.authorize(prompt="none", max_age="0")


def _again(**changes: str) -> Callable[[Browser], Answer]:
    def ask(browser: Browser) -> Answer:
        browser.sign_in()
        return browser.authorize(**changes)

    return ask


def _logs_out(**query: str) -> Callable[[Browser], Answer]:
    return lambda browser: browser.get("/logout", **({"client_id": browser.app.client_id} | query))


def _is_bye(answer: Answer) -> bool:
    return target(answer) == SIGNED_OUT


BROWSERS = [
    PageRow("a sign-in without the page's token", _forged(), stays(403), Browser.sign_in, is_code),
    PageRow("a sign-in with an empty token", _forged(_csrf=""), stays(403), Browser.sign_in, is_code),
    PageRow("a sign-in with a made-up token", _forged(_csrf="guess"), stays(403), Browser.sign_in, is_code),
    PageRow(
        "a sign-in with another browser's token",
        _token_of_another_browser,
        stays(403),
        Browser.sign_in,
        is_code,
    ),
    PageRow(
        "a session that somebody planted",
        _old_session,
        says("login_required: "),
        _again(prompt="none"),
        is_code,
    ),
    PageRow(
        "a browser that has signed out", _signed_out, says("login_required: "), _again(prompt="none"), is_code
    ),
    PageRow("another browser", _of_another_browser, says("login_required: "), _again(prompt="none"), is_code),
    PageRow(
        "a sign-in that is too old",
        _too_old,
        says("login_required: "),
        _again(prompt="none", max_age="600"),
        is_code,
    ),
    PageRow("prompt=login with a session", _again(prompt="login"), is_login, _again(), is_code),
    PageRow(
        "a sign-out to an address of nobody's",
        _logs_out(logout_uri="https://attacker.example"),
        MISMATCH,
        _logs_out(logout_uri=SIGNED_OUT),
        _is_bye,
    ),
    PageRow(
        "a sign-out to a callback",
        _logs_out(logout_uri=CALLBACK),
        MISMATCH,
        _logs_out(logout_uri=SIGNED_OUT),
        _is_bye,
    ),
    PageRow(
        "a sign-out with a longer address",
        _logs_out(logout_uri=f"{SIGNED_OUT}/x"),
        MISMATCH,
        _logs_out(logout_uri=SIGNED_OUT),
        _is_bye,
    ),
    PageRow(
        "a sign-out for nobody's client",
        _logs_out(client_id="nobody", logout_uri=SIGNED_OUT),
        sent_to_error("invalid_request"),
        _logs_out(logout_uri=SIGNED_OUT),
        _is_bye,
    ),
]


@pytest.mark.parametrize("row", BROWSERS, ids=[row.name for row in BROWSERS])
def test_refused_to_a_browser(
    row: PageRow, server: Server, app: App, record_property: Callable[[str, object], None]
) -> None:
    test_refused(row, server, app, record_property)


def test_a_page_that_reflects_shows_text_and_never_runs_it(server: Server, app: App) -> None:
    hostile = '"><script>alert(1)</script>'
    browser = Walk()
    page = browser.follow(browser.get(app.authorize(state=hostile, login_hint=hostile, nonce=hostile)))
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_pages_cannot_be_framed_cached_or_scripted(server: Server, app: App) -> None:
    browser = Walk()
    headers = browser.follow(browser.get(app.authorize())).headers
    policy = headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("header", ["host", "x-forwarded-host", "forwarded"])
def test_a_header_that_names_another_host_changes_no_address(server: Server, app: App, header: str) -> None:
    value = "host=attacker.example" if header == "forwarded" else "attacker.example"
    answer = httpx2.get(app.authorize(), headers={header: value}, follow_redirects=False)
    assert target(answer).startswith(f"{server.endpoint}/")
    assert "attacker" not in answer.text

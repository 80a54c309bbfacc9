"""The links of a mail about a sign-in: a page shows what it was, and only a button says anything of it."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from tests.world import World

from poolhouse.context import Ctx
from poolhouse.delivery import feedback_tokens, links
from poolhouse.directory.events import Event, Seen
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.ports import DAY, SECOND, Tx
from poolhouse.store import event_feedback, events, snapshots
from poolhouse.web.hosted import Hosted
from poolhouse.web.metrics import Metrics

FORM = "application/x-www-form-urlencoded"
SEEN = Seen("203.0.113.7", "ua", "Windows, <Firefox>", city="Utrecht", country="NL")
TOO_LATE = (400, "This link doesn’t work any more")
OAUTH = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "CallbackURLs": ["https://orchard.test/in"],
    "SupportedIdentityProviders": ["COGNITO"],
}


class Reader:
    """Ada, who got a mail about a sign-in, with her browser."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cookies: dict[str, str] = {}

    async def set_up(self, mode: str = "ENFORCED", **client: Any) -> None:
        self.pool = await self.world.pool(UserPoolAddOns={"AdvancedSecurityMode": mode})
        self.client = (await self.world.client(self.pool, **client))["ClientId"]
        await self.world.user(self.pool)
        found = await self.world.call("AdminGetUser", UserPoolId=self.pool, Username="ada")
        self.sub = next(one["Value"] for one in found["UserAttributes"] if one["Name"] == "sub")
        event = Event(
            self.pool,
            self.sub,
            "one",
            "attempt",
            "r",
            "SignIn",
            "Fail",
            self.world.now,
            "InitiateAuth",
            seen=SEEN,
        )
        await self.world.env.db.run(lambda tx: events.add(tx, event))

    async def link(self, value: str = "Invalid", event_id: str = "one") -> str:
        env = self.world.env
        snapshot, client = await snapshots.of_client(env, self.client)
        ctx = Ctx(
            env, "r", "InitiateAuth", "us-east-1", env.clock.now(), snapshot=snapshot, app_client=client
        )
        return links.feedback(ctx, feedback_tokens.seal(ctx, self.sub, event_id), value)

    async def ask(self, link: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Response:
        parts, method = urlsplit(link), "POST" if body else "GET"
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"cookie": cookies} if headers is None else headers
        request = HttpRequest(method, parts.path, parts.query, (), body, "", sent | {"content-type": FORM})
        answer = await Hosted(self.world.env, Metrics()).page(request)
        assert answer is not None
        set_now = [
            value.decode().partition(";")[0] for name, value in answer.headers if name == b"set-cookie"
        ]
        self.cookies |= dict(pair.split("=", 1) for pair in set_now)
        return answer

    async def press(self, link: str, page: Response, fields: str) -> Response:
        found = re.search(r'name="_csrf" value="([^"]+)"', page.body.decode())
        assert found is not None
        return await self.ask(link, f"_csrf={found[1]}&{fields}".encode())

    async def answered(self, answer: str, value: str = "Invalid") -> Response:
        link = await self.link(value)
        return await self.press(link, await self.ask(link), f"answer={answer}")

    async def said(self) -> str:
        """What is kept of it; empty: nothing."""

        async def read(tx: Tx) -> Any:
            return await event_feedback.of_user(tx, self.pool, self.sub, 0)

        found = await self.world.env.db.read(read)
        return found["attempt"].value if found else ""


@pytest.fixture
async def ada(world: World) -> Reader:
    reader = Reader(world)
    await reader.set_up()
    return reader


def told(page: Response) -> tuple[int, str]:
    found = re.search(r"<h1>(.*)</h1>", page.body.decode())
    assert found is not None
    return page.status, found[1]


def buttons(page: Response) -> list[tuple[str, str]]:
    """Class and value of each answer, in order."""
    found = re.findall(r'class="button (\w+)[^"]*" name="answer" value="(\w+)"', page.body.decode())
    return [(kind, value) for kind, value in found]


async def test_the_link_shows_what_the_sign_in_was_and_says_nothing(ada):
    page = await ada.ask(await ada.link())

    assert told(page) == (200, "Was this you?")
    shown = unescape(page.body.decode())
    for fact in ("Utrecht, NL", "203.0.113.7", "Windows, <Firefox>", "UTC"):
        assert fact in shown
    assert "<Firefox>" not in page.body.decode()
    assert await ada.said() == ""


@pytest.mark.parametrize(("value", "other"), [("Valid", "Invalid"), ("Invalid", "Valid")])
async def test_what_the_link_says_is_the_primary_button(ada, value, other):
    assert buttons(await ada.ask(await ada.link(value))) == [("primary", value), ("secondary", other)]


@pytest.mark.parametrize(
    ("answer", "heading"), [("Valid", "Thank you"), ("Invalid", "Thank you for telling us")]
)
@pytest.mark.parametrize("value", ["Valid", "Invalid"])
async def test_the_press_of_a_button_counts_whatever_the_link_said(ada, answer, heading, value):
    assert told(await ada.answered(answer, value)) == (200, heading)
    assert await ada.said() == answer


async def test_who_pressed_the_wrong_button_presses_the_other_one(ada):
    await ada.answered("Invalid")
    await ada.answered("Valid")

    assert await ada.said() == "Valid"


async def test_whoever_it_was_not_is_shown_where_to_choose_a_new_password(world):
    ada = Reader(world)
    await ada.set_up(**OAUTH)

    page = await ada.answered("Invalid")

    found = re.search(r'href="([^"]+/forgotPassword\?[^"]+)"', page.body.decode())
    assert found is not None
    assert told(await ada.ask(unescape(found[1]))) == (200, "Reset your password")


async def test_another_language_is_the_same_page_and_no_answer(ada):
    link = await ada.link()
    done = await ada.press(link, await ada.ask(link), "answer=Invalid")

    page = await ada.press(link, done, "lang=de&shown=Invalid")

    assert told(page) == (200, "Danke für die Mitteilung")
    assert told(await ada.ask(f"{link}&lang=de")) == (200, "Waren Sie das?")


BROKEN = {
    "another token": lambda link: re.sub(r"token=[^&]+", "token=AAAA", link),
    "no token": lambda link: link.partition("?")[0],
    "two tokens": lambda link: f"{link}&token=x",
}


@pytest.mark.parametrize("name", BROKEN)
async def test_without_the_token_nothing_is_shown_or_kept(ada, name):
    link = await ada.link()
    broken = BROKEN[name](link)

    assert told(await ada.ask(broken)) == TOO_LATE
    page = await ada.ask(link)
    assert told(await ada.press(broken, page, "answer=Valid")) == TOO_LATE
    assert await ada.said() == ""


async def test_the_link_works_for_a_week(ada):
    link = await ada.link()
    page = await ada.ask(link)
    ada.world.advance(7 * DAY + SECOND)

    assert told(await ada.ask(link)) == TOO_LATE
    assert told(await ada.press(link, page, "answer=Invalid")) == TOO_LATE
    assert await ada.said() == ""


async def test_an_event_that_nobody_kept_is_answered_like_a_wrong_token(ada):
    assert told(await ada.ask(await ada.link(event_id="two"))) == TOO_LATE


async def test_a_form_of_another_browser_says_nothing(ada):
    link = await ada.link()

    stolen = await ada.ask(link, b"_csrf=x&answer=Valid", headers={})

    assert stolen.status == 403
    assert await ada.said() == ""


async def test_a_pool_that_is_not_protected_any_more_takes_nothing(ada):
    link = await ada.link()
    page = await ada.ask(link)
    await ada.world.call("UpdateUserPool", UserPoolId=ada.pool)

    assert told(await ada.press(link, page, "answer=Valid")) == TOO_LATE
    assert await ada.said() == ""


async def test_the_link_outlives_its_app_client(ada):
    link = await ada.link()
    await ada.world.call("DeleteUserPoolClient", UserPoolId=ada.pool, ClientId=ada.client)

    page = await ada.ask(link)

    assert told(page) == (200, "Was this you?")
    assert told(await ada.press(link, page, "answer=Invalid")) == (200, "Thank you for telling us")

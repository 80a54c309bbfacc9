"""The start page and the inbox: real ids, escaped, closed to scripts from elsewhere, readable."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.pool_parts import CLIENT, POOL, add_pool
from tests.web.dev.conftest import DEMO, Visitor

from poolhouse.oauth.pages import render
from poolhouse.ports import DAY, HOUR, MINUTE
from poolhouse.store import ui_customizations
from poolhouse.store.ui_customizations import UiCustomization
from poolhouse.web.demo import Demo
from poolhouse.web.dev import inbox, rendering, times

HTML_MAIL = (
    "<html><head><title>t</title><style>p{color:red}</style></head>"
    "<body><h1>Orchard</h1><p>It is <b>482915</b> &amp; no other.</p><script>alert(1)</script></body></html>"
)


class Page(HTMLParser):
    """What the tests ask of a page: its tags with their attributes, and its words."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


async def page(visitor, address):
    return Page(await visitor.text(address))


# The start page


async def test_the_start_page_shows_every_id_of_the_demo(visitor):
    shown = await page(visitor, "/")

    for value in (
        POOL,
        CLIENT,
        "demo@example.com",
        "Calm-Otter-27!",
        "poolhouse-dev",
        "http://localhost:8400",
    ):
        assert value in shown.words
    assert "Your user pool is ready" in shown.words
    assert "any secret works in dev" in shown.words
    assert "User pools" not in shown.words
    assert "the secret" not in shown.words.replace("AWS_SECRET_ACCESS_KEY='the secret'", "")


async def test_what_is_hard_to_read_in_a_brand_is_said_and_nothing_where_all_reads_well(visitor):
    before = await page(visitor, "/")
    look = UiCustomization(POOL, CLIENT, ".label-customizable { color: #ccc }", "", "", "1", 0, 0)
    await visitor.env.db.run(lambda tx: ui_customizations.put(tx, look, None))

    after = await page(visitor, "/")

    assert "Hard to read" not in before.words
    assert "ink: #cccccc on #ffffff is 1.6:1." in after.words


async def test_the_first_snippet_is_open_and_all_are_there(visitor):
    shown = await page(visitor, "/")

    assert [details.get("open", "closed") for details in shown.all("details")] == [None, "closed", "closed"]
    for part in ("boto3.client(", "aws cognito-idp list-users", "Amplify.configure("):
        assert part in shown.words


async def test_several_pools_are_listed(visitor):
    await add_pool(visitor.env, "us-east-1_Zz9Yy8Xx7")

    shown = await page(visitor, "/")

    assert "User pools" in shown.words
    assert "us-east-1_Zz9Yy8Xx7" in shown.words


async def test_without_a_demo_the_page_says_how_to_make_a_pool(env):
    shown = await page(Visitor(env, Demo("poolhouse-dev", "the secret", None)), "/")

    assert "Poolhouse is running" in shown.words
    assert "aws cognito-idp create-user-pool" in shown.words
    assert "openid-configuration" not in str(shown.tags)
    assert len(shown.all("details")) == 1


async def test_where_signatures_are_checked_the_page_shows_the_secret(env):
    env = replace(env, settings=type(env.settings)(sigv4="verify"))
    await add_pool(env)

    shown = await page(Visitor(env), "/")

    assert "Its secret" in shown.words
    assert "any secret works" not in shown.words
    assert "check request signatures" not in shown.words


async def test_the_page_tells_the_time_and_offers_the_way_back_once_it_was_moved(visitor):
    before = await page(visitor, "/")
    visitor.env.clock.advance(30 * DAY)

    after = await page(visitor, "/")

    assert times.in_words(visitor.env.clock.now())[:-9] in after.words
    assert ("Reset" in before.words, "Reset" in after.words) == (False, True)


async def test_what_is_shown_is_escaped(env):
    pool = type(DEMO.pool)(POOL, CLIENT, "<script>alert(1)</script>@example.com", "a<b&c")

    shown = await page(Visitor(env, Demo("k", "s", pool)), "/")

    assert shown.all("script") == []
    assert "<script>alert(1)</script>@example.com" in shown.words


# The inbox


async def test_an_empty_inbox_says_what_to_do(visitor):
    assert (
        "No messages yet. Sign someone up and the code shows up here."
        in (await page(visitor, "/_dev/inbox")).words
    )


async def test_the_newest_message_is_first_and_open(visitor):
    now = visitor.env.clock.now()
    await visitor.send(code="111111", subject="The older", at=now - 4 * MINUTE)
    await visitor.send(code="222222", subject="The newer", body="Whole text", at=now)

    shown = await page(visitor, "/_dev/inbox")

    assert "The newer" in shown.words
    assert "Whole text" in shown.words
    assert "The older" not in shown.words
    assert shown.words.index("222222") < shown.words.index("111111")
    assert [link.get("aria-current") for link in shown.all("a") if "?id=" in link["href"]] == ["true", None]
    assert "4 min" in shown.words
    assert "Inbox (2)" in shown.words


async def test_a_message_is_opened_by_its_id(visitor):
    older = await visitor.send(subject="The older")
    await visitor.send(subject="The newer")

    shown = await page(visitor, f"/_dev/inbox?id={older.message_id}")

    assert "The older" in shown.words
    assert "The newer" not in shown.words


async def test_the_page_finds_part_of_an_address_and_keeps_what_was_typed(visitor):
    await visitor.send(to="ada@example.com", code="111111")
    await visitor.send(to="+46701740611", medium="SMS", subject="", code="222222")

    shown = (await page(visitor, "/_dev/inbox?to=ADA")).words
    by_number = await page(visitor, "/_dev/inbox?to=+467")
    numbers = by_number.words

    assert ("111111" in shown, "222222" in shown) == (True, False)
    assert ("111111" in numbers, "222222" in numbers) == (False, True)
    assert by_number.all("input")[0]["value"] == "+467"
    assert "Text message" in numbers


async def test_no_match_says_so(visitor):
    await visitor.send()

    assert "No message for that address or number." in (await page(visitor, "/_dev/inbox?to=eve")).words


@pytest.mark.parametrize(
    ("purpose", "words"),
    [
        ("SignUp", "Sign-up code, good for 24 hours"),
        ("ForgotPassword", "Password reset, good for 1 hour"),
        ("AdminCreateUser", "Invitation, the temporary password"),
        ("Another", "Another"),
    ],
)
async def test_the_purpose_is_told_in_words(visitor, purpose, words):
    await visitor.send(purpose=purpose)

    assert words in (await page(visitor, "/_dev/inbox")).words


async def test_what_a_message_holds_is_escaped(visitor):
    await visitor.send(
        to="<b>@example.com", code="<i>", subject="<script>1</script>", body="<script>2</script>"
    )

    shown = await page(visitor, "/_dev/inbox")

    assert [script.get("src", "").split("/")[-1] for script in shown.all("script")] == ["dev.js"]
    assert "<script>2</script>" in shown.words


async def test_an_html_mail_is_shown_as_text_and_in_a_frame_without_script(visitor):
    message = await visitor.send(body=HTML_MAIL, html=True)

    shown = await page(visitor, "/_dev/inbox")

    assert "Orchard\nIt is 482915 & no other." in shown.words
    assert "alert(1)" not in shown.words
    (frame,) = shown.all("iframe")
    assert (frame["sandbox"], frame["src"]) == (None, f"/_dev/inbox/html?id={message.message_id}")


async def test_the_frame_of_an_html_mail_allows_nothing_but_its_own_styles(visitor):
    message = await visitor.send(body=HTML_MAIL, html=True)

    response = await visitor.get(f"/_dev/inbox/html?id={message.message_id}")

    policy = dict(response.headers)[b"content-security-policy"].decode()
    assert response.body.decode() == HTML_MAIL
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:;")


async def test_a_plain_mail_has_no_html(visitor):
    message = await visitor.send()

    assert (await visitor.get(f"/_dev/inbox/html?id={message.message_id}")).status == 404


async def test_delete_all_empties_the_inbox_and_leads_back(visitor):
    await visitor.send()

    response = await visitor.ask("POST", "/_dev/inbox", sec_fetch_site="same-origin", origin="null")

    assert (response.status, dict(response.headers)[b"location"]) == (303, b"/_dev/inbox")
    assert "No messages yet." in (await page(visitor, "/_dev/inbox")).words


async def test_of_many_messages_the_page_shows_a_hundred(visitor):
    for number in range(101):
        await visitor.send(code=f"{number:06d}")

    shown = await page(visitor, "/_dev/inbox")

    assert sum("?id=" in link["href"] for link in shown.all("a")) == 100
    assert "Older ones" in shown.words
    assert "Inbox (101)" in shown.words


@pytest.mark.parametrize(
    ("passed", "shown"),
    [(0, "now"), (-DAY, "now"), (MINUTE, "1 min"), (HOUR - 1, "59 min"), (HOUR, "1 h"), (3 * DAY, "3 d")],
)
def test_ages_are_short(passed, shown):
    assert times.age(2 * DAY, 2 * DAY + passed) == shown


def test_the_text_of_a_mail_survives_what_is_no_html():
    for body in ("<![", "<style>", "<", "a < b", "<!--", "&#0;&#xD800;", "<script" * 2_000):
        assert isinstance(inbox.text_of(body), str)
    assert inbox.text_of("<p>a</p><p>b</p><br><br><br>c") == "a\nb\n\nc"


# What every page has


@pytest.mark.parametrize("address", ["/", "/_dev/inbox"])
async def test_a_page_is_closed_private_and_without_anything_inline(visitor, address):
    await visitor.send()
    response = await visitor.get(address)
    headers, shown = dict(response.headers), Page(response.body.decode())

    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"referrer-policy"] == b"no-referrer"
    assert headers[b"x-robots-tag"] == b"noindex"
    policy = headers[b"content-security-policy"].decode()
    for part in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'"):
        assert part in policy
    assert not any(name.startswith("on") or name == "style" for _, tag in shown.tags for name in tag)
    assert shown.all("style") == []
    assert all("src" in script for script in shown.all("script"))
    assert len(shown.all("h1")) == 1
    assert shown.all("html")[0]["lang"] == "en"


@pytest.mark.parametrize("address", ["/", "/_dev/inbox"])
async def test_every_file_that_a_page_names_is_there_for_ever(visitor, address):
    shown = await page(visitor, address)
    named = [tag["href"] for tag in shown.all("link")] + [tag["src"] for tag in shown.all("script")]

    for file in named:
        shared = render.file(file.removeprefix(render.STATIC)) if file.startswith(render.STATIC) else None
        response = shared or await visitor.get(file)
        assert response.status == 200
        assert b"immutable" in dict(response.headers)[b"cache-control"]
        assert not dict(response.headers)[b"content-type"].startswith(b"text/html")


@pytest.mark.parametrize(
    "path", ["", "x/style.css", "style.css", "../pages.py", "%2e%2e/pages.py", f"{'0' * 16}/dev.js"]
)
async def test_no_other_file_is_there(visitor, path):
    assert (await visitor.get(rendering.STATIC + path)).status == 404


async def test_a_head_request_is_answered_like_get(visitor):
    assert (await visitor.ask("HEAD", "/")).status == 200


def test_the_templates_have_no_inline_style_or_script():
    for file in (Path(rendering.__file__).parent / "templates").iterdir():
        text = file.read_text("utf-8")
        assert not re.search(r"\bstyle=|\bon[a-z]+=|<style|javascript:", text), file.name
        assert "|safe" not in text, file.name

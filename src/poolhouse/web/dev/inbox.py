"""/_dev/inbox: the messages as a page that a person reads."""

import html
import re
from collections.abc import Sequence
from urllib.parse import urlencode

from msgspec import Struct

from poolhouse.context import Env
from poolhouse.delivery import messages as sent
from poolhouse.http.response import Response
from poolhouse.ports import Instant, Message
from poolhouse.web.dev import messages, rendering, times

PATH = "/_dev/inbox"
HTML_PATH = "/_dev/inbox/html"

_MOST = 100  # rows on the page
_WORDS = {
    sent.SIGN_UP: ("Sign-up code", "good for 24 hours"),
    sent.RESEND_CODE: ("Sign-up code", "sent again, good for 24 hours"),
    sent.FORGOT_PASSWORD: ("Password reset", "good for 1 hour"),
    sent.UPDATE_USER_ATTRIBUTE: ("Code for a new address or number", "good for 24 hours"),
    sent.VERIFY_USER_ATTRIBUTE: ("Code for an address or number", "good for 24 hours"),
    sent.AUTHENTICATION: ("Sign-in code", "good for this sign-in"),
    sent.ADMIN_CREATE_USER: ("Invitation", "the temporary password"),
    sent.ACCOUNT_EXISTS: ("There is an account already", "no code"),
}
_UNSEEN = re.compile(r"<(style|script|head)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/h[1-6]|/li|/tr)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")


class Entry(Struct, frozen=True):
    """One line of the list."""

    href: str
    current: bool
    kind: str
    to: str
    what: str
    code: str
    at: str
    age: str


class Opened(Struct, frozen=True):
    """The message that is shown whole."""

    subject: str
    facts: Sequence[tuple[str, str]]
    code: str
    about: str
    text: str
    html_src: str  # empty where the message is plain text


async def page(env: Env, query: str) -> Response:
    """`?to=&id=`: those whose address or number contains `to`, and one of them opened (else the newest)."""
    asked = messages.parameters(query)
    to = asked.get("to", "")
    everything = await messages.kept(env)
    found = [message for message in reversed(everything) if to.lower() in message.to.lower()]
    opened = next((message for message in found if message.message_id == asked.get("id")), None)
    opened = opened or (found[0] if found else None)
    return rendering.page(
        "inbox.html",
        section="inbox",
        number=len(everything),
        to=to,
        last=times.iso(everything[-1].at) if everything else "",
        entries=[_entry(message, to, opened, env.clock.now()) for message in found[:_MOST]],
        more=len(found) > _MOST,
        opened=_opened(opened) if opened else None,
    )


async def html_of(env: Env, query: str) -> Response | None:
    """`?id=`: the body of an HTML mail; None where there is no such mail."""
    wanted = messages.parameters(query).get("id")
    for message in await messages.kept(env):
        if message.message_id == wanted and message.html:
            return rendering.mail(message.body)
    return None


async def empty(env: Env) -> Response:
    await messages.delete(env)
    return rendering.see_other(PATH)


def _entry(message: Message, to: str, opened: Message | None, now: Instant) -> Entry:
    link = {"id": message.message_id} | ({"to": to} if to else {})
    return Entry(
        href=f"{PATH}?{urlencode(link)}",
        current=message is opened,
        kind=message.medium,
        to=message.to,
        what=_words(message)[0],
        code=message.code,
        at=times.iso(message.at),
        age=times.age(message.at, now),
    )


def _opened(message: Message) -> Opened:
    what, good_for = _words(message)
    facts = [("To", message.to), ("From", message.sender), ("User", message.username)]
    facts += [("Pool", message.user_pool_id), ("Sent", times.to_the_second(message.at))]
    return Opened(
        subject=message.subject or "Text message",
        facts=[(name, value) for name, value in facts if value],
        code=message.code,
        about=f"{what}, {good_for}" if good_for else what,
        text=message.text or (text_of(message.body) if message.html else message.body),
        html_src=f"{HTML_PATH}?{urlencode({'id': message.message_id})}" if message.html else "",
    )


def _words(message: Message) -> tuple[str, str]:
    return _WORDS.get(message.purpose, (message.purpose, ""))


def text_of(body: str) -> str:
    """The words of an HTML mail (at most 20,000 characters, behaviour file 8.2)."""
    seen = _TAG.sub("", _BREAK.sub("\n", _UNSEEN.sub("", body)))
    return _BLANK_LINES.sub("\n\n", html.unescape(seen)).strip()

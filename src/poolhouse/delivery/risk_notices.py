"""Mails about sign-ins that look odd: NotifyConfiguration (behaviour file, 7.2)."""

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from poolhouse.context import Ctx
from poolhouse.delivery import feedback_tokens, links, messages, risk_words
from poolhouse.delivery.risk_words import BLOCK, MFA, NO_ACTION, Words
from poolhouse.directory import risk_config
from poolhouse.directory.risk_config import TAKEOVER
from poolhouse.directory.threat_protection import ENFORCED
from poolhouse.directory.users import User
from poolhouse.ports import SECOND, Instant, Message, Tx
from poolhouse.store import hourly, outbox, risk_configurations
from poolhouse.triggers import custom_sender

_LEVELS: Mapping[str, str] = {"LOW": "LowAction", "MEDIUM": "MediumAction", "HIGH": "HighAction"}
_KINDS: Mapping[str, str] = {"BLOCK": BLOCK, "MFA_REQUIRED": MFA, "MFA_IF_CONFIGURED": MFA}
_ACTIONS: Mapping[str, str] = {BLOCK: "BLOCK", NO_ACTION: "NO_ACTION", MFA: "MFA"}  # of custom senders [K]
_UNKNOWN = "unknown"
_LONGEST = 100  # characters of a fact
_PLACE = re.compile(r"\{([a-z-]+)\}")


class Notice(Struct, frozen=True):
    """What the user is told of one sign-in.

    action    what was done, an `AccountTakeoverEventActionType`
    level     LOW, MEDIUM, HIGH
    flow      of the sign-in: custom flows have a mode of their own
    event_id  of its event
    """

    action: str
    level: str
    flow: str
    event_id: str
    address: str = ""
    device: str = ""
    city: str = ""
    country: str = ""

    @property
    def kind(self) -> str:
        """Which of the three mails it is."""
        return _KINDS.get(self.action, NO_ACTION)


async def send(ctx: Ctx, user: User, notice: Notice) -> bool:
    """Tell the user, where this level of risk is to be told of; once for a sign-in. True: a mail goes.

    Nobody is told in AUDIT, nor at an address that is not verified [K]. Mail that nothing would carry is not
    written, nor more of it in an hour than somebody reads; neither stops a sign-in.
    """
    if not _wanted(ctx, notice) or not user.verified("email"):
        return False
    if messages.undeliverable(ctx, messages.EMAIL):
        return False

    async def write(tx: Tx) -> bool:
        if not await hourly.counted(tx, ctx, user.sub, hourly.RISK_NOTICE):
            return False
        await outbox.put(tx, ctx, await _message(tx, ctx, user, notice))
        return True

    sent = await ctx.env.db.run(write)
    ctx.env.count("risk_notices" if sent else "risk_notices_held_back")
    return sent


def _wanted(ctx: Ctx, notice: Notice) -> bool:
    if ctx.pool.protection.mode_of(notice.flow) != ENFORCED or notice.level not in _LEVELS:
        return False
    return bool(_takeover(ctx)["Actions"].get(_LEVELS[notice.level], {}).get("Notify"))


def _takeover(ctx: Ctx) -> Mapping[str, Any]:
    found = ctx.snapshot.risk if ctx.snapshot else {}
    takeover: Mapping[str, Any] = risk_config.effective(found, ctx.client.client_id)[TAKEOVER]
    return takeover


async def _message(tx: Tx, ctx: Ctx, user: User, notice: Notice) -> Message:
    message = Message(
        message_id=ctx.env.rng.uuid(),
        user_pool_id=ctx.pool.pool_id,
        medium=messages.EMAIL,
        to=user.attributes["email"],
        username=user.username,
        purpose=messages.ACCOUNT_TAKEOVER,
        code="",
        subject="",
        body="",
        at=ctx.now,
    )
    places = _places(ctx, user, notice)
    if custom_sender.sends(ctx.pool, messages.EMAIL):
        return _handed_over(ctx, message, notice, places)
    words = await _words(tx, ctx, notice)
    return _from_operator(ctx, _worded(message, words, places))


def _places(ctx: Ctx, user: User, notice: Notice) -> dict[str, str]:
    """What the places of a text become (7.2)."""
    token = feedback_tokens.seal(ctx, user.sub, notice.event_id)
    return {
        "username": messages.sign_in_name(ctx.pool, user),
        "ip-address": _shown(notice.address),
        "city": _shown(notice.city),
        "country": _shown(notice.country),
        "login-time": _time(ctx.now),
        "device-name": _shown(notice.device),
        "event-id": notice.event_id,
        "one-click-link-valid": links.feedback(ctx, token, "Valid"),
        "one-click-link-invalid": links.feedback(ctx, token, "Invalid"),
        "feedback-token": token,
    }


def _shown(text: str) -> str:
    """What a client says of itself is no place for lines and letters of its own."""
    kept = "".join(letter for letter in text[:_LONGEST] if letter.isprintable())
    return kept.strip() or _UNKNOWN


def _time(instant: Instant) -> str:
    return f"{datetime.fromtimestamp(instant // SECOND, UTC):%Y-%m-%d %H:%M:%S} UTC"


def _handed_over(ctx: Ctx, message: Message, notice: Notice, places: Mapping[str, str]) -> Message:
    """The function gets the facts in capitals, in place of the user's attributes (5.2)."""
    function = custom_sender.of(ctx.pool, messages.EMAIL)
    if function is None:
        raise LookupError("no function of the pool sends mail")
    facts = {_capitals(name): value for name, value in places.items()}
    facts["USER_NAME"] = facts.pop("USERNAME")
    facts["ACCOUNT_TAKE_OVER_ACTION"] = _ACTIONS[notice.kind]
    event = custom_sender.event(ctx, function, messages.ACCOUNT_TAKEOVER, message.username, facts)
    return replace(message, function=function.arn, event=msgspec.json.encode(event), kms_key=function.kms_key)


def _capitals(name: str) -> str:
    return name.upper().replace("-", "_")


async def _words(tx: Tx, ctx: Ctx, notice: Notice) -> Words:
    """The operator's, else the usual ones. A mail of which only one form was set has no other [K]."""
    usual = risk_words.usual(notice.kind, placed=bool(notice.city or notice.country))
    level = risk_config.holder(ctx.snapshot.risk if ctx.snapshot else {}, ctx.client.client_id, TAKEOVER)
    own = (await risk_configurations.emails(tx, ctx.pool.pool_id, level or "")).get(notice.kind)
    if own is None:
        return usual
    subject, as_html, as_text = own["Subject"], own.get("HtmlBody", ""), own.get("TextBody", "")
    return Words(subject, as_html, as_text) if as_html or as_text else replace(usual, subject=subject)


def _worded(message: Message, words: Words, places: Mapping[str, str]) -> Message:
    escaped = {name: html.escape(value) for name, value in places.items()}
    subject, as_text = _filled(words.subject, places), _filled(words.text, places)
    if not words.html:
        return replace(message, subject=subject, body=as_text)
    return replace(message, subject=subject, body=_filled(words.html, escaped), html=True, text=as_text)


def _filled(text: str, places: Mapping[str, str]) -> str:
    """In one pass: a place in a value stays as it is, and so does what is no place."""
    return _PLACE.sub(lambda place: places.get(place[1], place[0]), text)


def _from_operator(ctx: Ctx, message: Message) -> Message:
    """As NotifyConfiguration says; what it leaves out is as in the pool's other mails [K]."""
    notify, config = (
        _takeover(ctx).get("NotifyConfiguration", {}),
        ctx.pool.config.get("EmailConfiguration", {}),
    )
    return replace(
        message,
        sender=notify.get("From") or config.get("From", ""),
        reply_to=notify.get("ReplyTo") or config.get("ReplyToEmailAddress", ""),
        identity_arn=notify.get("SourceArn") or config.get("SourceArn", ""),
        configuration_set=config.get("ConfigurationSet", ""),
    )

"""What is sent to a user, and what the answer says about it."""

from collections.abc import Collection

import msgspec
from msgspec.structs import replace

from poolhouse.context import Ctx
from poolhouse.delivery import links, templates
from poolhouse.delivery.masking import masked
from poolhouse.delivery.templates import Template
from poolhouse.directory.pools import Pool
from poolhouse.directory.triggers import Trigger
from poolhouse.directory.users import User
from poolhouse.errors import ApiError, CodeDeliveryFailure, NotDeliverable
from poolhouse.ports import Message
from poolhouse.triggers import call, custom_message, custom_sender
from poolhouse.triggers.custom_message import USUAL, Wording

EMAIL = "EMAIL"
SMS = "SMS"

# Why a message is sent: the names that a CustomMessage trigger sees (behaviour file, 5.2).
SIGN_UP = "SignUp"
RESEND_CODE = "ResendCode"
FORGOT_PASSWORD = "ForgotPassword"
UPDATE_USER_ATTRIBUTE = "UpdateUserAttribute"
VERIFY_USER_ATTRIBUTE = "VerifyUserAttribute"
ADMIN_CREATE_USER = "AdminCreateUser"
AUTHENTICATION = "Authentication"
ACCOUNT_TAKEOVER = "AccountTakeOverNotification"

ACCOUNT_EXISTS = "AccountExists"  # of ours: an owner is told that somebody signed up with their address

_MEDIA = {"email": EMAIL, "phone_number": SMS}
_NOBODY = "none"
_DECLARE_NO_FAILURE = (  # service model
    "AdminInitiateAuth",
    "AdminResetUserPassword",
    "AdminRespondToAuthChallenge",
    "AdminUpdateUserAttributes",
    "InitiateAuth",
    "RespondToAuthChallenge",
)


def medium_of(attribute: str) -> str:
    """The medium that reaches the address in `email` or `phone_number`."""
    return _MEDIA[attribute]


def undeliverable(ctx: Ctx, medium: str) -> ApiError | None:
    """What to answer where nobody carries messages of this medium: no function of the pool's, and nobody
    whom the settings email_driver and sms_driver name. That one was sent must not be said.
    """
    if custom_sender.sends(ctx.pool, medium):
        return None
    settings = ctx.env.settings
    driver = settings.email_driver if medium == EMAIL else settings.sms_driver
    if driver != _NOBODY:
        return None
    refusal = NotDeliverable if ctx.operation in _DECLARE_NO_FAILURE else CodeDeliveryFailure
    return refusal(medium=medium)


def check_carrier(ctx: Ctx, medium: str) -> None:
    """Raise what `undeliverable` says."""
    refused = undeliverable(ctx, medium)
    if refused:
        raise refused


def compose(
    ctx: Ctx, user: User, *, purpose: str, medium: str, to: str, code: str, wording: Wording = USUAL
) -> Message:
    """Write a message. `code` is the temporary password where the purpose is `ADMIN_CREATE_USER`; it is empty
    for a user without one."""
    function = custom_sender.of(ctx.pool, medium)
    if function is not None:
        return _handed_over(ctx, function, user, purpose=purpose, medium=medium, to=to, code=code)
    subject, template = _words(ctx, user, purpose, medium, code, wording)
    username = sign_in_name(ctx.pool, user)
    message = replace(
        _addressed(ctx, user, purpose=purpose, medium=medium, to=to, code=code),
        subject=templates.Template(subject).filled(code=code, username=username),
        body=_for_pages(ctx, medium, template.filled(code=code, username=username), code),
        html=template.html,
    )
    return _as_configured(ctx.pool, message)


def _for_pages(ctx: Ctx, medium: str, text: str, code: str) -> str:
    """A code that is typed on a page of the pool says so in the last line of its text message, so that phones
    fill it in there and nowhere else (UI guide, 7.6; WICG, "Origin-bound one-time codes delivered via SMS").
    """
    if medium != SMS or not code or not ctx.hosted:
        return text
    return f"{text.rstrip()}\n\n@{links.host(ctx)} #{code}"


def _addressed(ctx: Ctx, user: User, *, purpose: str, medium: str, to: str, code: str) -> Message:
    return Message(
        message_id=ctx.env.rng.uuid(),
        user_pool_id=ctx.pool.pool_id,
        medium=medium,
        to=to,
        username=user.username,
        purpose=purpose,
        code=code,
        subject="",
        body="",
        at=ctx.now,
    )


def _handed_over(ctx: Ctx, function: Trigger, user: User, **facts: str) -> Message:
    """A message that a function of the pool sends: it gets the facts, and words it itself."""
    event = custom_sender.event(ctx, function, facts["purpose"], user.username, call.attributes(user, ctx))
    return replace(
        _addressed(ctx, user, **facts),
        function=function.arn,
        event=msgspec.json.encode(event),
        kms_key=function.kms_key,
    )


def _words(
    ctx: Ctx, user: User, purpose: str, medium: str, code: str, wording: Wording
) -> tuple[str, Template]:
    """Subject and text: the function's, else the pool's own, else the usual ones."""
    link = links.confirmation(ctx, user, code) if by_link(ctx.pool, purpose, medium) else ""
    subject, template = _usual_words(ctx, purpose, medium, code, link)
    text = wording.email if medium == EMAIL else wording.sms
    if medium == EMAIL:
        subject = wording.subject or subject
    return subject, templates.worded(text, medium, link) if text else template


def _usual_words(ctx: Ctx, purpose: str, medium: str, code: str, link: str) -> tuple[str, Template]:
    if purpose == ADMIN_CREATE_USER:
        return templates.invitation(ctx.pool, medium, password=bool(code))
    if purpose == ACCOUNT_EXISTS:
        return templates.already_here(medium)
    if purpose == AUTHENTICATION:
        return templates.authentication(ctx.pool, medium)
    return templates.link(ctx.pool, link) if link else templates.verification(ctx.pool, medium)


def by_link(pool: Pool, purpose: str, medium: str) -> bool:
    """Does a message confirm by a link? Only sign-ups do; that all other messages have codes is [K]."""
    return medium == EMAIL and purpose in (SIGN_UP, RESEND_CODE) and links.confirms_by_link(pool)


def _as_configured(pool: Pool, message: Message) -> Message:
    """The message as the pool wants it sent."""
    if message.medium == SMS:
        return replace(message, region=pool.config.get("SmsConfiguration", {}).get("SnsRegion", ""))
    config = pool.config.get("EmailConfiguration", {})
    return replace(
        message,
        sender=config.get("From", ""),
        reply_to=config.get("ReplyToEmailAddress", ""),
        identity_arn=config.get("SourceArn", ""),
        configuration_set=config.get("ConfigurationSet", ""),
    )


async def worded(
    ctx: Ctx, user: User, purpose: str, mediums: Collection[str], *, has_code: bool = True
) -> Wording:
    """What the pool's function makes of a message that is about to be sent; not in a transaction."""
    confirms = by_link(ctx.pool, purpose, EMAIL)
    return await custom_message.ask(ctx, user, purpose, mediums, by_link=confirms, has_code=has_code)


def details(attribute: str, destination: str) -> dict[str, str]:
    """`CodeDeliveryDetails` for a code that was sent to the address in `email` or `phone_number`."""
    return {
        "Destination": masked(attribute, destination),
        "DeliveryMedium": medium_of(attribute),
        "AttributeName": attribute,
    }


def sign_in_name(pool: Pool, user: User) -> str:
    """What `{username}` becomes: where the address is the user name, the stored one is only a UUID."""
    addresses = (user.attributes.get(name) for name in pool.username_attributes)
    return next((address for address in addresses if address), user.username)

"""What is sent to a user, and what the answer says about it."""

from poolhouse.context import Ctx
from poolhouse.delivery import templates
from poolhouse.delivery.masking import masked
from poolhouse.directory.pools import Pool
from poolhouse.directory.users import User
from poolhouse.errors import ApiError, CodeDeliveryFailure, NotDeliverable
from poolhouse.ports import Message

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

_MEDIA = {"email": EMAIL, "phone_number": SMS}
_NOBODY = "none"
_DECLARE_NO_FAILURE = ("AdminResetUserPassword", "AdminUpdateUserAttributes")  # service model


def medium_of(attribute: str) -> str:
    """The medium that reaches the address in `email` or `phone_number`."""
    return _MEDIA[attribute]


def undeliverable(ctx: Ctx, medium: str) -> ApiError | None:
    """What to answer where nobody carries messages of this medium (settings email_driver and sms_driver):
    that one was sent must not be said.
    """
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


def compose(ctx: Ctx, user: User, *, purpose: str, medium: str, to: str, code: str) -> Message:
    """Write a message. `code` is the temporary password where the purpose is `ADMIN_CREATE_USER`."""
    if purpose == ADMIN_CREATE_USER:
        subject, template = templates.invitation(ctx.pool, medium)
    elif purpose == AUTHENTICATION:
        subject, template = templates.authentication(ctx.pool, medium)
    else:
        subject, template = templates.verification(ctx.pool, medium)
    username = _sign_in_name(ctx.pool, user)
    sending = ctx.pool.config.get("EmailConfiguration", {}) if medium == EMAIL else {}
    return Message(
        message_id=ctx.env.rng.uuid(),
        user_pool_id=ctx.pool.pool_id,
        medium=medium,
        to=to,
        username=user.username,
        purpose=purpose,
        code=code,
        subject=templates.Template(subject).filled(code=code, username=username),
        body=template.filled(code=code, username=username),
        at=ctx.now,
        html=template.html,
        sender=sending.get("From", ""),
        reply_to=sending.get("ReplyToEmailAddress", ""),
        identity_arn=sending.get("SourceArn", ""),
        configuration_set=sending.get("ConfigurationSet", ""),
    )


def details(attribute: str, destination: str) -> dict[str, str]:
    """`CodeDeliveryDetails` for a code that was sent to the address in `email` or `phone_number`."""
    return {
        "Destination": masked(attribute, destination),
        "DeliveryMedium": medium_of(attribute),
        "AttributeName": attribute,
    }


def _sign_in_name(pool: Pool, user: User) -> str:
    """What `{username}` becomes: where the address is the user name, the stored one is only a UUID."""
    addresses = (user.attributes.get(name) for name in pool.username_attributes)
    return next((address for address in addresses if address), user.username)

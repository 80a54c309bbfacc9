"""The sentences that return (UI guide, 6), by what happened. Each is a key of the catalogues."""

from typing import Literal

from poolhouse.oauth.pages.parts import Alert, Identity
from poolhouse.oauth.pages.words import Said

# The standard attributes that have a label (behaviour file, 3.3).
STANDARD = frozenset(
    (
        "address",
        "birthdate",
        "email",
        "family_name",
        "gender",
        "given_name",
        "locale",
        "middle_name",
        "name",
        "nickname",
        "phone_number",
        "picture",
        "preferred_username",
        "profile",
        "website",
        "zoneinfo",
    )
)

# The scopes that a consent page has words for.
SCOPES = frozenset(("openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"))

WRONG_CODE = Said("code.wrong")
WRONG_APP_CODE = Said("app_code.wrong")
WRONG_APP_CODE_AGAIN = Said("app_code.wrong.clock")  # the third time
OLD_CODE = Said("code.old")
BAD_EMAIL = Said("email.bad")
BAD_PHONE = Said("phone.bad")
USERNAME_TAKEN = Said("username.taken")
PASSWORD_USED = Said("password.used")
PASSWORD_LEAKED = Said("password.leaked")
PASSWORD_AGAIN = Said("password.again")  # emptied because another field was wrong
NO_PASSKEY = Said("passkey.none")
MUST_AGREE = Said("terms.must_agree")

LEAKED = Alert(PASSWORD_LEAKED)
LOCKED = Alert(Said("locked"))
TOO_MANY_CODES = Alert(Said("codes.many"))
STARTED_AGAIN = Alert(Said("started_again"), kind="note")
OUR_FAULT = Alert(Said("our_fault"))
NO_MAIL_TODAY = Alert(Said("mail.none_today"))
CONFIRMED_BEFORE = Alert(Said("done.already.lead"), kind="note")
TEMPORARY_PASSWORD_OLD = Alert(Said("temporary_password.old"))
NO_RESET_HERE = Alert(Said("reset.not_here"))
NO_SUCH_WAY = Alert(Said("no_such_way"))
DETAILS_UNFIT = Alert(Said("details.unfit"))
NOT_POSSIBLE = Alert(Said("not_possible"))
NEW_CODE_SENT = Alert(Said("code.sent_again"), kind="good")
NO_PASSKEY_USED = Alert(NO_PASSKEY)


def mismatch(identity: Identity) -> Said:
    """Wrong password, unknown user, disabled, no password set: one text for all."""
    return Said(f"mismatch.{identity}")


def missing(field: Identity | Literal["password", "new_password", "code", "work_email"]) -> Said:
    """A field that was left empty."""
    return Said(f"missing.{field}")


def missing_attribute(name: str) -> Said:
    """An attribute of the pool's schema that was left empty."""
    return Said("missing.attribute", {"label": label(name)})


def label(name: str) -> Said:
    """An attribute by its name: a standard one in words, a custom one by its own name in words."""
    if name in STANDARD:
        return Said(f"attribute.{name}")
    words = name.removeprefix("custom:").replace("_", " ").replace("-", " ").strip()
    return Said(verbatim=words[:1].upper() + words[1:] or name)


def unfit(label_said: Said) -> Said:
    """A field that holds what cannot be kept."""
    return Said("field.unfit", {"label": label_said})


def taken(identity: Identity) -> Said:
    """LEGACY clients only: an address that has an account already."""
    return Said(f"taken.{identity}")


def provider_failed(provider: str) -> Alert:
    return Alert(Said("provider.failed", {"provider": provider}))


def refused(message: str) -> Alert:
    """What a trigger of the pool said."""
    return Alert(Said(verbatim=message))

"""Message texts: the pool's own or the usual ones, and what is filled in (behaviour file, 3.6 and 3.9)."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from poolhouse.directory.message_settings import DEFAULT_INVITATION
from poolhouse.directory.pools import Pool

CODE = "{####}"
USERNAME = "{username}"

VERIFICATION = "Your verification code is {####}. "
VERIFICATION_SUBJECT = "Your verification code"

AUTHENTICATION = "Your authentication code is {####}. "
AUTHENTICATION_SUBJECT = "Your authentication code"

_PLACE = re.compile(r"\{####\}|\{username\}")
_TAG = re.compile(r"<[A-Za-z!/]")


@dataclass(frozen=True, slots=True)
class Template:
    """A text with places. `html`: it is written in HTML, so what is filled in must be escaped."""

    text: str
    html: bool = False

    def filled(self, *, code: str, username: str) -> str:
        """The text with its places filled in one pass: a place in a value stays as it is."""
        values = {CODE: code, USERNAME: username}
        return _PLACE.sub(lambda place: self._written(values[place[0]]), self.text)

    def _written(self, value: str) -> str:
        return html.escape(value) if self.html else value


def invitation(pool: Pool, medium: str) -> tuple[str, Template]:
    """The subject (for e-mail) and the text of the message that AdminCreateUser sends."""
    own = pool.config.get("AdminCreateUserConfig", {}).get("InviteMessageTemplate", {})
    template = {member: own.get(member) or text for member, text in DEFAULT_INVITATION.items()}
    if medium == "SMS":
        return "", Template(template["SMSMessage"])
    return template["EmailSubject"], _email(template["EmailMessage"])


def verification(pool: Pool, medium: str) -> tuple[str, Template]:
    """The subject (for e-mail) and the text of every other message."""
    config = pool.config
    own: Mapping[str, Any] = config.get("VerificationMessageTemplate", {})
    if medium == "SMS":
        return "", Template(own.get("SmsMessage") or config.get("SmsVerificationMessage") or VERIFICATION)
    subject = own.get("EmailSubject") or config.get("EmailVerificationSubject") or VERIFICATION_SUBJECT
    return subject, _email(own.get("EmailMessage") or config.get("EmailVerificationMessage") or VERIFICATION)


def authentication(pool: Pool, medium: str) -> tuple[str, Template]:
    """The subject (for e-mail) and the text of a code that signs in; the e-mail's usual words are [K]."""
    if medium == "SMS":
        return "", Template(pool.config.get("SmsAuthenticationMessage") or AUTHENTICATION)
    own = pool.config.get("EmailMfaConfiguration", {})
    return own.get("Subject") or AUTHENTICATION_SUBJECT, _email(own.get("Message") or AUTHENTICATION)


def _email(text: str) -> Template:
    return Template(text, html=_TAG.search(text) is not None)

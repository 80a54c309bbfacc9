"""Message texts: the pool's own or the usual ones, and what is filled in (behaviour file, 3.6 and 3.9)."""

import html
import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from poolhouse.directory.message_settings import DEFAULT_INVITATION
from poolhouse.directory.pools import Pool

CODE = "{####}"
USERNAME = "{username}"

VERIFICATION = "Your verification code is {####}. "
VERIFICATION_SUBJECT = "Your verification code"

LINK = "Please click the link below to verify your email address. {##Verify Email##} "  # [K]
LINK_SUBJECT = "Your verification link"

INVITATION_WITHOUT_PASSWORD = "Your username is {username}. "  # [K]
INVITATION_WITHOUT_PASSWORD_SUBJECT = "Your new account"  # [K]

AUTHENTICATION = "Your authentication code is {####}. "
AUTHENTICATION_SUBJECT = "Your authentication code"

ALREADY_HERE_SUBJECT = "You already have an account here"
ALREADY_HERE = (
    "Somebody, perhaps you, tried to make an account with this {address}. You already have an account here: "
    "sign in, or reset your password if you have lost it. If it was not you, there is nothing to do. "
)

_PLACE = re.compile(r"\{####\}|\{username\}|\{##([^{}]+)##\}")
_TAG = re.compile(r"<[A-Za-z!/]")


class Template(Struct, frozen=True):
    """A text with places. `html`: it is written in HTML, so what is filled in must be escaped.

    link  where `{##words##}` leads; without one, these places stay as they are
    """

    text: str
    html: bool = False
    link: str = ""

    def filled(self, *, code: str, username: str) -> str:
        """The text with its places filled in one pass: a place in a value stays as it is."""
        values = {CODE: code, USERNAME: username}

        def written(place: re.Match[str]) -> str:
            if place[1] is None:
                return self._written(values[place[0]])
            return self._anchor(place[1]) if self.link else place[0]

        return _PLACE.sub(written, self.text)

    def _anchor(self, words: str) -> str:
        return f'<a href="{html.escape(self.link)}">{html.escape(words.strip())}</a>'

    def _written(self, value: str) -> str:
        return html.escape(value) if self.html else value


def invitation(pool: Pool, medium: str, *, password: bool = True) -> tuple[str, Template]:
    """The subject (for e-mail) and the text of the message that AdminCreateUser sends.

    password  the user has one; who has none is not told of one by the usual text (3.6)
    """
    own = pool.config.get("AdminCreateUserConfig", {}).get("InviteMessageTemplate", {})
    usual = DEFAULT_INVITATION if password else _WITHOUT_PASSWORD
    template = {member: _own(own, member, password) or text for member, text in usual.items()}
    if medium == "SMS":
        return "", Template(template["SMSMessage"])
    return template["EmailSubject"], _email(template["EmailMessage"])


_WITHOUT_PASSWORD = {
    "SMSMessage": INVITATION_WITHOUT_PASSWORD,
    "EmailMessage": INVITATION_WITHOUT_PASSWORD,
    "EmailSubject": INVITATION_WITHOUT_PASSWORD_SUBJECT,
}


def _own(template: Mapping[str, Any], member: str, password: bool) -> str:
    """The pool's own text; the usual one shows in the configuration of a pool that has none (3.9).

    A text with a place for the password is not for who has none, nor one without it for who gets one [K].
    """
    text = str(template.get(member) or "")
    fits = member == "EmailSubject" or (CODE in text) == password
    return text if fits and text != DEFAULT_INVITATION[member] else ""


def verification(pool: Pool, medium: str) -> tuple[str, Template]:
    """The subject (for e-mail) and the text of every other message."""
    config = pool.config
    own: Mapping[str, Any] = config.get("VerificationMessageTemplate", {})
    if medium == "SMS":
        return "", Template(own.get("SmsMessage") or config.get("SmsVerificationMessage") or VERIFICATION)
    subject = own.get("EmailSubject") or config.get("EmailVerificationSubject") or VERIFICATION_SUBJECT
    return subject, _email(own.get("EmailMessage") or config.get("EmailVerificationMessage") or VERIFICATION)


def link(pool: Pool, to: str) -> tuple[str, Template]:
    """The subject and the text of the mail that confirms by a link; a mail with a link is HTML."""
    own = pool.config.get("VerificationMessageTemplate", {})
    subject = own.get("EmailSubjectByLink") or LINK_SUBJECT
    return subject, Template(own.get("EmailMessageByLink") or LINK, html=True, link=to)


def authentication(pool: Pool, medium: str) -> tuple[str, Template]:
    """The subject (for e-mail) and the text of a code that signs in; the e-mail's usual words are [K]."""
    if medium == "SMS":
        return "", Template(pool.config.get("SmsAuthenticationMessage") or AUTHENTICATION)
    own = pool.config.get("EmailMfaConfiguration", {})
    return own.get("Subject") or AUTHENTICATION_SUBJECT, _email(own.get("Message") or AUTHENTICATION)


def already_here(medium: str) -> tuple[str, Template]:
    """The subject (for e-mail) and the text for who has an account and was about to make another one."""
    if medium == "SMS":
        return "", Template(ALREADY_HERE.replace("{address}", "phone number"))
    return ALREADY_HERE_SUBJECT, Template(ALREADY_HERE.replace("{address}", "email address"))


def worded(text: str, medium: str, link: str = "") -> Template:
    """A text that a function wrote."""
    if medium == "SMS":
        return Template(text)
    return Template(text, html=True, link=link) if link else _email(text)


def _email(text: str) -> Template:
    return Template(text, html=_TAG.search(text) is not None)

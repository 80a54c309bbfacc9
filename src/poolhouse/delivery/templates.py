"""Message texts: the pool's own or the usual ones, and what is filled in (behaviour file, 3.6 and 3.9)."""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from poolhouse.directory.pools import Pool
from poolhouse.errors import InvalidParameter

CODE = "{####}"
USERNAME = "{username}"
INVITATION_NEEDS = (CODE, USERNAME)
VERIFICATION_NEEDS = (CODE,)

VERIFICATION = "Your verification code is {####}. "
VERIFICATION_SUBJECT = "Your verification code"
INVITATION = "Your username is {username} and temporary password is {####}. "
INVITATION_SUBJECT = "Your temporary password"

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


def check_template(text: str, needs: tuple[str, ...]) -> None:
    """Refuse a template that leaves out what its message is for. Raises `InvalidParameter`.

    needs  the places that must be in it, such as `VERIFICATION_NEEDS`
    """
    for place in needs:
        if place not in text:
            raise InvalidParameter(f"The message template must contain {place}.")


def invitation(pool: Pool, medium: str) -> tuple[str, Template]:
    """The subject (for e-mail) and the text of the message that AdminCreateUser sends."""
    own = pool.config.get("AdminCreateUserConfig", {}).get("InviteMessageTemplate", {})
    if medium == "SMS":
        return "", Template(own.get("SMSMessage") or INVITATION)
    return own.get("EmailSubject") or INVITATION_SUBJECT, _email(own.get("EmailMessage") or INVITATION)


def verification(pool: Pool, medium: str) -> tuple[str, Template]:
    """The subject (for e-mail) and the text of every other message."""
    config = pool.config
    own: Mapping[str, Any] = config.get("VerificationMessageTemplate", {})
    if medium == "SMS":
        return "", Template(own.get("SmsMessage") or config.get("SmsVerificationMessage") or VERIFICATION)
    subject = own.get("EmailSubject") or config.get("EmailVerificationSubject") or VERIFICATION_SUBJECT
    return subject, _email(own.get("EmailMessage") or config.get("EmailVerificationMessage") or VERIFICATION)


def _email(text: str) -> Template:
    return Template(text, html=_TAG.search(text) is not None)

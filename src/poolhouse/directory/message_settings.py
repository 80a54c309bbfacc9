"""The message members of a pool's configuration (behaviour file, 3.6 and 3.9).

The members SmsVerificationMessage, EmailVerificationMessage and EmailVerificationSubject say the same
as members of VerificationMessageTemplate: whichever is set shows in both places.
"""

import re
from collections.abc import Mapping
from email.errors import MessageError
from email.policy import SMTP
from typing import Any

from poolhouse.errors import InvalidParameter

DEFAULT_INVITATION = {
    "SMSMessage": "Your username is {username} and temporary password is {####}. ",
    "EmailMessage": "Your username is {username} and temporary password is {####}. ",
    "EmailSubject": "Your temporary password",
}

_MIRRORS = {
    "SmsVerificationMessage": "SmsMessage",
    "EmailVerificationMessage": "EmailMessage",
    "EmailVerificationSubject": "EmailSubject",
}
_REGION = re.compile(r"[a-z]{2,8}(-[a-z]{2,16}){1,3}-[0-9]{1,2}")
_LONGEST_SENDER = 512  # characters
_INVITATION_PLACES = ("{username}", "{####}")


def verification(request: Mapping[str, Any]) -> dict[str, Any]:
    """VerificationMessageTemplate and its mirrors. Raises `InvalidParameter` where they disagree.

    The default texts are not shown: a real DescribeUserPool has only DefaultEmailOption [K].
    """
    template = dict(request.get("VerificationMessageTemplate") or {})
    template.setdefault("DefaultEmailOption", "CONFIRM_WITH_CODE")
    found: dict[str, Any] = {"VerificationMessageTemplate": template}
    for mirror, member in _MIRRORS.items():
        text = _agreed(request, template, mirror, member)
        if text is not None:
            template[member] = found[mirror] = text
    if request.get("SmsAuthenticationMessage"):
        found["SmsAuthenticationMessage"] = request["SmsAuthenticationMessage"]
    return found


def _agreed(request: Mapping[str, Any], template: Mapping[str, Any], mirror: str, member: str) -> str | None:
    one, other = request.get(mirror), template.get(member)
    if one is not None and other is not None and one != other:
        raise InvalidParameter(
            f"{mirror} and VerificationMessageTemplate.{member} are the same setting: give one of them, "
            "or the same text in both."
        )
    return other if one is None else one


def email(given: Mapping[str, Any]) -> dict[str, Any]:
    """EmailConfiguration. Raises `InvalidParameter`, also for addresses that no mail could be sent from."""
    config = {"EmailSendingAccount": "COGNITO_DEFAULT", **given}
    if config["EmailSendingAccount"] == "DEVELOPER" and not config.get("SourceArn"):
        raise InvalidParameter("EmailConfiguration needs a SourceArn when EmailSendingAccount is DEVELOPER.")
    for member in ("From", "ReplyToEmailAddress"):
        if config.get(member) and not is_one_mailbox(config[member]):
            raise InvalidParameter(
                f"EmailConfiguration.{member} must be one address, such as a@example.com or "
                "Anna <a@example.com>."
            )
    return config


def check_sms(given: Mapping[str, Any] | None) -> None:
    """SmsConfiguration. The Region becomes a part of the address that text messages are sent to."""
    if not given:
        return
    if not given.get("SnsCallerArn"):
        raise InvalidParameter("SmsConfiguration needs an SnsCallerArn.")
    region = given.get("SnsRegion")
    if region and not _REGION.fullmatch(region):
        raise InvalidParameter("SmsConfiguration.SnsRegion must be a Region, such as eu-north-1.")


def is_one_mailbox(text: str) -> bool:
    """RFC 5322, section 3.4, as the mail driver will read it."""
    if len(text) > _LONGEST_SENDER or not text.isprintable():
        return False
    try:
        header = SMTP.header_factory("From", text)
    except (ValueError, IndexError, MessageError, RecursionError):  # what `email` says to odd addresses
        return False
    if header.defects or len(header.addresses) != 1 or header.groups[0].display_name is not None:
        return False
    (address,) = header.addresses
    return bool(address.username and address.domain)


def check_invitation(template: Mapping[str, str], *, passwordless: bool = False) -> None:
    """An invitation that lacks the name or the password would be of no use: it is refused.

    passwordless  users can sign in with a one-time password, so the place for one may be left out (3.6)
    """
    needed = _INVITATION_PLACES[:1] if passwordless else _INVITATION_PLACES
    for member in ("SMSMessage", "EmailMessage"):
        text = template.get(member)
        if text is None:
            continue
        missing = [place for place in needed if place not in text]
        if missing:
            raise InvalidParameter(f"InviteMessageTemplate.{member} must contain {' and '.join(missing)}.")

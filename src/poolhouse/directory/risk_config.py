"""What a pool, or one app client of it, does about risk: SetRiskConfiguration (behaviour file, 7.2).

What is stored is what was asked for, member by member. `effective` is what is in force for a client: a member
that its own configuration leaves out is the pool's, and one that both leave out has its default.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from poolhouse.directory import message_settings
from poolhouse.errors import NotARange, NotifyWithoutConfiguration, NotOneMailbox
from poolhouse.ports import Instant

Config = Mapping[str, Any]

WHOLE_POOL = ""  # in place of a client's id

COMPROMISED = "CompromisedCredentialsRiskConfiguration"
TAKEOVER = "AccountTakeoverRiskConfiguration"
EXCEPTIONS = "RiskExceptionConfiguration"
MEMBERS = (COMPROMISED, TAKEOVER, EXCEPTIONS)

EVENTS = ("SIGN_IN", "PASSWORD_CHANGE", "SIGN_UP")
EMAILS = ("BlockEmail", "NoActionEmail", "MfaEmail")
LEVELS = ("LowAction", "MediumAction", "HighAction")

# In force where nobody has set anything [K]: passwords that are known to be stolen are refused, and about a
# sign-in that looks odd nothing is done.
DEFAULTS: Mapping[str, Config] = {
    COMPROMISED: {"EventFilter": list(EVENTS), "Actions": {"EventAction": "BLOCK"}},
    TAKEOVER: {"Actions": {}},
    EXCEPTIONS: {},
}

_RANGES = ("BlockedIPRangeList", "SkippedIPRangeList")


class RiskConfiguration(Struct, frozen=True):
    """What was set for an app client, or for the whole pool (`client_id` is `WHOLE_POOL`).

    config  the members of SetRiskConfiguration that were given, at least one, less the words of mails: those
            may be long, and only who sends one reads them
    """

    client_id: str
    config: Config
    modified_at: Instant


def of_request(request: Mapping[str, Any]) -> Config:
    """The members to be kept; none at all means: back to the defaults, or to what the pool has.

    Raises `NotifyWithoutConfiguration`, `NotARange`, `NotOneMailbox`.
    """
    config = {member: request[member] for member in MEMBERS if member in request}
    _check_takeover(config.get(TAKEOVER, {}))
    for member in _RANGES:
        _check_ranges(member, config.get(EXCEPTIONS, {}).get(member, ()))
    return config


def parted(config: Config) -> tuple[Config, Config]:
    """The configuration less the words of mails, and these: NotifyEmailType by EMAILS."""
    takeover = config.get(TAKEOVER, {})
    notify = takeover.get("NotifyConfiguration")
    if not notify:
        return config, {}
    emails = {member: notify[member] for member in EMAILS if member in notify}
    others = {member: value for member, value in notify.items() if member not in EMAILS}
    return {**config, TAKEOVER: {**takeover, "NotifyConfiguration": others}}, emails


def whole(config: Config, emails: Config) -> Config:
    """What `parted` took apart."""
    if not emails:
        return config
    takeover = config[TAKEOVER]
    notify = {**takeover["NotifyConfiguration"], **emails}
    return {**config, TAKEOVER: {**takeover, "NotifyConfiguration": notify}}


def notifies(config: Config) -> bool:
    """Does any level of risk lead to a mail?"""
    actions = config.get(TAKEOVER, {}).get("Actions", {})
    return any(actions.get(level, {}).get("Notify") for level in LEVELS)


def effective(found: Mapping[str, RiskConfiguration], client_id: str) -> Config:
    """What is in force for an app client: each of MEMBERS, whole.

    found  `Snapshot.risk`

    That a client's configuration inherits the members it leaves out, each as a whole, is [K].
    """
    holders = {member: holder(found, client_id, member) for member in MEMBERS}
    return {
        member: DEFAULTS[member] if key is None else found[key].config[member]
        for member, key in holders.items()
    }


def holder(found: Mapping[str, RiskConfiguration], client_id: str, member: str) -> str | None:
    """Whose setting of a member is in force for the client: its own, or WHOLE_POOL's. None: nobody set it."""
    levels = (client_id, WHOLE_POOL)
    return next((key for key in levels if key in found and member in found[key].config), None)


def event_filter(compromised: Config) -> frozenset[str]:
    """The events whose passwords are checked, of EVENTS: all of them where none is named."""
    return frozenset(compromised.get("EventFilter") or EVENTS)


def ranges(exceptions: Config, member: str) -> Iterator[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """`BlockedIPRangeList` or `SkippedIPRangeList` as networks."""
    for text in exceptions.get(member) or ():
        yield _network(text)


def _check_takeover(takeover: Config) -> None:
    """That the mails must be configured where any is to be sent is [K]."""
    mail = takeover.get("NotifyConfiguration")
    if mail is None:
        if notifies({TAKEOVER: takeover}):
            raise NotifyWithoutConfiguration
        return
    for member in ("From", "ReplyTo"):
        if mail.get(member) and not message_settings.is_one_mailbox(mail[member]):
            raise NotOneMailbox(member=f"NotifyConfiguration.{member}")


def _check_ranges(member: str, given: list[str]) -> None:
    for text in given:
        try:
            _network(text)
        except ValueError:
            raise NotARange(member=member, range=text[:64]) from None


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Bits beside the prefix are passed over, as 192.0.2.1/24 has some. Raises `ValueError`."""
    address, slash, prefix = text.partition("/")
    if not (slash and prefix.isascii() and prefix.isdigit()) or "%" in address:
        raise ValueError("not in CIDR notation")
    return ipaddress.ip_network(text, strict=False)

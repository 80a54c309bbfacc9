"""Passkeys of a pool: whose they are, where they may be used, and what they count for. Pure.

Behaviour file, 1.7 and 2.7; WebAuthn Level 3 (W3C), sections 5.1.2 and 13.4.9. The relying party is the
domain that a passkey is made for: browsers show it to no other.
"""

import ipaddress
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from poolhouse.directory.users import User
from poolhouse.errors import InvalidParameter

FACTOR = "WEB_AUTHN"
MOST = 20  # passkeys of a user (8.2)

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}", re.ASCII)
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+)(?::[0-9]{1,5})?", re.ASCII)

# The makers of synchronised passkeys, by the AAGUID that they publish. The names are [K].
_MAKERS: Mapping[str, str] = {
    "fbfc3007-154e-4ecc-8c0b-6e020557d7bd": "iCloud Keychain",
    "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4": "Google Password Manager",
    "08987058-cadc-4b81-b6e1-30de50dcbe96": "Windows Hello",
    "bada5566-a7aa-401f-bd96-45619a55120d": "1Password",
    "d548826e-79b4-db40-a3d8-11116f7e8349": "Bitwarden",
}
_KINDS: Mapping[str, str] = {"platform": "Platform passkey", "cross-platform": "Roaming passkey"}


class PasskeySettings(Struct, frozen=True):
    """`WebAuthnConfiguration`.

    relying_party_id  empty: none was given
    verification      required | preferred: must the authenticator know that it is the user?
    multi_factor      a passkey counts as the second factor too, for who turned that on
    """

    relying_party_id: str = ""
    verification: str = "preferred"
    multi_factor: bool = False


def from_config(config: Mapping[str, Any]) -> PasskeySettings:
    """Where a passkey is both factors it is so by verifying the user, whatever UserVerification says [K]."""
    multi_factor = config.get("FactorConfiguration") == "MULTI_FACTOR_WITH_USER_VERIFICATION"
    return PasskeySettings(
        relying_party_id=config.get("RelyingPartyId", ""),
        verification="required" if multi_factor else config.get("UserVerification", "preferred"),
        multi_factor=multi_factor,
    )


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a pool keeps of the `WebAuthnConfiguration` of a request. Defaults and texts are [K].

    Raises `InvalidParameter`.
    """
    domain = given.get("RelyingPartyId")
    if domain is not None and not _is_domain(domain):
        raise InvalidParameter("RelyingPartyId must be a domain such as auth.example.com, in lower case.")
    return {"UserVerification": "preferred", "FactorConfiguration": "SINGLE_FACTOR"} | dict(given)


@lru_cache(1_000)
def relying_party(settings: PasskeySettings, base: str) -> str | None:
    """The domain that new passkeys are made for; None where there is none.

    A pool that names none has that of its pages, whose address `base` is: its custom domain, its prefix
    domain (1.12), or without either the host of the server's own address [K]. A bare IP address is
    nobody's domain.
    """
    host = settings.relying_party_id or (urlsplit(base).hostname or "")
    return host if _is_domain(host) else None


def allows(relying_party_id: str, origin: str) -> bool:
    """May a page of this origin make and use passkeys of the relying party?

    Over https its domain and those below, on any port; over http this computer alone, under the name of
    the relying party.
    """
    found = _ORIGIN.fullmatch(origin)
    if found is None:
        return False
    scheme, host = found.groups()
    if scheme == "http":
        return host == relying_party_id and (host == "localhost" or host.endswith(".localhost"))
    return host == relying_party_id or host.endswith(f".{relying_party_id}")


def count_as_second(settings: PasskeySettings, user: User) -> bool:
    """Is a passkey that verifies the user both factors? The pool and the user must say so (1.7)."""
    return settings.multi_factor and user.factors.passkey


def name_of(aaguid: str, attachment: str) -> str:
    """`FriendlyCredentialName`: the maker where it is known, else the kind."""
    return _MAKERS.get(aaguid) or _KINDS.get(attachment, "Passkey")


def _is_domain(text: str) -> bool:
    if not _DOMAIN.fullmatch(text):
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return not text.rpartition(".")[2].isdigit()
    return False

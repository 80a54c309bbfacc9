"""The attribute `identities`: which identities of other providers are linked to a user (4.1). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from poolhouse.directory.schema import IDENTITIES
from poolhouse.directory.users import User

SOCIAL = frozenset({"Facebook", "Google", "LoginWithAmazon", "SignInWithApple"})
_MILLISECOND = 1_000  # microseconds


def with_identities(user: User, links: Iterable[Mapping[str, Any]]) -> User:
    """The user with `identities` as these rows of store/links.py say; without it when there are none."""
    attributes = dict(user.attributes)
    attributes.pop(IDENTITIES, None)
    entries = [_entry(link) for link in links]
    if entries:
        attributes[IDENTITIES] = msgspec.json.encode(entries).decode()
    return replace(user, attributes=attributes)


def _entry(link: Mapping[str, Any]) -> dict[str, str | None]:
    """All values are strings (4.1). A social provider is its own type; that others are OIDC is [K]."""
    provider = link["provider"]
    return {
        "userId": link["subject"],
        "providerName": provider,
        "providerType": provider if provider in SOCIAL else "OIDC",
        "issuer": None,
        "primary": "false",
        "dateCreated": str(link["created_at"] // _MILLISECOND),
    }

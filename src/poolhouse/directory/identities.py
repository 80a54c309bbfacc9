"""The attribute `identities`: which identities of other providers are linked to a user (4.1). Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from poolhouse.directory.providers import OIDC, SOCIAL
from poolhouse.directory.schema import IDENTITIES
from poolhouse.directory.users import User

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
    """All values are strings (4.1). Before the first sign-in the type is that of the name [K]."""
    provider = link["provider"]
    return {
        "userId": link["subject"],
        "providerName": provider,
        "providerType": link["provider_type"] or (provider if provider in SOCIAL else OIDC),
        "issuer": link["issuer"] or None,
        "primary": "true" if link["is_primary"] else "false",
        "dateCreated": str(link["created_at"] // _MILLISECOND),
    }

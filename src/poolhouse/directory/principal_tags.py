"""Attributes for access control: claims of a login become principal tags (behaviour file, 1.19)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from poolhouse.directory.identity_pools import IdentityPool
from poolhouse.directory.identity_roles import text_of
from poolhouse.directory.logins import Login
from poolhouse.errors import NotATagValue

DEFAULTS: Mapping[str, str] = {"username": "sub", "client": "aud"}
NOTHING: Mapping[str, Any] = {"UseDefaults": False, "PrincipalTags": {}}

_MOST_CHARACTERS = 256
# What STS lets a session tag be.
_VALUE = re.compile(r"[\w\s.:/=+@-]*")


def setting(req: Mapping[str, Any]) -> dict[str, Any]:
    """What SetPrincipalTagAttributeMap stores and answers."""
    if req.get("UseDefaults"):
        return {"UseDefaults": True, "PrincipalTags": dict(DEFAULTS)}
    return {"UseDefaults": False, "PrincipalTags": dict(req.get("PrincipalTags") or {})}


def of_logins(pool: IdentityPool, logins: Sequence[Login]) -> dict[str, str]:
    """The tags of somebody with these logins; of two logins with one tag the first says it [K].

    A claim that is not there gives no tag. Raises `NotATagValue` for one that can be none: who is let in
    without a tag might be let in where the tag keeps him out.
    """
    found: dict[str, str] = {}
    for login in logins:
        wanted = pool.principal_tags.get(login.provider, NOTHING)["PrincipalTags"]
        for tag, claim in wanted.items():
            if claim in login.claims:
                found.setdefault(tag, _value(tag, claim, login.claims[claim]))
    return found


def _value(tag: str, claim: str, value: Any) -> str:
    text = text_of(value)
    if text is None or len(text) > _MOST_CHARACTERS or not _VALUE.fullmatch(text):
        raise NotATagValue(claim=claim, tag=tag)
    return text

"""What a pool's PreTokenGeneration function wants to be other than it would be (behaviour file, 4.7)."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct, field


class GroupOverride(Struct, frozen=True):
    """Groups and roles in place of the user's own. An empty `preferred_role` is none."""

    groups: Sequence[str] = ()
    roles: Sequence[str] = ()
    preferred_role: str = ""


class ClaimChange(Struct, frozen=True):
    """Of one token. What is both added and suppressed is suppressed."""

    add: Mapping[str, Any] = field(default_factory=dict)
    suppress: frozenset[str] = frozenset()


class TokenOverride(Struct, frozen=True):
    """groups  None: the user's own"""

    id_token: ClaimChange = ClaimChange()
    access_token: ClaimChange = ClaimChange()
    add_scopes: Sequence[str] = ()
    suppress_scopes: frozenset[str] = frozenset()
    groups: GroupOverride | None = None


UNCHANGED = TokenOverride()

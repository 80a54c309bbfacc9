"""What an application asks of a token beyond being good. Pure."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Literal, TypedDict, Unpack

import msgspec

from poolhouse.authorizer.claims import Claims
from poolhouse.authorizer.errors import MissingScope, NotInGroup, WrongAudience, WrongClaim, WrongTokenUse

TokenUse = Literal["access", "id", "either"]
Names = str | Collection[str]
Wanted = Any | Callable[[Any], bool]

# RFC 6749, section 3.3: what a scope is made of. It stands in a header of the refusal.
_SCOPE_CHARACTERS = frozenset(map(chr, (0x21, *range(0x23, 0x5C), *range(0x5D, 0x7F))))


class Requirements(msgspec.Struct, frozen=True):
    """All of these must hold.

    scopes      every one of them; any_scope: at least one
    groups      the user is in at least one
    claims      by name: the value that it must have, type and all, or a function that says whether it will do
    audience    an access token is bound to at least one of these resources; without it, to none
    """

    token_use: TokenUse
    scopes: frozenset[str]
    any_scope: frozenset[str]
    groups: frozenset[str]
    claims: Mapping[str, Wanted]
    audience: frozenset[str]


class Asked(TypedDict, total=False):
    """Requirements as an application writes them: a name, or several."""

    token_use: TokenUse
    scopes: Names
    any_scope: Names
    groups: Names
    claims: Mapping[str, Wanted]
    audience: Names


def required(**asked: Unpack[Asked]) -> Requirements:
    """Raises `ValueError`. Nothing is asked of what is not named."""
    token_use = asked.get("token_use", "either")
    if token_use not in ("access", "id", "either"):
        raise ValueError(f"token_use is access, id or either, and not {token_use!r}.")
    return Requirements(
        token_use,
        _scopes(asked.get("scopes", ())),
        _scopes(asked.get("any_scope", ())),
        _names(asked.get("groups", ())),
        dict(asked.get("claims", {})),
        _names(asked.get("audience", ())),
    )


def check_use(claims: Claims, wanted: TokenUse) -> None:
    """Raises `WrongTokenUse`; also for a use that no token of Cognito has."""
    if claims.token_use not in ("access", "id") or wanted not in (claims.token_use, "either"):
        raise WrongTokenUse


def check_audience(claims: Claims, wanted: Collection[Collection[str]]) -> None:
    """Raises `WrongAudience`, unless an access token is for one of each of these.

    The `aud` of an ID token is its client. An access token that names an audience is for that audience alone
    (RFC 7519, section 4.1.3); one whose `aud` is its own client is bound to nothing (4.7).
    """
    if claims.token_use != "access":
        return
    if not wanted and claims.audiences - {claims.client_id}:
        raise WrongAudience
    if any(claims.audiences.isdisjoint(names) for names in wanted):
        raise WrongAudience


def check(claims: Claims, wanted: Requirements) -> None:
    """What a good token must allow. Raises the kinds of `Forbidden`, and `WrongTokenUse`."""
    check_use(claims, wanted.token_use)
    if wanted.scopes or wanted.any_scope:
        _check_scopes(claims.scopes, wanted)
    if wanted.groups and wanted.groups.isdisjoint(claims.groups):
        raise NotInGroup
    for name, value in wanted.claims.items():
        if name not in claims or not _is_as_wanted(claims[name], value):
            raise WrongClaim


def _check_scopes(scopes: frozenset[str], wanted: Requirements) -> None:
    if not wanted.scopes <= scopes:
        raise MissingScope(wanted.scopes)
    if wanted.any_scope and wanted.any_scope.isdisjoint(scopes):
        raise MissingScope(wanted.any_scope)


def _is_as_wanted(found: Any, wanted: Wanted) -> bool:
    if not callable(wanted):
        return type(found) is type(wanted) and bool(found == wanted)  # True is not 1
    try:
        return bool(wanted(found))
    except Exception:  # noqa: BLE001 - a claim of a type that the function does not expect
        return False


def _names(given: Names) -> frozenset[str]:
    return frozenset([given] if isinstance(given, str) else given)


def _scopes(given: Names) -> frozenset[str]:
    names = _names(given)
    for name in names:
        if not name or not _SCOPE_CHARACTERS.issuperset(name):
            raise ValueError(f"{name!r} is no scope: one name each, without blanks and quotation marks.")
    return names

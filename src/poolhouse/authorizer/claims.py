"""What a verified token says, and the checks of its form and time. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from poolhouse.authorizer.errors import Expired, Malformed, NotYetValid

GROUPS = "cognito:groups"
_TEXTS = ("sub", "iss", "token_use")
_OPTIONAL_TEXTS = ("scope", "client_id", "username", "cognito:username", "jti", "origin_jti")
_TIMES = ("exp", "iat")
_OPTIONAL_TIMES = ("nbf", "auth_time")


class Claims(Mapping[str, Any]):
    """The claims of a token that was found good: a mapping, with names for what every token has."""

    __slots__ = ("_members",)

    def __init__(self, members: dict[str, Any]) -> None:
        self._members = members

    def __getitem__(self, name: str) -> Any:
        return self._members[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __repr__(self) -> str:
        return f"Claims(token_use={self.token_use!r}, sub={self.sub!r}, ...)"

    @property
    def sub(self) -> str:
        """The user's id, never used again; of a client that acts for itself, the client's id."""
        return str(self._members["sub"])

    @property
    def issuer(self) -> str:
        return str(self._members["iss"])

    @property
    def token_use(self) -> str:
        """`access` or `id`."""
        return str(self._members["token_use"])

    @property
    def username(self) -> str:
        """Empty for a client that acts for itself."""
        name = "username" if self.token_use == "access" else "cognito:username"
        return str(self._members.get(name, ""))

    @property
    def client_id(self) -> str:
        """The app client that the token was issued to: an ID token has it as `aud` (4.1, 4.2)."""
        return str(self._members["client_id" if self.token_use == "access" else "aud"])

    @property
    def scopes(self) -> frozenset[str]:
        """Of an access token; an ID token has none, whatever a custom claim of that name says."""
        if self.token_use != "access":
            return frozenset()
        return frozenset(self._members.get("scope", "").split())

    @property
    def groups(self) -> tuple[str, ...]:
        """In order of precedence."""
        return tuple(self._members.get(GROUPS, ()))

    @property
    def audiences(self) -> frozenset[str]:
        """`aud`; an access token of Cognito has none unless it is bound to a resource."""
        audience = self._members.get("aud", [])
        return frozenset([audience] if isinstance(audience, str) else audience)

    @property
    def expires_at(self) -> int:
        """Seconds since 1970."""
        return int(self._members["exp"])


def checked(members: dict[str, Any]) -> Claims:
    """The claims, where each that a decision rests on has its type. Raises `Malformed`.

    Required are what Cognito puts into every token: sub, iss, token_use, exp, iat, and the client.
    """
    for name in _TEXTS:
        _require(isinstance(members.get(name), str))
    for name in _TIMES:
        _require(type(members.get(name)) is int)
    for name in _OPTIONAL_TEXTS:
        _require(isinstance(members.get(name, ""), str))
    for name in _OPTIONAL_TIMES:
        _require(type(members.get(name, 0)) is int)
    _require(_is_texts(members.get(GROUPS, [])))
    audience = members.get("aud", [])
    if members["token_use"] == "access":
        _require("client_id" in members)
        _require(isinstance(audience, str) or _is_texts(audience))
    else:
        _require(isinstance(audience, str))
    return Claims(members)


def check_times(claims: Claims, now: float, leeway: float) -> None:
    """Raises `Expired` and `NotYetValid`. `now` in seconds since 1970, as the claims are."""
    if now >= claims["exp"] + leeway:
        raise Expired
    if max(claims["iat"], claims.get("nbf", 0)) > now + leeway:
        raise NotYetValid


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _require(is_so: bool) -> None:
    if not is_so:
        raise Malformed

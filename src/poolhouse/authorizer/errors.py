"""Why a request is not let through: one tree, for applications to catch at the height they want.

This library is imported by applications and not by the server, so its refusals are no answers of Cognito's
(`poolhouse.errors`). The answers are those of an API gateway in front of a function: 401
`{"message":"Unauthorized"}`, 403 `{"message":"Forbidden"}`, with the challenge of RFC 6750, section 3.
"""

from collections.abc import Collection, Mapping
from typing import ClassVar

_MESSAGES = {401: "Unauthorized", 403: "Forbidden", 503: "Service Unavailable"}


class AuthorizerError(Exception):
    """A request that is not let through.

    status  of the answer
    code    `error` of the challenge; empty: none is named
    reason  for whoever sent the token; it repeats nothing of the token
    """

    status: ClassVar[int] = 401
    code: ClassVar[str] = "invalid_token"
    reason: str = "The token is not good for this."

    def __init__(self, reason: str = "") -> None:
        self.reason = reason or self.reason
        super().__init__(self.reason)

    @property
    def body(self) -> bytes:
        """The answer's JSON."""
        return b'{"message":"%s"}' % _MESSAGES[self.status].encode()

    @property
    def headers(self) -> Mapping[str, str]:
        """The answer's headers, names in lower case."""
        headers = {"content-type": "application/json", "cache-control": "no-store"}
        challenge = self._challenge()
        return headers | ({"www-authenticate": challenge} if challenge else {})

    def _challenge(self) -> str:
        return f'Bearer error="{self.code}", error_description="{self.reason}"'


class MissingToken(AuthorizerError):
    """The request shows nothing, so nothing is said of it (RFC 6750, section 3.1)."""

    code = ""
    reason = "A token is needed."

    def _challenge(self) -> str:
        return "Bearer"


class Malformed(AuthorizerError):
    """It has not the form of a token, or a claim has not the type that it must have."""

    reason = "The token is malformed."


class BadSignature(AuthorizerError):
    """None of the issuer's keys signed it."""

    reason = "The signature is not the issuer's."


class Expired(AuthorizerError):
    reason = "The token has expired."


class NotYetValid(AuthorizerError):
    """`nbf` or `iat` is in the future."""

    reason = "The token is not valid yet."


class WrongIssuer(AuthorizerError):
    reason = "The token is of another issuer."


class WrongTokenUse(AuthorizerError):
    """An ID token where an access token is wanted, or the other way round."""

    reason = "The token is for another use."


class WrongClient(AuthorizerError):
    """It was issued to an app client that is not among those expected."""

    reason = "The token was issued to another client."


class WrongAudience(AuthorizerError):
    """It is bound to another resource (RFC 8707), or to none where one is wanted."""

    reason = "The token is for another audience."


class Revoked(AuthorizerError):
    """The user signed out everywhere, the sign-in was revoked, or the user is gone."""

    reason = "The token has been revoked."


class Forbidden(AuthorizerError):
    """The token is good, and does not allow this."""

    status = 403
    code = "insufficient_scope"


class MissingScope(Forbidden):
    reason = "The token lacks a scope."

    def __init__(self, scopes: Collection[str]) -> None:
        super().__init__()
        self.scopes = tuple(sorted(scopes))

    def _challenge(self) -> str:
        return f'{super()._challenge()}, scope="{" ".join(self.scopes)}"'


class NotInGroup(Forbidden):
    reason = "The user is in none of the groups."


class WrongClaim(Forbidden):
    """A claim is missing, or has another value than is wanted."""

    reason = "A claim of the token does not allow this."


class Unavailable(AuthorizerError):
    """Nothing can be said of the token now. No 401: clients take that for the end of their session."""

    status = 503
    code = ""

    def _challenge(self) -> str:
        return ""


class KeysUnavailable(Unavailable):
    reason = "The keys of the issuer cannot be read."


class RevocationsUnavailable(Unavailable):
    reason = "What the issuer has revoked cannot be read."

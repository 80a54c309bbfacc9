"""Verify the tokens of a Poolhouse or of Amazon Cognito, in an application (docs/authorizer.md).

A library for others: importing it brings msgspec, cryptography and the standard library, never the server.
What web frameworks need is in modules that are imported by name: asgi, starlette (FastAPI), django, flask.
"""

from poolhouse.authorizer.claims import Claims
from poolhouse.authorizer.errors import (
    AuthorizerError,
    BadSignature,
    Expired,
    Forbidden,
    KeysUnavailable,
    Malformed,
    MissingScope,
    MissingToken,
    NotInGroup,
    NotYetValid,
    RevocationsUnavailable,
    Revoked,
    Unavailable,
    WrongAudience,
    WrongClaim,
    WrongClient,
    WrongIssuer,
    WrongTokenUse,
)
from poolhouse.authorizer.fetching import Fetched
from poolhouse.authorizer.revocations import Feed
from poolhouse.authorizer.verifier import Pool, Verifier

__all__ = [
    "AuthorizerError",
    "BadSignature",
    "Claims",
    "Expired",
    "Feed",
    "Fetched",
    "Forbidden",
    "KeysUnavailable",
    "Malformed",
    "MissingScope",
    "MissingToken",
    "NotInGroup",
    "NotYetValid",
    "Pool",
    "RevocationsUnavailable",
    "Revoked",
    "Unavailable",
    "Verifier",
    "WrongAudience",
    "WrongClaim",
    "WrongClient",
    "WrongIssuer",
    "WrongTokenUse",
]

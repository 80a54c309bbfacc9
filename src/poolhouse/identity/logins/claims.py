"""What every login token must say, whoever made it: read first, believed when a key has signed it."""

from collections.abc import Collection, Mapping
from typing import Any

from poolhouse.context import Ctx
from poolhouse.crypto import jose
from poolhouse.directory.identity_tokens import ISSUER_PATH
from poolhouse.errors import (
    LoginExpired,
    LoginIssuerMismatch,
    LoginOfIdentityPool,
    LoginProviderNotSupported,
    LoginWithoutClaim,
    NotAnIdentityToken,
)
from poolhouse.ports import SECOND, Instant

AWS_ISSUER = "https://cognito-identity.amazonaws.com"

_EARLY = 60  # seconds that the clock of a provider may be ahead
_END_OF_TIME = 2**53
_LONGEST_SUBJECT = 2_048


def unverified(ctx: Ctx, token: str) -> tuple[str, Mapping[str, Any]]:
    """The issuer that a token claims, and all that it claims.

    Raises `NotAnIdentityToken`, and `LoginOfIdentityPool` for a token of an identity pool.
    """
    try:
        claims = jose.unverified_claims(token)
    except jose.NotAJwt as error:
        raise NotAnIdentityToken from error
    issuer = claims.get("iss")
    if not isinstance(issuer, str) or not issuer:
        raise NotAnIdentityToken
    if issuer in (AWS_ISSUER, f"{ctx.env.settings.public_url}{ISSUER_PATH}"):
        raise LoginOfIdentityPool
    return issuer, claims


def check_issuer(ctx: Ctx, token: str, known: Collection[str]) -> None:
    """Is the token of the provider that it is shown for? Raises what `unverified` raises, and
    `LoginIssuerMismatch`."""
    issuer, _ = unverified(ctx, token)
    if issuer not in known:
        raise LoginIssuerMismatch


def audience(claims: Mapping[str, Any], known: Collection[str]) -> str:
    """The one of ours that the token is for: in `aud`, and in `azp` too where that is said.

    Raises `LoginWithoutClaim` and `LoginProviderNotSupported`.
    """
    if "aud" not in claims:
        raise LoginWithoutClaim(claim="aud")
    said = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    ours = [name for name in said if isinstance(name, str) and name in known]
    party = claims.get("azp")
    if not ours or (party is not None and party not in known):
        raise LoginProviderNotSupported
    return ours[0]


def subject(claims: Mapping[str, Any]) -> str:
    """Raises `LoginWithoutClaim` and `NotAnIdentityToken`."""
    if "sub" not in claims:
        raise LoginWithoutClaim(claim="sub")
    found = claims["sub"]
    if not isinstance(found, str) or not 1 <= len(found) <= _LONGEST_SUBJECT:
        raise NotAnIdentityToken
    return found


def check_times(claims: Mapping[str, Any], now: Instant) -> None:
    """Raises `LoginWithoutClaim`, `NotAnIdentityToken` and `LoginExpired`."""
    if "exp" not in claims:
        raise LoginWithoutClaim(claim="exp")
    seconds, expires = now // SECOND, _time(claims["exp"])
    if seconds >= expires:
        raise LoginExpired(now=seconds, expires=expires)
    if "nbf" in claims and _time(claims["nbf"]) > seconds + _EARLY:
        raise NotAnIdentityToken


def _time(value: Any) -> int:
    """Whole seconds since 1970."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _END_OF_TIME:
        raise NotAnIdentityToken
    return int(value)

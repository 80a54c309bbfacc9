"""Tokens that are shown to AssumeRoleWithWebIdentity, verified: whose they are, and who says so (1.20).

Those of identity pools and of our own user pools are checked with the keys of this process. User pools, like
every other OIDC issuer, must be registered with the account: `poolhouse iam-providers create-oidc`.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from poolhouse.context import Ctx
from poolhouse.crypto import jose
from poolhouse.directory.iam_providers import IamProvider
from poolhouse.directory.identity_tokens import COGNITO_IDENTITY, ISSUER_PATH, TAGS_CLAIM
from poolhouse.errors import (
    AccessTokenExpired,
    AccessTokenUnverified,
    ApiError,
    ConnectionReset,
    IdentityTokenExpired,
    IdTokenRefused,
    IncorrectAudience,
    InvalidAccessToken,
    IssuerUnreachable,
    KeysTimeout,
    NoProviderFound,
    NotAnOpenIdToken,
    ProviderRejectedClaim,
    ProviderUnreachable,
    TokenSignatureWrong,
    VerificationKeyMissing,
)
from poolhouse.federation.oidc import discovery, signed
from poolhouse.ports import SECOND
from poolhouse.store import iam_providers, identity_keys, revoked_sessions
from poolhouse.tokens import verify
from poolhouse.tokens.assume import WebIdentity

SOURCE_IDENTITY_CLAIM = "https://aws.amazon.com/source_identity"

_EARLY = 300  # seconds that the clock of an issuer may be ahead
_END_OF_TIME = 2**53
_LONGEST_SUBJECT = 255
_MOST_TAGS = 50
_LONGEST_TAG, _LONGEST_TAG_VALUE = 128, 256

Claims = Mapping[str, Any]


class _Keyed(Struct, frozen=True):
    """A provider, as far as its keys are concerned (federation/oidc/signed.py)."""

    name: str
    jwks_uri: str


async def verified(ctx: Ctx, token: str) -> tuple[WebIdentity, str]:
    """Who shows the token, and the answer's `Provider`. Raises the refusals of this operation."""
    issuer = _issuer(token)
    if issuer == ctx.env.settings.public_url + ISSUER_PATH:
        return await _of_identity_pool(ctx, token), COGNITO_IDENTITY
    provider = await iam_providers.of_issuer(ctx.env, issuer)
    if provider is None:
        raise NoProviderFound(issuer=issuer[:256])
    claims = await _signed(ctx, provider, token)
    _check_times(ctx, claims)
    return _identity(ctx, provider, claims), issuer


def _issuer(token: str) -> str:
    try:
        return jose.unverified_issuer(token)
    except jose.NotAJwt as error:
        raise NotAnOpenIdToken from error


async def _of_identity_pool(ctx: Ctx, token: str) -> WebIdentity:
    keys = await identity_keys.current(ctx.env)
    try:
        claims = jose.verify(token, keys.public.get, identity_keys.ALGORITHM)
    except jose.BadSignature as error:
        raise TokenSignatureWrong from error
    except jose.NotAJwt as error:
        raise NotAnOpenIdToken from error
    _check_times(ctx, claims)
    subject, audience = _text(claims, "sub"), _text(claims, "aud")
    revoked = await revoked_sessions.current(ctx.env)
    if int(claims["iat"]) * SECOND < revoked.get((revoked_sessions.IDENTITY, subject), 0):
        raise ProviderRejectedClaim
    tags, transitive = _tags(claims)
    context = {
        f"{COGNITO_IDENTITY}:aud": (audience,),
        f"{COGNITO_IDENTITY}:sub": (subject,),
        f"{COGNITO_IDENTITY}:amr": _texts(claims, "amr"),
    }
    return WebIdentity(COGNITO_IDENTITY, subject, audience, context, tags, transitive)


async def _signed(ctx: Ctx, provider: IamProvider, token: str) -> Claims:
    """The claims of a token whose signature is right."""
    base, _, _ = provider.url.rpartition("/")
    if base == ctx.env.settings.public_url:
        return await _of_user_pool(ctx, token)
    try:
        jwks_uri = await discovery.keys_of_issuer(ctx.env, provider.url)
        keyed = _Keyed(provider.prefix, jwks_uri)
        claims, _ = await signed.content(ctx.env, keyed, token, IdTokenRefused)
    except IdTokenRefused as error:
        raise TokenSignatureWrong from error
    except (KeysTimeout, ConnectionReset, IssuerUnreachable) as error:
        raise ProviderUnreachable from error
    except ApiError as error:
        raise VerificationKeyMissing from error
    return claims


async def _of_user_pool(ctx: Ctx, token: str) -> Claims:
    """Ours: the user is still there and enabled, and the sign-in is not revoked. AWS cannot tell [K]."""
    try:
        await verify.presented(ctx.env, token, ctx.now, "id")
    except AccessTokenExpired:
        pass  # told below, in the words of STS
    except AccessTokenUnverified as error:
        raise TokenSignatureWrong from error
    except InvalidAccessToken as error:
        raise NotAnOpenIdToken from error
    except ApiError as error:
        raise ProviderRejectedClaim from error
    return jose.unverified_claims(token)


def _identity(ctx: Ctx, provider: IamProvider, claims: Claims) -> WebIdentity:
    """With `azp`, that is the audience, and `aud` the original one (IAM User Guide, "Available keys for AWS
    web identity federation")."""
    named = _texts(claims, "aud")
    party = claims.get("azp")
    audience = (
        party if isinstance(party, str) else next((name for name in named if name in provider.client_ids), "")
    )
    if audience not in provider.client_ids:
        raise IncorrectAudience
    subject = _text(claims, "sub")
    tags, transitive = _tags(claims)
    context = {
        f"{provider.prefix}:aud": (audience,),
        f"{provider.prefix}:sub": (subject,),
        f"{provider.prefix}:amr": _texts(claims, "amr"),
        f"{provider.prefix}:oaud": named if party else (),
    }
    return WebIdentity(
        provider.arn(ctx.env.settings.account_id),
        subject,
        audience,
        {name: values for name, values in context.items() if values},
        tags,
        transitive,
        _source_identity(claims),
    )


def _check_times(ctx: Ctx, claims: Claims) -> None:
    seconds = ctx.now // SECOND
    expires, issued = _time(claims, "exp"), _time(claims, "iat")
    if seconds >= expires:
        raise IdentityTokenExpired(now=seconds, expires=expires)
    begins = max(issued, _time(claims, "nbf") if "nbf" in claims else 0)
    if begins > seconds + _EARLY:
        raise NotAnOpenIdToken


def _time(claims: Claims, name: str) -> int:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _END_OF_TIME:
        raise NotAnOpenIdToken
    return int(value)


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= _LONGEST_SUBJECT:
        raise NotAnOpenIdToken
    return value


def _texts(claims: Claims, name: str) -> tuple[str, ...]:
    value = claims.get(name, [])
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) and one for one in listed):
        raise NotAnOpenIdToken
    return tuple(listed)


def _tags(claims: Claims) -> tuple[dict[str, str], tuple[str, ...]]:
    """Session tags in the form that AWS has for OIDC tokens: each tag has a list of one value."""
    given = claims.get(TAGS_CLAIM)
    if given is None:
        return {}, ()
    listed = given.get("principal_tags", {}) if isinstance(given, dict) else None
    if not isinstance(listed, dict) or len(listed) > _MOST_TAGS:
        raise NotAnOpenIdToken
    tags = {name: _tag(name, value) for name, value in listed.items()}
    if len({name.lower() for name in tags}) < len(tags):
        raise NotAnOpenIdToken
    transitive = _texts(given, "transitive_tag_keys")
    if not set(transitive) <= tags.keys():
        raise NotAnOpenIdToken
    return tags, transitive


def _tag(name: str, value: Any) -> str:
    text = value[0] if isinstance(value, list) and len(value) == 1 else value
    if not isinstance(text, str) or len(text) > _LONGEST_TAG_VALUE or not 1 <= len(name) <= _LONGEST_TAG:
        raise NotAnOpenIdToken
    return text


def _source_identity(claims: Claims) -> str:
    return _text(claims, SOURCE_IDENTITY_CLAIM) if SOURCE_IDENTITY_CLAIM in claims else ""

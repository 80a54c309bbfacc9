"""The one function that decides whether an access token is good (security.md, rule 4)."""

import hashlib
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from poolhouse.context import Caller, Env, PoolKeys, Snapshot
from poolhouse.crypto import jose
from poolhouse.directory.users import User
from poolhouse.errors import (
    AccessTokenExpired,
    AccessTokenRevoked,
    AccessTokenScope,
    AccessTokenUnverified,
    ApiError,
    ClientNotFound,
    InvalidAccessToken,
    UserNotFound,
)
from poolhouse.ports import SECOND, Instant, Tx
from poolhouse.store import families, snapshots
from poolhouse.store.families import Family
from poolhouse.tokens.claims import API_SCOPE

C = TypeVar("C", bound=msgspec.Struct)

_LONGEST = 131_072  # the model's limit for a token


class AccessClaims(msgspec.Struct, frozen=True):
    """The claims that a decision rests on."""

    sub: str
    iss: str
    client_id: str
    token_use: str
    scope: str
    exp: int
    iat: int
    auth_time: int
    username: str = ""  # of a client that acts for itself: empty
    origin_jti: str = ""


class PresentedClaims(msgspec.Struct, frozen=True):
    """Of a token that is to be exchanged: an access token of a user or of a machine, or an ID token.

    act  who acts for the user (RFC 8693, section 4.1)
    """

    sub: str
    iss: str
    token_use: str
    exp: int
    iat: int
    auth_time: int
    client_id: str = ""
    scope: str = ""
    username: str = ""
    origin_jti: str = ""
    act: dict[str, Any] | None = None

    @property
    def is_of_machine(self) -> bool:
        return self.token_use == "access" and not self.username and self.sub == self.client_id


class Presented(Struct, frozen=True):
    """A good token. Without a user it is of a machine; without a family its client has no revocation."""

    snapshot: Snapshot
    claims: PresentedClaims
    user: User | None = None
    family: Family | None = None

    @property
    def scopes(self) -> tuple[str, ...]:
        """Of an access token, its own; of an ID token, those of its sign-in, as far as that is known."""
        if self.claims.token_use == "access":
            return tuple(self.claims.scope.split())
        return self.family.granted if self.family else ()


class _Known(Struct, frozen=True):
    """A token whose signature was right by these keys."""

    pool_id: str
    keys: PoolKeys
    claims: AccessClaims


async def access_token(env: Env, token: str, now: Instant, scope: str = API_SCOPE) -> tuple[Snapshot, Caller]:
    """Who shows this access token. Raises NotAuthorizedException or UserNotFoundException.

    scope  that the token must have: each door has its own

    Checked: form, RS256 signature by a key of the pool, `token_use`, issuer, expiry, scope; then
    in the store, every time: the user is there and enabled, and the sign-in is not revoked.
    """
    snapshot, claims = await _signed(env, token)
    if not claims.username:
        raise InvalidAccessToken  # of a machine, which is no user
    if claims.exp * SECOND <= now:
        raise AccessTokenExpired
    if scope not in claims.scope.split():
        raise AccessTokenScope
    pool_id = snapshot.pool.pool_id

    async def owner(tx: Tx) -> tuple[User | None, Family | None]:
        return await families.with_user(tx, pool_id, claims.sub, claims.origin_jti)

    user, family = await env.db.read(owner)
    refused = _refusal(claims, user, family)
    if refused:
        raise refused
    return snapshot, Caller("token", user=user, claims=msgspec.structs.asdict(claims))


async def bearer(env: Env, pool_id: str, token: str, now: Instant, scope: str) -> None:
    """Is this a good access token of the pool with this scope, of a person or of a client for itself?

    Raises as `access_token` does. A client's token dies with the client.
    """
    snapshot, claims = await _signed(env, token)
    if snapshot.pool.pool_id != pool_id:
        raise InvalidAccessToken
    if claims.username:
        await access_token(env, token, now, scope)
        return
    if claims.exp * SECOND <= now:
        raise AccessTokenExpired
    if scope not in claims.scope.split():
        raise AccessTokenScope
    try:
        await snapshots.of_client(env, claims.client_id, pool_id)
    except ClientNotFound:
        raise AccessTokenRevoked from None


async def _signed(env: Env, token: str) -> tuple[Snapshot, AccessClaims]:
    """The claims of a token that one of our pools signed; remembered by the digest of the token.

    Only as long as the pool's keys were not read again, so that a key that has gone takes its tokens
    with it.
    """
    if len(token) > _LONGEST:
        raise InvalidAccessToken
    digest = hashlib.sha256(token.encode()).digest()
    known: _Known | None = env.tokens.get(digest)
    if known is not None:
        snapshot = await _of_pool(env, known.pool_id)
        if known.keys is snapshot.keys:
            return snapshot, known.claims
    snapshot = await _snapshot(env, token)
    claims = _verified(env, snapshot, token, "access", AccessClaims)
    env.tokens.put(digest, _Known(snapshot.pool.pool_id, snapshot.keys, claims))
    return snapshot, claims


async def _snapshot(env: Env, token: str) -> Snapshot:
    """The pool that the token says it is from: only where to look, proven by the signature."""
    try:
        issuer = jose.unverified_issuer(token)
    except jose.NotAJwt as error:
        raise InvalidAccessToken from error
    base, _, pool_id = issuer.rpartition("/")
    if base != env.settings.public_url:
        raise InvalidAccessToken
    return await _of_pool(env, pool_id)


async def _of_pool(env: Env, pool_id: str) -> Snapshot:
    try:
        return await snapshots.of_pool(env, pool_id)
    except ApiError as error:
        raise InvalidAccessToken from error


def _verified(env: Env, snapshot: Snapshot, token: str, use: str, shape: type[C]) -> C:
    """The claims in this shape, of a token that this pool signed for this use."""
    try:
        payload: dict[str, Any] = jose.verify(token, snapshot.keys.public.get)
        claims = msgspec.convert(payload, shape)
    except jose.BadSignature as error:
        raise AccessTokenUnverified from error
    except (jose.NotAJwt, msgspec.ValidationError) as error:
        raise InvalidAccessToken from error
    if payload["token_use"] != use or payload["iss"] != f"{env.settings.public_url}/{snapshot.pool.pool_id}":
        raise InvalidAccessToken
    return claims


async def presented(env: Env, token: str, now: Instant, use: str) -> Presented:
    """A token that is shown to be exchanged, with whom it speaks of. Raises as `access_token`.

    use  `access` or `id`
    """
    if len(token) > _LONGEST:
        raise InvalidAccessToken
    snapshot = await _snapshot(env, token)
    claims = _verified(env, snapshot, token, use, PresentedClaims)
    if claims.exp * SECOND <= now:
        raise AccessTokenExpired
    if claims.is_of_machine:
        await _check_machine(env, snapshot, claims)
        return Presented(snapshot, claims)

    async def owner(tx: Tx) -> tuple[User | None, Family | None]:
        return await families.with_user(tx, snapshot.pool.pool_id, claims.sub, claims.origin_jti)

    user, family = await env.db.read(owner)
    refused = _refusal(claims, user, family)
    if refused:
        raise refused
    return Presented(snapshot, claims, user, family)


async def _check_machine(env: Env, snapshot: Snapshot, claims: PresentedClaims) -> None:
    """The app client is still there."""
    try:
        await snapshots.of_client(env, claims.client_id, snapshot.pool.pool_id)
    except ApiError as error:
        raise InvalidAccessToken from error


def _refusal(
    claims: AccessClaims | PresentedClaims, user: User | None, family: Family | None
) -> ApiError | None:
    if user is None:
        return UserNotFound()
    if not user.enabled:
        return AccessTokenRevoked()  # and not "User is disabled.", which is for signing in (1.17, 4.6)
    if claims.origin_jti:
        revoked = family is None or family.revoked_at > 0
    else:
        revoked = claims.iat <= user.signed_out_at // SECOND and user.signed_out_at > 0
    return AccessTokenRevoked() if revoked else None

"""Trading a token for one that is bound to a service and can do less (RFC 8693; behaviour file, 1.2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from poolhouse.auth import completion
from poolhouse.context import Ctx
from poolhouse.directory import assurance, resource_servers
from poolhouse.directory import scopes as scope_rules
from poolhouse.directory.users import User
from poolhouse.errors import (
    AudienceOfAnotherApp,
    ClientNotFound,
    InvalidAccessToken,
    NothingToGrant,
    ResourceServerUnknown,
)
from poolhouse.ports import SECOND
from poolhouse.store import snapshots
from poolhouse.tokens import claims, issue, overridden, verify
from poolhouse.tokens.claims import Subject
from poolhouse.tokens.verify import Presented
from poolhouse.triggers.pre_token_generation import REFRESH

ACCESS = "ACCESS_TOKEN"
ID = "ID_TOKEN"
USES: Mapping[str, str] = {ACCESS: "access", ID: "id"}


class Wish(Struct, frozen=True):
    """What is asked for.

    scopes    empty: those of the subject's token
    audience  of the new token; empty: none
    kind      ACCESS or ID
    """

    scopes: tuple[str, ...]
    audience: str
    kind: str


async def party(ctx: Ctx, token: str, kind: str) -> Presented:
    """Whom a token of this pool speaks of, verified with its sign-in. Raises as `verify.presented`."""
    found = await verify.presented(ctx.env, token, ctx.now, USES[kind])
    if found.snapshot.pool.pool_id != ctx.pool.pool_id:
        raise InvalidAccessToken
    return found


async def derived(
    ctx: Ctx, subject: Presented, actor: Mapping[str, str] | None, wish: Wish
) -> dict[str, Any]:
    """The members of GetDerivedToken's answer. Raises `NothingToGrant` and as a trigger does.

    actor  `sub`, and `iss` where another issuer calls them so

    The new token belongs to the sign-in of the subject's, so it is revoked with it, and it does not
    outlive the subject's token: else whoever has one could trade it for ever [K].
    """
    if subject.user is None:
        raise InvalidAccessToken  # a machine's token speaks of no user [K]
    scopes = granted(ctx, subject.scopes, wish)
    said = await _claims(ctx, subject, subject.user, scopes, wish)
    said["exp"] = min(said["exp"], subject.claims.exp)
    chain = _act(subject, actor)
    if chain:
        said["act"] = chain
    key = ctx.keys.access_key if wish.kind == ACCESS else ctx.keys.id_key
    return {
        "IssuedToken": key.sign(said),
        "IssuedTokenType": wish.kind,
        "TokenType": "Bearer" if wish.kind == ACCESS else "N_A",
        "ExpiresIn": said["exp"] - ctx.now // SECOND,
        "Scopes": said["scope"].split() if wish.kind == ACCESS else list(scopes),
    }


async def check_audience(ctx: Ctx, audience: str) -> None:
    """No token is made that another app of the pool would take for its own [K]."""
    if not audience or audience == ctx.client.client_id:
        return
    try:
        await snapshots.of_client(ctx.env, audience, ctx.pool.pool_id)
    except ClientNotFound:
        return
    raise AudienceOfAnotherApp


def check_resource(ctx: Ctx, identifier: str) -> None:
    """Raises `ResourceServerUnknown`, whose text is [K]."""
    servers = ctx.snapshot.resource_servers if ctx.snapshot else ()
    if identifier not in {server.identifier for server in servers}:
        raise ResourceServerUnknown(identifier=identifier)


def allowed_scopes(ctx: Ctx) -> tuple[str, ...]:
    """A client without OAuth scopes may have what every sign-in of the API has [K]."""
    servers = ctx.snapshot.resource_servers if ctx.snapshot else ()
    return resource_servers.living(ctx.client.scopes, servers) or (scope_rules.API,)


def granted(ctx: Ctx, of_subject: Sequence[str], wish: Wish) -> tuple[str, ...]:
    """Asked for, in the subject's token, and allowed to the client; never more. Raises `NothingToGrant`.

    An ID token names no scopes: they are those of its sign-in [K].
    """
    allowed = allowed_scopes(ctx)
    asked = wish.scopes or of_subject
    found = tuple(scope for scope in asked if scope in of_subject and scope in allowed)
    needed = {scope_rules.OPENID, scope_rules.API} if wish.kind == ID else set(found)
    if not needed.intersection(found):
        raise NothingToGrant
    return found


async def _claims(
    ctx: Ctx, subject: Presented, user: User, scopes: Sequence[str], wish: Wish
) -> dict[str, Any]:
    """What the token says; the pool's function is asked as for a refresh, for which it has no name [K]."""
    groups = await completion.groups_of(ctx, user)
    override = await completion.overridden(ctx, user, REFRESH, groups, scopes)
    family = subject.family
    described = Subject(
        pool=ctx.pool,
        client=replace(ctx.client, revocable=bool(subject.claims.origin_jti)),
        user=user,
        groups=groups,
        issuer=issue.issuer(ctx),
        family_id=subject.claims.origin_jti,
        event_id=ctx.env.rng.uuid(),
        auth_time=subject.claims.auth_time * SECOND,
        assurance=assurance.claims_of(family.claims) if family else {},
        scopes=tuple(scopes),
        hosted=subject.scopes != (scope_rules.API,),
        audience=wish.audience,
    )
    if wish.kind == ACCESS:
        said = claims.access_claims(described, ctx.now, ctx.env.rng.uuid())
        return overridden.access_token(said, override)
    said = overridden.id_token(claims.id_claims(described, ctx.now, ctx.env.rng.uuid()), override)
    return said | ({"aud": wish.audience} if wish.audience else {})


def _act(subject: Presented, actor: Mapping[str, str] | None) -> dict[str, Any] | None:
    """Who acts for the user now, around who did before (RFC 8693, section 4.1). A chain is never cut off."""
    before = subject.claims.act
    if actor is None:
        return before
    return {**actor, **({"act": before} if before else {})}

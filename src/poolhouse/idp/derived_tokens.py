"""Tokens for machines and tokens traded for others (behaviour file, 1.2)."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from poolhouse.auth import exchange
from poolhouse.auth.client_secret import check_secret
from poolhouse.auth.exchange import Wish
from poolhouse.context import Ctx
from poolhouse.directory.client_oauth import TOKEN_AUTH
from poolhouse.errors import (
    ActorIncomplete,
    ClientSecretMismatch,
    FlowOff,
    FunctionRefusedClient,
    ProviderNotNamed,
    ScopeNotForClient,
    TwoTargets,
    UnexpectedLambda,
    UnrecognizableLambdaOutput,
    UserLambdaValidation,
)
from poolhouse.federation import shown
from poolhouse.federation.shown import Shown
from poolhouse.idp import foreign_tokens
from poolhouse.tokens import client_token
from poolhouse.tokens.verify import Presented
from poolhouse.wire.operations import operation

Request = dict[str, Any]
Response = dict[str, Any]

_IMPERSONATION = "ALLOW_TOKEN_EXCHANGE_IMPERSONATION"
_DELEGATION = "ALLOW_TOKEN_EXCHANGE_DELEGATION"


@operation("GetClientToken")
async def get_client_token(ctx: Ctx, req: Request) -> Response:
    """An access token for the app client itself. What a failing function is answered with is [K]."""
    check_secret(ctx, req["Secret"])
    if not ctx.client.secrets:
        raise ClientSecretMismatch
    if TOKEN_AUTH not in ctx.client.flows:
        raise FlowOff
    allowed = client_token.allowed_scopes(ctx)
    asked = tuple(dict.fromkeys(req.get("Scopes") or allowed))
    if not asked or not set(asked) <= set(allowed):
        raise ScopeNotForClient
    try:
        result = await client_token.issue(ctx, asked, ctx.metadata)
    except (UserLambdaValidation, UnexpectedLambda, UnrecognizableLambdaOutput) as error:
        raise FunctionRefusedClient(error.message) from error
    return {"ClientAuthenticationResult": result}


@operation("GetDerivedToken")
async def get_derived_token(ctx: Ctx, req: Request) -> Response:
    """Trade a token for one of this app client. A caller with an access key needs no secret."""
    if ctx.caller.kind != "signed":
        check_secret(ctx, req.get("ClientSecret"))
    _check_form(req)
    if (_DELEGATION if "ActorToken" in req else _IMPERSONATION) not in ctx.client.flows:
        raise FlowOff
    for identifier in req.get("Resources") or ():
        exchange.check_resource(ctx, identifier)
    wish = _wish(req)
    await exchange.check_audience(ctx, wish.audience)
    subject = await _party(ctx, req, "Subject")
    actor = await _party(ctx, req, "Actor") if "ActorToken" in req else None
    who = await _used(ctx, subject, actor, wish)
    return await exchange.derived(replace(ctx, snapshot=who.snapshot), who, _named(actor), wish)


def _wish(req: Request) -> Wish:
    target = (*(req.get("Audiences") or ()), *(req.get("Resources") or ()), "")[0]
    asked = tuple(dict.fromkeys(req.get("Scopes") or ()))
    kind = req.get("RequestedTokenType", exchange.ACCESS)  # [K]: RFC 8693 leaves it to the server
    return Wish(asked, target, kind)


def _check_form(req: Request) -> None:
    """Members that go together or exclude each other; the texts are [K]."""
    if req.get("Audiences") and req.get("Resources"):
        raise TwoTargets
    of_actor = [f"ActorToken{member}" in req for member in ("", "Type")]
    if any(of_actor) != all(of_actor) or ("ActorTokenProviderName" in req and not all(of_actor)):
        raise ActorIncomplete


async def _party(ctx: Ctx, req: Request, role: str) -> Presented | Shown:
    """Whom a token of this pool or of one of its identity providers speaks of; nothing is written yet."""
    token, kind = req[f"{role}Token"], req[f"{role}TokenType"]
    provider = req.get(f"{role}TokenProviderName")
    if provider is not None:
        return await foreign_tokens.verified(ctx, provider, token, kind)
    if kind not in exchange.USES:
        raise ProviderNotNamed(role=role)
    return await exchange.party(ctx, token, kind)


async def _used(
    ctx: Ctx, subject: Presented | Shown, actor: Presented | Shown | None, wish: Wish
) -> Presented:
    """Tokens of providers are used up, and the user signed in; a wish for too much comes before [K]."""
    if isinstance(subject, Shown):
        exchange.granted(ctx, exchange.allowed_scopes(ctx), wish)
    if isinstance(actor, Shown):
        await shown.spend(ctx, actor)
    if isinstance(subject, Shown):
        return await foreign_tokens.signed_in(ctx, subject)
    return subject


def _named(actor: Presented | Shown | None) -> Mapping[str, str] | None:
    """As `act` names them: with the issuer, where that is not the pool (RFC 8693, section 4.1) [K]."""
    if isinstance(actor, Shown):
        return {"iss": actor.issuer, "sub": actor.identity.subject}
    return {"sub": actor.claims.sub} if actor else None

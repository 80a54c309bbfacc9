"""Tokens for machines and tokens traded for others (behaviour file, 1.2)."""

from typing import Any

from poolhouse.auth import exchange
from poolhouse.auth.client_secret import check_secret
from poolhouse.auth.exchange import Wish
from poolhouse.context import Ctx
from poolhouse.directory.client_oauth import TOKEN_AUTH
from poolhouse.errors import (
    ActorIncomplete,
    ClientSecretMismatch,
    FlowOff,
    ForeignTokenRefused,
    FunctionRefusedClient,
    ScopeNotForClient,
    TwoTargets,
    UnexpectedLambda,
    UnrecognizableLambdaOutput,
    UserLambdaValidation,
)
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
    subject = await _party(ctx, req, "Subject")
    actor = await _party(ctx, req, "Actor") if "ActorToken" in req else None
    target = (*(req.get("Audiences") or ()), *(req.get("Resources") or ()), "")[0]
    asked = tuple(dict.fromkeys(req.get("Scopes") or ()))
    kind = req.get("RequestedTokenType", exchange.ACCESS)  # [K]: RFC 8693 leaves it to the server
    return await exchange.derived(ctx, subject, actor, Wish(asked, target, kind))


def _check_form(req: Request) -> None:
    """Members that go together or exclude each other; the texts are [K]."""
    if req.get("Audiences") and req.get("Resources"):
        raise TwoTargets
    of_actor = [f"ActorToken{member}" in req for member in ("", "Type")]
    if any(of_actor) != all(of_actor) or ("ActorTokenProviderName" in req and not all(of_actor)):
        raise ActorIncomplete


async def _party(ctx: Ctx, req: Request, role: str) -> Presented:
    """Tokens of other issuers and SAML assertions are not traded yet, and are refused by name."""
    kind = req[f"{role}TokenType"]
    if f"{role}TokenProviderName" in req or kind not in exchange.USES:
        raise ForeignTokenRefused
    return await exchange.party(ctx, req[f"{role}Token"], kind)

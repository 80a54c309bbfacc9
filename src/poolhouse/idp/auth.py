"""Signing in: InitiateAuth, RespondToAuthChallenge and their administrator's twins (1.2)."""

from typing import Any

from poolhouse.auth import engine, flows, refresh
from poolhouse.auth.client_secret import check_hash
from poolhouse.context import Ctx
from poolhouse.errors import MissingParameter, WrongSecretHash
from poolhouse.wire.operations import operation

Request = dict[str, Any]
Response = dict[str, Any]


@operation("InitiateAuth")
async def initiate_auth(ctx: Ctx, req: Request) -> Response:
    """Begin a sign-in, or trade a refresh token for new tokens."""
    return await _begin(ctx, req, flows.PUBLIC)


@operation("AdminInitiateAuth")
async def admin_initiate_auth(ctx: Ctx, req: Request) -> Response:
    """As InitiateAuth, from a server that signs its requests."""
    return await _begin(ctx, req, flows.ADMIN)


async def _begin(ctx: Ctx, req: Request, allowed_here: frozenset[str]) -> Response:
    parameters: dict[str, str] = req.get("AuthParameters") or {}
    flow = flows.opened(ctx, req["AuthFlow"], allowed_here, parameters)
    secret_hash = parameters.get("SECRET_HASH")
    if flow == flows.REFRESH:
        token, device_key = parameters["REFRESH_TOKEN"], parameters.get("DEVICE_KEY")
        tokens = await refresh.by_flow(ctx, token, secret_hash, device_key)
        return {"ChallengeParameters": {}, "AuthenticationResult": tokens}
    check_hash(ctx, secret_hash, parameters["USERNAME"])
    return await engine.begin(ctx, flow, parameters, req.get("Session") or "")


@operation("RespondToAuthChallenge")
async def respond_to_auth_challenge(ctx: Ctx, req: Request) -> Response:
    """Answer a challenge."""
    return await _respond(ctx, req)


@operation("AdminRespondToAuthChallenge")
async def admin_respond_to_auth_challenge(ctx: Ctx, req: Request) -> Response:
    """As RespondToAuthChallenge, from a server that signs its requests."""
    return await _respond(ctx, req)


async def _respond(ctx: Ctx, req: Request) -> Response:
    answer: dict[str, str] = req.get("ChallengeResponses") or {}
    username = answer.get("USERNAME")
    if not username:
        raise MissingParameter(name="USERNAME")
    check_hash(ctx, answer.get("SECRET_HASH"), username, missing=WrongSecretHash)
    return await engine.respond(ctx, req["ChallengeName"], req.get("Session"), answer)

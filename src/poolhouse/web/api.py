"""One API call from checked request to result: who may, on which pool, within which limits.

The wire formats are the business of web/gateway.py; the operations know nothing of HTTP.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from poolhouse.context import Ctx, Env, Snapshot
from poolhouse.directory.clients import Client
from poolhouse.errors import ApiError, PoolNotFound, UnsupportedHere
from poolhouse.store import snapshots
from poolhouse.tokens import verify
from poolhouse.web import caller, limits
from poolhouse.web.caller import Signer
from poolhouse.wire import validate
from poolhouse.wire.operations import Handler, Operation, registered
from poolhouse.wire.unsupported import UNSUPPORTED

# Signed operations that act on behalf of an app client of the pool.
_FOR_A_CLIENT = frozenset({"AdminInitiateAuth", "AdminRespondToAuthChallenge"})

# What no policy can forbid to somebody who has a key (behaviour file, 1.20).
_ALWAYS_ALLOWED = frozenset({"sts:GetCallerIdentity"})


def handler_of(operation: Operation) -> Handler:
    """Raises `UnsupportedHere` for an operation that Poolhouse does not have yet."""
    key = (operation.service, operation.name)
    handler = registered().get(key)
    if handler is None:
        raise UnsupportedHere(operation=operation.name, reason=UNSUPPORTED.get(key, ""))
    return handler


class Call:
    """One API call. `pool_id` is known as soon as the pool is, for the log of what was refused too."""

    def __init__(self, env: Env, operation: Operation, signer: Signer, request_id: str) -> None:
        self._operation = operation
        self._signer = signer
        self._ctx = Ctx(
            env=env,
            request_id=request_id,
            operation=operation.name,
            region=signer.region,
            now=env.clock.now(),
            caller=signer.caller,
        )
        self.pool_id = ""

    async def run(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Check the request and run the operation. Raises `ApiError`."""
        handler = handler_of(self._operation)
        request = validate.check(self._operation, body)
        ctx = await _placed(self._ctx, self._operation, self._signer, request)
        if ctx.snapshot:
            self.pool_id = ctx.snapshot.pool.pool_id
        await limits.take(ctx, request)
        try:
            return await handler(ctx, request)
        except ApiError as error:
            limits.give_back(ctx, request, error)
            raise


async def _placed(ctx: Ctx, operation: Operation, signer: Signer, request: Mapping[str, Any]) -> Ctx:
    """The same request, with the pool, the app client and the user that it is about."""
    if operation.needs_signature:
        return await _for_signer(ctx, operation, signer, request)
    if operation.takes_access_token and "AccessToken" in request:
        return await _for_token(ctx, request["AccessToken"])
    if "ClientId" in request:
        snapshot, client = await snapshots.of_client(ctx.env, request["ClientId"])
        return _at(ctx, snapshot, client)
    return ctx


async def _for_signer(ctx: Ctx, operation: Operation, signer: Signer, request: Mapping[str, Any]) -> Ctx:
    pool_id = request.get("UserPoolId")
    if operation.action not in _ALWAYS_ALLOWED:
        caller.permit(ctx.env, signer, operation.action, _resource(ctx, operation, request))
    if pool_id is None:
        return ctx
    if pool_id.partition("_")[0] != signer.region:
        raise PoolNotFound(pool_id=pool_id)
    if operation.name in _FOR_A_CLIENT:
        snapshot, client = await snapshots.of_client(ctx.env, request["ClientId"], pool_id)
        return _at(ctx, snapshot, client)
    return replace(ctx, snapshot=await snapshots.of_pool(ctx.env, pool_id))


def _resource(ctx: Ctx, operation: Operation, request: Mapping[str, Any]) -> str:
    """What the IAM policy is asked about: the pool's ARN, or * for what names no pool."""
    if operation.service != "cognito-idp":
        return "*"
    if "ResourceArn" in request:
        return str(request["ResourceArn"])
    if "UserPoolId" not in request:
        return "*"
    pool_id = request["UserPoolId"]
    return f"arn:aws:cognito-idp:{ctx.region}:{ctx.env.settings.account_id}:userpool/{pool_id}"


async def _for_token(ctx: Ctx, token: str) -> Ctx:
    snapshot, owner = await verify.access_token(ctx.env, token, ctx.now)
    snapshot, client = await snapshots.of_client(ctx.env, owner.claims["client_id"], snapshot.pool.pool_id)
    return replace(_at(ctx, snapshot, client), caller=owner)


def _at(ctx: Ctx, snapshot: Snapshot, client: Client) -> Ctx:
    region = ctx.region or snapshot.pool.region
    return replace(ctx, snapshot=snapshot, app_client=client, region=region)

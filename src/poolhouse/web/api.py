"""One API call from checked request to result: who may, on which pool, within which limits.

The wire formats are the business of web/gateway.py; the operations know nothing of HTTP.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from msgspec import Struct

from poolhouse.auth import seal
from poolhouse.context import PUBLIC, Caller, Ctx, Env, Snapshot
from poolhouse.directory import log_delivery
from poolhouse.directory.clients import Client
from poolhouse.directory.identity_pools import IdentityPool
from poolhouse.errors import (
    AccessTokenRevoked,
    ApiError,
    ClientNotFound,
    ExternalService,
    InvalidSession,
    LoginUnverified,
    PoolNotFound,
    Unauthorized,
    UnsupportedHere,
    UserNotFound,
)
from poolhouse.ports import Instant
from poolhouse.store import audited, snapshots
from poolhouse.tokens import verify
from poolhouse.web import activity, caller, identity_placing, limits, sdk, told
from poolhouse.web.caller import Signer
from poolhouse.wire import validate
from poolhouse.wire.operations import Handler, Operation, registered
from poolhouse.wire.unsupported import UNSUPPORTED

# Signed operations that act on behalf of an app client of the pool.
_FOR_A_CLIENT = frozenset({"AdminInitiateAuth", "AdminRespondToAuthChallenge"})

# Operations that a sign-in under way may call: their session names the app client.
_BY_SESSION = frozenset({"AssociateSoftwareToken", "VerifySoftwareToken"})

# What no policy can forbid to somebody who has a key (behaviour file, 1.20), and what the trust policy of a
# role has a say in.
_DECIDED_ELSEWHERE = frozenset({"sts:GetCallerIdentity", "sts:GetSessionToken", "sts:AssumeRole"})

# What these operations answer in place of an error that their models do not declare. The texts are [K].
_INSTEAD: Mapping[tuple[str, str], type[ApiError]] = {
    ("RevokeToken", ClientNotFound.code): Unauthorized,
    ("GlobalSignOut", UserNotFound.code): AccessTokenRevoked,
    ("StartWebAuthnRegistration", UserNotFound.code): AccessTokenRevoked,
    ("StartWebAuthnRegistration", ClientNotFound.code): AccessTokenRevoked,
    ("CompleteWebAuthnRegistration", UserNotFound.code): AccessTokenRevoked,
    ("CompleteWebAuthnRegistration", ClientNotFound.code): AccessTokenRevoked,
    ("ListWebAuthnCredentials", UserNotFound.code): AccessTokenRevoked,
    ("ListWebAuthnCredentials", ClientNotFound.code): AccessTokenRevoked,
    ("DeleteWebAuthnCredential", UserNotFound.code): AccessTokenRevoked,
    ("AssociateSoftwareToken", UserNotFound.code): AccessTokenRevoked,
    ("GetOpenIdTokenForDeveloperIdentity", ExternalService.code): LoginUnverified,
}


def handler_of(operation: Operation) -> Handler:
    """Raises `UnsupportedHere` for an operation that Poolhouse does not have yet."""
    key = (operation.service, operation.name)
    handler = registered().get(key)
    if handler is None:
        raise UnsupportedHere(operation=operation.name, reason=UNSUPPORTED.get(key, ""))
    return handler


class _Place(Struct, frozen=True):
    """What a request is about."""

    caller: Caller
    region: str
    snapshot: Snapshot | None = None
    client: Client | None = None
    identity_pool: IdentityPool | None = None


class Call:
    """One API call. `pool_id` is known as soon as the pool is, for the log of what was refused too.

    address     where the call came from
    user_agent  what calls: administrators' triggers see which SDK it was
    """

    def __init__(
        self,
        env: Env,
        operation: Operation,
        signer: Signer,
        request_id: str,
        address: str = "",
        user_agent: str = "",
    ) -> None:
        self._env = env
        self._operation = operation
        self._signer = signer
        self._request_id = request_id
        self._address = address
        self._user_agent = user_agent
        self.pool_id = ""

    async def run(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Check the request and run the operation. Raises `ApiError`, one that the model declares."""
        handler = handler_of(self._operation)
        request = validate.check(self._operation, body)
        try:
            return await self._answer(handler, request)
        except ApiError as error:
            instead = _INSTEAD.get((self._operation.name, error.code))
            if instead is None:
                raise
            raise instead from error

    async def _answer(self, handler: Handler, request: Mapping[str, Any]) -> Mapping[str, Any]:
        ctx = await self._context(request)
        try:
            result = await self._within_limits(ctx, handler, request)
        except ApiError as error:
            activity.refused(ctx, request, error)
            raise
        activity.answered(ctx, request, result)
        return result

    async def _within_limits(
        self, ctx: Ctx, handler: Handler, request: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        await limits.take(ctx, self._operation, request)
        await ctx.env.turns.take(self.pool_id)
        try:
            return await handler(ctx, request)
        except ApiError as error:
            limits.give_back(ctx, self._operation, request, error)
            raise

    async def _context(self, request: Mapping[str, Any]) -> Ctx:
        now = self._env.clock.now()
        place = await self._place(request, now)
        if place.snapshot:
            self.pool_id = place.snapshot.pool.pool_id
        elif place.identity_pool:
            self.pool_id = place.identity_pool.pool_id
        return Ctx(
            env=self._acting(place.caller),
            request_id=self._request_id,
            operation=self._operation.name,
            region=place.region,
            now=now,
            caller=place.caller,
            snapshot=place.snapshot,
            app_client=place.client,
            placed=place.identity_pool,
            may=partial(caller.may, self._signer),
            metadata=request.get("ClientMetadata") or {},
            address=self._address,
            user_agent=self._user_agent,
            told=told.of(self._operation, request),
            sdk=sdk.named_by(self._user_agent) if self._operation.needs_signature else sdk.UNKNOWN,
        )

    def _acting(self, who: Caller) -> Env:
        """Changes of administrators are recorded; sign-ins are events, whoever calls for them."""
        if not self._operation.needs_signature or self._operation.name in _FOR_A_CLIENT:
            return self._env
        return audited.for_signer(self._env, who, self._operation.name, self._request_id)

    async def _place(self, request: Mapping[str, Any], now: Instant) -> _Place:
        """The pool, the app client and the user that the request is about."""
        if self._operation.service == "cognito-identity":
            return await self._identities(request)
        if self._operation.needs_signature:
            return await self._of_signer(request)
        if self._operation.takes_access_token and "AccessToken" in request:
            snapshot, owner = await verify.access_token(self._env, request["AccessToken"], now)
            pool_id = snapshot.pool.pool_id
            snapshot, client = await snapshots.of_client(self._env, owner.claims["client_id"], pool_id)
            return _Place(owner, snapshot.pool.region, snapshot, client)
        if "ClientId" in request:
            snapshot, client = await snapshots.of_client(self._env, request["ClientId"])
            return _Place(self._signed_for(client), snapshot.pool.region, snapshot, client)
        if self._operation.name in _BY_SESSION and "Session" in request:
            return await self._of_session(request["Session"])
        if self._operation.service == "cognito-idp" and "UserPoolId" in request:
            snapshot = await snapshots.of_pool(self._env, request["UserPoolId"])
            return _Place(PUBLIC, snapshot.pool.region, snapshot)
        return _Place(PUBLIC, "")

    async def _identities(self, request: Mapping[str, Any]) -> _Place:
        if not self._operation.needs_signature:
            pool = await identity_placing.public(self._env, request)
            return _Place(PUBLIC, pool.region, identity_pool=pool)
        found = await identity_placing.signed(self._env, self._signer, self._operation, request)
        return _Place(self._signer.caller, self._signer.region, identity_pool=found)

    def _signed_for(self, client: Client) -> Caller:
        """Who signed an operation that app clients call too; PUBLIC: nobody did."""
        if self._signer is caller.NOBODY:
            return PUBLIC
        if client.pool_id.partition("_")[0] != self._signer.region:
            raise ClientNotFound(client_id=client.client_id)
        caller.permit(self._signer, self._operation.action, self._arn(client.pool_id))
        return self._signer.caller

    async def _of_session(self, session: str) -> _Place:
        """Where a session says that it is of; whether that is true the operation sees."""
        try:
            snapshot, client = await snapshots.of_client(self._env, seal.client_of(session))
        except ClientNotFound as error:
            raise InvalidSession from error
        return _Place(PUBLIC, snapshot.pool.region, snapshot, client)

    async def _of_signer(self, request: Mapping[str, Any]) -> _Place:
        signer, env = self._signer, self._env
        self._permit(request)
        pool_id = self._pool_named(request)
        if pool_id is None:
            return _Place(signer.caller, signer.region)
        if pool_id.partition("_")[0] != signer.region:
            raise PoolNotFound(pool_id=pool_id)
        snapshot = await snapshots.of_pool(env, pool_id)  # first: a wrong pool is told before a wrong client
        if self._operation.name in _FOR_A_CLIENT:
            snapshot, client = await snapshots.of_client(env, request["ClientId"], pool_id)
            return _Place(signer.caller, signer.region, snapshot, client)
        return _Place(signer.caller, signer.region, snapshot)

    def _permit(self, request: Mapping[str, Any]) -> None:
        """Ask the signer's policies about the operation and what a pool is to use. Raises `AccessDenied`."""
        signer = self._signer
        if self._operation.action not in _DECIDED_ELSEWHERE:
            caller.permit(signer, self._operation.action, self._resource(request))
        if (
            "RoleArn" in request and self._operation.service == "cognito-idp"
        ):  # who gives a group a role hands it to everybody in the group (1.9)
            caller.permit(signer, "iam:PassRole", request["RoleArn"])
        for arn in log_delivery.named(request):  # as at AWS: a tenant's logs do not go into another's sink
            caller.permit(signer, "logs:CreateLogDelivery", arn)

    def _resource(self, request: Mapping[str, Any]) -> str:
        """What the IAM policy is asked about: the pool's ARN, or * for what names no pool."""
        if "ResourceArn" in request:
            return str(request["ResourceArn"])
        if self._operation.service != "cognito-idp" or "UserPoolId" not in request:
            return "*"
        return self._arn(request["UserPoolId"])

    def _pool_named(self, request: Mapping[str, Any]) -> str | None:
        """By its id or, where it is tagged, by its ARN: of this account and of the Region signed for."""
        arn, prefix = request.get("ResourceArn", ""), self._arn("")
        named = arn.removeprefix(prefix) if arn.startswith(prefix) else request.get("UserPoolId")
        return None if named is None else str(named)

    def _arn(self, pool_id: str) -> str:
        account = self._env.settings.account_id
        return f"arn:aws:cognito-idp:{self._signer.region}:{account}:userpool/{pool_id}"

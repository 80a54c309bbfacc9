"""Which identity pool a call of cognito-identity is about, and may its signer ask for that?"""

from collections.abc import Mapping
from typing import Any

from poolhouse.context import Env
from poolhouse.directory import identity_pools as rules
from poolhouse.directory import identity_roles
from poolhouse.directory.identity_pools import IdentityPool
from poolhouse.errors import IdentityNotFound, IdentityPoolNotFound
from poolhouse.store import identity_pools
from poolhouse.web import caller
from poolhouse.web.caller import Signer
from poolhouse.wire.operations import Operation

# Each identity that it names is asked about by the operation itself.
_ASKS_ITSELF = "DeleteIdentities"


async def public(env: Env, request: Mapping[str, Any]) -> IdentityPool:
    """Of a call that nobody signs. Raises `IdentityPoolNotFound` and `IdentityNotFound`."""
    if "IdentityPoolId" in request:
        return await identity_pools.of_id(env, request["IdentityPoolId"])
    return await identity_pools.of_identity(env, request["IdentityId"])


async def signed(
    env: Env, signer: Signer, operation: Operation, request: Mapping[str, Any]
) -> IdentityPool | None:
    """Of a signed call; None: it is about no pool.

    The policy is asked first, so that whoever may not ask learns nothing of what there is. Raises
    `AccessDenied`, `IdentityPoolNotFound` and `IdentityNotFound`.
    """
    if operation.name == _ASKS_ITSELF:
        return None
    if "IdentityPoolId" not in request and "IdentityId" in request:
        return await _of_identity(env, signer, operation, request["IdentityId"])
    pool_id = _named(env, signer, request)
    resource = request.get("ResourceArn") or (_arn(env, signer, pool_id) if pool_id else "*")
    caller.permit(signer, operation.action, resource)
    for role in identity_roles.named(request) if operation.name == "SetIdentityPoolRoles" else ():
        caller.permit(signer, "iam:PassRole", role)
    if pool_id is None:
        return None
    if rules.region_of(pool_id) != signer.region:
        raise IdentityPoolNotFound(pool_id=pool_id)
    return await identity_pools.of_id(env, pool_id)


async def _of_identity(env: Env, signer: Signer, operation: Operation, identity_id: str) -> IdentityPool:
    """An identity that the signer may not ask about is one that is not there: neither is told of, nor the
    pool that it is in. Then the policy is asked about everything.
    """
    pool = await _pool_of(env, identity_id)
    if pool and caller.may(signer, operation.action, _arn(env, signer, pool.pool_id)):
        if pool.region == signer.region:
            return pool
    else:
        caller.permit(signer, operation.action, "*")
    raise IdentityNotFound(identity_id=identity_id)


async def _pool_of(env: Env, identity_id: str) -> IdentityPool | None:
    try:
        return await identity_pools.of_identity(env, identity_id)
    except IdentityNotFound:
        return None


def _named(env: Env, signer: Signer, request: Mapping[str, Any]) -> str | None:
    """By its id or, where it is tagged, by its ARN: of this account and of the Region signed for."""
    arn, prefix = request.get("ResourceArn", ""), _arn(env, signer, "")
    named = arn.removeprefix(prefix) if arn.startswith(prefix) else request.get("IdentityPoolId")
    return None if named is None else str(named)


def _arn(env: Env, signer: Signer, pool_id: str) -> str:
    return f"{rules.arn_prefix(signer.region, env.settings.account_id)}{pool_id}"

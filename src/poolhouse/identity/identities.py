"""Identities: whoever came to a pool, as a guest or with logins (behaviour file, 1.18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from poolhouse.context import Ctx
from poolhouse.crypto import aead
from poolhouse.directory import identity_pools as rules
from poolhouse.directory.identity_pools import Identity
from poolhouse.directory.login_providers import canonical, host_of
from poolhouse.errors import (
    IdentityForbidden,
    IdentityNotFound,
    IdentityPoolNotFound,
    LoginNotLinked,
    LoginsDontMatch,
)
from poolhouse.identity import resolution
from poolhouse.identity.logins import verification
from poolhouse.ports import Tx
from poolhouse.store import data_keys, identities, identity_pools, paging, revoked_sessions
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_identity import (
        DeleteIdentitiesInput,
        DescribeIdentityInput,
        GetIdInput,
        ListIdentitiesInput,
        UnlinkIdentityInput,
    )

Response = dict[str, Any]

_DELETE = "cognito-identity:DeleteIdentities"


@operation("GetId", service="cognito-identity")
async def get_id(ctx: Ctx, req: GetIdInput) -> Response:
    """The identity with these logins, made where there is none; without logins a new guest, each time.

    An AccountId that is not ours names no pool [K].
    """
    if req.get("AccountId", ctx.env.settings.account_id) != ctx.env.settings.account_id:
        raise IdentityPoolNotFound(pool_id=req["IdentityPoolId"])
    logins = await verification.verified(ctx, req.get("Logins") or {})
    return {"IdentityId": await resolution.of_logins(ctx, logins)}


@operation("DescribeIdentity", service="cognito-identity")
async def describe_identity(ctx: Ctx, req: DescribeIdentityInput) -> Response:
    """When it was made, and the providers of its logins."""
    pool_id, identity_id = ctx.identity_pool.pool_id, req["IdentityId"]
    found = await ctx.env.db.read(lambda tx: identities.by_id(tx, pool_id, identity_id))
    return found.described()


@operation("ListIdentities", service="cognito-identity")
async def list_identities(ctx: Ctx, req: ListIdentitiesInput) -> Response:
    """The identities of a pool, by id; disabled ones too unless they are to be hidden."""
    pool_id, size = req["IdentityPoolId"], req["MaxResults"]
    hide = req.get("HideDisabled", False)
    key = aead.derive(await data_keys.of_scope(ctx.env, data_keys.HOUSE), "session")
    listing = f"identities|{pool_id}|{hide}"
    after = ""
    if "NextToken" in req:
        after = str(paging.open_token(key, ctx.now, listing, req["NextToken"])[0])

    async def read(tx: Tx) -> list[Identity]:
        return await identities.page(tx, pool_id, after, size + 1, hide_disabled=hide)

    found = await ctx.env.db.read(read)
    answer: Response = {
        "IdentityPoolId": pool_id,
        "Identities": [identity.described() for identity in found[:size]],
    }
    if len(found) > size:
        last = found[size - 1].identity_id
        answer["NextToken"] = paging.seal(key, ctx.env.rng, ctx.now, listing, [last])
    return answer


@operation("DeleteIdentities", service="cognito-identity")
async def delete_identities(ctx: Ctx, req: DeleteIdentitiesInput) -> Response:
    """Delete each; those that the signer may not delete are named in the answer.

    What is not there, or no longer, is as it should be [K].
    """
    refused = [
        {"IdentityId": identity_id, "ErrorCode": "AccessDenied"}
        for identity_id in dict.fromkeys(req["IdentityIdsToDelete"])
        if not await _deleted(ctx, identity_id)
    ]
    return {"UnprocessedIdentityIds": refused}


async def _deleted(ctx: Ctx, identity_id: str) -> bool:
    """False where the signer may not. With the identity its temporary credentials end."""
    if rules.region_of(identity_id) != ctx.region:
        return False
    try:
        pool = await identity_pools.of_identity(ctx.env, identity_id)
    except IdentityNotFound:
        return ctx.may(_DELETE, "*")
    if not ctx.may(_DELETE, pool.arn(ctx.env.settings.account_id)):
        return False

    async def write(tx: Tx) -> None:
        await identities.delete(tx, pool.pool_id, identity_id)
        await revoked_sessions.add(tx, revoked_sessions.IDENTITY, identity_id, ctx.now)

    await ctx.env.db.run(write)
    ctx.env.identity_places.drop(identity_id)
    revoked_sessions.forget(ctx.env)
    return True


@operation("UnlinkIdentity", service="cognito-identity")
async def unlink_identity(ctx: Ctx, req: UnlinkIdentityInput) -> Response:
    """Take logins from an identity that is proven by logins of its own; without any left it is disabled."""
    pool_id, identity_id = ctx.identity_pool.pool_id, req["IdentityId"]
    logins = await verification.verified(ctx, req["Logins"])
    host = host_of(ctx.env.settings.public_url)
    unwanted = list(dict.fromkeys(canonical(name, host) for name in req["LoginsToRemove"]))

    async def write(tx: Tx) -> None:
        asked = await identities.hold(tx, pool_id, identity_id, ctx.now)
        if asked.disabled:
            raise IdentityForbidden(identity_id=identity_id)
        owners = await identities.owners(tx, pool_id, logins)
        if set(owners.values()) != {identity_id} or len(owners) < len(logins):
            raise LoginsDontMatch
        for provider in unwanted:
            if not await identities.unlink(tx, pool_id, identity_id, provider):
                raise LoginNotLinked(provider=provider)
        if not await identities.linked(tx, pool_id, identity_id):
            await identities.disable(tx, pool_id, identity_id, ctx.now)

    await ctx.env.db.run(write)
    return {}

"""Passkeys of signed-in users: registering, listing and deleting them (1.7; WebAuthn Level 3, 7.1)."""

from collections.abc import Sequence
from typing import Any

from poolhouse.auth import passkey_registration
from poolhouse.context import Ctx
from poolhouse.directory import passkeys as rules
from poolhouse.errors import PasskeyNotFound
from poolhouse.ports import Tx
from poolhouse.store import paging, passkeys
from poolhouse.store.passkeys import Passkey
from poolhouse.wire.operations import operation

Request = dict[str, Any]
Response = dict[str, Any]


@operation("StartWebAuthnRegistration")
async def start_web_authn_registration(ctx: Ctx, req: Request) -> Response:
    """What a browser needs to make a passkey: a `PublicKeyCredentialCreationOptionsJSON`."""
    return {"CredentialCreationOptions": await passkey_registration.begin(ctx)}


@operation("CompleteWebAuthnRegistration")
async def complete_web_authn_registration(ctx: Ctx, req: Request) -> Response:
    """Keep the passkey that the browser made."""
    await passkey_registration.complete(ctx, req["Credential"])
    return {}


@operation("ListWebAuthnCredentials")
async def list_web_authn_credentials(ctx: Ctx, req: Request) -> Response:
    """The user's passkeys, the oldest first; also those of a relying party that the pool had before."""
    listing = f"passkeys|{ctx.pool.pool_id}|{ctx.user.sub}"
    after: tuple[Any, ...] = (-1, "")
    if "NextToken" in req:
        after = tuple(paging.open_token(ctx.keys.session, ctx.now, listing, req["NextToken"]))
    size = req.get("MaxResults") or rules.MOST

    async def read(tx: Tx) -> Sequence[Passkey]:
        return await passkeys.of_user(tx, ctx.pool.pool_id, ctx.user.sub)

    rest = [found for found in await ctx.env.db.read(read) if (found.created_at, found.credential_id) > after]
    answer: Response = {"Credentials": [_described(found) for found in rest[:size]]}
    if len(rest) > size:
        last = (rest[size - 1].created_at, rest[size - 1].credential_id)
        answer["NextToken"] = paging.seal(ctx.keys.session, ctx.env.rng, ctx.now, listing, last)
    return answer


def _described(passkey: Passkey) -> Response:
    described = {
        "CredentialId": passkey.credential_id,
        "FriendlyCredentialName": passkey.name,
        "RelyingPartyId": passkey.relying_party_id,
        "AuthenticatorTransports": list(passkey.transports),
        "CreatedAt": passkey.created_at,
    }
    return described | ({"AuthenticatorAttachment": passkey.attachment} if passkey.attachment else {})


@operation("DeleteWebAuthnCredential")
async def delete_web_authn_credential(ctx: Ctx, req: Request) -> Response:
    """Forget a passkey of the user who asks: from then on it signs nobody in."""

    async def delete(tx: Tx) -> None:
        if not await passkeys.remove(tx, ctx.pool.pool_id, ctx.user.sub, req["CredentialId"]):
            raise PasskeyNotFound
        await passkey_registration.count(tx, ctx)

    await ctx.env.db.run(delete)
    return {}

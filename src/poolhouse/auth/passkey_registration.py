"""Making a passkey of somebody who is signed in (behaviour file, 1.7; WebAuthn Level 3, 7.1)."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from poolhouse.auth.challenges.web_authn import CHALLENGE_BYTES, user_handle
from poolhouse.context import Ctx
from poolhouse.crypto import passkeys as webauthn
from poolhouse.crypto.passkeys import (
    ClientData,
    Credential,
    Expected,
    Malformed,
    OtherRelyingParty,
    Registered,
    Unverified,
)
from poolhouse.delivery import links
from poolhouse.directory import passkeys as rules
from poolhouse.directory.users import User
from poolhouse.errors import (
    AccessTokenRevoked,
    InvalidPasskey,
    PasskeyInUse,
    TooManyPasskeys,
    WebAuthnChallengeNotFound,
    WebAuthnClientMismatch,
    WebAuthnConfigurationMissing,
    WebAuthnCredentialNotSupported,
    WebAuthnNotEnabled,
    WebAuthnOriginNotAllowed,
    WebAuthnRelyingPartyMismatch,
)
from poolhouse.ports import Tx
from poolhouse.store import passkeys, users
from poolhouse.store.passkeys import Begun, Passkey

Document = dict[str, Any]

_TIMEOUT = 60_000  # milliseconds, a hint for the browser
_TRANSPORTS = frozenset({"ble", "hybrid", "internal", "nfc", "smart-card", "usb"})  # 5.8.4
_ATTACHMENTS = frozenset({"cross-platform", "platform"})  # 5.4.5


async def begin(ctx: Ctx) -> Document:
    """What a browser needs to make a passkey of the user who asks: `PublicKeyCredentialCreationOptionsJSON`.

    Raises what StartWebAuthnRegistration answers.
    """
    _refuse_where_off(ctx)
    domain = _domain(ctx)
    if domain is None:
        raise WebAuthnConfigurationMissing
    challenge = webauthn.to_base64url(ctx.env.rng.bytes(CHALLENGE_BYTES))

    async def begin_in(tx: Tx) -> Sequence[Passkey]:
        registered = await passkeys.of_user(tx, ctx.pool.pool_id, ctx.user.sub)
        if len(registered) >= rules.MOST:
            raise TooManyPasskeys(most=rules.MOST)
        await passkeys.begin(tx, ctx, challenge, domain)
        return registered

    registered = await ctx.env.db.run(begin_in)
    return _options(ctx, domain, challenge, registered)


def _refuse_where_off(ctx: Ctx) -> None:
    if rules.FACTOR not in ctx.pool.first_factors:
        raise WebAuthnNotEnabled


def _domain(ctx: Ctx) -> str | None:
    return rules.relying_party(ctx.pool.passkeys, links.base(ctx))


def _options(ctx: Ctx, domain: str, challenge: str, registered: Sequence[Passkey]) -> Document:
    """The form that AWS documents; EdDSA beside its two algorithms is [K]."""
    return {
        "rp": {"id": domain, "name": domain},
        "user": {
            "id": user_handle(ctx.user.sub),
            "name": ctx.user.username,
            "displayName": ctx.user.username,
        },
        "challenge": challenge,
        "pubKeyCredParams": [{"type": "public-key", "alg": alg} for alg in webauthn.ALGORITHMS],
        "timeout": _TIMEOUT,
        "excludeCredentials": [
            {"type": "public-key", "id": passkey.credential_id, "transports": list(passkey.transports)}
            for passkey in registered
        ],
        "authenticatorSelection": {
            "requireResidentKey": True,
            "residentKey": "required",
            "userVerification": ctx.pool.passkeys.verification,
        },
        "attestation": "none",
    }


async def complete(ctx: Ctx, document: Any) -> None:
    """Keep the passkey that the browser made. The challenge is used up whether it is accepted or not.

    document  the credential, in WebAuthn's JSON

    Raises what CompleteWebAuthnRegistration answers.
    """
    _refuse_where_off(ctx)
    credential, data = _parsed(document)
    begun = await _taken(ctx, data.challenge)
    domain = begun.relying_party_id
    if begun.client_id != ctx.client.client_id:
        raise WebAuthnClientMismatch
    if domain != _domain(ctx):
        raise WebAuthnRelyingPartyMismatch  # the pool has another one since
    if data.embedded or not rules.allows(domain, data.origin):
        raise WebAuthnOriginNotAllowed
    passkey = _passkey(ctx, credential, domain, _registered(ctx, credential, data, domain))

    async def keep(tx: Tx) -> None:
        if not await passkeys.add(tx, ctx.pool.pool_id, ctx.user.sub, passkey):
            raise PasskeyInUse
        await count(tx, ctx)

    await ctx.env.db.run(keep)


def _parsed(document: Any) -> tuple[Credential, ClientData]:
    try:
        credential = webauthn.parsed(document)
        return credential, webauthn.client_data(credential)
    except Malformed as error:
        raise InvalidPasskey from error


async def _taken(ctx: Ctx, challenge: str) -> Begun:
    async def take(tx: Tx) -> Begun | None:
        return await passkeys.take(tx, ctx, challenge)

    begun = await ctx.env.db.run_singly(take)
    if begun is None:
        raise WebAuthnChallengeNotFound
    return begun


def _registered(ctx: Ctx, credential: Credential, data: ClientData, domain: str) -> Registered:
    verify_user = ctx.pool.passkeys.verification == "required"
    try:
        return webauthn.registered(credential, Expected(data.challenge, domain, data.origin, verify_user))
    except OtherRelyingParty as error:
        raise WebAuthnRelyingPartyMismatch from error
    except Malformed as error:
        raise InvalidPasskey from error
    except Unverified as error:
        raise WebAuthnCredentialNotSupported from error


def _passkey(ctx: Ctx, credential: Credential, domain: str, registered: Registered) -> Passkey:
    """What a browser says of its means of transport is a hint: what WebAuthn does not know is left out."""
    attachment = credential.authenticator_attachment or ""
    attachment = attachment if attachment in _ATTACHMENTS else ""
    return Passkey(
        credential_id=credential.id,
        public_key=registered.public_key,
        sign_count=registered.sign_count,
        backup_eligible=registered.backup_eligible,
        name=rules.name_of(registered.aaguid, attachment),
        relying_party_id=domain,
        attachment=attachment,
        transports=tuple(sorted(_TRANSPORTS.intersection(credential.response.transports))),
        created_at=ctx.now,
    )


async def count(tx: Tx, ctx: Ctx) -> None:
    """Write how many passkeys the user has. Two changes at once: the user's version makes one run again."""
    user = await users.by_sub(tx, ctx.pool.pool_id, ctx.user.sub)
    if user is None:
        raise AccessTokenRevoked  # deleted meanwhile
    count = len(await passkeys.of_user(tx, user.pool_id, user.sub))
    if count > rules.MOST:
        raise TooManyPasskeys(most=rules.MOST)
    await users.save(tx, ctx, user, _with_passkeys(user, count))


def _with_passkeys(user: User, count: int) -> User:
    """Without passkeys, passkeys are no second factor either [K]."""
    factors = user.factors
    return replace(
        user, factors=msgspec.structs.replace(factors, passkeys=count, passkey=factors.passkey and count > 0)
    )

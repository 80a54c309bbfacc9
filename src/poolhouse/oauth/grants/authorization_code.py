"""grant_type=authorization_code: using the code up is the gate (RFC 6749, section 4.1.3)."""

import base64
import hashlib
import hmac
from typing import Any

from poolhouse.context import Ctx
from poolhouse.directory import scopes
from poolhouse.directory.clients import Client
from poolhouse.errors import InvalidGrant, InvalidOAuthRequest, UnauthorizedClient
from poolhouse.http.parameters import Parameters
from poolhouse.oauth import granted
from poolhouse.oauth.visit import Visit
from poolhouse.ports import Tx
from poolhouse.store import authorization_codes, families
from poolhouse.store.authorization_codes import Grant


async def tokens(visit: Visit, client: Client, form: Parameters) -> dict[str, Any]:
    """A code is used up by whoever shows it, whatever else is wrong with the request: it has leaked.

    Without `redirect_uri` it is the client's default, as at the authorize endpoint [K].
    """
    if not client.oauth_enabled:
        raise InvalidGrant
    if "code" not in client.oauth_flows:
        raise UnauthorizedClient
    code, redirect_uri = form.get("code"), form.get("redirect_uri", client.default_redirect_uri)
    if not code or not redirect_uri:
        raise InvalidOAuthRequest
    ctx = visit.ctx("InitiateAuth", client)
    grant = await _taken(ctx, authorization_codes.digest(ctx.keys.digest, code))
    if grant.client_id != client.client_id:
        raise InvalidGrant
    if redirect_uri != grant.redirect_uri:
        raise UnauthorizedClient
    _check_verifier(form.get("code_verifier", ""), grant.challenge)
    if scopes.unreadable(client.readable, scopes.split(grant.scopes)):
        raise InvalidGrant
    return await granted.tokens(ctx, grant)


async def _taken(ctx: Ctx, digest: str) -> Grant:
    """The grant. A code that is shown twice was stolen: what came of it is revoked (RFC 6749, 4.1.2).

    Whoever showed it first may still be waiting for a function of the pool. Then the family is put there
    as a revoked one, and nothing comes of the code at all.
    """
    pool_id = ctx.pool.pool_id

    async def take(tx: Tx) -> Grant | None:
        grant = await authorization_codes.take(tx, pool_id, digest, ctx.now)
        if grant is None:
            replayed = await authorization_codes.used(tx, pool_id, digest)
            if replayed:
                await families.add(tx, granted.family(ctx, replayed))
                await families.revoke(tx, pool_id, replayed.sub, replayed.family_id, ctx.now)
        return grant

    grant = await ctx.env.db.run(take)
    if grant is None:
        raise InvalidGrant
    return grant


def _check_verifier(verifier: str, challenge: str) -> None:
    """RFC 7636, section 4.6. A verifier without a challenge is refused too: PKCE was left out on the way."""
    if not verifier and not challenge:
        return
    hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    if not challenge or not hmac.compare_digest(hashed, challenge.encode()):
        raise InvalidGrant

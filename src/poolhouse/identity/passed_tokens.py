"""A token of our own in Logins: GetCredentialsForIdentity passes it on to STS (the model's documentation).

That is how users of a developer's backend get credentials: the backend asked for the token.
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from poolhouse.context import Ctx
from poolhouse.crypto import jose
from poolhouse.directory import login_providers
from poolhouse.directory.identity_tokens import TAGS_CLAIM
from poolhouse.directory.logins import GUEST, Login
from poolhouse.errors import (
    GuestsOff,
    IdentityForbidden,
    LoginOfIdentityPool,
    LoginsDontMatch,
    LoginUnverified,
    NotAnIdentityToken,
)
from poolhouse.identity import minting
from poolhouse.identity.logins import claims as said
from poolhouse.store import identities, identity_keys


class Passed(Struct, frozen=True):
    """What a token says. `logins` is empty for a guest's."""

    logins: tuple[Login, ...]
    amr: tuple[str, ...]
    tags: Mapping[str, str]


async def verified(ctx: Ctx, identity_id: str, token: str) -> Passed:
    """Checked: form, RS512 signature by our key, issuer, pool, identity, expiry; that it is not disabled.

    Raises a `LoginRefused`, `LoginsDontMatch`, `IdentityNotFound`, `IdentityForbidden` and `GuestsOff`.
    """
    claims = await _signed(ctx, token)
    said.check_times(claims, ctx.now)
    if claims["aud"] != ctx.identity_pool.pool_id or claims["sub"] != identity_id:
        raise LoginsDontMatch
    pool_id = ctx.identity_pool.pool_id
    identity = await ctx.env.db.read(lambda tx: identities.by_id(tx, pool_id, identity_id))
    amr = tuple(claims["amr"])
    if identity.disabled or (amr == GUEST and identity.logins):
        raise IdentityForbidden(identity_id=identity_id)
    if amr == GUEST and not ctx.identity_pool.takes_guests:
        raise GuestsOff
    return Passed(_logins(identity_id, amr), amr, _tags(claims))


async def _signed(ctx: Ctx, token: str) -> Mapping[str, Any]:
    keys = await identity_keys.current(ctx.env)
    try:
        claims = jose.verify(token, keys.public.get, identity_keys.ALGORITHM)
    except jose.BadSignature as error:
        raise LoginUnverified from error
    except jose.NotAJwt as error:
        raise NotAnIdentityToken from error
    if claims.get("iss") != minting.issuer(ctx.env.settings.public_url):
        raise LoginOfIdentityPool  # it was made under another public URL
    return claims


def _logins(identity_id: str, amr: tuple[str, ...]) -> tuple[Login, ...]:
    """Somebody who has signed in, of whom no claim is known: rules and tokens choose no role for it."""
    login = Login(login_providers.SELF, identity_id, login_providers.SELF)
    return () if amr == GUEST else (login,)


def _tags(claims: Mapping[str, Any]) -> dict[str, str]:
    tags = claims.get(TAGS_CLAIM, {}).get("principal_tags", {})
    return {name: values[0] for name, values in tags.items()}

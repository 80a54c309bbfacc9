"""Authenticator apps: a secret is made, verified, and asked for at sign-in (behaviour file, 1.7 and 2.4).

A code is good once, over all flows and workers (RFC 6238, section 5.2; security.md, rule 2).
"""

import base64
import hashlib

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from poolhouse.auth.ledger import counted, taken_back
from poolhouse.context import Ctx
from poolhouse.crypto import aead, totp
from poolhouse.directory import factors
from poolhouse.directory.users import User
from poolhouse.errors import (
    ApiError,
    InvalidSession,
    SetupCodeMismatch,
    SoftwareTokenMismatch,
    SoftwareTokenMissing,
    SoftwareTokenOff,
    SoftwareTokenReplayed,
    UserNotFound,
)
from poolhouse.ports import Tx
from poolhouse.store import software_tokens, users

_SECRET_BYTES = 20  # RFC 4226, section 4
_MARK_BYTES = 16


class Token(Struct, frozen=True):
    """One secret of a user. `mark` tells it from every other without showing anything of it."""

    secret: bytes
    sealed: bytes
    name: str = ""

    @property
    def mark(self) -> bytes:
        return hashlib.sha256(self.sealed).digest()[:_MARK_BYTES]

    @property
    def text(self) -> str:
        """Base32, as authenticator apps read it: 32 characters."""
        return base64.b32encode(self.secret).decode()


def check_pool(ctx: Ctx) -> None:
    """Raise `SoftwareTokenOff` where the pool does not have authenticator apps."""
    if factors.TOTP not in ctx.pool.mfa_factors:
        raise SoftwareTokenOff


async def associate(ctx: Ctx, sub: str) -> Token:
    """A new secret for the user, which is good for nothing until it is verified. Raises `UserNotFound`."""
    secret = ctx.env.rng.bytes(_SECRET_BYTES)
    sealed = aead.seal(ctx.keys.seal, secret, _bound_to(ctx, sub), ctx.env.rng.bytes(12))

    async def put(tx: Tx) -> None:
        if not await users.hold(tx, ctx.pool.pool_id, sub):
            raise UserNotFound
        await software_tokens.put(tx, ctx, sub, sealed)

    await ctx.env.db.run(put)
    return Token(secret, sealed)


async def verify(ctx: Ctx, sub: str, code: str, name: str, *, mark: bytes | None = None) -> Token:
    """Make the pending secret the user's if the code is of it. The try is counted before it is compared.

    name  FriendlyDeviceName, may be empty
    mark  of the secret that a sign-in set up: then the factor is turned on at once. It must be that secret,
          and the user must still have nothing else to sign in with; `InvalidSession` otherwise. The try
          goes on counting until MFA_SETUP is answered.

    Raises `SetupCodeMismatch`, `SoftwareTokenMissing` or `LockedOut`.
    """
    await counted(ctx, sub)
    token = await _found(ctx, sub, software_tokens.PENDING)
    if token is None:
        raise SoftwareTokenMissing
    if mark is not None and token.mark != mark:
        raise InvalidSession
    step = totp.matching_step(token.secret, code, ctx.now)
    if step is None:
        raise SetupCodeMismatch

    async def write(tx: Tx) -> None:
        await _make_good(tx, ctx, sub, token, step, name, turn_on=mark is not None)

    await ctx.env.db.run(write)
    if mark is None:
        await taken_back(ctx, sub)
    return token


async def _make_good(
    tx: Tx, ctx: Ctx, sub: str, token: Token, step: int, name: str, *, turn_on: bool
) -> None:
    user = await users.by_sub(tx, ctx.pool.pool_id, sub)
    if user is None:
        raise UserNotFound
    if await software_tokens.is_verified(tx, ctx, sub, token.sealed):
        return  # it was done, and the acknowledgement was lost
    if turn_on and factors.asked(ctx.pool, user) != (factors.SETUP,):
        raise InvalidSession
    if not await software_tokens.verify(tx, ctx, sub, token.sealed, step=step, name=name):
        raise SoftwareTokenMissing
    turned_on = msgspec.structs.replace(user.factors, token=True, totp=turn_on or user.factors.totp)
    await users.save(tx, ctx, user, replace(user, factors=turned_on))


async def check(ctx: Ctx, user: User, code: str) -> None:
    """Is it the code of now, shown for the first time? The try is counted before anything is compared.

    Raises `SoftwareTokenMismatch`, `SoftwareTokenReplayed`, `SoftwareTokenMissing` or `LockedOut`.
    """
    await counted(ctx, user.sub)
    token = await verified(ctx, user.sub)
    if token is None:
        raise SoftwareTokenMissing
    step = totp.matching_step(token.secret, code, ctx.now)
    if step is None:
        raise SoftwareTokenMismatch

    async def use(tx: Tx) -> ApiError | None:
        used = await software_tokens.use(tx, ctx, user.sub, token.sealed, step)
        return None if used else SoftwareTokenReplayed()

    await ctx.env.db.run_singly(use)


async def verified(ctx: Ctx, sub: str) -> Token | None:
    """The secret that signs the user in."""
    return await _found(ctx, sub, software_tokens.VERIFIED)


async def _found(ctx: Ctx, sub: str, state: str) -> Token | None:
    row = await ctx.env.db.read(lambda tx: software_tokens.find(tx, ctx, sub, state))
    if row is None:
        return None
    secret = aead.open_sealed(ctx.keys.seal, row["sealed"], _bound_to(ctx, sub))
    return Token(secret, row["sealed"], row["name"])


def _bound_to(ctx: Ctx, sub: str) -> str:
    return f"software-token|{ctx.pool.pool_id}|{sub}"

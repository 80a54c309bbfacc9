"""Codes that were sent to prove an address or a lost password: six digits, of which only a digest is kept.

One code for each user and purpose: a new one replaces the old (behaviour file, 3.6).
"""

import hmac

from msgspec import Struct

from poolhouse.context import Ctx
from poolhouse.crypto import aead
from poolhouse.errors import ApiError, CodeMismatch, ExpiredCode, LimitExceeded, TooManyFailedAttempts
from poolhouse.ports import DAY, HOUR, Instant, Statement, Tx

SIGN_UP = "SIGN_UP"
FORGOT_PASSWORD = "FORGOT_PASSWORD"
USED_LINK = "USED_LINK"  # the code in the link that confirmed the user: it says so again, and does nothing
VERIFY_EMAIL = "VERIFY_EMAIL"
VERIFY_PHONE_NUMBER = "VERIFY_PHONE_NUMBER"

# How long a code is good (behaviour file, 8.3).
SIGN_UP_LIFE: Instant = DAY
FORGOT_PASSWORD_LIFE: Instant = HOUR
VERIFY_LIFE: Instant = DAY

MOST_TRIES = 15
_DIGITS = 6

_ISSUE = Statement("""
    INSERT INTO codes
           (pool_id, sub, purpose, digest, attribute, destination, tries, created_at, expires_at)
    VALUES (:pool_id, :sub, :purpose, :digest, :attribute, :destination, 0, :now, :expires_at)
    ON CONFLICT (pool_id, sub, purpose) DO UPDATE
       SET digest = excluded.digest, attribute = excluded.attribute, destination = excluded.destination,
           tries = 0, created_at = excluded.created_at, expires_at = excluded.expires_at
""")
_TRY = Statement("""
    UPDATE codes SET tries = tries + 1
     WHERE pool_id = :pool_id AND sub = :sub AND purpose = :purpose
 RETURNING digest, tries, expires_at
""")
_TAKE = Statement("""
    DELETE FROM codes
     WHERE pool_id = :pool_id AND sub = :sub AND purpose = :purpose AND digest = :digest
 RETURNING attribute, destination
""")
_DESTINATION = Statement("""
    SELECT destination FROM codes
     WHERE pool_id = :pool_id AND sub = :sub AND purpose = :purpose AND expires_at > :now
""")
_WITHDRAW = Statement("""
    DELETE FROM codes WHERE pool_id = :pool_id AND sub = :sub AND purpose = :purpose
""")


class SpentCode(Struct, frozen=True):
    """What the right code proved: that `destination`, the value of `attribute`, is the user's."""

    attribute: str
    destination: str


async def issue(
    tx: Tx, ctx: Ctx, sub: str, purpose: str, *, attribute: str, destination: str, life: Instant
) -> str:
    """Make the code that is good from now on for this purpose, and give it: it is kept nowhere."""
    code = ctx.env.settings.fixed_code or ctx.env.rng.digits(_DIGITS)
    await keep(tx, ctx, sub, purpose, code, attribute=attribute, destination=destination, life=life)
    return code


async def keep(
    tx: Tx,
    ctx: Ctx,
    sub: str,
    purpose: str,
    code: str,
    *,
    attribute: str = "",
    destination: str = "",
    life: Instant,
) -> None:
    """Let this code be good from now on for this purpose."""
    await tx.run(
        _ISSUE,
        pool_id=ctx.pool.pool_id,
        sub=sub,
        purpose=purpose,
        digest=_digest(ctx, sub, purpose, code),
        attribute=attribute,
        destination=destination,
        now=ctx.now,
        expires_at=ctx.now + life,
    )


async def spend(
    tx: Tx, ctx: Ctx, sub: str, purpose: str, code: str, *, hiding: bool = False
) -> SpentCode | ApiError:
    """Use up the user's code for this purpose, once: `check` and `take` in one.

    A refusal is *returned*, and the caller returns it out of the transaction, so that the try stays
    counted.
    """
    refused = await check(tx, ctx, sub, purpose, code, hiding=hiding)
    return refused or await take(tx, ctx, sub, purpose, code)


async def check(
    tx: Tx, ctx: Ctx, sub: str, purpose: str, code: str, *, hiding: bool = False
) -> ApiError | None:
    """Count a try and compare. The right code stays good: `take` is what uses it up.

    `ExpiredCode` when there is no code, or not any more; `CodeMismatch` for another than the latest;
    after `MOST_TRIES` nothing is compared any more until a new code is issued.

    hiding  the client hides users: whether there is a code must not be told, so only who has the right
            code learns that it is too old, and everybody else gets `CodeMismatch` (gotchas 8 and 9)
    """
    row = await tx.one(_TRY, pool_id=ctx.pool.pool_id, sub=sub, purpose=purpose)
    if row is None:
        return CodeMismatch() if hiding else ExpiredCode()
    if row["tries"] > MOST_TRIES:
        return CodeMismatch() if hiding else _too_many(purpose)
    expired = row["expires_at"] <= ctx.now
    right = hmac.compare_digest(row["digest"], _digest(ctx, sub, purpose, code))
    if expired and (right or not hiding):
        return ExpiredCode()
    return None if right else CodeMismatch()


async def take(tx: Tx, ctx: Ctx, sub: str, purpose: str, code: str) -> SpentCode | ApiError:
    """Use up a code that `check` found right. `ExpiredCode` for all but one of those who try at once."""
    digest = _digest(ctx, sub, purpose, code)
    taken = await tx.one(_TAKE, pool_id=ctx.pool.pool_id, sub=sub, purpose=purpose, digest=digest)
    return ExpiredCode() if taken is None else SpentCode(taken["attribute"], taken["destination"])


async def destination(tx: Tx, ctx: Ctx, sub: str, purpose: str) -> str | None:
    """The address that the living code for this purpose would prove."""
    row = await tx.one(_DESTINATION, pool_id=ctx.pool.pool_id, sub=sub, purpose=purpose, now=ctx.now)
    return None if row is None else str(row["destination"])


async def withdraw(tx: Tx, ctx: Ctx, sub: str, purpose: str) -> None:
    """Let the code for this purpose be good no more, if there is one."""
    await tx.run(_WITHDRAW, pool_id=ctx.pool.pool_id, sub=sub, purpose=purpose)


def _too_many(purpose: str) -> ApiError:
    """VerifyUserAttribute does not declare TooManyFailedAttempts, so it says what it can (service model)."""
    if purpose in (VERIFY_EMAIL, VERIFY_PHONE_NUMBER):
        return LimitExceeded()
    return TooManyFailedAttempts()


def _digest(ctx: Ctx, sub: str, purpose: str, code: str) -> bytes:
    return aead.keyed_digest(ctx.keys.digest, "code", ctx.pool.pool_id, sub, purpose, code)

"""Sign-ins of a user as the API lists them: those of tokens, and those of browsers (behaviour file, 1.3)."""

from collections.abc import Sequence

from poolhouse.ports import Instant, Row, Statement, Tx
from poolhouse.store import revocations

MOST_LISTED = 125

_TOKENS = Statement("""
    SELECT session_id, client_id, auth_time AS created_at, active_at, address, device, origin_session,
           family_id
      FROM token_families
     WHERE pool_id = :pool_id AND sub = :sub AND revoked_at = 0 AND expires_at > :now AND session_id <> ''
     ORDER BY active_at DESC, session_id
     LIMIT :most
""")
_BROWSERS = Statement("""
    SELECT session_id, client_id, created_at, active_at, address, device
      FROM sso_sessions
     WHERE pool_id = :pool_id AND sub = :sub AND expires_at > :now
     ORDER BY active_at DESC, session_id
     LIMIT :most
""")
_REVOKE_ONE = Statement("""
    UPDATE token_families SET revoked_at = :now
     WHERE pool_id = :pool_id AND sub = :sub AND session_id = :session_id AND revoked_at = 0
 RETURNING origin_session
""")
_REVOKE_OF_BROWSER = Statement("""
    UPDATE token_families SET revoked_at = :now
     WHERE pool_id = :pool_id AND sub = :sub AND origin_session = :session_id AND revoked_at = 0
""")
_END_BROWSER = Statement("""
    DELETE FROM sso_sessions
     WHERE pool_id = :pool_id AND sub = :sub AND session_id = :session_id
 RETURNING session_id
""")
_ORIGIN = Statement("""
    SELECT origin_session FROM token_families
     WHERE pool_id = :pool_id AND sub = :sub AND family_id = :family_id
""")
_ACTIVE = Statement("""
    UPDATE token_families SET active_at = :now, address = :address, device = :device
     WHERE pool_id = :pool_id AND sub = :sub AND family_id = :family_id
""")


async def of_tokens(tx: Tx, pool_id: str, sub: str, now: Instant) -> Sequence[Row]:
    """Living sign-ins that are tracked, the one that was active last first."""
    return await tx.all(_TOKENS, pool_id=pool_id, sub=sub, now=now, most=MOST_LISTED)


async def of_browsers(tx: Tx, pool_id: str, sub: str, now: Instant) -> Sequence[Row]:
    return await tx.all(_BROWSERS, pool_id=pool_id, sub=sub, now=now, most=MOST_LISTED)


async def evict(tx: Tx, pool_id: str, sub: str, most: int, now: Instant) -> None:
    """Revoke what is too much: the sign-ins that were idle for longest."""
    for row in (await of_tokens(tx, pool_id, sub, now))[most:]:
        await revoke(tx, pool_id, sub, row["session_id"], now)


async def revoke(
    tx: Tx, pool_id: str, sub: str, session_id: str, now: Instant, *, linked: bool = False
) -> bool:
    """End a session of the user. `linked`: with the browser's session that it came from, or all that came
    of it. False when the user has no such session.
    """
    if session_id.startswith("sso"):
        return await _end_browser(tx, pool_id, sub, session_id, now, linked)
    row = await tx.one(_REVOKE_ONE, pool_id=pool_id, sub=sub, session_id=session_id, now=now)
    if row is None:
        return False
    await revocations.add_families(tx, pool_id, sub, now)
    if linked and row["origin_session"]:
        await _end_browser(tx, pool_id, sub, row["origin_session"], now, linked)
    return True


async def revoke_linked(tx: Tx, pool_id: str, sub: str, family_id: str, now: Instant) -> None:
    """End the browser's session that these tokens came from, with all else that came of it."""
    row = await tx.one(_ORIGIN, pool_id=pool_id, sub=sub, family_id=family_id)
    if row is not None and row["origin_session"]:
        await _end_browser(tx, pool_id, sub, row["origin_session"], now, linked=True)


async def active(
    tx: Tx, pool_id: str, sub: str, family_id: str, now: Instant, *, address: str, device: str
) -> None:
    """New tokens were made of the sign-in."""
    seen = {"address": address, "device": device}
    await tx.run(_ACTIVE, pool_id=pool_id, sub=sub, family_id=family_id, now=now, **seen)


async def _end_browser(tx: Tx, pool_id: str, sub: str, session_id: str, now: Instant, linked: bool) -> bool:
    ended = await tx.one(_END_BROWSER, pool_id=pool_id, sub=sub, session_id=session_id)
    revoked = 0
    if linked:
        revoked = await tx.run(_REVOKE_OF_BROWSER, pool_id=pool_id, sub=sub, session_id=session_id, now=now)
        await revocations.add_families(tx, pool_id, sub, now)
    return ended is not None or revoked > 0

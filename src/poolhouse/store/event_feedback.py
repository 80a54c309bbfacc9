"""What people say of events, beside these, which never change: was it the user? The last word counts.

It is about a whole attempt: of a sign-in of several requests any event may be named.
"""

from collections.abc import Mapping

from msgspec import Struct

from poolhouse.ports import Instant, Statement, Tx

VALID, INVALID = "Valid", "Invalid"  # FeedbackValueType

_PUT = Statement("""
    INSERT INTO event_feedback (pool_id, sub, attempt_id, value, provider, at)
    VALUES (:pool_id, :sub, :attempt_id, :value, :provider, :now)
    ON CONFLICT (pool_id, sub, attempt_id) DO UPDATE
       SET value = excluded.value, provider = excluded.provider, at = excluded.at
""")
_OF_USER = Statement("""
    SELECT attempt_id, value, provider, at
      FROM event_feedback
     WHERE pool_id = :pool_id AND sub = :sub AND at >= :since
     ORDER BY attempt_id
""")


class Feedback(Struct, frozen=True):
    """
    value     VALID: it was the user; INVALID: it was somebody else
    provider  who says so
    """

    value: str
    provider: str
    at: Instant


async def put(tx: Tx, pool_id: str, sub: str, attempt_id: str, feedback: Feedback) -> None:
    """In place of what was said of this attempt before."""
    await tx.run(
        _PUT,
        pool_id=pool_id,
        sub=sub,
        attempt_id=attempt_id,
        value=feedback.value,
        provider=feedback.provider,
        now=feedback.at,
    )


async def of_user(tx: Tx, pool_id: str, sub: str, since: Instant) -> Mapping[str, Feedback]:
    """What was said since a time of a user's attempts, by `attempt_id`.

    Nobody speaks of what has not happened: of the attempts since a time this is all that was said.
    """
    rows = await tx.all(_OF_USER, pool_id=pool_id, sub=sub, since=since)
    return {row["attempt_id"]: Feedback(row["value"], row["provider"], row["at"]) for row in rows}

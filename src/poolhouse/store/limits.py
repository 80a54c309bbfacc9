"""Provisioned limits: request rates that the operator set for a whole category (UpdateProvisionedLimit)."""

from poolhouse.ports import Statement, Tx

_ALL = Statement("SELECT category, rate FROM provisioned_limits")
_PUT = Statement("""
    INSERT INTO provisioned_limits (category, rate)
    VALUES (:category, :rate)
    ON CONFLICT (category) DO UPDATE SET rate = excluded.rate
""")


async def every(tx: Tx) -> dict[str, int]:
    """Requests per second by category, of the categories that were set."""
    return {row["category"]: row["rate"] for row in await tx.all(_ALL)}


async def put(tx: Tx, category: str, rate: int) -> None:
    await tx.run(_PUT, category=category, rate=rate)

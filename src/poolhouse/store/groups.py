"""Groups and who is in them."""

from collections.abc import Sequence

from poolhouse.ports import Row, Statement, Tx

_OF_USER = Statement("""
    SELECT g.name, g.precedence, g.role_arn
      FROM memberships m
      JOIN user_groups g ON g.pool_id = m.pool_id AND g.name = m.group_name
     WHERE m.pool_id = :pool_id AND m.sub = :sub
     ORDER BY g.name
""")


async def of_user(tx: Tx, pool_id: str, sub: str) -> Sequence[Row]:
    """Every group of the user (100 at most): `name`, `precedence`, `role_arn`."""
    return await tx.all(_OF_USER, pool_id=pool_id, sub=sub)

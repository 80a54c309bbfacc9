"""What a pool and its app clients do about risk (directory/risk_config.py)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from poolhouse.directory import risk_config
from poolhouse.directory.risk_config import Config, RiskConfiguration
from poolhouse.ports import Row, Statement, Tx

_PUT = Statement("""
    INSERT INTO risk_configurations (pool_id, client_id, config, emails, modified_at)
    VALUES (:pool_id, :client_id, :config, :emails, :now)
    ON CONFLICT (pool_id, client_id) DO UPDATE
       SET config = excluded.config, emails = excluded.emails, modified_at = excluded.modified_at
""")
_OF_POOL = Statement("""
    SELECT client_id, config, modified_at
      FROM risk_configurations
     WHERE pool_id = :pool_id
     ORDER BY client_id
""")
_WHOLE = Statement("""
    SELECT client_id, config, emails, modified_at
      FROM risk_configurations
     WHERE pool_id = :pool_id AND client_id = :client_id
""")
_EMAILS = Statement("""
    SELECT emails FROM risk_configurations WHERE pool_id = :pool_id AND client_id = :client_id
""")
_DELETE = Statement("DELETE FROM risk_configurations WHERE pool_id = :pool_id AND client_id = :client_id")


async def put(tx: Tx, pool_id: str, made: RiskConfiguration) -> None:
    """In place of the one before. `made` has the words of its mails."""
    config, emails = risk_config.parted(made.config)
    await tx.run(
        _PUT,
        pool_id=pool_id,
        client_id=made.client_id,
        config=_text(config),
        emails=_text(emails),
        now=made.modified_at,
    )


async def of_pool(tx: Tx, pool_id: str) -> Sequence[RiskConfiguration]:
    """The pool's own and those of its clients, without the words of mails."""
    rows = await tx.all(_OF_POOL, pool_id=pool_id)
    return [_from_row(row, msgspec.json.decode(row["config"])) for row in rows]


async def get(tx: Tx, pool_id: str, client_id: str) -> RiskConfiguration | None:
    """What was set at this level, with the words of its mails."""
    row = await tx.one(_WHOLE, pool_id=pool_id, client_id=client_id)
    if row is None:
        return None
    config = risk_config.whole(msgspec.json.decode(row["config"]), msgspec.json.decode(row["emails"]))
    return _from_row(row, config)


async def emails(tx: Tx, pool_id: str, client_id: str) -> Mapping[str, Any]:
    """The words of mails that were set at this level: NotifyEmailType by its member."""
    row = await tx.one(_EMAILS, pool_id=pool_id, client_id=client_id)
    found: dict[str, Any] = msgspec.json.decode(row["emails"]) if row else {}
    return found


async def delete(tx: Tx, pool_id: str, client_id: str) -> None:
    await tx.run(_DELETE, pool_id=pool_id, client_id=client_id)


def _from_row(row: Row, config: Config) -> RiskConfiguration:
    return RiskConfiguration(row["client_id"], config, row["modified_at"])


def _text(value: Config) -> str:
    return msgspec.json.encode(value).decode()

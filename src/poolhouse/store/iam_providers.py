"""Identity providers that the account trusts (docs/roles.md)."""

import msgspec

from poolhouse.context import Env
from poolhouse.directory import iam_providers as rules
from poolhouse.directory.iam_providers import IamProvider
from poolhouse.ports import Instant, Row, Statement, Tx
from poolhouse.store import briefly

_PUT = Statement("""
    INSERT INTO iam_providers (name, kind, config, created_at)
    VALUES (:name, :kind, :config, :now)
    ON CONFLICT (name) DO UPDATE SET config = excluded.config
""")
_BY_NAME = Statement("SELECT name, kind, config FROM iam_providers WHERE name = :name")
_EVERY = Statement("SELECT name, kind, config FROM iam_providers ORDER BY name")
_DELETE = Statement("DELETE FROM iam_providers WHERE name = :name RETURNING name")


async def put(tx: Tx, provider: IamProvider, now: Instant) -> None:
    """Register it, or change what it has."""
    config = msgspec.json.encode(rules.config(provider)).decode()
    await tx.run(_PUT, name=provider.name, kind=provider.kind, config=config, now=now)


async def by_name(tx: Tx, name: str) -> IamProvider | None:
    row = await tx.one(_BY_NAME, name=name)
    return None if row is None else _provider(row)


async def every(tx: Tx) -> list[IamProvider]:
    return [_provider(row) for row in await tx.all(_EVERY)]


async def delete(tx: Tx, name: str) -> bool:
    """False: there is none."""
    return await tx.one(_DELETE, name=name) is not None


async def living(env: Env, arn: str) -> IamProvider | None:
    """The provider of an ARN of this account, as it was at most a second ago."""
    name = rules.named(arn, env.settings.account_id)
    if name is None:
        return None
    return await briefly.read(env, ("provider", name), lambda tx: by_name(tx, name))


async def of_issuer(env: Env, issuer: str) -> IamProvider | None:
    """The OIDC provider with exactly this issuer, as it was at most a second ago."""
    name = rules.oidc_name(issuer)
    if len(name) > rules.LONGEST_NAME:  # a token may say anything, and what is asked for is remembered
        return None
    found = await briefly.read(env, ("provider", name), lambda tx: by_name(tx, name))
    return found if found is not None and found.url == issuer else None


def _provider(row: Row) -> IamProvider:
    config = msgspec.json.decode(row["config"])
    return IamProvider(
        name=row["name"],
        kind=row["kind"],
        url=config.get("url", ""),
        client_ids=tuple(config.get("client_ids", ())),
        metadata=config.get("metadata", ""),
    )

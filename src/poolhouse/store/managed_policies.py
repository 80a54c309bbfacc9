"""Managed policies of the account. A name is taken whatever its case: the key decides."""

from poolhouse.context import Env
from poolhouse.directory import managed_policies as rules
from poolhouse.directory.managed_policies import BUILT_IN, ManagedPolicy
from poolhouse.directory.roles import folded
from poolhouse.policies.document import Policy
from poolhouse.ports import Instant, Row, Statement, Tx
from poolhouse.store import briefly

_PUT = Statement("""
    INSERT INTO managed_policies (folded_name, policy_id, name, path, document, from_settings, created_at,
                                  changed_at)
    VALUES (:folded_name, :policy_id, :name, :path, :document, :from_settings, :now, :now)
    ON CONFLICT (folded_name) DO UPDATE
       SET path = excluded.path, document = excluded.document, changed_at = excluded.changed_at
     WHERE managed_policies.from_settings = excluded.from_settings
 RETURNING policy_id
""")
_BY_NAME = Statement("""
    SELECT policy_id, name, path, document, from_settings
      FROM managed_policies
     WHERE folded_name = :folded_name
""")
_EVERY = Statement("""
    SELECT policy_id, name, path, document, from_settings
      FROM managed_policies
     ORDER BY folded_name
""")
_DELETE = Statement("DELETE FROM managed_policies WHERE folded_name = :folded_name RETURNING policy_id")


async def put(tx: Tx, policy: ManagedPolicy, now: Instant) -> bool:
    """Make it, or give it another document. False: the settings file keeps the one with this name, or this
    one is of the settings file and somebody made the other by hand."""
    made = await tx.one(
        _PUT,
        folded_name=folded(policy.name),
        policy_id=policy.policy_id,
        name=policy.name,
        path=policy.path,
        document=policy.document,
        from_settings=int(policy.from_settings),
        now=now,
    )
    return made is not None


async def by_name(tx: Tx, name: str) -> ManagedPolicy | None:
    row = await tx.one(_BY_NAME, folded_name=folded(name))
    return None if row is None else _policy(row)


async def every(tx: Tx) -> list[ManagedPolicy]:
    return [_policy(row) for row in await tx.all(_EVERY)]


async def delete(tx: Tx, name: str) -> bool:
    """False: there is none."""
    return await tx.one(_DELETE, folded_name=folded(name)) is not None


async def living(env: Env, arn: str) -> Policy | None:
    """The policy of an ARN, as it was at most a second ago."""
    if arn in BUILT_IN:
        return BUILT_IN[arn]
    account = env.settings.account_id
    name = rules.named(arn, account)
    if name is None:
        return None
    found = await briefly.read(env, ("policy", folded(name)), lambda tx: by_name(tx, name))
    return found.policy if found is not None and found.arn(account) == arn else None


def _policy(row: Row) -> ManagedPolicy:
    return ManagedPolicy(
        row["policy_id"], row["name"], row["path"], row["document"], bool(row["from_settings"])
    )

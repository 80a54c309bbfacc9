"""Roles of the account. A name is taken whatever its case: the key decides."""

from typing import Any

import msgspec

from poolhouse.context import Env
from poolhouse.directory import roles as rules
from poolhouse.directory.roles import Role
from poolhouse.ports import Instant, Row, Statement, Tx
from poolhouse.store import briefly

_COLUMNS = """role_id, name, path, trust, policies, managed, max_seconds, tags, revoked_before, from_settings,
       created_at"""

_INSERT = Statement("""
    INSERT INTO roles (folded_name, role_id, name, path, trust, policies, managed, max_seconds, tags,
                       revoked_before, from_settings, created_at, changed_at)
    VALUES (:folded_name, :role_id, :name, :path, :trust, :policies, :managed, :max_seconds, :tags,
            0, :from_settings, :now, :now)
    ON CONFLICT DO NOTHING
 RETURNING role_id
""")
_BY_NAME = Statement(f"""
    SELECT {_COLUMNS}
      FROM roles
     WHERE folded_name = :folded_name
""")
_EVERY = Statement(f"""
    SELECT {_COLUMNS}
      FROM roles
     ORDER BY folded_name
""")
_CHANGE = Statement("""
    UPDATE roles
       SET path = :path, trust = :trust, policies = :policies, managed = :managed,
           max_seconds = :max_seconds, tags = :tags, from_settings = :from_settings, changed_at = :now
     WHERE folded_name = :folded_name
""")
_REVOKE = Statement("""
    UPDATE roles
       SET revoked_before = :revoked_before
     WHERE folded_name = :folded_name
 RETURNING role_id
""")
_DELETE = Statement("DELETE FROM roles WHERE folded_name = :folded_name RETURNING role_id")


def new_id(env: Env, prefix: str = "AROA") -> str:
    return prefix + env.rng.text(rules.ID_LENGTH, rules.ID_ALPHABET)


async def insert(tx: Tx, role: Role, now: Instant) -> bool:
    """False where the name is taken."""
    values = _values(role)
    made = await tx.one(_INSERT, role_id=role.role_id, name=role.name, now=now, **values)
    return made is not None


async def change(tx: Tx, role: Role, now: Instant) -> None:
    """Everything of a role but its name, id and revocation."""
    await tx.run(_CHANGE, now=now, **_values(role))


async def by_name(tx: Tx, name: str) -> Role | None:
    row = await tx.one(_BY_NAME, folded_name=rules.folded(name))
    return None if row is None else _role(row)


async def every(tx: Tx) -> list[Role]:
    return [_role(row) for row in await tx.all(_EVERY)]


async def revoke_sessions(tx: Tx, name: str, before: Instant) -> bool:
    """End what began before. False: there is no such role."""
    return await tx.one(_REVOKE, folded_name=rules.folded(name), revoked_before=before) is not None


async def delete(tx: Tx, name: str) -> bool:
    """False: there is no such role. Its sessions end with it."""
    return await tx.one(_DELETE, folded_name=rules.folded(name)) is not None


async def living(env: Env, arn: str) -> Role | None:
    """The role of an ARN, to the letter, as it was at most a second ago."""
    account = env.settings.account_id
    name = rules.named(arn, account)
    if name is None:
        return None
    role = await briefly.read(env, _cached(name), lambda tx: by_name(tx, name))
    return role if role is not None and role.arn(account) == arn else None


def forget(env: Env, name: str) -> None:
    """After this process changed it."""
    briefly.forget(env, _cached(name))


def _cached(name: str) -> tuple[str, str]:
    return "role", rules.folded(name)


def _values(role: Role) -> dict[str, Any]:
    return {
        "folded_name": rules.folded(role.name),
        "path": role.path,
        "trust": role.trust,
        "policies": _text(role.policies),
        "managed": _text(role.managed),
        "max_seconds": role.max_seconds,
        "tags": _text(role.tags),
        "from_settings": int(role.from_settings),
    }


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _role(row: Row) -> Role:
    return Role(
        role_id=row["role_id"],
        name=row["name"],
        path=row["path"],
        trust=row["trust"],
        policies=msgspec.json.decode(row["policies"]),
        managed=tuple(msgspec.json.decode(row["managed"])),
        max_seconds=row["max_seconds"],
        tags=msgspec.json.decode(row["tags"]),
        revoked_before=row["revoked_before"],
        from_settings=bool(row["from_settings"]),
        created_at=row["created_at"],
    )

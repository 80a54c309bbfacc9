"""Roles and managed policies of the settings file: applied at each start (ADR 18)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from poolhouse.context import Env
from poolhouse.directory.managed_policies import ManagedPolicy
from poolhouse.directory.roles import Role
from poolhouse.errors import SettingsError
from poolhouse.ports import Row, Statement, Tx
from poolhouse.settings import RoleTable
from poolhouse.store import audited, iam

_KEPT = Statement("""
    SELECT name FROM roles WHERE from_settings = 1
     UNION ALL
    SELECT name FROM managed_policies WHERE from_settings = 1
     LIMIT 1
""")


async def apply(env: Env) -> None:
    """Make the store have what the settings say. Raises `SettingsError` for what cannot be."""
    settings = env.settings
    if not settings.roles and not settings.managed_policies and not await _were_kept(env):
        return
    roles = [_role(name, table) for name, table in settings.roles.items()]
    policies = [
        ManagedPolicy("", name, "/", _text(document), from_settings=True)
        for name, document in settings.managed_policies.items()
    ]
    try:
        await iam.keep(audited.for_service(env, "settings-file", "apply"), roles, policies)
    except ValueError as error:
        raise SettingsError(
            f"`roles` or `managed_policies` cannot be applied. {error} Correct them."
        ) from None


async def _were_kept(env: Env) -> bool:
    async def read(tx: Tx) -> Row | None:
        return await tx.one(_KEPT)

    return await env.db.read(read) is not None


def _role(name: str, table: RoleTable) -> Role:
    return Role(
        role_id="",
        name=name,
        path=table.path,
        trust=_text(table.trust),
        policies={label: _text(document) for label, document in table.policies.items()},
        managed=tuple(table.managed_policies),
        max_seconds=table.max_session_seconds,
        tags=table.tags,
        from_settings=True,
    )


def _text(document: str | Mapping[str, Any]) -> str:
    return document if isinstance(document, str) else msgspec.json.encode(document).decode()

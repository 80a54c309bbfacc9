"""Changes of the account's roles and managed policies, by the command line and by the settings file.

What the settings file names it keeps: the command line does not touch it, nor the file what was made by hand
(ADR 18).
"""

from collections.abc import Sequence
from dataclasses import replace as changed

from poolhouse.context import Env
from poolhouse.directory import managed_policies as policy_rules
from poolhouse.directory import roles as rules
from poolhouse.directory.managed_policies import BUILT_IN, ManagedPolicy
from poolhouse.directory.roles import Role
from poolhouse.errors import SettingsError
from poolhouse.ports import Instant, Tx
from poolhouse.store import managed_policies, revoked_sessions, roles


async def put_role(env: Env, asked: Role, *, replace: bool) -> str:
    """Make a role, or with `replace` change the one that has the name; its ARN.

    Raises `ValueError` for what cannot be in a role, `SettingsError` where the name is taken.
    """
    rules.check(asked)
    made = changed(asked, role_id=roles.new_id(env))
    now, account = env.clock.now(), env.settings.account_id

    async def write(tx: Tx) -> str:
        await _check_managed(tx, asked, account)
        stored = await roles.by_name(tx, asked.name)
        if stored is None and await roles.insert(tx, made, now):
            return made.arn(account)
        if stored is None or not replace:
            raise SettingsError(
                f"There is a role {asked.name}: change it with --replace, or delete it first."
            )
        _check_owner(stored.name, stored.from_settings)
        kept = changed(asked, role_id=stored.role_id, name=stored.name)
        await roles.change(tx, kept, now)
        return kept.arn(account)

    return await env.db.run(write)


async def delete_role(env: Env, name: str) -> bool:
    """False: there is none."""

    async def write(tx: Tx) -> bool:
        stored = await roles.by_name(tx, name)
        if stored is None:
            return False
        _check_owner(stored.name, stored.from_settings)
        return await roles.delete(tx, name)

    return await env.db.run(write)


async def revoke_sessions(env: Env, name: str, identity_id: str = "") -> bool:
    """End the sessions of a role that began until now: all, or those of one identity. False: no such role."""
    now = env.clock.now()

    async def write(tx: Tx) -> bool:
        if not identity_id:
            return await roles.revoke_sessions(tx, name, now + 1)
        role = await roles.by_name(tx, name)
        if role is None:
            return False
        target = revoked_sessions.of_role(role.role_id, identity_id)
        await revoked_sessions.add(tx, revoked_sessions.OF_ROLE, target, now)
        return True

    return await env.db.run(write)


async def put_policy(env: Env, name: str, document: str, path: str) -> str:
    """Make a managed policy, or give it another document; its ARN. Raises as `put_role`."""
    policy = ManagedPolicy(roles.new_id(env, "ANPA"), name, path, document)
    policy_rules.check(policy)
    now = env.clock.now()
    if not await env.db.run(lambda tx: managed_policies.put(tx, policy, now)):
        raise _kept(name)
    return policy.arn(env.settings.account_id)


async def delete_policy(env: Env, name: str) -> bool:
    """False: there is none. Raises `SettingsError` for one that a role has."""
    account = env.settings.account_id

    async def write(tx: Tx) -> bool:
        stored = await managed_policies.by_name(tx, name)
        if stored is None:
            return False
        _check_owner(stored.name, stored.from_settings)
        holder = next((role for role in await roles.every(tx) if stored.arn(account) in role.managed), None)
        if holder is not None:
            raise SettingsError(f"The role {holder.name} has the policy {name}: take it from the role first.")
        return await managed_policies.delete(tx, name)

    return await env.db.run(write)


async def keep(env: Env, wanted: Sequence[Role], policies: Sequence[ManagedPolicy]) -> None:
    """Make the store have what the settings file says, and no more of what it said before.

    Doing it twice is doing it once: ids, creation and revocations stay. Raises `ValueError` for what cannot
    be in a role, and `SettingsError` where a name was taken by hand.
    """
    for policy in policies:
        policy_rules.check(policy)
    for role in wanted:
        rules.check(role)
    now = env.clock.now()
    ids = {role.name: roles.new_id(env) for role in wanted}
    new = [changed(policy, policy_id=roles.new_id(env, "ANPA"), from_settings=True) for policy in policies]
    owned = [changed(role, role_id=ids[role.name], from_settings=True) for role in wanted]

    async def write(tx: Tx) -> None:
        await _keep_policies(tx, new, now)
        await _keep_roles(env, tx, owned, now)

    await env.db.run(write)


async def _keep_policies(tx: Tx, wanted: Sequence[ManagedPolicy], now: Instant) -> None:
    names = {rules.folded(policy.name) for policy in wanted}
    stored = {rules.folded(policy.name): policy for policy in await managed_policies.every(tx)}
    for name, old in stored.items():
        if old.from_settings and name not in names:
            await managed_policies.delete(tx, old.name)
    for policy in wanted:
        before = stored.get(rules.folded(policy.name))
        if before is not None and (before.document, before.path) == (policy.document, policy.path):
            continue
        if not await managed_policies.put(tx, policy, now):
            raise _made_by_hand(policy.name)


async def _keep_roles(env: Env, tx: Tx, wanted: Sequence[Role], now: Instant) -> None:
    names = {rules.folded(role.name) for role in wanted}
    stored = {rules.folded(role.name): role for role in await roles.every(tx)}
    for name, old in stored.items():
        if old.from_settings and name not in names:
            await roles.delete(tx, old.name)
    for role in wanted:
        await _check_managed(tx, role, env.settings.account_id)
        before = stored.get(rules.folded(role.name))
        if before is None:
            await roles.insert(tx, role, now)  # another server may be first, with the same file
        elif not before.from_settings:
            raise _made_by_hand(role.name)
        elif _differs(before, role):
            await roles.change(tx, changed(role, role_id=before.role_id), now)


def _differs(before: Role, after: Role) -> bool:
    return before != changed(
        after,
        role_id=before.role_id,
        name=before.name,
        revoked_before=before.revoked_before,
        created_at=before.created_at,
    )


async def _check_managed(tx: Tx, role: Role, account: str) -> None:
    for arn in role.managed:
        name = policy_rules.named(arn, account)
        stored = await managed_policies.by_name(tx, name) if name else None
        if arn not in BUILT_IN and (stored is None or stored.arn(account) != arn):
            raise SettingsError(
                f"There is no managed policy {arn}: `poolhouse managed-policies create` makes one."
            )


def _check_owner(name: str, from_settings: bool) -> None:
    if from_settings:
        raise _kept(name)


def _kept(name: str) -> SettingsError:
    return SettingsError(f"{name} is in the settings file, which keeps it as it is there: change it there.")


def _made_by_hand(name: str) -> SettingsError:
    return SettingsError(
        f"The settings file has {name}, which the command line made: delete it there, or rename this one."
    )

"""Roles and managed policies on both stores: by hand, by the settings file, and never by both."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.account import allowing, trusting
from tests.environment import environment

from poolhouse.context import Env
from poolhouse.directory import verifier_bundle
from poolhouse.directory.roles import Role
from poolhouse.errors import SettingsError
from poolhouse.ports import SECOND, Db
from poolhouse.settings import RoleTable
from poolhouse.store import (
    credential_keys,
    iam,
    iam_settings,
    managed_policies,
    revoked_sessions,
    roles,
    verifiers,
)

ARN = "arn:aws:iam::000000000000:role/app"
TRUST = trusting({"AWS": "000000000000"}, "sts:AssumeRole")
POLICY = allowing("s3:GetObject")


@pytest.fixture
def env(db: Db, tmp_path: Path) -> Env:
    return environment(db, tmp_path)


def asked(name: str = "app", **settings: Any) -> Role:
    usual: dict[str, Any] = {"path": "/", "trust": json.dumps(TRUST), "policies": {"own": json.dumps(POLICY)}}
    return Role(role_id="", name=name, **(usual | settings))


async def stored(env: Env, name: str = "app") -> Role | None:
    return await env.db.read(lambda tx: roles.by_name(tx, name))


def later(env: Env) -> None:
    """What is read once a second is read again."""
    env.clock.advance(SECOND)  # type: ignore[attr-defined]


async def test_a_role_is_made_found_by_its_arn_and_deleted(env: Env) -> None:
    arn = await iam.put_role(env, asked(tags={"team": "red"}), replace=False)

    found = await roles.living(env, arn)

    assert arn == ARN
    assert found is not None
    assert found.role_id.startswith("AROA")
    assert (len(found.role_id), found.tags, found.max_seconds) == (21, {"team": "red"}, 3_600)
    assert await iam.delete_role(env, "app")
    later(env)
    assert await roles.living(env, arn) is None
    assert not await iam.delete_role(env, "app")


async def test_names_that_differ_by_case_alone_are_the_same(env: Env) -> None:
    await iam.put_role(env, asked(), replace=False)

    with pytest.raises(SettingsError, match="There is a role APP"):
        await iam.put_role(env, asked("APP"), replace=False)
    assert await iam.put_role(env, asked("apple"), replace=False)


async def test_a_role_that_is_replaced_keeps_its_id_its_name_and_its_revocation(env: Env) -> None:
    await iam.put_role(env, asked(), replace=False)
    await iam.revoke_sessions(env, "app")
    before = await stored(env)

    await iam.put_role(env, asked("APP", max_seconds=7_200, policies={}), replace=True)

    after = await stored(env)
    assert before is not None
    assert after is not None
    assert (after.role_id, after.name, after.revoked_before) == (before.role_id, "app", before.revoked_before)
    assert (after.max_seconds, after.policies) == (7_200, {})


async def test_a_role_made_anew_under_an_old_name_is_another_one(env: Env) -> None:
    await iam.put_role(env, asked(), replace=False)
    before = await stored(env)
    await iam.delete_role(env, "app")
    await iam.put_role(env, asked(), replace=False)
    after = await stored(env)

    assert before is not None
    assert after is not None
    assert before.role_id != after.role_id


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "with blank"},
        {"name": "x" * 65},
        {"path": "no/slash"},
        {"max_seconds": 3_599},
        {"max_seconds": 43_201},
        {"trust": "{"},
        {"trust": json.dumps(POLICY)},
        {"policies": {"own": json.dumps(TRUST)}},
        {"policies": {"with blank": json.dumps(POLICY)}},
        {"policies": {f"p{n}": json.dumps(allowing(*[f"s3:Get{i}" for i in range(700)])) for n in range(2)}},
        {"tags": {"aws:x": "1"}},
        {"tags": {"Team": "1", "team": "2"}},
        {"tags": {f"t{n}": "" for n in range(51)}},
        {"tags": {"team": "<script>"}},
        {"managed": tuple(f"arn:aws:iam::000000000000:policy/p{n}" for n in range(21))},
    ],
    ids=str,
)
async def test_what_cannot_be_in_a_role_is_refused_in_a_sentence_and_leaves_none(
    env: Env, wrong: dict[str, Any]
) -> None:
    name = wrong.get("name", "app")
    settings = {key: value for key, value in wrong.items() if key != "name"}

    with pytest.raises(ValueError, match=r"\.$"):
        await iam.put_role(env, asked(name, **settings), replace=False)

    assert await env.db.read(roles.every) == []
    assert await iam.put_role(env, asked(), replace=False)


async def test_a_role_can_have_managed_policies_that_are_there(env: Env) -> None:
    arn = await iam.put_policy(env, "look", json.dumps(POLICY), "/team/")

    with pytest.raises(SettingsError, match="There is no managed policy"):
        await iam.put_role(env, asked(managed=("arn:aws:iam::000000000000:policy/look",)), replace=False)
    await iam.put_role(env, asked(managed=(arn,)), replace=False)

    assert arn == "arn:aws:iam::000000000000:policy/team/look"
    with pytest.raises(SettingsError, match="The role app has the policy look"):
        await iam.delete_policy(env, "look")
    await iam.delete_role(env, "app")
    assert await iam.delete_policy(env, "look")
    assert not await iam.delete_policy(env, "look")


async def test_a_managed_policy_gets_another_document_within_a_second(env: Env) -> None:
    arn = await iam.put_policy(env, "look", json.dumps(POLICY), "/")
    before = await managed_policies.living(env, arn)

    await iam.put_policy(env, "look", json.dumps(allowing("s3:PutObject", "s3:GetObject")), "/")
    later(env)

    after = await managed_policies.living(env, arn)
    assert before is not None
    assert after is not None
    assert before.size != after.size


async def test_a_clock_that_goes_back_undoes_no_revocation(env: Env) -> None:
    now = env.clock.now()
    await env.db.run(lambda tx: revoked_sessions.add(tx, "identity", "ada", now))
    await env.db.run(lambda tx: revoked_sessions.add(tx, "identity", "ada", now - SECOND))

    assert (await revoked_sessions.current(env))[("identity", "ada")] == now + 1


async def test_the_settings_file_makes_changes_and_removes_what_it_names(env: Env) -> None:
    async def start(**tables: Any) -> None:
        settings = msgspec.structs.replace(env.settings, **tables)
        await iam_settings.apply(msgspec.structs.replace(env, settings=settings))

    await start(roles={"app": RoleTable(trust=TRUST, policies={"own": POLICY})})
    first = await stored(env)
    await start(roles={"app": RoleTable(trust=TRUST, policies={"own": POLICY})})
    again = await stored(env)
    await start(
        roles={"app": RoleTable(trust=json.dumps(TRUST), max_session_seconds=7_200)},
        managed_policies={"look": POLICY},
    )
    changed = await stored(env)
    await start()

    assert first is not None
    assert changed is not None
    assert first == again
    assert (changed.role_id, changed.max_seconds, changed.policies) == (first.role_id, 7_200, {})
    assert await stored(env) is None
    assert await env.db.read(managed_policies.every) == []


async def test_the_settings_file_and_the_command_line_leave_each_others_roles_alone(env: Env) -> None:
    settings = msgspec.structs.replace(env.settings, roles={"kept": RoleTable(trust=TRUST)})
    started = msgspec.structs.replace(env, settings=settings)
    await iam_settings.apply(started)
    await iam.put_role(env, asked("by-hand"), replace=False)

    await iam_settings.apply(started)
    with pytest.raises(SettingsError, match="is in the settings file"):
        await iam.put_role(env, asked("kept"), replace=True)
    with pytest.raises(SettingsError, match="is in the settings file"):
        await iam.delete_role(env, "kept")
    taken = msgspec.structs.replace(env.settings, roles={"by-hand": RoleTable(trust=TRUST)})
    with pytest.raises(SettingsError, match="which the command line made"):
        await iam_settings.apply(msgspec.structs.replace(env, settings=taken))

    assert {role.name for role in await env.db.read(roles.every)} == {"kept", "by-hand"}


async def test_a_role_of_the_settings_file_that_cannot_be_stops_the_start(env: Env) -> None:
    settings = msgspec.structs.replace(env.settings, roles={"app": RoleTable(trust=POLICY)})

    with pytest.raises(SettingsError, match="cannot be applied"):
        await iam_settings.apply(msgspec.structs.replace(env, settings=settings))
    assert await env.db.read(roles.every) == []


async def test_a_verifier_knows_keys_roles_policies_and_revocations_without_the_store(env: Env) -> None:
    await iam.put_policy(env, "look", json.dumps(POLICY), "/")
    await iam.put_role(env, asked(), replace=False)
    await env.db.run(lambda tx: revoked_sessions.add(tx, "identity", "ada", env.clock.now()))

    whole = verifier_bundle.read(await verifiers.exported(env, secrets=True))
    public = verifier_bundle.read(await verifiers.exported(env, secrets=False))

    keys = (await credential_keys.current(env)).by_kid
    assert whole.keys == keys
    assert [key.verifier for key in public.keys.values()] == [None]
    assert public.keys.keys() == keys.keys()
    assert whole.roles.keys() == {ARN}
    assert whole.policies.keys() == {"arn:aws:iam::000000000000:policy/look"}
    assert ("identity", "ada") in whole.revoked


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"format": "other/1"}'])
def test_what_is_no_verifier_is_not_read(content: bytes) -> None:
    with pytest.raises(ValueError, match="verifier"):
        verifier_bundle.read(content)

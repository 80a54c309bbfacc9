"""What the service changes on its own account is in the audit log, and users' own doings are not."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from tests import account
from tests.auth import test_compromised as stolen
from tests.auth import test_migration as migration
from tests.federation import people
from tests.federation.saml.test_details import PATH, created, dev, provider
from tests.federation.saml.test_provider import served
from tests.imports import importing, steps
from tests.oauth.sign_in.inside import Visitor
from tests.oauth.test_register import NATIVE
from tests.refusals.scene import PASSWORD, Scene
from tests.web_server import WebServer
from tests.world import World

from poolhouse.context import Env
from poolhouse.directory.audit import HOUSE, Record
from poolhouse.errors import PasswordCompromised
from poolhouse.federation import refresher
from poolhouse.ports import DAY, HOUR, MINUTE, Tx
from poolhouse.settings import RoleTable
from poolhouse.store import (
    access_keys,
    audit,
    audit_verification,
    audited,
    credential_keys,
    iam_settings,
    identity_keys,
    janitor,
    key_rotation,
    pool_removal,
)

__all__ = ["dev"]


async def records(env: Env, who: str, chain: str = "") -> list[Record]:
    """Those of somebody, in one chain or in all."""

    async def read(tx: Tx) -> list[Record]:
        chains = [chain] if chain else await audit.chains(tx)
        return [record for name in chains for record in await audit.page(tx, name, 0, 10_000)]

    return [record for record in await env.db.read(read) if record.who == who]


def kinds(record: Record) -> list[str]:
    return [change["kind"] for change in json.loads(record.changes)]


# Users


async def test_users_of_an_import_are_recorded_under_its_job(world: World) -> None:
    pool = await steps.new_pool(world)
    file = await steps.people_file(world, pool, [importing.person("ada"), importing.person("bob")])

    job = await steps.run(world, pool, file)

    found = await records(world.env, "service:import", pool)
    assert [record.what for record in found] == ["upload", *["StartUserImportJob"] * 3]
    assert {record.request_id for record in found[1:]} == {job["JobId"]}
    job_alone = ["user-import-job"]
    assert [kinds(record) for record in found] == [job_alone, job_alone, ["user", "user"], job_alone]


async def test_a_user_whom_a_provider_brings_or_changes_is_recorded_and_a_sign_in_without_change_not(
    world: World,
) -> None:
    s = await people.stage(world)

    await s.sign_in(email=people.MAIL, name="Ada")
    first = await records(world.env, "service:federation", s.pool)
    await s.sign_in(email=people.MAIL, name="Ada")
    same = await records(world.env, "service:federation", s.pool)
    await s.sign_in(email=people.MAIL, name="Ada Lovelace")
    changed = await records(world.env, "service:federation", s.pool)

    assert [sorted(kinds(record)) for record in first] == [["group", "link", "membership", "user"]]
    assert same == first
    assert [kinds(record) for record in changed[1:]] == [["user"]]


async def test_a_user_who_is_migrated_is_recorded(world: World) -> None:
    pool, client = await migration.stage(world)

    await world.tokens(client, password=migration.OLD)
    await world.tokens(client, password=migration.OLD)

    (found,) = await records(world.env, "service:migration", pool)
    assert (found.what, kinds(found)) == ("UserMigration", ["user", "credential"])


async def test_a_user_who_must_reset_a_stolen_password_is_recorded(world: World) -> None:
    scene = Scene(world, Path())
    await stolen.staged(scene, stolen.ENFORCED)
    await stolen.acted(scene, "BLOCK", "SIGN_IN")

    with pytest.raises(PasswordCompromised):
        await scene.sign_in()

    (found,) = await records(world.env, "service:breaches", scene.pool)
    assert kinds(found) == ["user"]


async def test_what_users_do_is_not_recorded(world: World) -> None:
    scene = Scene(world, Path())
    await scene.set_up({}, {}, {})
    before = await records(world.env, "arn:aws:iam::000000000000:user/test")

    await scene.signed_up("eve")
    await scene.public("ConfirmSignUp", Username="eve", ConfirmationCode=await scene.code())
    await scene.keep(tokens=scene.tokens("eve"))
    named = [{"Name": "name", "Value": "Eve"}]
    await scene.token("UpdateUserAttributes", UserAttributes=named)
    await scene.token("ChangePassword", PreviousPassword=PASSWORD, ProposedPassword="An0ther-P2$Sword")
    await scene.token("DeleteUser")

    assert await records(world.env, "arn:aws:iam::000000000000:user/test") == before
    assert {record.who for record in await every(world.env)} == {before[0].who}


async def every(env: Env) -> list[Record]:
    async def read(tx: Tx) -> list[Record]:
        return [record for name in await audit.chains(tx) for record in await audit.page(tx, name, 0, 10_000)]

    return await env.db.read(read)


# Pools


async def test_an_app_client_that_registers_itself_is_recorded(world: World) -> None:
    scene = Scene(world, Path())
    await scene.set_up({"DcrConfiguration": {"OpenDcrEnabled": True}}, {}, {})
    visitor = Visitor(scene)

    made = await visitor.http.post(
        f"{world.env.settings.public_url}/{scene.pool}/oauth2/register", json=NATIVE
    )
    refused = await visitor.http.post(
        f"{world.env.settings.public_url}/{scene.pool}/oauth2/register", json={}
    )

    assert (made.status_code, refused.status_code) == (201, 400)
    (found,) = await records(world.env, "service:registration", scene.pool)
    (change,) = json.loads(found.changes)
    assert (change["kind"], change["id"]) == ("client", made.json()["client_id"])


async def test_metadata_of_a_provider_is_recorded_when_it_is_another(dev: World) -> None:
    pool = await dev.pool()
    idp = provider(dev)
    with WebServer({PATH: served(idp, "https://one.example/")}) as server:
        await created(dev, {"MetadataURL": server.url(PATH)}, pool)
        dev.advance(6 * HOUR)
        await refresher.refresh_due(dev.env)
        assert len(await records(dev.env, "service:saml-metadata", pool)) == 1

        server.answers[PATH] = served(idp, "https://two.example/")
        dev.advance(6 * HOUR)
        await refresher.refresh_due(dev.env)

    first, second = await records(dev.env, "service:saml-metadata", pool)
    (before,), (after,) = json.loads(first.changes), json.loads(second.changes)
    assert (before["kind"], after["before"]) == ("saml-metadata", before["after"])


async def test_a_deleted_pool_keeps_its_log_whose_end_is_that_it_was_emptied(world: World) -> None:
    pool = await world.pool()
    await world.user(pool)

    await world.call("DeleteUserPool", UserPoolId=pool)
    await pool_removal.empty_all(world.env)
    world.advance(10 * MINUTE)
    await pool_removal.empty_all(world.env)

    assert (await records(world.env, "service:pool-removal", pool))[-1].what == "empty"
    names = [record.what for record in await every(world.env) if record.pool_id == pool]
    assert names[0] == "CreateUserPool"
    assert names[-3:] == ["DeleteUserPool", "empty", "empty"]
    verdict = await audit_verification.verify(world.env.db, pool, await audit.keys(world.env))
    assert (verdict.fault, verdict.records) == ("", len(names))


# The house


async def test_what_the_janitor_deletes_is_a_number_in_the_chain_of_the_house(world: World) -> None:
    scene = Scene(world, Path())
    await scene.set_up({}, {}, {})
    await scene.signed_up("eve")
    assert await janitor.sweep(world.env)
    assert await records(world.env, "service:janitor") == []
    world.advance(3 * DAY)

    swept = await janitor.sweep(world.env)

    found = await records(world.env, "service:janitor", HOUSE)
    rows = {change["kind"]: change["rows"] for record in found for change in json.loads(record.changes)}
    assert rows == {table: number for table, number in swept.items() if number}
    assert rows["codes"] == 1


async def test_roles_of_the_settings_file_are_recorded_once(world: World) -> None:
    trust = {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}
    settings = replace(world.env.settings, roles={"app": RoleTable(trust=trust)})
    env = replace(world.env, settings=settings)

    await iam_settings.apply(env)
    await iam_settings.apply(env)

    (found,) = await records(env, "service:settings-file", HOUSE)
    assert [(change["kind"], change["id"]) for change in json.loads(found.changes)] == [("role", "app")]


@pytest.mark.parametrize(
    ("work", "kind"),
    [
        (lambda env, _: identity_keys.rotate(env), "signing-key"),
        (lambda env, _: credential_keys.rotate(env, 2_000_000), "credential-key"),
        (lambda env, pool: key_rotation.rotate(env, pool), "signing-key"),
        (lambda env, _: access_keys.create(env, "ops", account.EVERYTHING), "access-key"),
    ],
)
async def test_what_the_command_line_rotates_or_makes_is_recorded(
    world: World, work: Callable[[Env, str], Awaitable[Any]], kind: str
) -> None:
    pool = await world.pool()
    await asyncio.gather(identity_keys.current(world.env), credential_keys.current(world.env))

    await work(audited.for_command(world.env, "some command"), pool)

    (found,) = await records(world.env, "cli")
    assert (found.what, kind in kinds(found)) == ("some command", True)

"""`poolhouse pools clone` on a store of its own."""

import asyncio
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.providers import add_providers
from tests.sqlite_template import open_migrated_sqlite
from tests.world import World, close_world, open_world

from poolhouse import app
from poolhouse.cli import poolhouse
from poolhouse.errors import SettingsError

SECRET = "of-acme-alone"


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The store that the command opens, with one pool in it. Both are open at once, as beside a server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("POOLHOUSE_MASTER_KEY", raising=False)
    return await open_world(tmp_path, await open_migrated_sqlite(tmp_path / app.DATABASE))


async def run(*arguments: str) -> Result:
    """Run the command in a thread, because it has a loop of its own; what it refuses is raised."""
    command = ["pools", "clone", "--data", ".", *arguments]
    result = await asyncio.to_thread(lambda: CliRunner().invoke(poolhouse, command))
    if isinstance(result.exception, SettingsError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


async def test_a_pool_is_copied_and_its_ids_are_printed(world: World) -> None:
    template = await world.pool()
    web = await world.client(template, ClientName="web")

    printed = (await run("--from", template, "--name", "acme", "--email-domain", "acme.example")).stdout

    first, second = printed.splitlines()
    pool_id, _, name = first.partition("  ")
    client_id = second.split()[2]
    assert name == "acme"
    assert second == f"  app client {client_id}  web  (of {web['ClientId']})"
    pool = (await world.call("DescribeUserPool", UserPoolId=pool_id))["UserPool"]
    assert pool["UserPoolTags"] == {
        "poolhouse:email-domains": "acme.example",
        "poolhouse:tenant-client": client_id,
    }
    await close_world(world)


async def test_programs_get_the_ids_as_json_and_no_secret(world: World, tmp_path: Path) -> None:
    template = await world.pool()
    api = await world.client(template, ClientName="api", GenerateSecret=True)
    await add_providers(world, template, "corp")
    (tmp_path / "secret.txt").write_text(f"{SECRET}\n")
    asked = ["--from", template, "--name", "acme", "--region", "eu-west-1", "--json"]

    printed = (await run(*asked, "--provider-secret", "corp=secret.txt")).stdout

    made = json.loads(printed)
    assert made["pool_id"].startswith("eu-west-1_")
    (client,) = made["clients"]
    assert client == {"client_id": client["client_id"], "template_id": api["ClientId"], "name": "api"}
    where = {"UserPoolId": made["pool_id"], "region": "eu-west-1"}
    found = await world.call("DescribeIdentityProvider", ProviderName="corp", **where)
    assert found["IdentityProvider"]["ProviderDetails"]["client_secret"] == SECRET
    kept = await world.call("DescribeUserPoolClient", ClientId=client["client_id"], **where)
    assert SECRET not in printed
    assert kept["UserPoolClient"]["ClientSecret"] not in printed
    await close_world(world)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--from", "us-east-1_Unknown01", "--name", "acme"], "does not exist"),
        (["--name", ""], "correct --name"),
        (["--name", "acme", "--region", "EU"], "correct --region"),
        (["--name", "acme"], "--provider-secret corp=FILE"),
        (["--name", "acme", "--provider-secret", "corp"], "takes NAME=VALUE"),
        (["--name", "acme", "--provider-secret", "corp=missing.txt"], "cannot be read"),
        (["--name", "acme", "--copy-provider-secrets", "--email-domain", "acme"], "must be domains such as"),
    ],
)
async def test_what_is_wrong_is_one_sentence_and_nothing_is_made(
    world: World, arguments: list[str], sentence: str
) -> None:
    template = await world.pool()
    await world.client(template)
    await add_providers(world, template, "corp")
    named = [] if "--from" in arguments else ["--from", template]

    with pytest.raises(SettingsError, match=sentence):
        await run(*named, *arguments)

    assert len((await world.call("ListUserPools", MaxResults=10))["UserPools"]) == 1
    assert await run("--from", template, "--name", "acme", "--copy-provider-secrets")
    await close_world(world)

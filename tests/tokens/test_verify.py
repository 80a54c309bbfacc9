"""Living tokens while keys change: new signing keys, a new master key, another worker's revocation."""

import secrets
from collections.abc import Mapping
from typing import Any

import pytest
from msgspec.structs import replace
from tests.world import World

from poolhouse.context import Cache, Env
from poolhouse.drivers.vault import MasterKeyVault
from poolhouse.errors import AccessTokenExpired, AccessTokenRevoked, AccessTokenUnverified, SettingsError
from poolhouse.oauth import discovery
from poolhouse.ports import DAY, SECOND
from poolhouse.store import data_keys, key_rotation, signing_keys, snapshots
from poolhouse.tokens import verify

_CACHES = ("snapshots", "clients", "tokens", "house_keys", "access_keys")


def worker(env: Env, **ports: Any) -> Env:
    """Another process on the same store: it remembers nothing of what this one has seen."""
    return replace(env, loading={}, **{name: Cache(100) for name in _CACHES}, **ports)


async def signed_in(world: World, **settings: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """An app client, and Ada's tokens."""
    pool = await world.pool()
    client = await world.client(pool, **settings)
    await world.user(pool)
    return client, await world.tokens(client)


async def name_of(env: Env, tokens: Mapping[str, str]) -> str:
    _, caller = await verify.access_token(env, tokens["AccessToken"], env.clock.now())
    return str(caller.claims["username"])


async def refreshed(world: World, client: dict[str, Any], tokens: dict[str, Any]) -> dict[str, Any]:
    answer = await world.call(
        "GetTokensFromRefreshToken", ClientId=client["ClientId"], RefreshToken=tokens["RefreshToken"]
    )
    return dict(answer["AuthenticationResult"])


async def kids(env: Env, pool_id: str) -> list[str]:
    """As the JWKS shows them."""
    document = discovery.jwks(await snapshots.of_pool(env, pool_id))
    return [key["kid"] for key in document["keys"]]


async def doubted(env: Env, pool_id: str) -> None:
    """Let the second pass for which a snapshot is trusted; no test moves that clock."""
    known = await snapshots.of_pool(env, pool_id)
    env.snapshots.put(pool_id, replace(known, checked_at=known.checked_at - 2))


async def test_a_token_lives_on_when_its_key_signs_no_more(world: World) -> None:
    client, tokens = await signed_in(world, AccessTokenValidity=24, IdTokenValidity=24)
    old = await kids(world.env, client["UserPoolId"])

    new = await key_rotation.rotate(world.env, client["UserPoolId"])
    world.advance(3 * SECOND)

    assert await kids(world.env, client["UserPoolId"]) == [*new, *sorted(old)]
    for env in (world.env, worker(world.env)):
        assert await name_of(env, tokens) == "ada"
        assert await name_of(env, await refreshed(World(env, world.events), client, tokens)) == "ada"
    world.advance(DAY - 5 * SECOND)
    assert await name_of(worker(world.env), tokens) == "ada"
    world.advance(5 * SECOND)
    with pytest.raises(AccessTokenExpired):
        await name_of(world.env, tokens)


async def test_a_token_ends_with_its_key(world: World) -> None:
    """After a day no token of the old key can be alive: one that says so was forged with a stolen key."""
    client, _ = await signed_in(world)
    stolen = (await snapshots.of_pool(world.env, client["UserPoolId"])).keys.access_key
    tokens = await world.tokens(client)
    claims = dict((await verify.access_token(world.env, tokens["AccessToken"], world.now))[1].claims)
    forged = {"AccessToken": stolen.sign(claims | {"exp": world.now // SECOND + 10 * 86_400})}
    assert await name_of(world.env, forged) == "ada"

    await key_rotation.rotate(world.env, client["UserPoolId"])
    world.advance(3 * SECOND)
    assert await name_of(world.env, forged) == "ada"
    world.advance(DAY)
    await doubted(world.env, client["UserPoolId"])

    with pytest.raises(AccessTokenUnverified):
        await name_of(world.env, forged)
    assert await name_of(world.env, await refreshed(world, client, tokens)) == "ada"


async def test_a_new_master_key_disturbs_neither_passwords_nor_tokens(world: World) -> None:
    new, another = secrets.token_bytes(32), secrets.token_bytes(32)
    old = world.env.vault
    client, tokens = await signed_in(world, GenerateSecret=True)
    both = MasterKeyVault(new)
    both._ciphers |= old._ciphers  # type: ignore[attr-defined]

    await data_keys.rewrap_all(worker(world.env, vault=both))
    restarted = World(worker(world.env, vault=MasterKeyVault(new)), world.events)
    without = worker(world.env, vault=MasterKeyVault(another))

    assert await name_of(restarted.env, tokens) == "ada"
    assert await name_of(restarted.env, await restarted.tokens(client)) == "ada"
    with pytest.raises(SettingsError, match="not configured"):
        await name_of(without, tokens)


async def test_what_one_worker_revokes_is_refused_by_another_that_knows_the_token(world: World) -> None:
    client, tokens = await signed_in(world)
    other = worker(world.env)
    kept = await world.tokens(client)
    assert await name_of(other, tokens) == await name_of(other, kept) == "ada"

    await world.call("RevokeToken", ClientId=client["ClientId"], Token=tokens["RefreshToken"])

    with pytest.raises(AccessTokenRevoked):
        await name_of(other, tokens)
    assert await name_of(other, kept) == "ada"


async def test_keys_stored_under_kids_of_another_form_go_on_signing_under_them(world: World) -> None:
    """A key may have been published under another kid: its tokens are good, and the JWKS has that kid."""
    client, _ = await signed_in(world)
    pool_id = client["UserPoolId"]
    made = [replace(key, kid=f"old-{key.token_use}") for key in await signing_keys.new_pair()]
    seal = (await snapshots.of_pool(world.env, pool_id)).keys.seal
    await world.env.db.run(
        lambda tx: signing_keys.succeed(tx, world.env.rng, pool_id, seal, made, world.now - 2 * SECOND)
    )
    restarted = World(worker(world.env), world.events)

    tokens = await restarted.tokens(client)

    assert (await kids(restarted.env, pool_id))[:2] == ["old-id", "old-access"]
    assert await name_of(restarted.env, tokens) == "ada"

"""Signing in with a hash of another system: once with the password, then as everybody; what nobody learns."""

from typing import Any

import bcrypt
import pytest
from argon2 import PasswordHasher
from tests.auth.test_sign_in import srp_challenge
from tests.imports import steps
from tests.imports.importing import person
from tests.world import PASSWORD, World

from poolhouse.auth import credentials
from poolhouse.context import Ctx
from poolhouse.crypto import imported_hashes, passwords
from poolhouse.crypto.passwords import Credential
from poolhouse.directory.pools import PASSWORD_STORAGE_TAG
from poolhouse.errors import IncorrectLogin, LockedOut, TooManyRequests
from poolhouse.store import snapshots, users

BCRYPT = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
PLAIN = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


async def with_ada(world: World, algorithm: str = "BCRYPT", encoded: str = BCRYPT, **pool: Any) -> str:
    """A pool into which Ada was imported with a hash, and Bob made by an administrator."""
    made = await steps.new_pool(world, **pool)
    people = [person("ada", cognito__password_hash=encoded)]
    content = await steps.people_file(world, made, people, "cognito:password_hash")
    await steps.run(world, made, content, PasswordHashingAlgorithm=algorithm)
    await world.user(made, "bob")
    return made


async def hiding(world: World, pool: str, **settings: Any) -> dict[str, Any]:
    return await world.client(pool, PreventUserExistenceErrors="ENABLED", **settings)


async def kept(world: World, pool: str, name: str = "ada") -> Credential:
    snapshot = await snapshots.of_pool(world.env, pool)
    user = await world.env.db.read(lambda tx: users.by_name(tx, snapshot.pool, name))
    assert user is not None
    assert user.credential is not None
    ctx = Ctx(world.env, "", "", "us-east-1", world.now, snapshot=snapshot)
    return credentials.opened(ctx, user.sub, user.credential)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds of the credentials that a password was compared with."""
    found: list[str] = []
    matches = passwords.matches

    def record(credential: Credential, *rest: str) -> bool:
        found.append(credential.kind)
        return matches(credential, *rest)

    monkeypatch.setattr(passwords, "matches", record)
    return found


async def test_the_first_sign_in_with_the_password_keeps_it_as_the_pool_does(world: World) -> None:
    pool = await with_ada(world)
    client = await hiding(world, pool)
    with pytest.raises(IncorrectLogin):
        await world.tokens(client, "ada", "Wr0ng-P2$Sword")
    before = await kept(world, pool)

    await world.tokens(client, "ada")

    after = await kept(world, pool)
    assert (before.kind, after.kind) == ("imported", "srp")
    assert "AccessToken" in await world.tokens(client, "ada")


async def test_a_pool_that_keeps_argon2id_makes_its_own_of_an_imported_one(world: World) -> None:
    encoded = PasswordHasher(memory_cost=8_192, time_cost=1).hash(PASSWORD)
    pool = await with_ada(world, "ARGON2ID", encoded, UserPoolTags={PASSWORD_STORAGE_TAG: "argon2id"})
    client = await hiding(world, pool, ExplicitAuthFlows=PLAIN)

    await world.tokens(client, "ada")

    after = await kept(world, pool)
    assert after.kind == "argon2id"
    assert "m=19456,t=2,p=1" in after.encoded


async def test_the_challenge_of_srp_does_not_tell_an_imported_hash_from_a_decoy(world: World) -> None:
    pool = await with_ada(world)
    client = await hiding(world, pool)

    ada, again, nobody = [await srp_challenge(world, client, name) for name in ("ada", "ada", "nobody")]

    assert ada.keys() == nobody.keys()
    assert ada["SALT"] == again["SALT"]
    assert len(ada["SALT"]) == len(nobody["SALT"]) == 32
    assert ada["SRP_B"] != again["SRP_B"]
    assert ada["USER_ID_FOR_SRP"] == "ada"


async def test_nobody_a_user_and_an_imported_user_cost_the_same_comparisons(
    world: World, compared: list[str]
) -> None:
    pool = await with_ada(world)
    client = await hiding(world, pool)
    found = {}

    for name in ("ada", "bob", "nobody"):
        compared.clear()
        with pytest.raises(IncorrectLogin):
            await world.tokens(client, name, "Wr0ng-P2$Sword")
        found[name] = sorted(compared)

    assert list(found.values()) == [["imported", "srp"]] * 3


async def test_a_pool_without_imported_hashes_compares_no_more_than_before(
    world: World, compared: list[str]
) -> None:
    pool = await steps.new_pool(world)
    client = await hiding(world, pool)

    with pytest.raises(IncorrectLogin):
        await world.tokens(client, "nobody")

    assert compared == ["srp"]


async def test_the_decoy_of_a_pool_has_the_costs_of_what_was_imported(world: World) -> None:
    pool = await with_ada(world)

    decoy = (await snapshots.of_pool(world.env, pool)).imported_hash

    assert decoy.startswith("$2b$04$")
    assert not imported_hashes.verify(decoy, PASSWORD.encode())
    assert BCRYPT[7:] not in decoy


async def test_wrong_passwords_of_an_imported_user_lock_as_everybodys_do(world: World) -> None:
    pool = await with_ada(world)
    client = await hiding(world, pool)
    for _ in range(5):
        with pytest.raises(IncorrectLogin):
            await world.tokens(client, "ada", "Wr0ng-P2$Sword")

    with pytest.raises(LockedOut):
        await world.tokens(client, "ada")
    assert "AccessToken" in await world.tokens(client, "bob")


async def test_a_flood_of_passwords_is_turned_away_before_it_is_counted(world: World) -> None:
    pool = await with_ada(world)
    client = await hiding(world, pool)
    world.env.hashing.waiting[pool] = world.env.hashing.most_waiting
    with pytest.raises(TooManyRequests):
        await world.tokens(client, "ada")

    del world.env.hashing.waiting[pool]

    assert "AccessToken" in await world.tokens(client, "ada")


async def test_an_imported_password_counts_in_the_history(world: World) -> None:
    policy = {"PasswordPolicy": {"MinimumLength": 8, "PasswordHistorySize": 2}}
    pool = await with_ada(world, Policies=policy)
    client = await hiding(world, pool)
    tokens = await world.tokens(client, "ada")
    change = {"AccessToken": tokens["AccessToken"], "PreviousPassword": PASSWORD}

    with pytest.raises(Exception, match="previously been used"):
        await world.call("ChangePassword", ProposedPassword=PASSWORD, **change)

    assert await world.call("ChangePassword", ProposedPassword="An0ther-P2$Sword", **change) == {}

"""Passkeys of signed-in users: registering, listing, deleting (1.7, 8.2)."""

import pytest
from tests.authenticator import EDDSA, ES256, RS256, Authenticator
from tests.passkeys import register, turn_on


@pytest.fixture
async def pool(world):
    made = await world.pool()
    await turn_on(world, made)
    await world.user(made, "ada")
    return made


@pytest.fixture
async def token(world, pool):
    return (await world.tokens(await world.client(pool)))["AccessToken"]


async def listed(world, token):
    return (await world.call("ListWebAuthnCredentials", AccessToken=token))["Credentials"]


@pytest.mark.parametrize("alg", [ES256, RS256, EDDSA])
async def test_a(world, token, alg):
    key = await register(world, token, Authenticator(alg))
    [found] = await listed(world, token)
    print(found)
    assert found["CredentialId"] == key.id
    await world.call("DeleteWebAuthnCredential", AccessToken=token, CredentialId=key.id)
    assert await listed(world, token) == []

"""Somebody at an identity provider, and a request of a client that brings them."""

from typing import Any

import pytest
from tests.providers import add_providers
from tests.world import World

from poolhouse.context import Ctx
from poolhouse.errors import ApiError
from poolhouse.federation import link
from poolhouse.federation.link import Identity
from poolhouse.store import snapshots


async def request(world: World, client: dict[str, Any]) -> Ctx:
    """As the callback of a pool's pages makes it."""
    snapshot, app_client = await snapshots.of_client(world.env, client["ClientId"])
    return Ctx(
        env=world.env,
        request_id=world.env.rng.uuid(),
        operation="InitiateAuth",
        region="us-east-1",
        now=world.now,
        snapshot=snapshot,
        app_client=app_client,
        hosted=True,
    )


def identity(ctx: Ctx, subject: str = "109", provider: str = "corp", **claims: Any) -> Identity:
    said = {"tokenResponse": {}, "idToken": {"sub": subject, **claims}, "userInfo": {}}
    return Identity(ctx.providers[provider], subject, {"sub": subject, **claims}, said)


MAIL = "ada@example.com"
MAPPING = {"email": "email", "name": "name", "custom:team": "team"}
CUSTOM = [
    {"Name": "team", "AttributeDataType": "String", "Mutable": True},
    {"Name": "badge", "AttributeDataType": "String", "Mutable": False},
]


class Stage:
    """A pool with the providers corp (OIDC) and Google, and a client that may write what is mapped."""

    def __init__(self, world, pool, client):
        self.world, self.pool, self.client = world, pool, client

    async def sign_in(self, subject="109", provider="corp", **claims):
        ctx = await request(self.world, self.client)
        return await link.sign_in(ctx, identity(ctx, subject, provider, **claims))

    async def refused(self, *subject, **claims):
        with pytest.raises(ApiError) as caught:
            await self.sign_in(*subject, **claims)
        return caught.value.message

    async def users(self):
        found = (await self.world.call("ListUsers", UserPoolId=self.pool))["Users"]
        return {user["Username"]: user for user in found}

    async def admin(self, name, username="ada", **members):
        return await self.world.call(name, UserPoolId=self.pool, Username=username, **members)

    async def link(self, subject="109", username="ada", attribute="Cognito_Subject", provider="corp"):
        await self.world.call(
            "AdminLinkProviderForUser", **linking(self.pool, subject, username, attribute, provider)
        )


def linking(pool, subject="109", username="ada", attribute="Cognito_Subject", provider="corp", to="Cognito"):
    return {
        "UserPoolId": pool,
        "DestinationUser": {"ProviderName": to, "ProviderAttributeValue": username},
        "SourceUser": source(subject, attribute, provider),
    }


def source(subject, attribute="Cognito_Subject", provider="corp"):
    return {
        "ProviderName": provider,
        "ProviderAttributeName": attribute,
        "ProviderAttributeValue": subject,
    }


async def stage(world, mapping=MAPPING, **settings):
    usual = {"Schema": CUSTOM, "LambdaConfig": world.triggers()}
    pool = await world.pool(**(usual | settings))
    await add_providers(world, pool, "corp", "Google", AttributeMapping=mapping)
    writable = ["email", "name", "phone_number", "custom:team", "custom:badge", "preferred_username"]
    return Stage(world, pool, await world.client(pool, WriteAttributes=writable))

"""A user who is signed in, for the operations that take an access token."""

from tests.idp.refused import pairs, plain, refusal
from tests.world import World


class Ada:
    """A signed-in user and her pool."""

    def __init__(self, world: World, pool: str, token: str) -> None:
        self.world = world
        self.pool = pool
        self.token = token

    async def call(self, name, **request):
        return await self.world.call(name, AccessToken=self.token, **request)

    async def refused(self, name, **request):
        return await refusal(self.world, name, AccessToken=self.token, **request)

    async def update(self, **attributes):
        answer = await self.call("UpdateUserAttributes", UserAttributes=pairs(**attributes))
        return answer["CodeDeliveryDetailsList"]

    async def update_refused(self, **attributes):
        before = await self.stored()
        answer = await self.refused("UpdateUserAttributes", UserAttributes=pairs(**attributes))
        assert await self.stored() == before
        return answer

    async def shown(self):
        return plain((await self.call("GetUser"))["UserAttributes"])

    async def stored(self):
        found = await self.world.call("AdminGetUser", UserPoolId=self.pool, Username="ada")
        return plain(found["UserAttributes"])

    async def code(self):
        return await self.world.code(self.pool)

    async def verify(self, code, name="email"):
        return await self.call("VerifyUserAttribute", AttributeName=name, Code=code)

    async def verify_refused(self, code, name="email"):
        return await self.refused("VerifyUserAttribute", AttributeName=name, Code=code)


async def ada(world, settings=None, client=None, name="ada", **attributes) -> Ada:
    pool = await world.pool(**(settings or {}))
    app = await world.client(pool, **(client or {}))
    await world.user(pool, name, **attributes)
    return Ada(world, pool, (await world.tokens(app, name))["AccessToken"])


async def signed_in(world, pool, name, **attributes) -> Ada:
    """Another user of the pool."""
    app = await world.client(pool)
    await world.user(pool, name, **attributes)
    return Ada(world, pool, (await world.tokens(app, name))["AccessToken"])


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"

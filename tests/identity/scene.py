"""The stage of identity pools: a user pool with Ada in it, and an identity pool that takes her tokens."""

from typing import Any

from tests.world import World

from poolhouse.crypto import jose

ROLE = "arn:aws:iam::000000000000:role/{}"


class Scene:
    """`identity_pool` is the id of the pool, `provider` the key in Logins of the user pool."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.user_pool = ""
        self.app: dict[str, Any] = {}
        self.identity_pool = ""

    async def set_up(self, **settings: Any) -> None:
        self.user_pool = await self.world.pool()
        self.app = await self.world.client(self.user_pool)
        await self.world.user(self.user_pool, email="ada@example.com")
        self.identity_pool = await self.make(**settings)

    @property
    def provider(self) -> str:
        return f"cognito-idp.us-east-1.amazonaws.com/{self.user_pool}"

    @property
    def arn(self) -> str:
        return f"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/{self.identity_pool}"

    def settings(self, **changes: Any) -> dict[str, Any]:
        """The members of CreateIdentityPool: guests, Ada's user pool and a developer provider."""
        usual = {
            "IdentityPoolName": "test",
            "AllowUnauthenticatedIdentities": True,
            "CognitoIdentityProviders": [{"ProviderName": self.provider, "ClientId": self.app["ClientId"]}],
            "DeveloperProviderName": "login.example",
        }
        return {name: value for name, value in (usual | changes).items() if value is not None}

    async def make(self, **changes: Any) -> str:
        return str((await self.call("CreateIdentityPool", **self.settings(**changes)))["IdentityPoolId"])

    async def update(self, **changes: Any) -> dict[str, Any]:
        return await self.of_pool("UpdateIdentityPool", **self.settings(**changes))

    async def call(self, name: str, /, **members: Any) -> dict[str, Any]:
        return await self.world.call(name, service="cognito-identity", **members)

    async def of_pool(self, name: str, /, **members: Any) -> dict[str, Any]:
        """An operation that names the pool of the scene."""
        return await self.call(name, **({"IdentityPoolId": self.identity_pool} | members))

    async def id_token(self, name: str = "ada", app: dict[str, Any] | None = None) -> str:
        return str((await self.world.tokens(app or self.app, name))["IdToken"])

    async def logins(self, name: str = "ada") -> dict[str, str]:
        """What Logins has when somebody of the user pool has signed in."""
        return {self.provider: await self.id_token(name)}

    async def identity(self, logins: dict[str, str] | None = None) -> str:
        """GetId; without logins a guest."""
        given = {"Logins": logins} if logins else {}
        return str((await self.of_pool("GetId", **given))["IdentityId"])

    async def developer(self, user: str, **members: Any) -> dict[str, Any]:
        """The developer's backend vouches for a user."""
        logins = {"login.example": user} | members.pop("Logins", {})
        return await self.of_pool("GetOpenIdTokenForDeveloperIdentity", Logins=logins, **members)


def claims_of(token: str) -> dict[str, Any]:
    """What a token says; nothing is verified."""
    return jose.unverified_claims(token)

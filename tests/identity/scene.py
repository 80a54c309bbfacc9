"""The stage of identity pools: a user pool with Ada in it, and an identity pool that takes her tokens."""

import json
from typing import Any

from tests.world import World

from poolhouse.crypto import jose
from poolhouse.directory.iam_providers import IamProvider
from poolhouse.directory.roles import Role
from poolhouse.ports import SECOND
from poolhouse.store import iam_providers, roles

TRUSTED = ("sts:AssumeRoleWithWebIdentity", "sts:TagSession")
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

    @property
    def seconds(self) -> int:
        return self.world.now // SECOND

    # Roles

    async def role(self, name: str, amr: str = "authenticated", actions: tuple[str, ...] = TRUSTED) -> str:
        """Make a role that trusts identities of the scene's pool with this `amr`; gives its ARN."""
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Federated": "cognito-identity.amazonaws.com"},
                    "Action": list(actions),
                    "Condition": {
                        "StringEquals": {"cognito-identity.amazonaws.com:aud": self.identity_pool},
                        "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": amr},
                    },
                }
            ],
        }
        env = self.world.env
        made = Role(role_id=roles.new_id(env), name=name, path="/", trust=json.dumps(trust))
        await env.db.run(lambda tx: roles.insert(tx, made, env.clock.now()))
        return made.arn("000000000000")

    async def usual_roles(self, **mappings: Any) -> dict[str, str]:
        """Give the pool a role for users and one for guests; role mappings are by key `ada`: Ada's pool."""
        found = {
            "authenticated": await self.role("Users"),
            "unauthenticated": await self.role("Guests", "unauthenticated"),
        }
        await self.set_roles(found, **mappings)
        return found

    async def set_roles(self, found: dict[str, str], **mappings: Any) -> None:
        named = {self.provider if key == "ada" else key: value for key, value in mappings.items()}
        await self.of_pool("SetIdentityPoolRoles", Roles=found, RoleMappings=named)

    async def credentials(
        self, identity_id: str, logins: dict[str, str] | None = None, **members: Any
    ) -> Any:
        """What GetCredentialsForIdentity answers."""
        given = {"Logins": logins} if logins else {}
        return await self.call("GetCredentialsForIdentity", IdentityId=identity_id, **given, **members)

    # Other providers

    async def register(self, provider: IamProvider) -> str:
        """Register a provider with the account; gives its ARN."""
        env = self.world.env
        await env.db.run(lambda tx: iam_providers.put(tx, provider, env.clock.now()))
        return provider.arn("000000000000")


def claims_of(token: str) -> dict[str, Any]:
    """What a token says; nothing is verified."""
    return jose.unverified_claims(token)

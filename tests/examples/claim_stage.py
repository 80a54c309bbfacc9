"""The pool of the example with one pool, in process, and what its users do there."""

from dataclasses import dataclass
from typing import Any

from tests.examples.multi_tenant import claims_function, said_by
from tests.refusals.scene import OTHER_PASSWORD, PASSWORD
from tests.world import World

from poolhouse.errors import FunctionFailed

ADA, KIM = "ada@acme.example", "kim@acme.example"
TENANT = "custom:tenant_id"
TOLD = {"tenant_id": "globex", TENANT: "globex", "roles": "admin", "cognito:groups": "admin"}


@dataclass
class Stage:
    """With Ada and Kim of Acme. It is what a `Visitor` needs of a scene."""

    world: World
    pool: str
    client: str

    async def call(self, name: str, **members: Any) -> dict[str, Any]:
        return await self.world.call(name, **members)

    async def public(self, name: str, **members: Any) -> dict[str, Any]:
        return await self.call(name, ClientId=self.client, **members)

    async def sign_in(self, name: str = ADA, password: str = PASSWORD, **members: Any) -> dict[str, Any]:
        parameters = {"USERNAME": name, "PASSWORD": password} | members.pop("AuthParameters", {})
        flow = {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}
        return await self.public("InitiateAuth", **flow, **members)

    async def tokens(self, **members: Any) -> dict[str, str]:
        return dict((await self.sign_in(**members))["AuthenticationResult"])

    async def token(self) -> str:
        return (await self.tokens())["AccessToken"]

    async def new_password(self, **members: Any) -> dict[str, Any]:
        """Kim's first sign-in."""
        asked = await self.sign_in(KIM)
        answers = {"USERNAME": KIM, "NEW_PASSWORD": OTHER_PASSWORD} | members.pop("answers", {})
        return await self.public(
            "RespondToAuthChallenge",
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=asked["Session"],
            ChallengeResponses=answers,
            **members,
        )

    async def reset(self) -> dict[str, Any]:
        await self.public("ForgotPassword", Username=ADA, ClientMetadata=TOLD)
        code = await self.world.code(self.pool)
        return await self.public(
            "ConfirmForgotPassword",
            Username=ADA,
            Password=PASSWORD,
            ConfirmationCode=code,
            ClientMetadata=TOLD,
        )

    async def stored(self, name: str) -> str:
        found = await self.call("AdminGetUser", UserPoolId=self.pool, Username=name)
        return next(each["Value"] for each in found["UserAttributes"] if each["Name"] == TENANT)

    async def check(self, answer: Any) -> None:
        """Whatever was tried: tokens of it and tokens after it are for Acme, and the attribute says so."""
        given = (answer or {}).get("AuthenticationResult") if isinstance(answer, dict) else None
        for tokens in filter(None, (given, await self.tokens())):
            for kind in ("AccessToken", "IdToken"):
                claims = said_by(tokens[kind])
                assert (claims["tenant_id"], claims["roles"]) == ("acme", ["member"])
        assert [await self.stored(name) for name in (ADA, KIM)] == ["acme", "acme"]


def claims(event: dict[str, Any]) -> dict[str, Any]:
    """The example's function, called as the runner of functions does it."""
    try:
        answered: dict[str, Any] = claims_function()(event, None)
    except ValueError as error:
        raise FunctionFailed("ValueError", str(error)) from error
    return answered

"""The stage of a refusal: one pool, one app client, and one confirmed user, Ada."""

from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.srp_client import AWSSRP
from tests.world import World

from poolhouse.context import Snapshot
from poolhouse.ports import SECOND, Instant
from poolhouse.store import snapshots
from poolhouse.wire import operations
from poolhouse.wire.operations import Operation

PASSWORD = "P2$Sword"
OTHER_PASSWORD = "An0ther-P2$Sword"
WRONG_PASSWORD = "Wr0ng-P2$Sword"
EMAIL = "ada@example.com"

Members = Mapping[str, Any]

_STAGE_POOL: Members = {
    "AutoVerifiedAttributes": ["email"],
    "Schema": [
        {"Name": "plan", "AttributeDataType": "String"},
        {"Name": "tenant", "AttributeDataType": "String", "Mutable": False},
    ],
}
WRITABLE = ["email", "phone_number", "name", "preferred_username", "custom:plan", "custom:tenant"]
_STAGE_CLIENT: Members = {"WriteAttributes": WRITABLE}


class Scene:
    """`pool` and `client` are the ids; `got` keeps what the arrangement needs later."""

    def __init__(self, world: World, file: Path) -> None:
        self.world = world
        self.file = file
        self.got: dict[str, Any] = {}
        self.pool = ""
        self.app: dict[str, Any] = {}
        self.sub = ""
        self._last: Operation | None = None

    async def set_up(self, pool: Members, client: Members, user: Mapping[str, str]) -> None:
        self.pool = await self.world.pool(**(_STAGE_POOL | pool))
        self.app = await self.world.client(self.pool, **(_STAGE_CLIENT | client))
        attributes = {"email": EMAIL, "email_verified": "true"} | user
        name = EMAIL if pool.get("UsernameAttributes") else "ada"
        await self.world.user(self.pool, name, PASSWORD, **{k: v for k, v in attributes.items() if v})
        found = await self.admin("AdminGetUser", Username=name)
        self.sub = next(a["Value"] for a in found["UserAttributes"] if a["Name"] == "sub")

    @property
    def client(self) -> str:
        return str(self.app["ClientId"])

    @property
    def last_operation(self) -> Operation:
        if self._last is None:
            raise LookupError("nothing was called yet")
        return self._last

    def filled(self, text: str) -> str:
        """The text of a row, with this scene's ids in it."""
        for name in ("job", "identity", "identity_pool"):
            text = text.replace(f"{{{name}}}", str(self.got.get(name)))
        for place, value in (("{pool}", self.pool), ("{client}", self.client), ("{sub}", self.sub)):
            text = text.replace(place, value)
        return text

    # Calls

    async def call(self, name: str, /, **members: Any) -> dict[str, Any]:
        self._last = operations.operations()[("cognito-idp", name)]
        return await self.world.call(name, **members)

    async def admin(self, name: str, /, **members: Any) -> dict[str, Any]:
        """A signed operation on the scene's pool."""
        return await self.call(name, **({"UserPoolId": self.pool} | members))

    async def public(self, name: str, /, *, app: Members | None = None, **members: Any) -> dict[str, Any]:
        """A public operation of the scene's client (or another), with SecretHash where it has a secret."""
        app = app or self.app
        hashed = self.world.hash(dict(app), members.get("Username", ""))
        proof = {"SecretHash": hashed["SECRET_HASH"]} if hashed and "Username" in members else {}
        return await self.call(name, **({"ClientId": app["ClientId"]} | proof | members))

    async def token(self, name: str, /, access: str | None = None, **members: Any) -> dict[str, Any]:
        """An operation with an access token: the one that was kept, unless another is given."""
        return await self.call(name, AccessToken=access or self.got["tokens"]["AccessToken"], **members)

    # Arranging

    async def steps(self, *steps: Awaitable[Any]) -> Any:
        """One after the other; the answer of the last."""
        answer = None
        for step in steps:
            answer = await step
        return answer

    async def keep(self, **steps: Awaitable[Any]) -> None:
        for name, step in steps.items():
            self.got[name] = await step

    async def later(self, amount: Instant) -> None:
        self.world.env.clock.advance(amount)  # type: ignore[attr-defined]

    async def with_settings(self, **changes: Any) -> None:
        """Go on with other settings of the server."""
        self.world.with_settings(**changes)

    async def another_pool(self, **settings: Any) -> str:
        return await self.world.pool(**(_STAGE_POOL | settings))

    async def another_client(self, pool: str | None = None, **settings: Any) -> dict[str, Any]:
        return await self.world.client(pool or self.pool, **settings)

    async def another_user(self, name: str = "bob", **attributes: str) -> str:
        return await self.world.user(self.pool, name, PASSWORD, **attributes)

    async def signed_up(self, name: str = "eve", **attributes: str) -> dict[str, Any]:
        """Somebody who has signed up and not confirmed; the code is in `code()`."""
        listed = [
            {"Name": key, "Value": text}
            for key, text in ({"email": f"{name}@example.com"} | attributes).items()
        ]
        return await self.public("SignUp", Username=name, Password=PASSWORD, UserAttributes=listed)

    async def code(self) -> str:
        return await self.world.code(self.pool)

    async def snapshot(self) -> Snapshot:
        return await snapshots.of_pool(self.world.env, self.pool)

    # Signing in

    async def sign_in(
        self,
        name: str = "ada",
        password: str = PASSWORD,
        *,
        flow: str = "USER_PASSWORD_AUTH",
        app: Members | None = None,
        **parameters: str,
    ) -> dict[str, Any]:
        app = app or self.app
        given = {"USERNAME": name, "PASSWORD": password} | self.world.hash(dict(app), name) | parameters
        return await self.call("InitiateAuth", ClientId=app["ClientId"], AuthFlow=flow, AuthParameters=given)

    async def admin_sign_in(
        self,
        name: str = "ada",
        password: str = PASSWORD,
        *,
        flow: str = "ADMIN_USER_PASSWORD_AUTH",
        **members: Any,
    ) -> dict[str, Any]:
        given = {"USERNAME": name, "PASSWORD": password} | self.world.hash(self.app, name)
        usual = {"ClientId": self.client, "AuthFlow": flow, "AuthParameters": given}
        return await self.admin("AdminInitiateAuth", **(usual | members))

    async def tokens(
        self, name: str = "ada", password: str = PASSWORD, app: Members | None = None
    ) -> dict[str, Any]:
        answer = await self.sign_in(name, password, app=app)
        return dict(answer["AuthenticationResult"])

    async def srp_challenge(self, name: str = "ada", password: str = PASSWORD) -> dict[str, str]:
        """Begin USER_SRP_AUTH; gives the answer that the client with this password would send."""
        prover = AWSSRP(
            name,
            password,
            self.pool,
            self.client,
            client=object(),
            client_secret=self.app.get("ClientSecret"),
        )
        prover.get_cognito_formatted_timestamp = lambda _: self.timestamp()
        begun = await self.call(
            "InitiateAuth",
            ClientId=self.client,
            AuthFlow="USER_SRP_AUTH",
            AuthParameters=prover.get_auth_params(),
        )
        asked = begun["ChallengeParameters"]
        return dict(prover.process_challenge(asked, {"USERNAME": name}))

    async def srp_answer(self, answer: Mapping[str, str], *, app: Members | None = None) -> dict[str, Any]:
        return await self.call(
            "RespondToAuthChallenge",
            ClientId=(app or self.app)["ClientId"],
            ChallengeName="PASSWORD_VERIFIER",
            ChallengeResponses=dict(answer),
        )

    async def srp(self, name: str = "ada", password: str = PASSWORD) -> dict[str, Any]:
        return await self.srp_answer(await self.srp_challenge(name, password))

    def timestamp(self) -> str:
        """Now, as SRP clients write it."""
        return srp_time(self.world.now)

    async def invited(self, name: str = "kim", **attributes: str) -> None:
        """Somebody with the temporary password PASSWORD."""
        listed = [{"Name": key, "Value": text} for key, text in attributes.items()]
        await self.admin(
            "AdminCreateUser",
            Username=name,
            TemporaryPassword=PASSWORD,
            MessageAction="SUPPRESS",
            UserAttributes=listed,
        )

    async def new_password(
        self,
        session: str,
        name: str = "kim",
        password: str = OTHER_PASSWORD,
        *,
        app: Members | None = None,
        **more: str,
    ) -> dict[str, Any]:
        given = {"USERNAME": name, "NEW_PASSWORD": password} | self.world.hash(dict(app or self.app), name)
        return await self.call(
            "RespondToAuthChallenge",
            ClientId=(app or self.app)["ClientId"],
            ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=session,
            ChallengeResponses=given | {key.replace("__", "."): text for key, text in more.items()},
        )


def srp_time(instant: Instant, day_format: str = "d") -> str:
    """`Tue Sep 1 07:03:09 UTC 2026` (behaviour file, 2.1)."""
    moment = datetime.fromtimestamp(instant // SECOND, UTC)
    return f"{moment:%a %b} {moment.day:{day_format}} {moment:%H:%M:%S} UTC {moment.year}"

"""A whole Poolhouse in one process, without HTTP: real store, real crypto, and a clock in the test's hands.

async def test_somebody_signs_up(world):
    pool = await world.pool(AutoVerifiedAttributes=["email"])
    client = await world.client(pool)
    await world.call("SignUp", ClientId=client["ClientId"], Username="ada", Password="P2$Sword")
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

from msgspec.structs import replace

import poolhouse.operations  # noqa: F401 - registers every operation
from poolhouse.app import breaches_file
from poolhouse.context import Env, Hashing
from poolhouse.crypto.secret_hash import secret_hash
from poolhouse.drivers.clock_rng import SystemClock, SystemRng
from poolhouse.drivers.vault import KeyFileVault
from poolhouse.ports import Db, Fetch, Instant, Message
from poolhouse.risk.breaches.lists import COMMON, Lists
from poolhouse.settings import Settings
from poolhouse.store import outbox, snapshots
from poolhouse.web import api, caller
from poolhouse.wire import json11, operations
from tests.functions import Event, Functions
from tests.sqlite_template import open_migrated_sqlite

REGION = "us-east-1"
PASSWORD = "P2$Sword"


class World:
    """What a test sees. `env` is the real thing; `call` runs one operation as the gateway would."""

    def __init__(self, env: Env, events: Counter[str]) -> None:
        self.env = env
        self.events = events
        self.address = "203.0.113.7"  # whence the calls come
        self.user_agent = ""  # and with what

    @property
    def functions(self) -> Functions:
        """What the pool's triggers call (tests/functions.py)."""
        return cast(Functions, self.env.invoker)

    @property
    def fired(self) -> list[Event]:
        """The events of every trigger so far, oldest first."""
        return self.functions.fired

    def triggers(self, **versions: str) -> dict[str, Any]:
        """LambdaConfig that names every function of `functions`."""
        return self.functions.config(**versions)

    @property
    def now(self) -> Instant:
        return self.env.clock.now()

    def advance(self, microseconds: Instant) -> None:
        """Move the clock that all expiry follows."""
        self.env.clock.advance(microseconds)  # type: ignore[attr-defined]

    def with_settings(self, **changes: Any) -> None:
        """Go on with other settings of the server."""
        self.env = replace(self.env, settings=replace(self.env.settings, **changes))

    async def call(
        self, name: str, /, *, region: str = REGION, service: str = "cognito-idp", **request: Any
    ) -> dict[str, Any]:
        """Run an operation through validation, placement and rendering; raises its ApiError."""
        operation = operations.operations()[(service, name)]
        signed = operation.needs_signature
        signer = caller.administrator(self.env, "test", region) if signed else caller.NOBODY
        call = api.Call(self.env, operation, signer, self.env.rng.uuid(), self.address, self.user_agent)
        result = await call.run(request)
        json11.render(operation, result)  # a member that the model does not have is a defect
        return dict(result)

    async def pool(self, **settings: Any) -> str:
        """Make a pool; gives its id."""
        made = await self.call("CreateUserPool", **({"PoolName": "test"} | settings))
        return str(made["UserPool"]["Id"])

    async def client(self, pool_id: str, **settings: Any) -> dict[str, Any]:
        """Make an app client that allows every flow we have; gives its description."""
        usual = {
            "ClientName": "app",
            "ExplicitAuthFlows": [
                "ALLOW_USER_SRP_AUTH",
                "ALLOW_USER_PASSWORD_AUTH",
                "ALLOW_ADMIN_USER_PASSWORD_AUTH",
                "ALLOW_REFRESH_TOKEN_AUTH",
            ],
        }
        made = await self.call("CreateUserPoolClient", UserPoolId=pool_id, **(usual | settings))
        return dict(made["UserPoolClient"])

    async def user(self, pool_id: str, name: str = "ada", password: str = PASSWORD, **attributes: str) -> str:
        """Make a confirmed user with a password; gives the stored user name."""
        listed = [{"Name": key, "Value": value} for key, value in attributes.items()]
        made = await self.call(
            "AdminCreateUser",
            UserPoolId=pool_id,
            Username=name,
            MessageAction="SUPPRESS",
            UserAttributes=listed,
        )
        await self.call(
            "AdminSetUserPassword", UserPoolId=pool_id, Username=name, Password=password, Permanent=True
        )
        return str(made["User"]["Username"])

    async def tokens(
        self, client: dict[str, Any], name: str = "ada", password: str = PASSWORD
    ) -> dict[str, Any]:
        """Sign in with the password; gives the AuthenticationResult."""
        parameters = {"USERNAME": name, "PASSWORD": password} | self.hash(client, name)
        answer = await self.call(
            "InitiateAuth",
            ClientId=client["ClientId"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters=parameters,
        )
        return dict(answer["AuthenticationResult"])

    def hash(self, client: dict[str, Any], name: str) -> dict[str, str]:
        """SECRET_HASH for a client with a secret, nothing for one without."""
        secret = client.get("ClientSecret")
        return {"SECRET_HASH": secret_hash(name, client["ClientId"], secret)} if secret else {}

    async def inbox(self, pool_id: str) -> list[Message]:
        """Every message that was put into the outbox of this pool, oldest first."""
        keys = (await snapshots.of_pool(self.env, pool_id)).keys
        rows = await self.env.db.read(lambda tx: outbox.kept(tx, pool_id, 0))
        return [outbox.opened(keys, pool_id, row["message_id"], row["sealed"]) for row in rows]

    async def code(self, pool_id: str) -> str:
        """The newest code that was sent."""
        return (await self.inbox(pool_id))[-1].code


async def open_world(
    folder: Path, db: Db | None = None, fetch: Fetch | None = None, **settings: Any
) -> World:
    """A new world in an empty folder, on SQLite there unless another open store with the schema is given.

    fetch  what asks other servers; the caller closes it
    """
    clock = SystemClock()
    db = db or await open_migrated_sqlite(folder / "poolhouse.sqlite3")
    events: Counter[str] = Counter()
    env = Env(
        settings=Settings(**({"email_driver": "inbox", "sms_driver": "inbox", "quotas": False} | settings)),
        clock=clock,
        rng=SystemRng(),
        db=db,
        vault=KeyFileVault(folder / "master.key"),
        hashing=Hashing(ThreadPoolExecutor(1)),
        count=lambda name, amount=1: events.update({name: amount}),
        measure=lambda name, *dimensions: events.update((name, " ".join((name, *dimensions)))),
        invoker=Functions(),
        fetch=fetch,
        breaches=Lists([breaches_file(COMMON)]),
    )
    return World(env, events)


async def close_world(world: World) -> None:
    await world.env.db.close()
    world.env.hashing.threads.shutdown()

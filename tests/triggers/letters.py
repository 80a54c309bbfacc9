"""One pool whose messages functions word or send, and what makes it send one for each reason."""

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.functions import untouched
from tests.world import PASSWORD, World

from poolhouse.crypto import encryption_sdk
from poolhouse.delivery import outbox
from poolhouse.drivers.sender_key import KeyFileDataKeys
from poolhouse.triggers.custom_sender import CARRIER, FunctionSender

MAIL = "ada@example.com"
PHONE = "+12065550100"
METADATA = {"from": "the app"}
KMS_KEY = "arn:aws:kms:us-east-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab"
DEVELOPER = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/orchard.test",
}
FACTORS = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]}}
FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


@dataclass
class Post:
    """A pool with functions, a client, and the attribute by which its messages go."""

    world: World
    keys: KeyFileDataKeys
    pool: str
    client: dict[str, Any]
    attribute: str
    sub: str = ""

    @property
    def ids(self) -> dict[str, str]:
        found = {"pool": self.pool, "client": self.client["ClientId"]}
        return found | ({"sub": self.sub} if self.sub else {})

    @property
    def medium(self) -> str:
        return {"email": "EMAIL", "phone_number": "SMS"}[self.attribute]

    @property
    def address(self) -> dict[str, str]:
        return {"email": {"email": MAIL}, "phone_number": {"phone_number": PHONE}}[self.attribute]

    async def call(self, name: str, /, **members: Any) -> dict[str, Any]:
        return await self.world.call(name, ClientId=self.client["ClientId"], **members)

    async def admin(self, name: str, /, **members: Any) -> dict[str, Any]:
        return await self.world.call(name, UserPoolId=self.pool, **members)

    async def user(self) -> None:
        """Ada, confirmed, with a verified address."""
        await self.world.user(self.pool, **self.address, **{f"{self.attribute}_verified": "true"})
        await self.find()

    async def find(self) -> None:
        found = await self.admin("AdminGetUser", Username="ada")
        self.sub = next(a["Value"] for a in found["UserAttributes"] if a["Name"] == "sub")

    async def deliver(self) -> None:
        """What the outbox has for functions."""
        sender = FunctionSender(self.world.env.invoker, self.keys, self.world.env.rng)
        await outbox.deliver_due(self.world.env, {CARRIER: sender})

    def opened(self, event: dict[str, Any]) -> str:
        """The code of a custom sender's event."""
        sealed = base64.b64decode(event["request"]["code"])
        return encryption_sdk.decrypt(sealed, self.keys.unwrap).decode()


async def post(world: World, folder: Path, *kinds: str, attribute: str = "email", **settings: Any) -> Post:
    for kind in kinds:
        world.functions.setdefault(kind, untouched)
    config = world.triggers()
    if any("Sender" in kind for kind in kinds):
        config["KMSKeyID"] = KMS_KEY
    usual = {
        "LambdaConfig": config,
        "AutoVerifiedAttributes": [attribute],
        "EmailConfiguration": DEVELOPER,
        "Policies": FACTORS,
        "SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::000000000000:role/sns"},
    }
    pool = await world.pool(**(usual | settings))
    client = await world.client(pool, ExplicitAuthFlows=FLOWS)
    keys = KeyFileDataKeys(folder / "sender.key", encryption_sdk.context_bytes)
    return Post(world, keys, pool, client, attribute)


# What makes a pool send, by the reason


async def sign_up(p: Post) -> None:
    listed = [{"Name": name, "Value": value} for name, value in p.address.items()]
    await p.call("SignUp", Username="ada", Password=PASSWORD, UserAttributes=listed, ClientMetadata=METADATA)
    await p.find()


async def resend(p: Post) -> None:
    await sign_up(p)
    await p.call("ResendConfirmationCode", Username="ada", ClientMetadata=METADATA)


async def admin_create(p: Post) -> None:
    listed = [{"Name": name, "Value": value} for name, value in p.address.items()]
    await p.admin(
        "AdminCreateUser",
        Username="ada",
        UserAttributes=listed,
        TemporaryPassword="P2$<Sword>&",
        DesiredDeliveryMediums=[p.medium],
        ClientMetadata=METADATA,
    )
    await p.find()


async def forgot(p: Post) -> None:
    await p.user()
    await p.call("ForgotPassword", Username="ada", ClientMetadata=METADATA)


async def update(p: Post) -> None:
    await p.user()
    token = (await p.world.tokens(p.client))["AccessToken"]
    new = {"email": "new@example.com", "phone_number": "+12065550199"}[p.attribute]
    await p.world.call(
        "UpdateUserAttributes",
        AccessToken=token,
        UserAttributes=[{"Name": p.attribute, "Value": new}],
        ClientMetadata=METADATA,
    )


async def verify(p: Post) -> None:
    await p.user()
    token = (await p.world.tokens(p.client))["AccessToken"]
    await p.world.call(
        "GetUserAttributeVerificationCode",
        AccessToken=token,
        AttributeName=p.attribute,
        ClientMetadata=METADATA,
    )


async def authenticate(p: Post) -> None:
    await p.user()
    factor = {"email": "EMAIL_OTP", "phone_number": "SMS_OTP"}[p.attribute]
    await p.call(
        "InitiateAuth",
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": "ada", "PREFERRED_CHALLENGE": factor},
        ClientMetadata=METADATA,
    )


REASONS: dict[str, Callable[[Post], Awaitable[None]]] = {
    "SignUp": sign_up,
    "ResendCode": resend,
    "AdminCreateUser": admin_create,
    "ForgotPassword": forgot,
    "UpdateUserAttribute": update,
    "VerifyUserAttribute": verify,
    "Authentication": authenticate,
}

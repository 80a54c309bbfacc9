"""Requests that nobody would write, on every operation: each is answered, and with an error that is declared.

The requests are made from the service model, mostly of values that mean something here (ids, names,
tokens, codes) and partly of values that mean trouble. The seeds are fixed, so a failure repeats.
"""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from poolhouse.errors import ApiError, InvalidParameter, Serialization
from poolhouse.wire import json11
from poolhouse.wire.operations import Operation, model, operations, registered
from tests.world import PASSWORD, World, close_world, open_world

CALLS = 800  # for each seed
NAMES = [
    "ada",
    "ADA",
    "\u212aim",
    "kim",
    "bob@example.com",
    "+14155550100",
    "nobody",
    "\u0131\u0307",
    "a" * 128,
]
ODD = [
    "",
    " ",
    "\0",
    "a\r\nBcc: eve@example.com",
    "\u202e\u200b",
    "\ud7ff\U0010ffff",
    "\u0130" * 700,
    "{####}{username}{0.__class__}%s",
    "x" * 2_049,
    "9" * 40,
    "-0",
    "1e400",
    "a.b.c",
    "a.b.c.d.e",
    "eyJhbGciOiJub25lIn0.e30.",
    "us-east-1_000000000",
    "../../etc/passwd",
    "' OR 1=1 --",
    'username = "a\\"',
    "null",
]
WRONG_TYPES: list[Any] = [None, True, -1, 0, 2**31, 2**63, 10**30, 0.5, [], {}, [None], {"a": None}, "x"]
ADDRESSES = ["eve@example.com", "BOB@example.com", "+14155550199", "x@y.zz"]
ATTRIBUTES = ["email", "phone_number", "name", "sub", "identities", "preferred_username", "email_verified"]
ATTRIBUTES += ["updated_at", "birthdate", "custom:plan", "custom:level", "dev:custom:x", "address", "nope"]
# These end what the others need, so they come seldom.
ENDINGS = ["DeleteUserPool", "DeleteUserPoolClient", "DeleteUser", "AdminDeleteUser", "GlobalSignOut"]
ENDINGS += ["AdminUserGlobalSignOut", "AdminDisableUser", "DeleteUserPoolClientSecret", "DeleteGroup"]
FLOW_NAMES = [
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "USER_PASSWORD_AUTH",
]
# What every operation may answer, whether its model says so or not.
ANYWHERE = (InvalidParameter.code, Serialization.code)
CODES = ["000000", "123456"]
PASSWORDS = [PASSWORD, "An0ther-P2$Sword"]
# What members are made of, whatever the pool.
USUAL: Mapping[str, list[Any]] = {
    "Name": ATTRIBUTES,
    "Value": [*ADDRESSES, "true", "1", "{}", ""],
    "AttributeName": ATTRIBUTES,
    "UserAttributeNames": ATTRIBUTES,
    "AttributesToGet": ATTRIBUTES,
    "ReadAttributes": ATTRIBUTES,
    "WriteAttributes": ATTRIBUTES,
    "ConfirmationCode": CODES,
    "Code": CODES,
    "Filter": [
        'email ^= "a"',
        'sub = "x"',
        'cognito:user_status = "CONFIRMED"',
        "name = 1",
        'status="Enabled"',
    ],
    "ExplicitAuthFlows": FLOW_NAMES,
    "TemporaryPassword": [PASSWORD, "weak-pass"],
    "Category": ["UserRead", "Nothing"],
    "SRP_A": ["2", "ff" * 384, "0"],
    "NEW_PASSWORD": ["N3w-P2$Sword", "short"],
    "TIMESTAMP": ["Tue Nov 24 03:00:00 UTC 2026", "Fri Feb 30 03:00:00 UTC 2026"],
    "PASSWORD_CLAIM_SIGNATURE": ["AAAA", "===="],
    "EmailMessage": ["{username} {####}", "<b>{####}</b> {username}"],
    "EmailVerificationMessage": ["{####}"],
    "SMSMessage": ["{username} {####}"],
    "SmsMessage": ["{####}"],
    "SmsVerificationMessage": ["{####}"],
    "From": ["no-reply@example.com"],
    "ReplyToEmailAddress": ["help@example.com"],
    "MinLength": ["0", "3"],
    "MaxLength": ["20", "2048"],
    "MinValue": ["-5"],
    "MaxValue": ["99999999999999999999"],
    "ClientSecret": ["s" * 24],
    "AttributeDataType": ["String"],
    "TagKeys": ["poolhouse:lockout-free-tries", "team"],
    "key": ["team", "poolhouse:lockout-free-tries", "poolhouse:password-storage"],
    "SnsCallerArn": ["arn:aws:iam::000000000000:role/sms"],
    "RoleArn": ["arn:aws:iam::000000000000:role/r"],
    "SourceArn": ["arn:aws:ses:us-east-1:000000000000:identity/example.com"],
    "Password": PASSWORDS,
    "PreviousPassword": PASSWORDS,
    "ProposedPassword": PASSWORDS,
}


class Scene:
    """A pool of one kind with users in several states, and the values that requests are made of."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self.world = world
        self.dice = dice
        self.known: dict[str, list[Any]] = {}
        self.trouble = 0.0  # how much of the request at hand is nonsense

    async def build(self) -> None:
        kind = self.dice.choice(
            [
                {},
                {"AliasAttributes": ["email", "phone_number", "preferred_username"]},
                {"UsernameAttributes": ["email", "phone_number"]},
                {"UsernameConfiguration": {"CaseSensitive": False}},
            ]
        )
        schema = [
            {"Name": "plan", "AttributeDataType": "String"},
            {"Name": "level", "AttributeDataType": "Number"},
        ]
        pool = await self.world.pool(AutoVerifiedAttributes=["email"], Schema=schema, **kind)
        hides = self.dice.choice(["ENABLED", "LEGACY"])
        app = await self.world.client(
            pool, PreventUserExistenceErrors=hides, WriteAttributes=["email", "name", "custom:plan"]
        )
        first = "ada@example.com" if "UsernameAttributes" in kind else "ada"
        await self.world.user(pool, first, email="ada@example.com", email_verified="true")
        second = "kim@example.com" if "UsernameAttributes" in kind else "kim"
        await self.world.call(
            "AdminCreateUser",
            UserPoolId=pool,
            Username=second,
            TemporaryPassword=PASSWORD,
            MessageAction="SUPPRESS",
        )
        await self.world.call("CreateGroup", UserPoolId=pool, GroupName="staff")
        self._remember(pool, app, await self.world.tokens(app, first), [first, second, *NAMES])
        await self._begin_sign_ins(app, [first, second])

    def _remember(
        self, pool: str, app: Mapping[str, Any], tokens: Mapping[str, str], names: list[str]
    ) -> None:
        arn = f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool}"
        refresh = [tokens["RefreshToken"], tokens["AccessToken"]]
        self.known = dict(USUAL) | {
            "UserPoolId": [pool],
            "ClientId": [app["ClientId"]],
            "ResourceArn": [arn, arn + "x", arn.replace("us-east-1:", "eu-west-1:")],
            "AccessToken": [tokens["AccessToken"], tokens["IdToken"]],
            "RefreshToken": refresh,
            "Token": refresh,
            "Session": ["AYAB" + "a" * 60],
            "Username": names,
            "GroupName": ["staff", "none"],
            "PASSWORD_CLAIM_SECRET_BLOCK": ["AAAA"],
            "USERNAME": names,
            "PASSWORD": [PASSWORD, "wrong"],
            "REFRESH_TOKEN": refresh,
        }

    async def _begin_sign_ins(self, app: Mapping[str, Any], names: list[str]) -> None:
        """So that sessions and secret blocks of true sign-ins are among the values."""
        srp = {"USERNAME": names[0], "SRP_A": "2"}
        temporary = {"USERNAME": names[1], "PASSWORD": PASSWORD}
        for flow, parameters in (("USER_SRP_AUTH", srp), ("USER_PASSWORD_AUTH", temporary)):
            answer = await self.world.call(
                "InitiateAuth", ClientId=app["ClientId"], AuthFlow=flow, AuthParameters=parameters
            )
            self.known["Session"] += [answer["Session"]] * 3 if "Session" in answer else []
            block = answer["ChallengeParameters"].get("SECRET_BLOCK")
            self.known["PASSWORD_CLAIM_SECRET_BLOCK"] += [block] * 3 if block else []

    # Making requests

    def request(self, operation: Operation) -> Any:
        self.trouble = self.dice.choice([0, 0, 0, 0.02, 0.1])
        return self._value(operation.input, "", 0)

    def _value(self, shape_name: str, name: str, depth: int) -> Any:
        if depth and self.dice.random() < self.trouble / 3:
            return self.dice.choice(WRONG_TYPES)
        shape = model("cognito-idp")["shapes"][shape_name]
        if shape["type"] == "structure":
            return self._structure(shape, depth)
        if shape["type"] == "list":
            count = self.dice.choice([1, 1, 1, 2, 0])
            return [self._value(shape["member"]["shape"], name, depth + 1) for _ in range(count)]
        if shape["type"] == "map":
            return self._map(shape, name)
        return self._scalar(shape, name)

    def _structure(self, shape: Mapping[str, Any], depth: int) -> dict[str, Any]:
        required = set(shape.get("required", ()))
        likely = min(3 / len(shape["members"]), 0.5) if shape["members"] else 0
        return {
            name: self._value(target["shape"], name, depth + 1)
            for name, target in shape["members"].items()
            if (name in required and self.dice.random() >= self.trouble / 2) or self.dice.random() < likely
        }

    def _map(self, shape: Mapping[str, Any], name: str) -> dict[str, Any]:
        if name in ("AuthParameters", "ChallengeResponses"):
            keys = [key for key in self.known if key.isupper()]
            named = [key for key in keys if self.dice.random() < 0.85]
            more = {"userAttributes.name": "Kim", "userAttributes.email": "k@example.com"}
            extra = more if self.dice.random() < 0.2 else {}
            return {key: self._text(key) for key in named} | extra
        if name in ("UserPoolTags", "Tags"):
            tags = {
                "team": "x",
                "poolhouse:lockout-free-tries": "3",
                "poolhouse:password-storage": "argon2id",
            }
            return {key: text for key, text in tags.items() if self.dice.random() < 0.3}
        if name == "Attributes":
            return {"Category": self._text("Category")}
        return {self._text("key") or "k": self._text("Value") for _ in range(self.dice.randrange(3))}

    def _scalar(self, shape: Mapping[str, Any], name: str) -> Any:
        if shape["type"] == "boolean":
            return self.dice.random() < 0.5
        if shape["type"] in ("integer", "long"):
            low, high = shape.get("min", 0), shape.get("max", 1_000)
            return self.dice.choice(
                [low, high, min(low + 1, high)] + [low - 1, high + 1] * (self.trouble > 0)
            )
        if "enum" in shape and self.dice.random() >= self.trouble:
            return self.dice.choice(shape["enum"])
        return self._text(name)

    def _text(self, name: str) -> str:
        if self.dice.random() < self.trouble:
            return self.dice.choice(ODD)
        return str(self.dice.choice(self.known.get(name, ["text", "2", "plan", "x" * 30])))


def parsed(request: Any) -> Any:
    """What the wire makes of it, so that nothing is tried that no client can send."""
    return json11.parse(msgspec.json.encode(request))


async def refused(world: World, operation: Operation, request: Any) -> str:
    """The code of the error that the request is answered with, empty for a success."""
    try:
        await world.call(operation.name, **parsed(request))
    except ApiError as error:
        return error.code
    except Exception as error:
        error.add_note(f"{operation.name} was asked {request!r}")
        raise
    return ""


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_is_asked_is_answered_with_what_the_model_declares(tmp_path: Path, seed: int) -> None:
    world = await open_world(tmp_path)
    dice = random.Random(seed)
    scene = Scene(world, dice)
    names = sorted(name for service, name in registered() if service == "cognito-idp")
    calm = [name for name in names if name not in ENDINGS]
    answered = 0
    for call in range(CALLS):
        if call % 80 == 0:
            await scene.build()
        operation = operations()[("cognito-idp", dice.choice(calm if dice.random() < 0.97 else ENDINGS))]
        request = scene.request(operation)
        refusal = await refused(world, operation, request)
        assert refusal in operation.errors | {"", *ANYWHERE}, f"{operation.name} was asked {request!r}"
        answered += not refusal
    await close_world(world)

    assert answered > CALLS // 20  # most of it is refused, but not all

"""Requests that nobody would write, on every operation of identity pools: each is answered as declared.

As tests/test_fuzz.py does for user pools: mostly values that mean something here, partly nonsense.
"""

import random
from typing import Any

import msgspec
import pytest
from tests.identity.scene import Scene

from poolhouse.errors import ApiError, Serialization
from poolhouse.wire import json11
from poolhouse.wire.operations import Operation, model, operations, registered

CALLS = 400  # for each seed
ANYWHERE = {"ValidationException", "InvalidParameterException", Serialization.code}
ODD = ["", " ", "\0", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "us-east-1:0", "\u0130" * 90, "x" * 2_049, "null"]
WRONG_TYPES: list[Any] = [None, True, -1, 2**63, 0.5, [], {}, [None], {"a": None}, "x"]
ENDINGS = ("DeleteIdentityPool", "DeleteIdentities")


class Dice(random.Random):
    """Makes requests of values that the scene knows."""

    trouble = 0.0  # how much of the request at hand is nonsense

    async def learn(self, scene: Scene) -> None:
        logins = await scene.logins()
        made = await scene.developer("ben", Logins=logins)
        await scene.usual_roles(ada={"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"})
        token, guest = logins[scene.provider], await scene.identity()
        self.roles = await scene.of_pool("GetIdentityPoolRoles")
        self.settings = scene.settings()
        self.logins = {
            scene.provider: token,
            "login.example": "ben",
            "cognito-identity.amazonaws.com": made["Token"],
            "accounts.google.com": token,
        }
        self.known: dict[str, list[str]] = {
            "IdentityPoolId": [scene.identity_pool],
            "IdentityId": [made["IdentityId"], guest],
            "IdentityIdsToDelete": [made["IdentityId"], guest, "us-east-1:0", "eu-west-1:0"],
            "ResourceArn": [scene.arn, scene.arn + "0"],
            "IdentityProviderName": [scene.provider, "login.example"],
            "DeveloperProviderName": ["login.example", "other.example"],
            "CustomRoleArn": [self.roles["Roles"]["authenticated"]],
            "LoginsToRemove": list(self.logins),
            "AccountId": ["000000000000", "123456789012"],
        }
        users = ("DeveloperUserIdentifier", "SourceUserIdentifier", "DestinationUserIdentifier")
        self.known |= {key: ["ben", "eve", "kim"] for key in users}

    def request(self, operation: Operation) -> dict[str, Any]:
        self.trouble = self.choice([0, 0, 0, 0.02, 0.1])
        request: dict[str, Any] = self._value(operation.input, "", 0)
        for name in ("UpdateIdentityPool", "CreateIdentityPool"):
            if operation.name == name and self.random() < 0.7:
                request = self.settings | {key: request[key] for key in request if self.random() < 0.3}
        return request

    def _value(self, shape_name: str, name: str, depth: int) -> Any:
        if depth and self.random() < self.trouble / 3:
            return self.choice(WRONG_TYPES)
        shape = model("cognito-identity")["shapes"][shape_name]
        if shape["type"] == "structure":
            required = set(shape.get("required", ()))
            return {
                member: self._value(target["shape"], member, depth + 1)
                for member, target in shape["members"].items()
                if (member in required and self.random() >= self.trouble / 2) or self.random() < 0.4
            }
        if shape["type"] == "list":
            count = self.choice([1, 1, 2, 0])
            return [self._value(shape["member"]["shape"], name, depth + 1) for _ in range(count)]
        if shape["type"] == "map":
            return self._map(name)
        return self._scalar(shape, name)

    def _map(self, name: str) -> dict[str, Any]:
        if name == "Logins":
            return {key: text for key, text in self.logins.items() if self.random() < 0.4}
        if name in ("Roles", "RoleMappings"):
            return dict(self.roles[name]) if self.random() >= self.trouble else {"x": "y"}
        return {f"k{place}": self._text("Value") for place in range(self.randrange(3))}

    def _scalar(self, shape: dict[str, Any], name: str) -> Any:
        if shape["type"] == "boolean":
            return self.random() < 0.5
        if shape["type"] in ("integer", "long"):
            return self.choice([shape.get("min", 0), shape.get("max", 1_000), -1])
        if "enum" in shape and self.random() >= self.trouble:
            return self.choice(shape["enum"])
        return self._text(name)

    def _text(self, name: str) -> str:
        known = self.known.get(name, ["text", "a.b", "2"])
        return self.choice(ODD if self.random() < self.trouble else known)


async def refused(scene: Scene, operation: Operation, request: Any) -> str:
    """The code of the error that the request is answered with, empty for a success."""
    try:
        await scene.call(operation.name, **json11.parse(msgspec.json.encode(request)))
    except ApiError as error:
        return error.code
    except Exception as error:
        error.add_note(f"{operation.name} was asked {request!r}")
        raise
    return ""


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_asked_is_answered_with_what_the_model_declares(scene: Scene, seed: int) -> None:
    dice = Dice(seed)
    names = sorted(name for service, name in registered() if service == "cognito-identity")
    calm = [name for name in names if name not in ENDINGS]
    answered: set[str] = set()
    for call in range(CALLS):
        if call % 80 == 0:
            scene.identity_pool = await scene.make()
            await dice.learn(scene)
        name = dice.choice(calm if dice.random() < 0.97 else ENDINGS)
        operation = operations()[("cognito-identity", name)]
        request = dice.request(operation)
        refusal = await refused(scene, operation, request)
        assert refusal in operation.errors | {"", *ANYWHERE}, f"{name} was asked {request!r}"
        answered |= set() if refusal else {name}

    assert len(answered) > len(calm) / 2  # most kinds of calls come through now and then

"""Roles of the account, for tests: stored as the command line would store them."""

import json
from collections.abc import Mapping
from typing import Any

from poolhouse.directory.roles import Role
from poolhouse.store import iam, roles
from tests.world import World

ACCOUNT = "000000000000"
POOL_OF_IDENTITIES = "us-east-1:11111111-2222-4333-8444-555555555555"
IDENTITY = "us-east-1:99999999-2222-4333-8444-555555555555"
COGNITO = "cognito-identity.amazonaws.com"

EVERYTHING: Mapping[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


def trusting_pool(pool_id: str = POOL_OF_IDENTITIES, *more: str) -> dict[str, Any]:
    """The trust policy that Cognito's console writes; `more` are further actions that it allows."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": COGNITO},
                "Action": ["sts:AssumeRoleWithWebIdentity", *more],
                "Condition": {
                    "StringEquals": {f"{COGNITO}:aud": pool_id},
                    "ForAnyValue:StringLike": {f"{COGNITO}:amr": "authenticated"},
                },
            }
        ],
    }


async def role(world: World, name: str = "app", **settings: Any) -> str:
    """Make a role that identities of the pool may assume and that may do everything; gives its ARN.

    Documents may be given as what JSON says.
    """
    usual: dict[str, Any] = {"path": "/", "trust": trusting_pool(), "policies": {"all": EVERYTHING}}
    asked = usual | settings
    asked["trust"] = json.dumps(asked["trust"])
    asked["policies"] = {label: json.dumps(document) for label, document in asked["policies"].items()}
    arn = await iam.put_role(world.env, Role(role_id="", name=name, **asked), replace=True)
    roles.forget(world.env, name)
    return arn


def allowing(*actions: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    """A permission policy of one statement."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def trusting(principal: Any, *actions: str, condition: Any = None) -> dict[str, Any]:
    """A trust policy of one statement."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": list(actions)}
    return {
        "Version": "2012-10-17",
        "Statement": [statement | ({"Condition": condition} if condition else {})],
    }

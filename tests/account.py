"""Roles of the account, for tests: stored as the command line would store them."""

from collections.abc import Mapping
from typing import Any

from poolhouse.directory.roles import Role
from poolhouse.store import roles
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
    """Make a role that identities of the pool may assume and that may do everything; gives its ARN."""
    usual: dict[str, Any] = {
        "role_id": roles.new_id(world.env),
        "name": name,
        "path": "/",
        "trust": trusting_pool(),
        "policies": {"all": EVERYTHING},
    }
    made = Role(**(usual | settings))

    async def write(tx: Any) -> bool:
        return await roles.insert(tx, made, world.now)

    assert await world.env.db.run(write)
    roles.forget(world.env, name)
    return made.arn(ACCOUNT)

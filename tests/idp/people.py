"""What tests of sign-up and passwords do and look at, over a `World`."""

from typing import Any

import pytest
from tests.world import PASSWORD, World

from poolhouse.context import Ctx
from poolhouse.directory.users import User
from poolhouse.errors import ApiError
from poolhouse.store import snapshots, users
from poolhouse.wire import operations

EMAIL = "ada@example.com"
PHONE = "+12065550100"
NEW_PASSWORD = "N3w-Sword"
CODE = "123456"
HIDING = {"PreventUserExistenceErrors": "ENABLED"}


def listed(**attributes: str) -> list[dict[str, str]]:
    """An attribute list as the API takes it; `custom_x` stands for `custom:x`."""
    return [
        {"Name": name.replace("custom_", "custom:"), "Value": value} for name, value in attributes.items()
    ]


def other_than(code: str) -> str:
    """A wrong code."""
    return f"{(int(code) + 1) % 1_000_000:06}"


async def sign_up(
    world: World, client: dict[str, Any], name: str = "ada", /, password: str = PASSWORD, **attributes: str
) -> dict[str, Any]:
    secret_hash = world.hash(client, name).get("SECRET_HASH")
    return await world.call(
        "SignUp",
        ClientId=client["ClientId"],
        Username=name,
        Password=password,
        UserAttributes=listed(**attributes),
        **({"SecretHash": secret_hash} if secret_hash else {}),
    )


async def confirm(
    world: World, client: dict[str, Any], code: str, name: str = "ada", **more: Any
) -> dict[str, Any]:
    return await world.call(
        "ConfirmSignUp", ClientId=client["ClientId"], Username=name, ConfirmationCode=code, **more
    )


def request_of(
    client: dict[str, Any], name: str = "ada", password: str = PASSWORD, **more: Any
) -> dict[str, Any]:
    """A SignUp request."""
    return {"ClientId": client["ClientId"], "Username": name, "Password": password} | more


async def confirmed(
    world: World, pool_id: str, client: dict[str, Any], name: str, /, **attributes: str
) -> None:
    """Sign up and confirm, with the code that was sent."""
    await sign_up(world, client, name, **attributes)
    await confirm(world, client, await world.code(pool_id), name)


async def disable(world: World, pool_id: str, name: str) -> None:
    await world.call("AdminDisableUser", UserPoolId=pool_id, Username=name)


async def forgot(world: World, client: dict[str, Any], name: str = "ada") -> dict[str, str]:
    """Ask for a code; gives the CodeDeliveryDetails."""
    answer = await world.call("ForgotPassword", ClientId=client["ClientId"], Username=name)
    details: dict[str, str] = answer["CodeDeliveryDetails"]
    return details


def reset_of(
    client: dict[str, Any], code: str, name: str = "ada", password: str = NEW_PASSWORD
) -> dict[str, Any]:
    """A ConfirmForgotPassword request."""
    return {
        "ClientId": client["ClientId"],
        "Username": name,
        "ConfirmationCode": code,
        "Password": password,
    }


async def reset(world: World, client: dict[str, Any], code: str, **more: Any) -> dict[str, Any]:
    return await world.call("ConfirmForgotPassword", **reset_of(client, code, **more))


async def context(world: World, pool_id: str) -> Ctx:
    snapshot = await snapshots.of_pool(world.env, pool_id)
    return Ctx(world.env, "request", "Test", "us-east-1", world.now, snapshot=snapshot)


async def stored(world: World, pool_id: str, name: str = "ada") -> User:
    """The user as the store has them, by any name."""
    pool = (await context(world, pool_id)).pool
    found = await world.env.db.read(lambda tx: users.by_any_name(tx, pool, name))
    assert found is not None
    return found


async def can_sign_in(
    world: World, client: dict[str, Any], name: str = "ada", password: str = PASSWORD
) -> bool:
    try:
        return "AccessToken" in await world.tokens(client, name, password)
    except ApiError:
        return False


async def refusal(world: World, operation: str, **request: Any) -> tuple[str, str]:
    """Code and message of the error that the call ends in: one that the operation's model declares."""
    with pytest.raises(ApiError) as caught:
        await world.call(operation, **request)
    assert caught.value.code in operations.operations()[("cognito-idp", operation)].errors
    return caught.value.code, caught.value.message

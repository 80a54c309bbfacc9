"""A pool with a domain and a client, for the operations about its looks."""

import base64
from typing import Any

from tests.world import World

CSS = ".submitButton-customizable { background-color: #7a2e1d; }"


async def branded_pool(world: World, version: int = 1, prefix: str = "acme") -> tuple[str, str]:
    """The ids of the pool and of its app client."""
    pool = await world.pool()
    client = await world.client(pool)
    await world.call("CreateUserPoolDomain", UserPoolId=pool, Domain=prefix, ManagedLoginVersion=version)
    return pool, client["ClientId"]


async def style(world: World, pool: str, client: str, **members: Any) -> dict[str, Any]:
    """A new style of managed login; the house's look unless something else is given."""
    given = members or {"UseCognitoProvidedValues": True}
    made = await world.call("CreateManagedLoginBranding", UserPoolId=pool, ClientId=client, **given)
    return dict(made["ManagedLoginBranding"])


def asset(
    category: str, content: bytes, extension: str = "PNG", mode: str = "LIGHT", **more: str
) -> dict[str, Any]:
    """As JSON carries it."""
    return {
        "Category": category,
        "ColorMode": mode,
        "Extension": extension,
        "Bytes": base64.b64encode(content).decode(),
        **more,
    }

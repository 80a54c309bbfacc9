"""InboundFederation: what an identity provider says of a user, before it is mapped to attributes (5.2)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from poolhouse.context import Ctx
from poolhouse.triggers import call

KIND = "InboundFederation"


class Mapped(msgspec.Struct, frozen=True, rename="camel"):
    """What the function answers."""

    user_attributes_to_map: dict[str, str] | None = None


async def fire(
    ctx: Ctx, username: str, provider: str, provider_type: str, attributes: Mapping[str, Any]
) -> Mapping[str, str] | None:
    """The attributes that take the place of all that the provider gave. None: they stay as they are.

    attributes  `{"tokenResponse": .., "idToken": .., "userInfo": ..}` or `{"samlResponse": ..}`
    """
    if KIND not in ctx.pool.triggers:
        return None
    request = {"providerName": provider, "providerType": provider_type, "attributes": dict(attributes)}
    defaults: dict[str, Any] = {"userAttributesToMap": {}}
    response = await call.fire(ctx, KIND, "ExternalProvider", username, request, defaults)
    return call.read(response or {}, Mapped).user_attributes_to_map or None

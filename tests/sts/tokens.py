"""Tokens for AssumeRoleWithWebIdentity: of identity pools, signed with the key of the world."""

from typing import Any

from tests.account import IDENTITY, POOL_OF_IDENTITIES
from tests.world import World

from poolhouse.ports import SECOND
from poolhouse.store import identity_keys


async def of_identity_pool(world: World, **claims: Any) -> str:
    """As GetOpenIdToken gives it to somebody who is logged in. A claim that is None is left out."""
    now = world.now // SECOND
    usual = {
        "sub": IDENTITY,
        "aud": POOL_OF_IDENTITIES,
        "amr": ["authenticated", "idp.example.com", "idp.example.com:app:ada"],
        "iss": f"{world.env.settings.public_url}/cognito-identity",
        "exp": now + 600,
        "iat": now,
    }
    said = {name: value for name, value in (usual | claims).items() if value is not None}
    return (await identity_keys.current(world.env)).signing.sign(said)


def tags(transitive: tuple[str, ...] = (), **values: str) -> dict[str, Any]:
    """The claim with principal tags."""
    listed = {name: [value] for name, value in values.items()}
    more = {"transitive_tag_keys": list(transitive)} if transitive else {}
    return {"https://aws.amazon.com/tags": {"principal_tags": listed, **more}}

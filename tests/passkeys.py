"""What tests of passkeys share: a pool that has them, and registering one."""

import json
from typing import Any

import msgspec

from poolhouse.directory import pools as pool_rules
from poolhouse.ports import Tx
from poolhouse.store import pools, snapshots
from tests.authenticator import Authenticator
from tests.world import World

DOMAIN = "id.example.com"
ORIGIN = f"https://{DOMAIN}"


async def turn_on(
    world: World, pool_id: str, factors: tuple[str, ...] = ("PASSWORD", "WEB_AUTHN"), **settings: str
) -> None:
    """Passkeys as a first factor of the pool, of the relying party DOMAIN unless another is given."""
    chosen = {"RelyingPartyId": DOMAIN} | settings

    async def write(tx: Tx) -> None:
        row = await pools.begin_change(tx, pool_id)
        config = msgspec.json.decode(row["config"])
        config["Policies"]["SignInPolicy"] = {"AllowedFirstAuthFactors": list(factors)}
        config[pool_rules.WEB_AUTHN] = {name: value for name, value in chosen.items() if value}
        await pools.replace(tx, pool_id, row["name"], config, world.now)

    await world.env.db.run(write)
    snapshots.forget(world.env, pool_id)


async def register(
    world: World, access_token: str, key: Authenticator | None = None, origin: str = ORIGIN
) -> Authenticator:
    """Give the user of the token a passkey."""
    key = key or Authenticator()
    begun = await world.call("StartWebAuthnRegistration", AccessToken=access_token)
    made = key.create(begun["CredentialCreationOptions"], origin)
    await world.call("CompleteWebAuthnRegistration", AccessToken=access_token, Credential=made)
    return key


def options(asked: dict[str, Any]) -> dict[str, Any]:
    """The options in an answer that asks for WEB_AUTHN."""
    found: dict[str, Any] = json.loads(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    return found

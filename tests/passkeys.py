"""What tests of passkeys share: a pool that has them, registering one, and signing in with it."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from poolhouse.ports import Tx
from poolhouse.store import pools
from tests.authenticator import Authenticator
from tests.world import World

DOMAIN = "id.example.com"
ORIGIN = f"https://{DOMAIN}"
FACTORS = ("PASSWORD", "WEB_AUTHN")
FLOWS = ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
BOTH_FACTORS = {"FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}


async def turn_on(world: World, pool_id: str, factors: tuple[str, ...] = FACTORS, **settings: str) -> None:
    """Passkeys as a first factor of the pool, of the relying party DOMAIN unless another is given."""
    given = {name: value for name, value in ({"RelyingPartyId": DOMAIN} | settings).items() if value}

    async def write(tx: Tx) -> None:
        row = await pools.begin_change(tx, pool_id)
        config = msgspec.json.decode(row["config"])
        config["Policies"]["SignInPolicy"] = {"AllowedFirstAuthFactors": list(factors)}
        await pools.replace(tx, pool_id, row["name"], config, world.now)

    await world.env.db.run(write)
    await world.call("SetUserPoolMfaConfig", UserPoolId=pool_id, WebAuthnConfiguration=given)


async def begun(world: World, access_token: str) -> dict[str, Any]:
    """What a browser needs to make a passkey for the user of the token."""
    answer = await world.call("StartWebAuthnRegistration", AccessToken=access_token)
    return dict(answer["CredentialCreationOptions"])


async def register(
    world: World, access_token: str, key: Authenticator | None = None, origin: str = ORIGIN
) -> Authenticator:
    """Give the user of the token a passkey."""
    key = key or Authenticator()
    made = key.create(await begun(world, access_token), origin)
    await world.call("CompleteWebAuthnRegistration", AccessToken=access_token, Credential=made)
    return key


async def asked(world: World, client: Mapping[str, Any], name: str = "ada") -> dict[str, Any]:
    """Begin USER_AUTH, preferring the passkey."""
    return await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_AUTH",
        AuthParameters={"USERNAME": name, "PREFERRED_CHALLENGE": "WEB_AUTHN"},
    )


def options(challenge: Mapping[str, Any]) -> dict[str, Any]:
    """The options in an answer that asks for a passkey."""
    found: dict[str, Any] = json.loads(challenge["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"])
    return found


async def answered(
    world: World,
    client: Mapping[str, Any],
    challenge: Mapping[str, Any],
    credential: Mapping[str, Any] | str,
    name: str = "ada",
) -> dict[str, Any]:
    """Answer WEB_AUTHN."""
    text = credential if isinstance(credential, str) else json.dumps(credential)
    return await world.call(
        "RespondToAuthChallenge",
        ClientId=client["ClientId"],
        ChallengeName="WEB_AUTHN",
        Session=challenge["Session"],
        ChallengeResponses={"USERNAME": name, "CREDENTIAL": text},
    )


async def sign_in(
    world: World, client: Mapping[str, Any], key: Authenticator, name: str = "ada", origin: str = ORIGIN
) -> dict[str, Any]:
    """Sign in with a passkey."""
    challenge = await asked(world, client, name)
    return await answered(world, client, challenge, key.get(options(challenge), origin), name)

"""The stage of identity pools: one that takes Ada's tokens, guests and a developer's users."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from tests.identity.issuers import signed
from tests.refusals.scene import Scene

from poolhouse.crypto import jose
from poolhouse.directory.roles import Role
from poolhouse.errors import LoginExpired
from poolhouse.store import roles, snapshots
from poolhouse.wire import operations

SELF = "cognito-identity.amazonaws.com"
ACCOUNT = "000000000000"
TRUSTED = ("sts:AssumeRoleWithWebIdentity", "sts:TagSession")
Step = Callable[[Scene], Awaitable[Any]]


async def call(s: Scene, name: str, /, **members: Any) -> dict[str, Any]:
    s._last = operations.operations()[("cognito-identity", name)]
    return await s.world.call(name, service="cognito-identity", **members)


async def on_pool(s: Scene, name: str, /, **members: Any) -> dict[str, Any]:
    """An operation that names the identity pool of the stage."""
    return await call(s, name, **({"IdentityPoolId": s.got["identity_pool"]} | members))


def key(s: Scene) -> str:
    """Of Ada's user pool in Logins."""
    return f"cognito-idp.us-east-1.amazonaws.com/{s.pool}"


def settings(s: Scene, **changes: Any) -> dict[str, Any]:
    user_pool = {"ProviderName": key(s), "ClientId": s.client}
    usual = {
        "IdentityPoolName": "stage",
        "AllowUnauthenticatedIdentities": True,
        "CognitoIdentityProviders": [user_pool],
        "DeveloperProviderName": "login.example",
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


async def make(s: Scene, **changes: Any) -> str:
    return str((await call(s, "CreateIdentityPool", **settings(s, **changes)))["IdentityPoolId"])


async def update(s: Scene, **changes: Any) -> dict[str, Any]:
    return await on_pool(s, "UpdateIdentityPool", **settings(s, **changes))


def stage(*steps: Step, **changes: Any) -> Step:
    """An arrangement: the identity pool, Ada's tokens in `tokens`, and then these steps."""

    async def arrange(s: Scene) -> None:
        s.got["identity_pool"] = await make(s, **changes)
        s.got["tokens"] = await s.tokens()
        for step in steps:
            await step(s)

    return arrange


def checked(s: Scene) -> list[dict[str, Any]]:
    """CognitoIdentityProviders with ServerSideTokenCheck."""
    return [{"ProviderName": key(s), "ClientId": s.client, "ServerSideTokenCheck": True}]


async def with_check(s: Scene) -> None:
    """From now on what is shown is looked up in the store."""
    await update(s, CognitoIdentityProviders=checked(s))


async def without_check(s: Scene) -> dict[str, Any]:
    """The same token at a pool that does not look in the store."""
    s.got["identity_pool"] = await make(s)
    return await get_id(s)


# Identities


async def get_id(s: Scene, token: str | None = None, **logins: str) -> dict[str, Any]:
    """With Ada's ID token, or another; `logins` go beside it."""
    return await on_pool(s, "GetId", Logins={key(s): token or s.got["tokens"]["IdToken"]} | logins)


async def guest(s: Scene) -> dict[str, Any]:
    return await on_pool(s, "GetId")


async def as_guest(s: Scene) -> None:
    s.got["identity"] = (await guest(s))["IdentityId"]


async def as_ada(s: Scene) -> None:
    s.got["identity"] = (await get_id(s))["IdentityId"]


async def developer(s: Scene, user: str = "ben", **members: Any) -> dict[str, Any]:
    logins = {"login.example": user} | members.pop("Logins", {})
    return await on_pool(s, "GetOpenIdTokenForDeveloperIdentity", Logins=logins, **members)


async def as_ben(s: Scene) -> None:
    """A developer's user, whose token is in `token`."""
    made = await developer(s)
    s.got |= {"identity": made["IdentityId"], "token": made["Token"]}


def own(s: Scene) -> dict[str, str]:
    """Ada's login."""
    return {key(s): s.got["tokens"]["IdToken"]}


async def token(s: Scene, logins: dict[str, str] | None = None, **members: Any) -> dict[str, Any]:
    """GetOpenIdToken."""
    given = {"Logins": logins} if logins else {}
    return await call(s, "GetOpenIdToken", **({"IdentityId": s.got["identity"]} | given | members))


async def credentials(s: Scene, logins: dict[str, str] | None = None, **members: Any) -> dict[str, Any]:
    given = {"Logins": logins} if logins else {}
    usual = {"IdentityId": s.got["identity"]} | given
    return await call(s, "GetCredentialsForIdentity", **(usual | members))


# Roles


async def role(
    s: Scene, name: str = "Users", amr: str = "authenticated", pool: str = "", **other: Any
) -> str:
    """Make a role that trusts the identity pool; gives its ARN."""
    condition = {
        "StringEquals": {f"{SELF}:aud": pool or s.got["identity_pool"]},
        "ForAnyValue:StringLike": {f"{SELF}:amr": amr},
    }
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": SELF},
        "Action": list(TRUSTED),
        "Condition": condition,
    }
    env = s.world.env
    trust = {"Version": "2012-10-17", "Statement": [statement | other]}
    made = Role(role_id=roles.new_id(env), name=name, path="/", trust=json.dumps(trust))
    await env.db.run(lambda tx: roles.insert(tx, made, env.clock.now()))
    return made.arn(ACCOUNT)


async def with_roles(s: Scene) -> None:
    """A role for users and one for guests."""
    await set_roles(
        s, authenticated=await role(s), unauthenticated=await role(s, "Guests", "unauthenticated")
    )


async def set_roles(s: Scene, mapping: dict[str, Any] | None = None, **named: str) -> dict[str, Any]:
    mappings = {key(s): mapping} if mapping else {}
    return await on_pool(s, "SetIdentityPoolRoles", Roles=named, RoleMappings=mappings)


# Tokens that somebody made up


def changed(token: str, **claims: Any) -> str:
    """The token with other claims and its old signature."""
    header, _, signature = token.split(".")
    said = {**jose.unverified_claims(token), **claims}
    return f"{header}.{jose._encode(jose.msgspec.json.encode(said))}.{signature}"


async def forged(s: Scene, pool: str = "", header: dict[str, Any] | None = None, **claims: Any) -> str:
    """Ada's ID token with other claims (None takes one out), signed by the key of a user pool."""
    keys = (await snapshots.of_pool(s.world.env, pool or s.pool)).keys
    said = {**jose.unverified_claims(s.got["tokens"]["IdToken"]), **claims}
    said = {name: value for name, value in said.items() if value is not None}
    top = {"kid": keys.id_key.kid, "alg": "RS256"} | (header or {})
    return signed(keys.id_key._key, top, said)  # type: ignore[arg-type]


async def without_times(step: Awaitable[Any]) -> Any:
    """The refusal of an expired token, which tells the time, without it."""
    try:
        return await step
    except LoginExpired as error:
        told = error.message.removeprefix("Invalid login token. Token expired: ").split(" >= ")
        assert int(told[0]) >= int(told[1])
        raise LoginExpired(now="<now>", expires="<exp>") from error

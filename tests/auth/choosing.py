"""What tests of sign-in by choice do, over a `World`."""

from typing import Any

from tests.world import PASSWORD, World

EMAIL = "ada@example.com"
PHONE = "+12065550100"
FLOWS = [
    "ALLOW_USER_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
]


async def a_pool(world: World, *factors: str, **settings: Any) -> str:
    """A pool that verifies e-mail addresses, with these first factors beside the password."""
    policy = {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", *factors]}}
    return await world.pool(**({"AutoVerifiedAttributes": ["email"], "Policies": policy} | settings))


async def a_client(world: World, pool: str, **settings: Any) -> dict[str, Any]:
    return await world.client(pool, **({"ExplicitAuthFlows": FLOWS} | settings))


async def ada(world: World, pool: str, **attributes: str) -> None:
    """A confirmed user with a password and a verified address."""
    await world.user(pool, "ada", PASSWORD, **({"email": EMAIL, "email_verified": "true"} | attributes))


async def without_password(world: World, pool: str, name: str = "ada", **attributes: str) -> dict[str, Any]:
    """A user as AdminCreateUser makes one where a one-time password will do."""
    given = attributes or {"email": EMAIL, "email_verified": "true"}
    made = await world.call(
        "AdminCreateUser",
        UserPoolId=pool,
        Username=name,
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": key, "Value": value} for key, value in given.items()],
    )
    return dict(made["User"])


async def begin(
    world: World, client: dict[str, Any], name: str = "ada", preferred: str = "", **more: Any
) -> dict[str, Any]:
    """InitiateAuth(USER_AUTH). `more` are AuthParameters, but for Session."""
    session = {"Session": more.pop("Session")} if "Session" in more else {}
    parameters = {"USERNAME": name, **({"PREFERRED_CHALLENGE": preferred} if preferred else {}), **more}
    return await world.call(
        "InitiateAuth",
        ClientId=client["ClientId"],
        AuthFlow="USER_AUTH",
        AuthParameters=parameters | world.hash(client, name),
        **session,
    )


async def answer(
    world: World, client: dict[str, Any], asked: dict[str, Any], name: str = "ada", **answers: str
) -> dict[str, Any]:
    """Answer what was asked."""
    return await world.call(
        "RespondToAuthChallenge",
        ClientId=client["ClientId"],
        ChallengeName=asked["ChallengeName"],
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": name, **answers} | world.hash(client, name),
    )

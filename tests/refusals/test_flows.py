"""Refused: flows that the client does not allow, parameters that are missing, secrets that do not match."""

from typing import Any

from tests.refusals.scene import PASSWORD, Scene
from tests.refusals.table import Row, play, table

FLOW_OFF = "InvalidParameterException: Auth flow not enabled for this client"
UNKNOWN_FLOW = "InvalidParameterException: Initiate Auth method not supported."
NO_CLIENT = "ResourceNotFoundException: User pool client {client} does not exist."
NO_HASH = "NotAuthorizedException: Client {client} is configured with secret but SECRET_HASH was not received"
WRONG_HASH = "NotAuthorizedException: Unable to verify secret hash for client {client}"
SIGN_UP_HASH = "NotAuthorizedException: SecretHash does not match for the client: {client}"
SECRET = {"GenerateSecret": True}
REFRESH_ONLY = {"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"]}
_EVERY_FLOW = [
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
]


async def allow(s: Scene, way: Any) -> Any:
    """The twin of a flow that is off: the same with the flow on."""
    await s.admin("UpdateUserPoolClient", ClientId=s.client, ExplicitAuthFlows=_EVERY_FLOW)
    return await way(s)


def initiate(s: Scene, flow: str = "USER_PASSWORD_AUTH", **parameters: str) -> Any:
    return s.call("InitiateAuth", ClientId=s.client, AuthFlow=flow, AuthParameters=parameters)


GATES = (
    Row(
        "USER_PASSWORD_AUTH where it is off",
        "InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client",
        lambda s: s.sign_in(),
        lambda s: allow(s, Scene.sign_in),
        client=REFRESH_ONLY,
    ),
    Row(
        "USER_SRP_AUTH where it is off",
        "InvalidParameterException: USER_SRP_AUTH is not enabled for the client.",
        lambda s: s.srp(),
        lambda s: allow(s, Scene.srp),
        client=REFRESH_ONLY,
    ),
    Row(
        "ADMIN_USER_PASSWORD_AUTH where it is off",
        FLOW_OFF,
        lambda s: s.admin_sign_in(),
        lambda s: allow(s, Scene.admin_sign_in),
        client=REFRESH_ONLY,
    ),
    Row(
        "CUSTOM_AUTH where it is off",
        "InvalidParameterException: CUSTOM_AUTH is not enabled for the client.",
        lambda s: s.sign_in(flow="CUSTOM_AUTH"),
        lambda s: s.sign_in(),
    ),
    Row(
        "CUSTOM_AUTH in a pool without triggers",
        "InvalidParameterException: Custom auth lambda trigger is not configured for the user pool.",
        lambda s: s.sign_in(flow="CUSTOM_AUTH"),
        lambda s: s.sign_in(),
        client={"ExplicitAuthFlows": [*_EVERY_FLOW, "ALLOW_CUSTOM_AUTH"]},
    ),
    Row("USER_AUTH where it is off", FLOW_OFF, lambda s: s.sign_in(flow="USER_AUTH"), lambda s: s.sign_in()),
    Row(
        "ADMIN_USER_PASSWORD_AUTH without a signature",
        UNKNOWN_FLOW,
        lambda s: s.sign_in(flow="ADMIN_USER_PASSWORD_AUTH"),
        lambda s: s.sign_in(),
    ),
    Row(
        "ADMIN_NO_SRP_AUTH without a signature",
        UNKNOWN_FLOW,
        lambda s: s.sign_in(flow="ADMIN_NO_SRP_AUTH"),
        lambda s: s.sign_in(),
    ),
    Row(
        "USER_PASSWORD_AUTH at AdminInitiateAuth",
        UNKNOWN_FLOW,
        lambda s: s.admin_sign_in(flow="USER_PASSWORD_AUTH"),
        lambda s: s.admin_sign_in(),
    ),
)

PARAMETERS = tuple(
    Row(
        f"{flow} without {missing}",
        f"InvalidParameterException: Missing required parameter {missing}",
        lambda s, flow=flow, given=given: initiate(s, flow, **given),
        twin,
    )
    for flow, missing, given, twin in (
        ("USER_PASSWORD_AUTH", "USERNAME", {"PASSWORD": PASSWORD}, Scene.sign_in),
        ("USER_PASSWORD_AUTH", "PASSWORD", {"USERNAME": "ada"}, Scene.sign_in),
        ("USER_SRP_AUTH", "SRP_A", {"USERNAME": "ada"}, Scene.srp),
        ("USER_SRP_AUTH", "USERNAME", {"SRP_A": "2"}, Scene.srp),
        ("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", {"USERNAME": "ada"}, Scene.sign_in),
    )
)

CLIENTS = (
    Row(
        "a client that was deleted",
        NO_CLIENT,
        lambda s: s.sign_in(),
        lambda s: at_another_client(s),
        arrange=lambda s: s.admin("DeleteUserPoolClient", ClientId=s.client),
    ),
    Row(
        "a client of another pool, named by an administrator's server",
        "ResourceNotFoundException: User pool client {client} does not exist.",
        lambda s: s.admin_sign_in(UserPoolId=s.got["there"]),
        lambda s: s.admin_sign_in(),
        arrange=lambda s: s.keep(there=s.another_pool()),
    ),
    Row(
        "a pool that does not exist",
        "ResourceNotFoundException: User pool us-east-1_Nowhere00 does not exist.",
        lambda s: s.admin_sign_in(UserPoolId="us-east-1_Nowhere00"),
        lambda s: s.admin_sign_in(),
    ),
    Row(
        "a sign-in through a client of another pool",
        "UserNotFoundException: User does not exist.",
        lambda s: s.sign_in(app=s.got["other"]),
        lambda s: s.sign_in(),
        arrange=lambda s: s.steps(s.keep(there=s.another_pool()), client_there(s)),
    ),
)


async def at_another_client(s: Scene) -> Any:
    return await s.sign_in(app=await s.another_client())


async def client_there(s: Scene) -> None:
    await s.keep(other=s.another_client(s.got["there"]))


async def challenged(s: Scene) -> None:
    await s.keep(answer=s.srp_challenge())


async def answered(s: Scene, **parts: str) -> Any:
    return await s.srp_answer(s.got["answer"] | parts)


async def rotated_secret(s: Scene) -> None:
    """The client has a second secret, and its first one is deleted."""
    listed = await s.admin("ListUserPoolClientSecrets", ClientId=s.client)
    added = await s.admin("AddUserPoolClientSecret", ClientId=s.client)
    first = listed["ClientSecrets"][0]["ClientSecretId"]
    await s.admin("DeleteUserPoolClientSecret", ClientId=s.client, ClientSecretId=first)
    s.got["second"] = s.app | {"ClientSecret": added["ClientSecretDescriptor"]["ClientSecretValue"]}


# Public operations that take SecretHash: their name, what else they need, and how they say that it is wrong.
_SIGN_UP = {
    "Username": "eve",
    "Password": PASSWORD,
    "UserAttributes": [{"Name": "email", "Value": "eve@example.com"}],
}
_HASHED: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("SignUp", _SIGN_UP, SIGN_UP_HASH),
    ("ConfirmSignUp", {"Username": "mia", "ConfirmationCode": "code"}, WRONG_HASH),
    ("ResendConfirmationCode", {"Username": "mia"}, WRONG_HASH),
    ("ForgotPassword", {"Username": "ada"}, WRONG_HASH),
    (
        "ConfirmForgotPassword",
        {"Username": "ada", "ConfirmationCode": "code", "Password": PASSWORD},
        WRONG_HASH,
    ),
)


async def ready(s: Scene) -> None:
    """Mia has signed up and Ada has forgotten her password: both codes are known."""
    await s.signed_up("mia")
    s.got["mia"] = await s.code()
    await s.public("ForgotPassword", Username="ada")
    s.got["ada"] = await s.code()


async def hashed(s: Scene, name: str, members: dict[str, Any], **proof: str) -> Any:
    if "ConfirmationCode" in members:
        members = members | {"ConfirmationCode": s.got[members["Username"]]}
    return await s.public(name, **(members | proof))


async def without_hash(s: Scene, name: str, members: dict[str, Any]) -> Any:
    return await s.call(name, ClientId=s.client, **members)


SECRETS = (
    Row(
        "a sign-in without SECRET_HASH",
        NO_HASH,
        lambda s: s.sign_in(SECRET_HASH=""),
        lambda s: s.sign_in(),
        client=SECRET,
    ),
    Row(
        "a sign-in with a SECRET_HASH that is no hash",
        WRONG_HASH,
        lambda s: s.sign_in(SECRET_HASH="AAAA"),
        lambda s: s.sign_in(),
        client=SECRET,
    ),
    Row(
        "a sign-in with the SECRET_HASH of another name",
        WRONG_HASH,
        lambda s: s.sign_in(**s.world.hash(s.app, "bob")),
        lambda s: s.sign_in(),
        client=SECRET,
    ),
    Row(
        "a sign-in with the SECRET_HASH of a secret that was deleted",
        WRONG_HASH,
        lambda s: s.sign_in(),
        lambda s: s.sign_in(app=s.got["second"]),
        client=SECRET,
        arrange=rotated_secret,
    ),
    Row(
        "an answer without SECRET_HASH",
        WRONG_HASH,
        lambda s: answered(s, SECRET_HASH=""),
        answered,
        client=SECRET,
        arrange=challenged,
    ),
    Row(
        "an answer with a wrong SECRET_HASH",
        WRONG_HASH,
        lambda s: answered(s, SECRET_HASH="AAAA"),
        answered,
        client=SECRET,
        arrange=challenged,
    ),
    *(
        Row(
            f"{name} with a wrong SecretHash",
            error,
            lambda s, name=name, members=members: hashed(s, name, members, SecretHash="AAAA"),
            lambda s, name=name, members=members: hashed(s, name, members),
            client=SECRET,
            arrange=ready,
        )
        for name, members, error in _HASHED
    ),
    *(
        Row(
            f"{name} without SecretHash",
            NO_HASH,
            lambda s, name=name, members=members: without_hash(s, name, members),
            lambda s, name=name, members=members: hashed(s, name, members),
            client=SECRET,
            arrange=ready,
        )
        for name, members, _ in _HASHED
    ),
)


@table(GATES, PARAMETERS, CLIENTS, SECRETS)
async def test_a_flow_or_client_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)

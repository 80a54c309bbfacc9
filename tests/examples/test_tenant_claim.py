"""The claim `tenant_id` of the example with one pool: no operation of a user's chooses or changes it.

Every operation that nobody has to sign, and that takes attributes or what functions are told, is tried with
the name of another tenant. It is refused, or it succeeds and the claim is what it was.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.examples.claim_stage import ADA, KIM, TENANT, TOLD, Stage, claims
from tests.examples.multi_tenant import imported, said_by
from tests.oauth.apps import CALLBACK
from tests.oauth.sign_in.inside import Visitor
from tests.oauth.walk import parameters, target
from tests.refusals.scene import PASSWORD
from tests.world import close_world, open_world

from poolhouse.directory import attributes
from poolhouse.errors import ApiError, UnauthorizedAttribute
from poolhouse.store import snapshots
from poolhouse.wire import operations

GLOBEX = [{"Name": TENANT, "Value": "globex"}]
UNAUTHORIZED = "NotAuthorizedException: A client attempted to write unauthorized attribute"
CLOSED = "NotAuthorizedException: SignUp is not permitted for this user pool"

# Members of requests by which something could reach an attribute or a function.
_CARRIERS = {
    "UserAttributes",
    "UserAttributeNames",
    "AttributeName",
    "ClientMetadata",
    "ValidationData",
    "AuthParameters",
    "ChallengeResponses",
}


@pytest.fixture
def example() -> Iterator[Any]:
    with imported("one_pool_setup", "invitations") as modules:
        yield modules


@pytest.fixture
async def stage(tmp_path: Path, example: Any) -> AsyncIterator[Stage]:
    setup, invitations = example
    world = await open_world(tmp_path)
    world.functions["tenant-claims"] = claims
    pool = await world.pool(**setup.POOL)
    await world.call("CreateResourceServer", UserPoolId=pool, **setup.RESOURCE_SERVER)
    for group in setup.GROUPS:
        await world.call("CreateGroup", UserPoolId=pool, **group)
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]  # the page needs none, the test does
    made = await world.client(pool, **setup.client(CALLBACK), ExplicitAuthFlows=flows)
    for name in (ADA, KIM):
        account = setup.account(invitations.Invitation("acme", setup.MEMBER, name))
        await world.call("AdminCreateUser", UserPoolId=pool, TemporaryPassword=PASSWORD, **account)
        await world.call("AdminAddUserToGroup", UserPoolId=pool, Username=name, GroupName=setup.MEMBER)
    await world.call("AdminSetUserPassword", UserPoolId=pool, Username=ADA, Password=PASSWORD, Permanent=True)
    yield Stage(world, pool, made["ClientId"])
    await close_world(world)


@dataclass(frozen=True)
class Try:
    """`error`: what it is refused with; empty: it succeeds, and changes nothing of the claim."""

    name: str
    operation: str
    act: Callable[[Stage], Awaitable[Any]]
    error: str = ""


async def updating(s: Stage, name: str) -> Any:
    listed = [{"Name": name, "Value": "globex"}]
    return await s.call("UpdateUserAttributes", AccessToken=await s.token(), UserAttributes=listed)


async def with_token(s: Stage, operation: str, **members: Any) -> Any:
    return await s.call(operation, AccessToken=await s.token(), **members)


async def refreshing(s: Stage, operation: str) -> Any:
    refresh = (await s.tokens())["RefreshToken"]
    if operation == "GetTokensFromRefreshToken":
        return await s.public(operation, RefreshToken=refresh, ClientMetadata=TOLD)
    asked = {"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": refresh, **TOLD}}
    return await s.public(operation, **asked, ClientMetadata=TOLD)


SIGN_UP = {"Username": "eve@evil.example", "Password": PASSWORD}
MISMATCH = "CodeMismatchException: Invalid verification code provided, please try again."
PROVIDED = f"NotAuthorizedException: Cannot modify an already provided {TENANT}"
NOT_VERIFIED = (
    "InvalidParameterException: Invalid attribute name. Only phone_number and email can be verified."
)


def unknown(name: str) -> str:
    return (
        "InvalidParameterException: Attributes did not conform to the schema: "
        f"{name}: Attribute does not exist in the schema.\n"
    )


TRIES = [
    Try(
        "signing up with it", "SignUp", lambda s: s.public("SignUp", **SIGN_UP, UserAttributes=GLOBEX), CLOSED
    ),
    Try(
        "signing up and telling functions",
        "SignUp",
        lambda s: s.public("SignUp", **SIGN_UP, ClientMetadata=TOLD, ValidationData=GLOBEX),
        CLOSED,
    ),
    Try(
        "confirming and telling functions",
        "ConfirmSignUp",
        lambda s: s.public("ConfirmSignUp", Username=KIM, ConfirmationCode="123456", ClientMetadata=TOLD),
        MISMATCH,
    ),
    Try(
        "asking for a code and telling functions",
        "ResendConfirmationCode",
        lambda s: s.public("ResendConfirmationCode", Username=KIM, ClientMetadata=TOLD),
    ),
    Try("updating it", "UpdateUserAttributes", lambda s: updating(s, TENANT), UNAUTHORIZED),
    Try(
        "updating the claim by its own name",
        "UpdateUserAttributes",
        lambda s: updating(s, "tenant_id"),
        unknown("tenant_id"),
    ),
    Try(
        "updating it in other letters",
        "UpdateUserAttributes",
        lambda s: updating(s, "custom:Tenant_ID"),
        unknown("custom:Tenant_ID"),
    ),
    Try(
        "updating it as a developer's",
        "UpdateUserAttributes",
        lambda s: updating(s, f"dev:{TENANT}"),
        unknown(f"dev:{TENANT}"),
    ),
    Try(
        "updating the groups",
        "UpdateUserAttributes",
        lambda s: updating(s, "cognito:groups"),
        unknown("cognito:groups"),
    ),
    Try(
        "updating a name and telling functions",
        "UpdateUserAttributes",
        lambda s: with_token(
            s,
            "UpdateUserAttributes",
            UserAttributes=[{"Name": "name", "Value": "globex"}],
            ClientMetadata=TOLD,
        ),
    ),
    Try(
        "deleting it",
        "DeleteUserAttributes",
        lambda s: with_token(s, "DeleteUserAttributes", UserAttributeNames=[TENANT]),
        UNAUTHORIZED,
    ),
    Try(
        "verifying it",
        "VerifyUserAttribute",
        lambda s: with_token(s, "VerifyUserAttribute", AttributeName=TENANT, Code="123456"),
        NOT_VERIFIED,
    ),
    Try(
        "asking for a code for it",
        "GetUserAttributeVerificationCode",
        lambda s: with_token(
            s, "GetUserAttributeVerificationCode", AttributeName=TENANT, ClientMetadata=TOLD
        ),
        NOT_VERIFIED,
    ),
    Try(
        "signing in with it",
        "InitiateAuth",
        lambda s: s.sign_in(AuthParameters=TOLD, ClientMetadata=TOLD),
    ),
    Try(
        "a first password with it",
        "RespondToAuthChallenge",
        lambda s: s.new_password(answers={f"userAttributes.{TENANT}": "globex"}),
        PROVIDED,
    ),
    Try(
        "a first password and telling functions",
        "RespondToAuthChallenge",
        lambda s: s.new_password(answers=TOLD, ClientMetadata=TOLD),
    ),
    Try("refreshing with it", "InitiateAuth", lambda s: refreshing(s, "InitiateAuth")),
    Try(
        "getting tokens from a refresh token with it",
        "GetTokensFromRefreshToken",
        lambda s: refreshing(s, "GetTokensFromRefreshToken"),
    ),
    Try("resetting a password with it", "ConfirmForgotPassword", lambda s: s.reset()),
    Try("asking for a reset with it", "ForgotPassword", lambda s: s.reset()),
]


@pytest.mark.parametrize("tried", TRIES, ids=[each.name for each in TRIES])
async def test_whatever_a_user_calls_the_claim_stays(tried: Try, stage: Stage) -> None:
    answer = None
    said = ""
    try:
        answer = await tried.act(stage)
    except ApiError as error:
        said = f"{error.code}: {error.message}"

    assert said == tried.error
    await stage.check(answer)


def test_no_operation_that_could_carry_it_is_left_out() -> None:
    shapes = operations.model("cognito-idp")["shapes"]
    carrying = {
        name
        for (service, name), declared in operations.operations().items()
        if service == "cognito-idp"
        and not declared.needs_signature
        and set(shapes[declared.input]["members"]) & _CARRIERS
    }
    by_apps = {
        "GetClientToken",
        "GetDerivedToken",
    }  # app clients call them, with their secret; this one has none

    assert carrying - by_apps == {each.operation for each in TRIES}


async def test_no_page_takes_it(stage: Stage) -> None:
    """Neither as a parameter of the address, nor as a field of a form, nor at the token endpoint."""
    visitor = Visitor(stage, stage.client)
    asked = {"scope": "openid projects/use", "tenant_id": "globex", TENANT: "globex"}
    page = await visitor.page(**asked)

    back = await visitor.submit(page, username=ADA, password=PASSWORD, **{TENANT: "globex"})
    code = parameters(back)["code"]
    more = {"tenant_id": "globex", "aws_client_metadata": '{"tenant_id": "globex"}', TENANT: "globex"}
    redeemed = await visitor.http.post(
        f"{visitor.app.base}/oauth2/token", data=visitor.app.redeem(code, **more)
    )

    assert said_by(redeemed.json()["access_token"])["tenant_id"] == "acme"
    await stage.check(None)


async def test_nobody_signs_up_on_the_pages(stage: Stage) -> None:
    visitor = Visitor(stage, stage.client)
    address = visitor.app.authorize().replace("/oauth2/authorize", "/signup")

    shown = await visitor.http.get(address)
    posted = await visitor.http.post(
        address, data={"username": "eve@evil.example", "password": PASSWORD, TENANT: "globex"}
    )

    assert "custom:tenant_id" not in shown.text
    assert not (posted.is_redirect and "code=" in target(posted))
    users = await stage.call("ListUsers", UserPoolId=stage.pool)
    assert len(users["Users"]) == 2


async def test_an_identity_provider_cannot_write_it_even_where_it_is_mapped(stage: Stage) -> None:
    snapshot, client = await snapshots.of_client(stage.world.env, stage.client)
    given = {"email": "eve@evil.example", "email_verified": "true"}

    with pytest.raises(UnauthorizedAttribute):
        attributes.of_provider(snapshot.pool, client, None, {**given, TENANT: "globex"})
    assert TENANT not in attributes.of_provider(snapshot.pool, client, None, given)


async def test_an_administrator_cannot_change_it_either(stage: Stage) -> None:
    where = {"UserPoolId": stage.pool, "Username": ADA}

    with pytest.raises(ApiError):
        await stage.call("AdminUpdateUserAttributes", **where, UserAttributes=GLOBEX)
    with pytest.raises(ApiError):
        await stage.call("AdminDeleteUserAttributes", **where, UserAttributeNames=[TENANT])

    await stage.call("AdminUpdateUserAttributes", **where, UserAttributes=[{"Name": "name", "Value": "Ada"}])
    await stage.check(None)


async def test_an_app_client_that_may_write_it_makes_no_difference(stage: Stage, example: Any) -> None:
    """The mistake that is easiest to make: WriteAttributes with it. The attribute is immutable still."""
    setup, _ = example
    await stage.call(
        "UpdateUserPoolClient",
        UserPoolId=stage.pool,
        **setup.client(CALLBACK) | {"WriteAttributes": ["email", "name", TENANT], "ClientId": stage.client},
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )

    for attempt in (
        lambda: updating(stage, TENANT),
        lambda: with_token(stage, "DeleteUserAttributes", UserAttributeNames=[TENANT]),
        lambda: stage.new_password(answers={f"userAttributes.{TENANT}": "globex"}),
    ):
        with pytest.raises(ApiError):
            await attempt()
    await stage.check(None)


async def test_who_has_no_tenant_gets_no_token(stage: Stage) -> None:
    """Such as somebody whom an operator made by hand and forgot it."""
    await stage.world.user(stage.pool, "eve@evil.example", PASSWORD, email="eve@evil.example")

    with pytest.raises(ApiError, match="belongs to no tenant"):
        await stage.tokens(name="eve@evil.example")
    await stage.check(None)


async def test_a_pool_that_is_opened_to_everybody_still_lets_nobody_choose(
    stage: Stage, example: Any
) -> None:
    """Another mistake: AllowAdminCreateUserOnly is gone. Who signs up has no tenant, and so no token."""
    setup, _ = example
    functions = {"LambdaConfig": setup.POOL["LambdaConfig"], "AutoVerifiedAttributes": ["email"]}
    await stage.call("UpdateUserPool", UserPoolId=stage.pool, **functions)
    visitor, name = Visitor(stage, stage.client), "eve@evil.example"
    address = visitor.app.authorize().replace("/oauth2/authorize", "/signup")

    with pytest.raises(UnauthorizedAttribute):
        await stage.public("SignUp", **SIGN_UP, UserAttributes=GLOBEX)
    page = await visitor.http.get(address)
    asked = await visitor.submit(page, username=name, password=PASSWORD, **{TENANT: "globex", "email": name})
    asked = await visitor.http.get(target(asked))
    await visitor.submit(asked, code=await stage.world.code(stage.pool))

    assert TENANT not in page.text
    found = await stage.call("AdminGetUser", UserPoolId=stage.pool, Username=name)
    assert found["UserStatus"] == "CONFIRMED"
    assert TENANT not in {each["Name"] for each in found["UserAttributes"]}
    with pytest.raises(ApiError, match="belongs to no tenant"):
        await stage.tokens(name=name)
    await stage.check(None)

"""Every event of signing up, signing in and refreshing is the golden one, to the letter."""

from dataclasses import dataclass
from typing import Any

import pytest
from tests.auth import custom_auth
from tests.functions import answering, untouched
from tests.triggers.events import GOLDEN, assert_golden
from tests.world import PASSWORD, World

from poolhouse.context import Ctx
from poolhouse.store import snapshots, users
from poolhouse.triggers import inbound_federation, pre_sign_up, pre_token_generation

MAIL = "ada@example.com"
METADATA = {"from": "the app"}
FLOWS = [*custom_auth.FLOWS, "ALLOW_ADMIN_USER_PASSWORD_AUTH"]
OTHER_PASSWORD = "An0ther-P2$Sword"


@dataclass
class Stage:
    """A pool with the functions of the world, Ada in it, and one client."""

    world: World
    pool: str
    client: dict[str, Any]
    sub: str = ""

    @property
    def ids(self) -> dict[str, str]:
        found = {"pool": self.pool, "client": self.client["ClientId"]}
        return found | ({"sub": self.sub} if self.sub else {})

    async def call(self, name: str, /, **members: Any) -> dict[str, Any]:
        return await self.world.call(name, ClientId=self.client["ClientId"], **members)

    async def admin(self, name: str, /, **members: Any) -> dict[str, Any]:
        return await self.world.call(name, UserPoolId=self.pool, **members)

    async def ctx(self, operation: str) -> Ctx:
        """The context of a caller that is not there yet."""
        env = self.world.env
        snapshot, client = await snapshots.of_client(env, self.client["ClientId"])
        return Ctx(
            env, "request", operation, "us-east-1", env.clock.now(), snapshot=snapshot, app_client=client
        )


async def stage(world: World, *kinds: str, user: bool = True, **settings: Any) -> Stage:
    version = settings.pop("version", None)
    for kind in kinds:
        world.functions.setdefault(kind, untouched)
    versions = {"PreTokenGeneration": version} if version else {}
    usual = {"LambdaConfig": world.triggers(**versions), "AutoVerifiedAttributes": ["email"]}
    pool = await world.pool(**(usual | settings))
    client = await world.client(pool, ExplicitAuthFlows=FLOWS, PreventUserExistenceErrors="ENABLED")
    made = Stage(world, pool, client)
    if user:
        await world.user(pool, email=MAIL, email_verified="true")
        found = await made.admin("AdminGetUser", Username="ada")
        made.sub = next(a["Value"] for a in found["UserAttributes"] if a["Name"] == "sub")
        world.fired.clear()
    return made


async def signed_up(s: Stage) -> None:
    s.sub = (
        await s.call(
            "SignUp",
            Username="ada",
            Password=PASSWORD,
            UserAttributes=[{"Name": "email", "Value": MAIL}],
            ValidationData=[{"Name": "invitation", "Value": "42"}],
            ClientMetadata=METADATA,
        )
    )["UserSub"]


async def password_sign_in(s: Stage, password: str = PASSWORD, **more: Any) -> dict[str, Any]:
    return await s.call(
        "InitiateAuth",
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": password},
        **more,
    )


async def test_pre_sign_up_of_sign_up(world):
    s = await stage(world, "PreSignUp", user=False)

    await signed_up(s)

    assert_golden(world, "PreSignUp_SignUp", **s.ids)


async def test_pre_sign_up_of_admin_create_user(world):
    s = await stage(world, "PreSignUp", user=False)

    await s.admin(
        "AdminCreateUser",
        Username="ada",
        MessageAction="SUPPRESS",
        UserAttributes=[{"Name": "email", "Value": MAIL}, {"Name": "email_verified", "Value": "true"}],
    )

    assert_golden(world, "PreSignUp_AdminCreateUser", **s.ids)


async def test_pre_sign_up_of_an_identity_provider(world):
    s = await stage(world, "PreSignUp", user=False)

    await pre_sign_up.external_provider(await s.ctx("callback"), "Google_1", {"email": MAIL})

    assert_golden(world, "PreSignUp_ExternalProvider", **s.ids)


async def test_post_confirmation_of_a_sign_up(world):
    s = await stage(world, "PostConfirmation", user=False)
    await signed_up(s)

    code = await world.code(s.pool)
    await s.call("ConfirmSignUp", Username="ada", ConfirmationCode=code, ClientMetadata=METADATA)

    assert_golden(world, "PostConfirmation_ConfirmSignUp", **s.ids)


async def test_post_confirmation_of_a_forgotten_password(world):
    s = await stage(world, "PostConfirmation")
    await s.call("ForgotPassword", Username="ada")

    code = await world.code(s.pool)
    await s.call("ConfirmForgotPassword", Username="ada", ConfirmationCode=code, Password=OTHER_PASSWORD)

    assert_golden(world, "PostConfirmation_ConfirmForgotPassword", **s.ids)


async def test_pre_authentication(world):
    s = await stage(world, "PreAuthentication")

    await password_sign_in(s, ClientMetadata=METADATA)

    assert_golden(world, "PreAuthentication_Authentication", **s.ids)


async def test_post_authentication(world):
    s = await stage(world, "PostAuthentication")

    await password_sign_in(s, ClientMetadata=METADATA)

    assert_golden(world, "PostAuthentication_Authentication", **s.ids)


@pytest.mark.parametrize("kind", ["DefineAuthChallenge", "VerifyAuthChallengeResponse"])
async def test_the_functions_that_judge_an_answer(world, kind):
    custom_auth.install(world)
    s = await stage(world)
    asked = await custom_auth.respond(world, s.client, await custom_auth.begin(world, s.client), "wrong")
    world.fired.clear()

    await custom_auth.respond(world, s.client, asked, ClientMetadata=METADATA)

    assert_golden(world, f"{kind}_Authentication", **s.ids)


async def test_the_function_that_makes_the_next_question(world):
    custom_auth.install(world)
    s = await stage(world)
    asked = await custom_auth.begin(world, s.client)
    world.fired.clear()

    await custom_auth.respond(world, s.client, asked, "wrong", ClientMetadata=METADATA)

    assert_golden(world, "CreateAuthChallenge_Authentication", **s.ids)


async def test_pre_token_of_a_sign_in(world):
    s = await stage(world, "PreTokenGeneration")
    await grouped(s)

    await password_sign_in(s, ClientMetadata=METADATA)

    assert_golden(world, "TokenGeneration_Authentication", **s.ids)


async def grouped(s: Stage) -> None:
    role = "arn:aws:iam::123456789012:role/staff"
    await s.admin("CreateGroup", GroupName="staff", Precedence=1, RoleArn=role)
    await s.admin("CreateGroup", GroupName="readers")
    for group in ("readers", "staff"):
        await s.admin("AdminAddUserToGroup", GroupName=group, Username="ada")


async def test_pre_token_of_a_new_password(world):
    s = await stage(world, "PreTokenGeneration", version="V2_0")
    await s.admin("AdminSetUserPassword", Username="ada", Password=PASSWORD)
    asked = await password_sign_in(s)

    await s.call(
        "RespondToAuthChallenge",
        ChallengeName="NEW_PASSWORD_REQUIRED",
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": "ada", "NEW_PASSWORD": OTHER_PASSWORD},
        ClientMetadata=METADATA,
    )

    assert_golden(world, "TokenGeneration_NewPasswordChallenge", **s.ids)


async def test_pre_token_of_a_refresh(world):
    s = await stage(world, "PreTokenGeneration", version="V2_0")
    tokens = (await password_sign_in(s))["AuthenticationResult"]

    await s.call("GetTokensFromRefreshToken", RefreshToken=tokens["RefreshToken"], ClientMetadata=METADATA)

    assert_golden(world, "TokenGeneration_RefreshTokens", **s.ids)


@pytest.mark.parametrize("source", ["AuthenticateDevice", "HostedAuth"])
async def test_pre_token_of_the_other_ways_in(world, source):
    s = await stage(world, "PreTokenGeneration", version="V3_0")
    ctx = await s.ctx("RespondToAuthChallenge")
    user = await world.env.db.read(lambda tx: users.by_sub(tx, s.pool, s.sub))

    await pre_token_generation.fire(ctx, user, source, NO_GROUPS, ("openid", "email"))

    assert_golden(world, f"TokenGeneration_{source}", **s.ids)


NO_GROUPS = {"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": None}


async def test_pre_token_of_client_credentials(world):
    s = await stage(world, "PreTokenGeneration", version="V3_0", user=False)

    await pre_token_generation.for_client(await s.ctx("token"), ("rs/scope",), METADATA)

    assert_golden(world, "TokenGeneration_ClientCredentials", **s.ids)


async def test_user_migration_of_a_sign_in(world):
    world.functions["UserMigration"] = answering(
        userAttributes={"email": MAIL, "email_verified": "true"},
        finalUserStatus="CONFIRMED",
        messageAction="SUPPRESS",
    )
    s = await stage(world, user=False)

    await password_sign_in(s, ClientMetadata=METADATA)

    assert_golden(world, "UserMigration_Authentication", **s.ids)


async def test_user_migration_of_a_forgotten_password(world):
    world.functions["UserMigration"] = answering(
        userAttributes={"email": MAIL, "email_verified": "true"}, messageAction="SUPPRESS"
    )
    s = await stage(world, user=False)

    await s.call("ForgotPassword", Username="ada")

    assert_golden(world, "UserMigration_ForgotPassword", **s.ids)


async def test_inbound_federation(world):
    s = await stage(world, "InboundFederation", user=False)
    said = {"tokenResponse": {}, "idToken": {"sub": "1"}, "userInfo": {"email": MAIL}}

    await inbound_federation.fire(await s.ctx("callback"), "Google_1", "Google", "Google", said)

    assert_golden(world, "InboundFederation_ExternalProvider", **s.ids)


async def test_a_pool_without_functions_calls_none(world):
    world.functions["PreSignUp"] = untouched
    s = await stage(world, LambdaConfig={})

    await password_sign_in(s, ClientMetadata=METADATA)
    ctx = await s.ctx("callback")
    await pre_sign_up.external_provider(ctx, "Google_1", {})
    await inbound_federation.fire(ctx, "Google_1", "Google", "Google", {})

    assert world.fired == []


def test_every_golden_file_is_an_event_of_its_source():
    for file in GOLDEN.glob("*.json"):
        assert f'"triggerSource": "{file.stem}"' in file.read_text("utf-8")

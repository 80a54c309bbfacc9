"""Refused: one more than a quota allows, with the quota lowered to what the stage can reach (8.1 to 8.3)."""

from typing import Any

from tests.functions import answering
from tests.idp.authenticator import EMAIL_ON
from tests.providers import request
from tests.refusals import identities
from tests.refusals.functions import after, having, where
from tests.refusals.mfa import MAILS, mfa
from tests.refusals.scene import Scene
from tests.refusals.table import Row, Step, play, table

LIMIT = "LimitExceededException: "
BUSY = "TooManyRequestsException: Rate exceeded"
HIDING = {"PreventUserExistenceErrors": "ENABLED"}
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/0f8a5a2e-1111-4222-8333-444455556666"


def quota(**numbers: int) -> Step:
    return lambda s: s.with_settings(quota_resources=numbers)


async def pool(s: Scene) -> Any:
    return await s.call("CreateUserPool", PoolName="new")


async def no_pool(s: Scene) -> Any:
    return await s.call("DeleteUserPool", UserPoolId=s.got["other"])


async def other_pool(s: Scene) -> None:
    await s.keep(other=s.another_pool())


async def client(s: Scene) -> Any:
    s.got["client"] = (await s.admin("CreateUserPoolClient", ClientName="another"))["UserPoolClient"]
    return s.got["client"]


async def no_client(s: Scene) -> Any:
    return await s.admin("DeleteUserPoolClient", ClientId=s.got["client"]["ClientId"])


async def provider(s: Scene, name: str = "Google") -> Any:
    return await s.call("CreateIdentityProvider", **request(s.pool, name))


async def server(s: Scene, identifier: str = "notes") -> Any:
    return await s.admin("CreateResourceServer", Identifier=identifier, Name="Notes")


async def sign_up(s: Scene) -> Any:
    return await s.signed_up("eve")


async def made(s: Scene) -> Any:
    return await s.admin("AdminCreateUser", Username="eve", MessageAction="SUPPRESS")


async def without_ada(s: Scene) -> Any:
    return await s.admin("AdminDeleteUser", Username="ada")


async def custom_domain(s: Scene, name: str = "login.acme.example", pool: str = "") -> Any:
    config = {"CertificateArn": CERTIFICATE}
    return await s.call(
        "CreateUserPoolDomain", UserPoolId=pool or s.pool, Domain=name, CustomDomainConfig=config
    )


async def taken_domain(s: Scene) -> None:
    await custom_domain(s, "login.other.example", await s.another_pool())


def claims(number: int) -> Step:
    """A sign-in while the function adds so many claims."""
    details = {"claimsToAddOrOverride": {f"c{place}": "v" for place in range(number)}}
    return where("PreTokenGeneration", answering(claimsOverrideDetails=details), lambda s: s.sign_in())


async def identity_pool(s: Scene) -> Any:
    return await identities.call(s, "CreateIdentityPool", **identities.settings(s))


async def no_identity_pool(s: Scene) -> Any:
    return await identities.on_pool(s, "DeleteIdentityPool")


async def taken_identity_pool(s: Scene) -> None:
    s.got["identity_pool"] = await identities.make(s)


async def two_user_pools(s: Scene) -> Any:
    listed = [{"ProviderName": identities.key(s), "ClientId": client} for client in (s.client, "1another2")]
    return await identities.call(
        s, "CreateIdentityPool", **identities.settings(s, CognitoIdentityProviders=listed)
    )


def from_address(address: str, step: Step) -> Step:
    async def run(s: Scene) -> Any:
        s.world.address = address
        return await step(s)

    return run


async def mailed(s: Scene) -> None:
    """Both Ada and Bob get their codes at one address, and one code has gone there."""
    await mfa(s, "ON", EMAIL_ON)
    await s.another_user("bob", email="ada@example.com", email_verified="true")
    await s.with_settings(mfa_emails_per_hour=1)
    await s.sign_in()


RESOURCES = (
    Row(
        "one more user pool than a Region can have",
        LIMIT + "A Region can have 2 user pools at most.",
        pool,
        after(no_pool, pool),
        after(other_pool, quota(UserPools=2)),
    ),
    Row(
        "one more app client than a pool can have",
        LIMIT + "A user pool can have 2 app clients at most.",
        client,
        after(no_client, client),
        after(client, quota(AppClients=2)),
    ),
    Row(
        "one more identity provider than a pool can have",
        LIMIT + "A user pool can have 1 identity providers at most.",
        provider,
        after(lambda s: s.admin("DeleteIdentityProvider", ProviderName="Facebook"), provider),
        after(lambda s: provider(s, "Facebook"), quota(IdentityProviders=1)),
    ),
    Row(
        "one more resource server than a pool can have",
        LIMIT + "A user pool can have 1 resource servers at most.",
        server,
        after(lambda s: s.admin("DeleteResourceServer", Identifier="files"), server),
        after(lambda s: server(s, "files"), quota(ResourceServers=1)),
    ),
    Row(
        "one more sign-up than a pool can have users",
        LIMIT + "A user pool can have 1 users at most.",
        sign_up,
        after(without_ada, sign_up),
        quota(Users=1),
    ),
    Row(
        "one more user of an administrator's than a pool can have",
        "InvalidParameterException: A user pool can have 1 users at most.",
        made,
        after(without_ada, made),
        quota(Users=1),
    ),
    Row(
        "one more custom domain than a Region can have",
        LIMIT + "A Region can have 1 custom domains at most.",
        custom_domain,
        after(quota(CustomDomains=2), custom_domain),
        after(taken_domain, quota(CustomDomains=1)),
    ),
    Row(
        "more claims than a function may add",
        "InvalidLambdaResponseException: Unrecognizable lambda output",
        claims(3),
        claims(2),
        after(having("PreTokenGeneration"), quota(ClaimsAndScopes=2)),
    ),
    Row(
        "one more identity pool than a Region can have",
        LIMIT + "A Region can have 1 identity pools at most.",
        identity_pool,
        after(no_identity_pool, identity_pool),
        after(taken_identity_pool, quota(IdentityPools=1)),
    ),
    Row(
        "one more user pool provider than an identity pool can have",
        "InvalidParameterException: An identity pool can have 1 user pool providers at most.",
        two_user_pools,
        identity_pool,
        quota(UserPoolProviders=1),
    ),
    Row(
        "one more code by e-mail to an address from one network",
        "TooManyRequestsException: Attempt limit exceeded, please try after some time.",
        lambda s: s.sign_in("bob"),
        from_address("198.51.100.9", lambda s: s.sign_in("bob")),
        mailed,
        pool=MAILS,
    ),
)


async def kept_tokens(s: Scene) -> None:
    await s.another_user("bob")
    await s.keep(tokens=s.tokens(), bobs=s.tokens("bob"))
    await s.with_settings(quotas=True)


async def look(s: Scene) -> Any:
    return await s.token("GetUser")


async def change(s: Scene) -> Any:
    named = {"Name": "name", "Value": "Ada"}
    return await s.token("UpdateUserAttributes", UserAttributes=[named])


async def refresh(s: Scene, whose: str) -> Any:
    return await s.call(
        "InitiateAuth",
        ClientId=s.client,
        AuthFlow="REFRESH_TOKEN_AUTH",
        AuthParameters={"REFRESH_TOKEN": s.got[whose]["RefreshToken"]},
    )


def repeated(step: Step) -> Step:
    """Fifty times: a user has ten a second."""

    async def run(s: Scene) -> None:
        for _ in range(50):
            await step(s)

    return run


async def challenge(s: Scene, name: str = "ada") -> Any:
    return await s.call(
        "InitiateAuth",
        ClientId=s.client,
        AuthFlow="USER_SRP_AUTH",
        AuthParameters={"USERNAME": name, "SRP_A": "a" * 600},
    )


async def with_quotas(s: Scene) -> None:
    await s.with_settings(quotas=True)


async def answered(s: Scene, name: str = "ada") -> Any:
    return await s.call(
        "RespondToAuthChallenge",
        ClientId=s.client,
        ChallengeName="SMS_MFA",
        Session="x" * 40,
        ChallengeResponses={"USERNAME": name, "SMS_MFA_CODE": "123456"},
    )


EACH_USER = (
    Row(
        "more looks at oneself than one user has in a second",
        BUSY,
        repeated(look),
        lambda s: s.token("GetUser", access=s.got["bobs"]["AccessToken"]),
        kept_tokens,
    ),
    Row(
        "more changes than one user has in a second",
        BUSY,
        repeated(change),
        look,
        kept_tokens,
        changes=frozenset({"users", "user_search"}),
    ),
    Row(
        "more refreshes than one user has in a second",
        BUSY,
        repeated(lambda s: refresh(s, "tokens")),
        lambda s: refresh(s, "bobs"),
        kept_tokens,
    ),
    Row(
        "more sign-ins of one name from one network than one user has in a second",
        BUSY,
        repeated(challenge),
        lambda s: challenge(s, "bob"),
        with_quotas,
        client=HIDING,
    ),
    Row(
        "more sign-ins of a name that nobody has",
        BUSY,
        repeated(lambda s: challenge(s, "nobody")),
        challenge,
        with_quotas,
        client=HIDING,
    ),
    Row(
        "the sign-ins of a name that somebody hammers, from another network",
        BUSY,
        repeated(challenge),
        from_address("198.51.100.9", challenge),
        with_quotas,
    ),
)


@table(RESOURCES, EACH_USER)
async def test_one_more_than_the_quota_is_refused(row: Row, scene: Scene, count: Any) -> None:
    await play(row, scene, count)

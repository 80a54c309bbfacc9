"""STS AssumeRoleWithWebIdentity: tokens of identity pools, of user pools and of OIDC providers."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import account
from tests.account import ACCOUNT, COGNITO, IDENTITY, POOL_OF_IDENTITIES, allowing, trusting
from tests.sts import tokens
from tests.sts.front import Answer, Front
from tests.upstream import Upstream
from tests.world import close_world, open_world

from poolhouse.directory import iam_providers as provider_rules
from poolhouse.drivers import fetch
from poolhouse.ports import SECOND
from poolhouse.settings import Settings
from poolhouse.store import iam_providers, revoked_sessions

ACTION = "sts:AssumeRoleWithWebIdentity"


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with Upstream() as running:
        yield running


@pytest.fixture
async def front(tmp_path: Path, upstream: Upstream) -> AsyncIterator[Front]:
    upstream.reset()
    guarded = fetch.opened(Settings(fetch_allowed_hosts=["127.0.0.1"]))
    world = await open_world(tmp_path, fetch=guarded)
    yield Front(world)
    await close_world(world)
    await guarded.close()


async def assumed(front: Front, arn: str, token: str, **more: Any) -> Answer:
    return await front.sts(
        "AssumeRoleWithWebIdentity", RoleArn=arn, RoleSessionName="browser", WebIdentityToken=token, **more
    )


async def registered(front: Front, issuer: str, *client_ids: str) -> str:
    """The ARN of a new provider."""
    provider = provider_rules.oidc(issuer, client_ids)
    await front.world.env.db.run(lambda tx: iam_providers.put(tx, provider, front.world.now))
    return provider.arn(ACCOUNT)


async def test_a_token_of_an_identity_pool_is_traded_for_the_credentials_of_its_role(front: Front) -> None:
    arn = await account.role(front.world)

    answer = await assumed(front, arn, await tokens.of_identity_pool(front.world))

    assert answer.status == 200
    who = answer.result
    assert (who["Provider"], who["Audience"]) == (COGNITO, POOL_OF_IDENTITIES)
    assert who["SubjectFromWebIdentityToken"] == IDENTITY
    caller = await front.sts("GetCallerIdentity", answer.credentials)
    assert caller.result["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/app/browser"


async def test_the_identity_and_its_tags_are_variables_of_the_roles_policies(front: Front) -> None:
    world = front.world
    mine, others = await world.pool(), await world.pool()
    arn = await account.role(
        world,
        trust=account.trusting_pool(POOL_OF_IDENTITIES, "sts:TagSession"),
        policies={
            "own": allowing(
                "cognito-idp:DescribeUserPool",
                resource="arn:aws:cognito-idp:*:*:userpool/${aws:PrincipalTag/pool}",
                Condition={"StringEquals": {f"{COGNITO}:sub": IDENTITY, "aws:PrincipalTag/team": "red"}},
            )
        },
        tags={"team": "red", "pool": "none"},  # the role's own, of which the session hides one
    )
    token = await tokens.of_identity_pool(world, **tokens.tags(pool=mine))
    somebodys = await tokens.of_identity_pool(world, sub=f"{IDENTITY[:-1]}0", **tokens.tags(pool=mine))

    ada, eve = await assumed(front, arn, token), await assumed(front, arn, somebodys)

    assert (await front.idp("DescribeUserPool", ada.credentials, UserPoolId=mine)).status == 200
    assert (await front.idp("DescribeUserPool", ada.credentials, UserPoolId=others)).status == 400
    assert (await front.idp("DescribeUserPool", eve.credentials, UserPoolId=mine)).status == 400


async def test_an_id_token_of_a_user_pool_that_is_registered_is_good(front: Front) -> None:
    world = front.world
    pool = await world.pool()
    client = await world.client(pool)
    await world.user(pool)
    issuer = f"{world.env.settings.public_url}/{pool}"
    provider = await registered(front, issuer, client["ClientId"])
    condition = {"StringEquals": {f"{issuer.partition('://')[2]}:aud": client["ClientId"]}}
    arn = await account.role(world, trust=trusting({"Federated": provider}, ACTION, condition=condition))
    given = await world.tokens(client)

    answer = await assumed(front, arn, given["IdToken"])
    access = await assumed(front, arn, given["AccessToken"])

    assert (answer.status, answer.result["Provider"]) == (200, issuer)
    assert answer.result["Audience"] == client["ClientId"]
    assert (access.code, access.status) == ("InvalidIdentityToken", 400)


async def test_a_token_of_a_user_who_signed_out_everywhere_is_rejected(front: Front) -> None:
    world = front.world
    pool = await world.pool()
    client = await world.client(pool)
    await world.user(pool)
    provider = await registered(front, f"{world.env.settings.public_url}/{pool}", client["ClientId"])
    arn = await account.role(world, trust=trusting({"Federated": provider}, ACTION))
    token = (await world.tokens(client))["IdToken"]

    before = await assumed(front, arn, token)
    await world.call("AdminUserGlobalSignOut", UserPoolId=pool, Username="ada")
    after = await assumed(front, arn, token)

    assert (before.status, after.code, after.status) == (200, "IDPRejectedClaim", 403)


async def test_a_token_of_a_registered_provider_is_verified_with_its_keys(
    front: Front, upstream: Upstream
) -> None:
    provider = await registered(front, upstream.issuer, "web")
    prefix = upstream.issuer.partition("://")[2]
    arn = await account.role(
        front.world,
        trust=trusting(
            {"Federated": provider},
            ACTION,
            "sts:TagSession",
            "sts:SetSourceIdentity",
            condition={"StringEquals": {f"{prefix}:aud": "web", f"{prefix}:sub": "109"}},
        ),
    )
    said = {"sub": "109", "https://aws.amazon.com/source_identity": "ada"} | tokens.tags(team="red")

    token = upstream.id_token({"client_id": "web"}, said, "")
    answer = await assumed(front, arn, token)
    other = await assumed(front, arn, upstream.id_token({"client_id": "web"}, {"sub": "110"}, ""))

    assert answer.status == 200
    assert answer.result["Provider"] == upstream.issuer
    assert answer.result["SourceIdentity"] == "ada"
    assert (other.code, other.status) == ("AccessDenied", 403)
    assert other.message == "Not authorized to perform sts:AssumeRoleWithWebIdentity"


async def test_the_party_that_a_token_was_issued_to_is_its_audience(front: Front, upstream: Upstream) -> None:
    provider = await registered(front, upstream.issuer, "web")
    prefix = upstream.issuer.partition("://")[2]
    arn = await account.role(
        front.world,
        trust=trusting(
            {"Federated": provider},
            ACTION,
            condition={"StringEquals": {f"{prefix}:aud": "web", f"{prefix}:oaud": "backend"}},
        ),
    )

    right = upstream.id_token({"client_id": "web"}, {"sub": "109", "aud": "backend", "azp": "web"}, "")
    wrong = upstream.id_token({"client_id": "web"}, {"sub": "109", "aud": "web", "azp": "backend"}, "")
    answers = [await assumed(front, arn, token) for token in (right, wrong)]

    assert [answer.status for answer in answers] == [200, 400]
    assert answers[1].message == "Incorrect token audience"


async def test_keys_of_a_provider_that_is_away_are_worth_another_try(
    front: Front, upstream: Upstream
) -> None:
    provider = await registered(front, upstream.issuer, "web")
    arn = await account.role(front.world, trust=trusting({"Federated": provider}, ACTION))
    token = upstream.id_token({"client_id": "web"}, {"sub": "109"}, "")
    upstream.document = {"jwks_uri": "http://127.0.0.1:1/jwks"}

    away = await assumed(front, arn, token)
    front.world.env.upstream._entries.clear()  # the document is read again after an hour
    upstream.document = {}
    back = await assumed(front, arn, token)

    assert (away.code, back.status) == ("IDPCommunicationError", 200)


async def test_an_openid_token_of_a_deleted_identity_is_rejected(front: Front) -> None:
    world = front.world
    arn = await account.role(world)
    token = await tokens.of_identity_pool(world)
    credentials = (await assumed(front, arn, token)).credentials

    await world.env.db.run(
        lambda tx: revoked_sessions.add(tx, revoked_sessions.IDENTITY, IDENTITY, world.now)
    )
    revoked_sessions.forget(world.env)
    after = await assumed(front, arn, token)
    who = await front.sts("GetCallerIdentity", credentials)
    other = await assumed(front, arn, await tokens.of_identity_pool(world, sub=f"{IDENTITY[:-1]}0"))

    assert (after.code, who.code, who.status) == ("IDPRejectedClaim", "ExpiredToken", 403)
    assert other.status == 200


async def test_credentials_end_and_are_told_so(front: Front) -> None:
    arn = await account.role(front.world)
    answer = await assumed(front, arn, await tokens.of_identity_pool(front.world), DurationSeconds=900)

    front.world.advance(899 * SECOND)
    before = await front.sts("GetCallerIdentity", answer.credentials)
    front.world.advance(2 * SECOND)
    after = await front.sts("GetCallerIdentity", answer.credentials)
    in_json = await front.idp("ListUserPools", answer.credentials, MaxResults=1)

    assert before.status == 200
    assert (after.status, after.code) == (403, "ExpiredToken")
    assert after.message == "The security token included in the request is expired"
    assert in_json.code == "ExpiredTokenException"

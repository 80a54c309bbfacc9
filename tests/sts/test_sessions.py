"""Temporary credentials at every door: of access keys, under conditions, where no signature is checked."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests import account
from tests.account import ACCOUNT, allowing, trusting
from tests.sts.front import Answer, Front
from tests.world import World, close_world, open_world

from poolhouse.ports import HOUR
from poolhouse.store import access_keys
from poolhouse.wire.sigv4 import Credentials

TRUST = trusting({"AWS": ACCOUNT}, "sts:AssumeRole")


@pytest.fixture
def front(world: World) -> Front:
    return Front(world)


@pytest.fixture
async def careless(tmp_path: Path) -> AsyncIterator[Front]:
    """As `poolhouse dev` is by default."""
    world = await open_world(tmp_path, sigv4="any")
    yield Front(world)
    await close_world(world)


async def session(front: Front, **role: Any) -> Credentials:
    """Credentials of a role that the account's users may assume."""
    arn = await account.role(front.world, trust=TRUST, **role)
    answer = await front.sts("AssumeRole", await front.key(), RoleArn=arn, RoleSessionName="night")
    return answer.credentials


async def listed(front: Front, signer: Credentials) -> Answer:
    return await front.idp("ListUserPools", signer, MaxResults=1)


async def test_a_session_of_an_access_key_may_what_the_key_may_and_ends_with_it(front: Front) -> None:
    key = await front.key(allowing("cognito-idp:ListUserPools"), "clerk")
    made = await front.sts("GetSessionToken", key)

    may = await listed(front, made.credentials)
    may_not = await front.idp("CreateUserPool", made.credentials, PoolName="mine")
    who = await front.sts("GetCallerIdentity", made.credentials)
    await front.world.env.db.run(lambda tx: access_keys.revoke(tx, key.access_key_id, front.world.now))
    front.world.env.access_keys.drop(key.access_key_id)  # a second goes by
    after = await listed(front, made.credentials)

    assert (may.status, may_not.code, after.code) == (
        200,
        "AccessDeniedException",
        "UnrecognizedClientException",
    )
    assert who.result["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/clerk"


async def test_a_session_of_an_access_key_lasts_twelve_hours_unless_asked_otherwise(front: Front) -> None:
    made = await front.sts("GetSessionToken", await front.key())

    front.world.advance(12 * HOUR - HOUR // 60)
    before = await front.sts("GetCallerIdentity", made.credentials)
    front.world.advance(HOUR // 30)
    after = await front.sts("GetCallerIdentity", made.credentials)

    assert (before.status, after.code) == (200, "ExpiredToken")


async def test_a_session_of_an_access_key_may_assume_roles(front: Front) -> None:
    arn = await account.role(front.world, trust=TRUST)
    made = await front.sts("GetSessionToken", await front.key())

    answer = await front.sts(
        "AssumeRole", made.credentials, RoleArn=arn, RoleSessionName="night", DurationSeconds=3_600
    )

    assert answer.result["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/app/night"


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, 200),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, 400),
        ({"DateLessThan": {"aws:CurrentTime": "2099-01-01T00:00:00Z"}}, 200),
        ({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, 400),
        ({"DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:00Z"}}, 200),
        ({"DateGreaterThan": {"aws:TokenIssueTime": "2099-01-01T00:00:00Z"}}, 400),
        ({"StringEquals": {"aws:PrincipalType": "AssumedRole"}}, 200),
        ({"StringEquals": {"aws:PrincipalType": "User"}}, 400),
        ({"StringLike": {"aws:userid": "AROA*:night"}}, 200),
        ({"StringLike": {"aws:userid": "AROA*:day"}}, 400),
        ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/app"}}, 200),
        ({"ArnEquals": {"aws:PrincipalArn": f"arn:aws:iam::{ACCOUNT}:role/other"}}, 400),
        ({"StringEquals": {"aws:PrincipalTag/team": "red"}}, 200),
        ({"StringEquals": {"aws:PrincipalTag/team": "blue"}}, 400),
        ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, 200),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, 400),
        ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, 200),
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, 400),
        ({"Null": {"aws:FederatedProvider": "true"}}, 200),
        ({"Null": {"aws:FederatedProvider": "false"}}, 400),
    ],
    ids=str,
)
async def test_a_roles_policy_can_ask_for_conditions(front: Front, condition: Any, status: int) -> None:
    policies = {"list": allowing("cognito-idp:ListUserPools", Condition=condition)}

    signer = await session(front, policies=policies, tags={"team": "red"})

    assert (await listed(front, signer)).status == status


async def test_where_signatures_are_not_checked_those_of_sessions_are(careless: Front) -> None:
    made = await session(careless, policies={"list": allowing("cognito-idp:ListUserPools")})
    wrong = Credentials(made.access_key_id, "x" * 40, made.session_token)
    bare = Credentials(made.access_key_id, made.secret_access_key)

    anybody = await listed(careless, Credentials("anything", "at all"))
    right = await listed(careless, made)
    forbidden = await careless.idp("CreateUserPool", made, PoolName="mine")
    refused = [(await listed(careless, signer)).code for signer in (wrong, bare)]

    assert (anybody.status, right.status, forbidden.code) == (200, 200, "AccessDeniedException")
    assert refused == ["InvalidSignatureException", "UnrecognizedClientException"]


async def test_a_policy_that_a_role_gets_holds_for_its_sessions_within_a_second(front: Front) -> None:
    signer = await session(front, policies={})
    before = await listed(front, signer)

    await account.role(
        front.world, trust=TRUST, policies={"list": allowing("cognito-idp:ListUserPools")}
    )  # `account.role` lets the second go by

    assert (before.status, (await listed(front, signer)).status) == (400, 200)

"""STS AssumeRole: whom a role trusts, what chains carry along, and what session policies take away."""

import json
from typing import Any

import pytest
from tests import account
from tests.account import ACCOUNT, allowing, trusting
from tests.sts.front import Front
from tests.world import World

from poolhouse.store import iam

USER = f"arn:aws:iam::{ACCOUNT}:user/ops"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"


@pytest.fixture
def front(world: World) -> Front:
    return Front(world)


def trusting_ops(*more: str, condition: Any = None) -> dict[str, Any]:
    return trusting({"AWS": USER}, "sts:AssumeRole", *more, condition=condition)


async def test_a_user_whom_the_role_names_gets_its_credentials(front: Front) -> None:
    arn = await account.role(front.world, trust=trusting_ops())
    key = await front.key(allowing("s3:*"))

    answer = await front.sts("AssumeRole", key, RoleArn=arn, RoleSessionName="night")

    assert answer.status == 200
    assert answer.result["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/app/night"
    assert answer.result["Credentials"]["Expiration"].endswith("Z")
    who = await front.sts("GetCallerIdentity", answer.credentials)
    assert who.result == {
        "UserId": answer.result["AssumedRoleUser"]["AssumedRoleId"],
        "Account": ACCOUNT,
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/app/night",
    }


@pytest.mark.parametrize("principal", [{"AWS": ROOT}, {"AWS": ACCOUNT}, "*", {"AWS": "*"}])
async def test_a_role_that_trusts_the_account_leaves_it_to_the_policies_of_its_users(
    front: Front, principal: Any
) -> None:
    arn = await account.role(front.world, trust=trusting(principal, "sts:AssumeRole"))
    may, may_not = (
        await front.key(allowing("sts:AssumeRole", resource=arn)),
        await front.key(allowing("s3:*")),
    )

    right = await front.sts("AssumeRole", may, RoleArn=arn, RoleSessionName="night")
    wrong = await front.sts("AssumeRole", may_not, RoleArn=arn, RoleSessionName="night")

    assert right.status == 200
    assert (wrong.status, wrong.code) == (403, "AccessDenied")
    assert wrong.message == f"User: {USER} is not authorized to perform: sts:AssumeRole on resource: {arn}"


async def test_a_deny_in_the_users_policy_wins_over_the_trust_of_the_role(front: Front) -> None:
    arn = await account.role(front.world, trust=trusting_ops())
    deny = allowing("*")
    deny["Statement"].append({"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": arn})

    refused = await front.sts("AssumeRole", await front.key(deny), RoleArn=arn, RoleSessionName="night")
    given = await front.sts(
        "AssumeRole", await front.key(allowing("*")), RoleArn=arn, RoleSessionName="night"
    )

    assert (refused.status, given.status) == (403, 200)


async def test_the_external_id_must_be_the_one_that_the_role_asks_for(front: Front) -> None:
    condition = {"StringEquals": {"sts:ExternalId": "7-of-9"}}
    arn = await account.role(front.world, trust=trusting_ops(condition=condition))
    key = await front.key()

    answers = [
        await front.sts("AssumeRole", key, RoleArn=arn, RoleSessionName="night", **more)
        for more in ({"ExternalId": "7-of-9"}, {"ExternalId": "8-of-9"}, {})
    ]

    assert [answer.status for answer in answers] == [200, 403, 403]


async def test_a_chain_of_roles_carries_transitive_tags_and_the_source_identity_along(front: Front) -> None:
    allows = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
    first = await account.role(front.world, "first", trust=trusting({"AWS": USER}, *allows))
    condition = {"StringEquals": {"aws:RequestTag/team": "red", "sts:SourceIdentity": "ada"}}
    second = await account.role(
        front.world, "second", trust=trusting({"AWS": first}, *allows, condition=condition)
    )
    tags = [{"Key": "team", "Value": "red"}, {"Key": "only", "Value": "here"}]

    begun = await front.sts(
        "AssumeRole",
        await front.key(),
        RoleArn=first,
        RoleSessionName="one",
        Tags=tags,
        TransitiveTagKeys=["team"],
        SourceIdentity="ada",
    )
    chained = await front.sts("AssumeRole", begun.credentials, RoleArn=second, RoleSessionName="two")
    without = await front.sts("AssumeRole", await front.key(), RoleArn=first, RoleSessionName="one")
    refused = await front.sts("AssumeRole", without.credentials, RoleArn=second, RoleSessionName="two")

    assert begun.result["SourceIdentity"] == chained.result["SourceIdentity"] == "ada"
    assert int(begun.result["PackedPolicySize"]) > 0
    assert refused.code == "AccessDenied"


async def test_what_came_along_in_a_chain_cannot_be_changed(front: Front) -> None:
    allows = ("sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity")
    arn = await account.role(front.world, trust=trusting({"AWS": ROOT}, *allows))
    begun = await front.sts(
        "AssumeRole",
        await front.key(),
        RoleArn=arn,
        RoleSessionName="one",
        Tags=[{"Key": "team", "Value": "red"}],
        TransitiveTagKeys=["team"],
        SourceIdentity="ada",
    )

    async def again(**more: Any) -> str:
        answer = await front.sts("AssumeRole", begun.credentials, RoleArn=arn, RoleSessionName="two", **more)
        return answer.code

    assert await again(SourceIdentity="eve") == "AccessDenied"
    assert await again(Tags=[{"Key": "Team", "Value": "blue"}]) == "ValidationError"
    assert await again(SourceIdentity="ada", Tags=[{"Key": "room", "Value": "1"}]) == ""


async def test_a_chained_session_lasts_an_hour_at_most(front: Front) -> None:
    arn = await account.role(front.world, trust=trusting({"AWS": ROOT}, "sts:AssumeRole"), max_seconds=43_200)
    begun = await front.sts(
        "AssumeRole", await front.key(), RoleArn=arn, RoleSessionName="one", DurationSeconds=43_200
    )

    longer = await front.sts(
        "AssumeRole", begun.credentials, RoleArn=arn, RoleSessionName="two", DurationSeconds=3_601
    )
    hour = await front.sts(
        "AssumeRole", begun.credentials, RoleArn=arn, RoleSessionName="two", DurationSeconds=3_600
    )

    assert (longer.code, hour.status) == ("ValidationError", 200)
    assert longer.message == (
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
    )


async def test_a_session_policy_takes_away_and_never_adds(front: Front) -> None:
    world = front.world
    pool = await world.pool()
    policies = {"users": allowing("cognito-idp:ListUsers", "cognito-idp:DescribeUserPool")}
    arn = await account.role(world, trust=trusting_ops(), policies=policies)
    narrow = json.dumps(allowing("cognito-idp:DescribeUserPool", "cognito-idp:DeleteUserPool"))

    answer = await front.sts(
        "AssumeRole", await front.key(), RoleArn=arn, RoleSessionName="night", Policy=narrow
    )
    described, listed, deleted = [
        await front.idp(operation, answer.credentials, UserPoolId=pool)
        for operation in ("DescribeUserPool", "ListUsers", "DeleteUserPool")
    ]

    assert described.status == 200
    assert listed.message.endswith("because no session policy allows the cognito-idp:ListUsers action")
    assert deleted.message.endswith(
        "because no identity-based policy allows the cognito-idp:DeleteUserPool action"
    )


async def test_a_managed_policy_may_be_a_session_policy_and_allows_nothing_once_it_is_gone(
    front: Front,
) -> None:
    world = front.world
    pool = await world.pool()
    arn = await account.role(world, trust=trusting_ops())
    managed = await iam.put_policy(
        world.env, "look", json.dumps(allowing("cognito-idp:DescribeUserPool")), "/"
    )
    answer = await front.sts(
        "AssumeRole", await front.key(), RoleArn=arn, RoleSessionName="night", PolicyArns=[{"arn": managed}]
    )

    described = await front.idp("DescribeUserPool", answer.credentials, UserPoolId=pool)
    listed = await front.idp("ListUsers", answer.credentials, UserPoolId=pool)
    assert await iam.delete_policy(world.env, "look")
    world.env.iam.drop(("policy", "look"))  # a second goes by
    after = await front.idp("DescribeUserPool", answer.credentials, UserPoolId=pool)

    assert (described.status, listed.code, after.code) == (
        200,
        "AccessDeniedException",
        "AccessDeniedException",
    )

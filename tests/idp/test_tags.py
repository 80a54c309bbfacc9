"""Tags of user pools, and the settings that travel as tags."""

import pytest
from tests.idp.refused import refusal
from tests.world import close_world, open_world

from poolhouse.errors import TooManyRequests
from poolhouse.store import snapshots

ARGON2ID = {"poolhouse:password-storage": "argon2id"}
NO_SRP = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


def _arn(pool_id, region="us-east-1", account="000000000000"):
    return f"arn:aws:cognito-idp:{region}:{account}:userpool/{pool_id}"


async def _tags(world, pool_id):
    return (await world.call("ListTagsForResource", ResourceArn=_arn(pool_id)))["Tags"]


async def test_tags_are_added_changed_listed_and_removed(world):
    pool_id = await world.pool(UserPoolTags={"env": "test", "team": "a"})

    await world.call("TagResource", ResourceArn=_arn(pool_id), Tags={"env": "prod", "cost": "1"})
    assert await _tags(world, pool_id) == {"env": "prod", "team": "a", "cost": "1"}

    await world.call("UntagResource", ResourceArn=_arn(pool_id), TagKeys=["team", "unknown"])
    assert await _tags(world, pool_id) == {"env": "prod", "cost": "1"}


async def test_describe_shows_the_tags(world):
    pool_id = await world.pool()
    await world.call("TagResource", ResourceArn=_arn(pool_id), Tags={"env": "prod"})

    assert (await world.call("DescribeUserPool", UserPoolId=pool_id))["UserPool"]["UserPoolTags"] == {
        "env": "prod"
    }


async def test_fifty_tags_are_accepted_and_one_more_is_refused(world):
    pool_id = await world.pool(UserPoolTags={f"k{n}": "" for n in range(49)})
    await world.call("TagResource", ResourceArn=_arn(pool_id), Tags={"fiftieth": ""})

    assert await refusal(world, "TagResource", ResourceArn=_arn(pool_id), Tags={"one-more": ""}) == (
        "InvalidParameterException: A user pool can have 50 tags at most."
    )
    assert "one-more" not in await _tags(world, pool_id)
    await world.call("TagResource", ResourceArn=_arn(pool_id), Tags={"fiftieth": "changed"})


@pytest.mark.parametrize("operation", ["TagResource", "UntagResource", "ListTagsForResource"])
async def test_only_a_pool_of_this_account_and_region_is_found(world, operation):
    pool_id = await world.pool()
    members = {"TagResource": {"Tags": {"a": "b"}}, "UntagResource": {"TagKeys": ["a"]}}.get(operation, {})

    for arn in (
        _arn("us-east-1_Unknown00"),
        _arn(pool_id, region="eu-west-1"),
        _arn(pool_id, account="999999999999"),
        _arn(pool_id).replace("arn:aws:", "arn:aws-cn:"),
    ):
        answer = await refusal(world, operation, ResourceArn=arn, **members)
        assert answer.startswith("ResourceNotFoundException: User pool ")
    role = "arn:aws:iam::000000000000:role/admin"
    assert "must be the ARN of a user pool" in await refusal(world, operation, ResourceArn=role, **members)
    await world.call(operation, ResourceArn=_arn(pool_id), **members)


async def test_a_lock_out_tag_is_in_force_at_once_and_its_removal_too(world):
    pool_id = await world.pool()
    free_tries = []

    for tag in ("TagResource", "UntagResource"):
        members = {"Tags": {"poolhouse:lockout-free-tries": "2"}} if tag == "TagResource" else {}
        keys = {} if members else {"TagKeys": ["poolhouse:lockout-free-tries"]}
        await world.call(tag, ResourceArn=_arn(pool_id), **members, **keys)
        free_tries.append((await snapshots.of_pool(world.env, pool_id)).pool.lockout.free_tries)

    assert free_tries == [2, 5]


async def test_a_pool_cannot_keep_argon2id_while_a_client_allows_srp(world):
    pool_id = await world.pool()
    client = await world.client(pool_id, ExplicitAuthFlows=[])  # the default allows SRP

    answer = await refusal(world, "TagResource", ResourceArn=_arn(pool_id), Tags=ARGON2ID)
    assert f"The app client {client['ClientId']} allows SRP" in answer
    assert "ExplicitAuthFlows without ALLOW_USER_SRP_AUTH" in answer
    assert await refusal(world, "UpdateUserPool", UserPoolId=pool_id, UserPoolTags=ARGON2ID) == answer

    await world.call(
        "UpdateUserPoolClient", UserPoolId=pool_id, ClientId=client["ClientId"], ExplicitAuthFlows=NO_SRP
    )
    await world.call("TagResource", ResourceArn=_arn(pool_id), Tags=ARGON2ID)
    assert (await snapshots.of_pool(world.env, pool_id)).pool.password_storage == "argon2id"


async def test_a_client_that_allows_srp_cannot_join_a_pool_that_keeps_argon2id(world):
    pool_id = await world.pool(UserPoolTags=ARGON2ID)

    request = {"UserPoolId": pool_id, "ClientName": "app"}
    assert "argon2id hashes, which SRP cannot check" in await refusal(
        world, "CreateUserPoolClient", **request
    )

    made = await world.call("CreateUserPoolClient", ExplicitAuthFlows=NO_SRP, **request)
    change = {"UserPoolId": pool_id, "ClientId": made["UserPoolClient"]["ClientId"]}
    assert "argon2id hashes, which SRP cannot check" in await refusal(world, "UpdateUserPoolClient", **change)
    await world.call("UpdateUserPoolClient", ExplicitAuthFlows=NO_SRP, **change)


async def test_users_sign_in_with_their_password_in_a_pool_that_keeps_argon2id(world):
    pool_id = await world.pool(UserPoolTags=ARGON2ID)
    client = await world.client(pool_id, ExplicitAuthFlows=NO_SRP)
    await world.user(pool_id)

    assert (await world.tokens(client))["AccessToken"]


async def test_an_update_that_names_no_tags_does_not_weaken_how_passwords_are_kept(world):
    pool_id = await world.pool(UserPoolTags=ARGON2ID | {"env": "test"})

    await world.call("UpdateUserPool", UserPoolId=pool_id)

    assert await _tags(world, pool_id) == ARGON2ID


async def test_tagging_one_pool_without_end_does_not_hold_up_another(tmp_path):
    world = await open_world(tmp_path, quotas=True)
    busy, other = await world.pool(), await world.pool()

    async def tag_without_end():
        for _ in range(40):
            await world.call("TagResource", ResourceArn=_arn(busy), Tags={"a": "b"})

    with pytest.raises(TooManyRequests):
        await tag_without_end()
    tagged = await world.call("TagResource", ResourceArn=_arn(other), Tags={"a": "b"})
    await close_world(world)

    assert tagged == {}
    assert world.events["throttles"] == 1

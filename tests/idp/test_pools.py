"""User pools: made, described, replaced, listed and deleted (behaviour file, 1.10 and 3.9)."""

import pytest
from tests.idp.refused import refusal
from tests.world import PASSWORD, close_world, open_world

from poolhouse.errors import TooManyRequests
from poolhouse.ports import HOUR, Statement
from poolhouse.store import snapshots

_ROWS = Statement("SELECT COUNT(*) AS number FROM users WHERE pool_id = :pool_id")


async def _described(world, pool_id):
    return (await world.call("DescribeUserPool", UserPoolId=pool_id))["UserPool"]


async def test_a_pool_has_an_id_of_its_region_an_arn_and_dates(world):
    before = world.now

    pool = (await world.call("CreateUserPool", PoolName="shop"))["UserPool"]

    region, _, name = pool["Id"].partition("_")
    assert region == "us-east-1"
    assert len(name) == 9
    assert name.isalnum()
    assert pool["Arn"] == f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool['Id']}"
    assert before <= pool["CreationDate"] == pool["LastModifiedDate"] <= world.now


async def test_describe_answers_what_create_answered(world):
    created = (await world.call("CreateUserPool", PoolName="shop", UserPoolTags={"env": "test"}))["UserPool"]

    assert await _described(world, created["Id"]) == created


async def test_a_pool_made_with_a_name_only_shows_the_published_defaults(world):
    pool = await _described(world, await world.pool(PoolName="shop"))

    assert pool["Name"] == "shop"
    assert pool["UserPoolTags"] == {}
    assert pool["EstimatedNumberOfUsers"] == 0
    assert pool["UserPoolTier"] == "ESSENTIALS"
    assert {entry["Name"] for entry in pool["SchemaAttributes"]} >= {
        "sub",
        "email",
        "identities",
        "updated_at",
    }
    assert len(pool["SchemaAttributes"]) == 21
    absent = {"Status", "Domain", "CustomDomain", "DeviceConfiguration", "SmsConfiguration", "UserPoolAddOns"}
    assert not absent & set(pool)
    assert not {"UsernameConfiguration", "AccountRecoverySetting", "AutoVerifiedAttributes"} & set(pool)


async def test_users_are_counted(world):
    pool_id = await world.pool()
    await world.user(pool_id, "ada")
    await world.user(pool_id, "bob")
    await world.call("AdminDeleteUser", UserPoolId=pool_id, Username="bob")

    assert (await _described(world, pool_id))["EstimatedNumberOfUsers"] == 1


async def test_a_pool_that_does_not_exist_is_not_described(world):
    assert await refusal(world, "DescribeUserPool", UserPoolId="us-east-1_Unknown00") == (
        "ResourceNotFoundException: User pool us-east-1_Unknown00 does not exist."
    )


async def test_a_pool_of_another_region_does_not_exist_for_a_signed_call(world):
    pool_id = await world.pool()

    answer = await refusal(world, "DescribeUserPool", UserPoolId=pool_id, region="eu-west-1")

    assert answer == f"ResourceNotFoundException: User pool {pool_id} does not exist."
    assert (await world.call("DescribeUserPool", UserPoolId=pool_id, region="us-east-1"))["UserPool"]


async def test_a_region_must_have_the_form_of_a_region(world):
    for region in ("us_east_1", "", "EU", "a" * 33):
        assert "not the name of a Region" in await refusal(
            world, "CreateUserPool", PoolName="p", region=region
        )
    assert await world.call("CreateUserPool", PoolName="p", region="eu-central-2")


async def test_a_region_holds_so_many_pools_and_another_region_is_not_full(world):
    world.with_settings(quota_resources={"UserPools": 1})
    await world.pool()

    assert await refusal(world, "CreateUserPool", PoolName="p") == (
        "LimitExceededException: A Region can have 1 user pools at most."
    )
    assert await world.call("CreateUserPool", PoolName="p", region="eu-west-1")


async def test_a_setting_that_has_no_effect_yet_is_refused_and_nothing_is_made(world):
    answer = await refusal(world, "CreateUserPool", PoolName="p", IssuerConfiguration={"Type": "UPDATED"})

    assert answer.startswith("InvalidParameterException: Poolhouse does not support IssuerConfiguration.Type")
    assert (await world.call("ListUserPools", MaxResults=10))["UserPools"] == []


@pytest.mark.parametrize(
    ("settings", "answer"),
    [
        ({"UserPoolTags": {"poolhouse:colour": "red"}}, "InvalidParameterException: Poolhouse knows no tag"),
        (
            {"AliasAttributes": ["email"], "UsernameAttributes": ["email"]},
            "InvalidParameterException: Only one of",
        ),
        (
            {"Schema": [{"Name": "plan", "AttributeDataType": "String", "Required": True}]},
            "InvalidParameterException: Required custom attributes are not supported currently.",
        ),
    ],
)
async def test_a_pool_that_breaks_a_rule_is_refused(world, settings, answer):
    assert (await refusal(world, "CreateUserPool", PoolName="p", **settings)).startswith(answer)


async def test_pools_are_listed_page_by_page_in_their_region_only(world):
    made = {await world.pool(PoolName=f"p{number}") for number in range(5)}
    await world.call("CreateUserPool", PoolName="elsewhere", region="eu-west-1")

    found, token = [], {}
    while True:
        page = await world.call("ListUserPools", MaxResults=2, **token)
        found += [pool["Id"] for pool in page["UserPools"]]
        assert len(page["UserPools"]) <= 2
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}

    assert sorted(found) == sorted(made)
    assert len(found) == 5


async def test_a_listed_pool_has_the_members_of_the_list_only(world):
    await world.pool(PoolName="shop")

    ((pool,),) = (await world.call("ListUserPools", MaxResults=1)).values()

    assert set(pool) == {"Id", "Name", "LambdaConfig", "CreationDate", "LastModifiedDate"}


async def test_a_page_token_is_good_for_its_own_listing_and_for_an_hour(world):
    await world.pool()
    await world.pool()
    token = (await world.call("ListUserPools", MaxResults=1))["NextToken"]

    assert len((await world.call("ListUserPools", MaxResults=1, NextToken=token))["UserPools"]) == 1
    for bad in ({"region": "eu-west-1", "NextToken": token}, {"NextToken": "bm90IG91cnM="}):
        assert "Invalid pagination token" in await refusal(world, "ListUserPools", MaxResults=1, **bad)
    world.advance(HOUR + 1)
    assert "Invalid pagination token" in await refusal(world, "ListUserPools", MaxResults=1, NextToken=token)


async def test_an_update_sets_what_it_leaves_out_to_its_default(world):
    pool_id = await world.pool(
        PoolName="shop",
        AutoVerifiedAttributes=["email"],
        Policies={"PasswordPolicy": {"MinimumLength": 20}},
        UsernameConfiguration={"CaseSensitive": False},
        UserPoolTags={"env": "test", "poolhouse:lockout-free-tries": "3"},
    )

    await world.call("UpdateUserPool", UserPoolId=pool_id, DeletionProtection="ACTIVE")

    pool = await _described(world, pool_id)
    assert pool["Name"] == "shop"
    assert pool["DeletionProtection"] == "ACTIVE"
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] == 8
    assert "AutoVerifiedAttributes" not in pool
    assert pool["UsernameConfiguration"] == {"CaseSensitive": False}
    assert pool["UserPoolTags"] == {"poolhouse:lockout-free-tries": "3"}


async def test_an_update_can_rename_a_pool_and_replace_its_tags(world):
    pool_id = await world.pool(UserPoolTags={"env": "test", "poolhouse:lockout-free-tries": "3"})
    created = (await _described(world, pool_id))["CreationDate"]
    world.advance(HOUR)

    await world.call("UpdateUserPool", UserPoolId=pool_id, PoolName="renamed", UserPoolTags={"team": "a"})

    pool = await _described(world, pool_id)
    assert (pool["Name"], pool["UserPoolTags"]) == ("renamed", {"team": "a"})
    assert pool["CreationDate"] == created
    assert pool["LastModifiedDate"] >= created + HOUR


async def test_an_update_is_in_force_at_once(world):
    pool_id = await world.pool()
    client = await world.client(pool_id)
    await world.call(
        "UpdateUserPool", UserPoolId=pool_id, AdminCreateUserConfig={"AllowAdminCreateUserOnly": True}
    )

    request = {"ClientId": client["ClientId"], "Username": "ada", "Password": PASSWORD}
    assert "SignUp is not permitted" in await refusal(world, "SignUp", **request)

    await world.call("UpdateUserPool", UserPoolId=pool_id)
    assert (await world.call("SignUp", **request))["UserConfirmed"] is False


async def test_a_refused_update_changes_nothing(world):
    pool_id = await world.pool(AutoVerifiedAttributes=["email"])
    before = await _described(world, pool_id)

    for request in (
        {"MfaConfiguration": "ON"},
        {"UserPoolTags": {"poolhouse:colour": "red"}},
        {"PoolName": "new", "UserPoolTags": {f"k{n}": "" for n in range(51)}},
    ):
        answer = await refusal(world, "UpdateUserPool", UserPoolId=pool_id, **request)
        assert answer.startswith("InvalidParameterException")

    assert await _described(world, pool_id) == before


async def test_going_down_to_lite_with_a_password_history_is_refused_where_tiers_are_enforced(world):
    world.with_settings(tiers="enforced")
    pool_id = await world.pool()
    history = {"Policies": {"PasswordPolicy": {"PasswordHistorySize": 2}}}

    answer = await refusal(world, "UpdateUserPool", UserPoolId=pool_id, UserPoolTier="LITE", **history)

    assert answer.startswith("TierChangeNotAllowedException")
    assert await world.call("UpdateUserPool", UserPoolId=pool_id, UserPoolTier="LITE") == {}
    assert (
        await refusal(world, "UpdateUserPool", UserPoolId=pool_id, UserPoolTier="LITE", **history)
    ).startswith("FeatureUnavailableInTierException")


async def test_a_protected_pool_is_not_deleted_until_its_protection_is_off(world):
    pool_id = await world.pool(DeletionProtection="ACTIVE")

    assert await refusal(world, "DeleteUserPool", UserPoolId=pool_id) == (
        "InvalidParameterException: The user pool cannot be deleted because deletion protection is "
        "activated. Deletion protection must be inactivated first."
    )
    await world.call("UpdateUserPool", UserPoolId=pool_id)
    assert await world.call("DeleteUserPool", UserPoolId=pool_id) == {}


async def test_a_deleted_pool_is_gone_for_everybody_at_once(world):
    pool_id = await world.pool(UserPoolTags={"env": "test"})
    client = await world.client(pool_id)
    await world.user(pool_id)
    tokens = await world.tokens(client)

    await world.call("DeleteUserPool", UserPoolId=pool_id)

    gone = f"ResourceNotFoundException: User pool {pool_id} does not exist."
    arn = f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{pool_id}"
    assert await refusal(world, "DescribeUserPool", UserPoolId=pool_id) == gone
    assert await refusal(world, "DeleteUserPool", UserPoolId=pool_id) == gone
    assert await refusal(world, "AdminGetUser", UserPoolId=pool_id, Username="ada") == gone
    assert await refusal(world, "ListTagsForResource", ResourceArn=arn) == gone
    assert (await refusal(world, "GetUser", AccessToken=tokens["AccessToken"])).startswith(
        "NotAuthorizedException"
    )
    assert (
        await refusal(
            world,
            "InitiateAuth",
            ClientId=client["ClientId"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
        )
        == f"ResourceNotFoundException: User pool client {client['ClientId']} does not exist."
    )
    assert (await world.call("ListUserPools", MaxResults=10))["UserPools"] == []


async def test_a_deleted_pool_leaves_no_user_behind_and_the_others_alone(world):
    doomed, kept = await world.pool(), await world.pool()
    await world.user(doomed)
    await world.user(kept)

    await world.call("DeleteUserPool", UserPoolId=doomed)

    rows = {
        pool_id: (await world.env.db.read(lambda tx, p=pool_id: tx.one(_ROWS, pool_id=p)))["number"]
        for pool_id in (doomed, kept)
    }
    assert rows == {doomed: 0, kept: 1}
    assert await world.call("AdminGetUser", UserPoolId=kept, Username="ada")


async def test_a_pool_id_is_never_used_again(world, monkeypatch):
    first = await world.pool()
    await world.call("DeleteUserPool", UserPoolId=first)
    names = iter([first.partition("_")[2], "Fresh0001"])
    monkeypatch.setattr(type(world.env.rng), "text", lambda *_: next(names))

    assert await world.pool() == "us-east-1_Fresh0001"


async def test_every_pool_has_keys_of_its_own(world):
    one, other = [(await snapshots.of_pool(world.env, await world.pool())).keys for _ in range(2)]

    assert not set(one.public) & set(other.public)
    assert one.seal != other.seal


async def test_with_quotas_on_a_pool_is_described_fifteen_times_at_once_and_no_more(tmp_path):
    world = await open_world(tmp_path, quotas=True)
    pool_id = await world.pool()

    answers = []
    for _ in range(40):  # the clock is the real one: a few more may be admitted meanwhile
        try:
            answers.append(await world.call("DescribeUserPool", UserPoolId=pool_id))
        except TooManyRequests as error:
            answers.append(error.message)
    await close_world(world)

    refused = answers.count("Rate exceeded")
    assert "Rate exceeded" not in answers[:15]
    assert refused > 0
    assert world.events["throttles"] == refused

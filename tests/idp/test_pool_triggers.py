"""A trigger that nothing can call is told when it is saved, unless the pool says otherwise."""

import pytest
from tests.functions import arn, untouched

from poolhouse.errors import ApiError

ALLOWED = {"poolhouse:unreachable-triggers": "allowed"}
WORDS = (
    "PreSignUp names a function that cannot be called here: There is no such function. "
    "To save it all the same, give the pool the tag poolhouse:unreachable-triggers = allowed."
)
NOWHERE = {"PreSignUp": arn("nowhere")}


async def saved(world, pool):
    described = await world.call("DescribeUserPool", UserPoolId=pool)
    return described["UserPool"]["LambdaConfig"]


async def test_a_pool_keeps_a_function_that_can_be_called(world):
    world.functions["check"] = untouched

    pool = await world.pool(LambdaConfig={"PreSignUp": arn("check")})

    assert await saved(world, pool) == {"PreSignUp": arn("check")}
    listed = await world.call("ListUserPools", MaxResults=10)
    assert listed["UserPools"][0]["LambdaConfig"] == {"PreSignUp": arn("check")}


async def test_a_pool_with_a_function_that_nothing_can_call_is_not_made(world):
    with pytest.raises(ApiError) as refusal:
        await world.pool(LambdaConfig=NOWHERE)

    assert (refusal.value.code, refusal.value.message) == ("InvalidParameterException", WORDS)
    assert (await world.call("ListUserPools", MaxResults=10))["UserPools"] == []
    assert await saved(world, await world.pool(LambdaConfig=NOWHERE, UserPoolTags=ALLOWED)) == NOWHERE


async def test_an_update_with_a_function_that_nothing_can_call_changes_nothing(world):
    world.functions["check"] = untouched
    pool = await world.pool(LambdaConfig={"PreSignUp": arn("check")})

    with pytest.raises(ApiError) as refusal:
        await world.call("UpdateUserPool", UserPoolId=pool, PoolName="new", LambdaConfig=NOWHERE)

    assert refusal.value.message == WORDS
    assert await saved(world, pool) == {"PreSignUp": arn("check")}
    await world.call("UpdateUserPool", UserPoolId=pool, LambdaConfig=NOWHERE, UserPoolTags=ALLOWED)
    assert await saved(world, pool) == NOWHERE


async def test_the_tag_of_a_pool_holds_for_its_updates(world):
    pool = await world.pool(UserPoolTags=ALLOWED)

    await world.call("UpdateUserPool", UserPoolId=pool, LambdaConfig=NOWHERE)

    assert await saved(world, pool) == NOWHERE


async def test_an_update_that_names_no_functions_calls_none(world):
    world.functions["check"] = untouched
    pool = await world.pool(LambdaConfig={"PreSignUp": arn("check")})

    await world.call("UpdateUserPool", UserPoolId=pool)

    assert await saved(world, pool) == {}

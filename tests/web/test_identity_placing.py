"""Who may ask for an identity pool: the signer's policy, asked about the pool's ARN."""

from typing import Any

import pytest
from tests.identity.scene import Scene
from tests.world import close_world, open_world

from poolhouse.errors import AccessDenied, IdentityNotFound
from poolhouse.policies.document import ACCESS_KEY, parse
from poolhouse.tokens.holders import Moment
from poolhouse.web import api, caller
from poolhouse.wire import operations


@pytest.fixture
async def scene(tmp_path):
    world = await open_world(tmp_path)
    made = Scene(world)
    await made.set_up()
    yield made
    await close_world(world)


async def signed(scene: Scene, name: str, actions: Any, resources: Any, **members: Any) -> dict[str, Any]:
    """A call by somebody who may do these actions on these resources."""
    document = {"Statement": {"Effect": "Allow", "Action": actions, "Resource": resources}}
    env = scene.world.env
    moment = Moment(env.clock.now(), "us-east-1", "")
    signer = caller.user(env, "eve", "", parse(document, ACCESS_KEY), moment)
    operation = operations.operations()[("cognito-identity", name)]
    return dict(await api.Call(env, operation, signer, env.rng.uuid()).run(members))


@pytest.mark.parametrize(
    ("name", "members"),
    [
        ("DescribeIdentityPool", {}),
        ("ListIdentities", {"MaxResults": 1}),
        ("GetIdentityPoolRoles", {}),
        ("LookupDeveloperIdentity", {"DeveloperUserIdentifier": "ben"}),
    ],
)
async def test_the_policy_is_asked_about_the_pool(scene, name, members):
    await scene.developer("ben")
    another = scene.arn.replace(scene.identity_pool, await scene.make())
    asked = {"IdentityPoolId": scene.identity_pool, **members}

    assert await signed(scene, name, f"cognito-identity:{name}", scene.arn, **asked)
    with pytest.raises(AccessDenied, match=rf"cognito-identity:{name} on resource: {scene.arn}"):
        await signed(scene, name, f"cognito-identity:{name}", another, **asked)
    with pytest.raises(AccessDenied):
        await signed(scene, name, "cognito-identity:GetId", scene.arn, **asked)


async def test_who_sets_roles_must_be_allowed_to_pass_each_of_them(scene):
    users, editors = (f"arn:aws:iam::000000000000:role/{name}" for name in ("Users", "Editors"))
    rule = {"Claim": "sub", "MatchType": "Equals", "Value": "x", "RoleARN": editors}
    mapping = {"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": {"Rules": [rule]}}
    asked = {
        "IdentityPoolId": scene.identity_pool,
        "Roles": {"authenticated": users},
        "RoleMappings": {scene.provider: mapping},
    }
    actions = ["cognito-identity:SetIdentityPoolRoles", "iam:PassRole"]

    with pytest.raises(AccessDenied, match=rf"iam:PassRole on resource: {editors}"):
        await signed(scene, "SetIdentityPoolRoles", actions, [scene.arn, users], **asked)
    await signed(scene, "SetIdentityPoolRoles", actions, [scene.arn, users, editors], **asked)


async def test_an_identity_is_its_pools(scene):
    guest, action = await scene.identity(), "cognito-identity:DescribeIdentity"

    assert await signed(scene, "DescribeIdentity", action, scene.arn, IdentityId=guest)
    with pytest.raises(AccessDenied):
        await signed(scene, "DescribeIdentity", action, scene.arn + "0", IdentityId=guest)
    with pytest.raises(AccessDenied):  # whether there is one is not told
        await signed(scene, "DescribeIdentity", action, scene.arn, IdentityId="us-east-1:0")
    with pytest.raises(IdentityNotFound):
        await signed(scene, "DescribeIdentity", action, "*", IdentityId="us-east-1:0")


async def test_of_several_identities_those_are_deleted_that_the_policy_allows(scene):
    ours = await scene.identity()
    arn, scene.identity_pool = scene.arn, await scene.make()
    theirs = await scene.identity()
    action = "cognito-identity:DeleteIdentities"

    answer = await signed(scene, "DeleteIdentities", action, arn, IdentityIdsToDelete=[ours, theirs])

    assert answer["UnprocessedIdentityIds"] == [{"IdentityId": theirs, "ErrorCode": "AccessDenied"}]
    assert await scene.call("DescribeIdentity", IdentityId=theirs)
    with pytest.raises(IdentityNotFound):
        await scene.call("DescribeIdentity", IdentityId=ours)


async def test_tags_are_of_the_pool_that_the_arn_names(scene):
    action = "cognito-identity:TagResource"

    await signed(scene, "TagResource", action, scene.arn, ResourceArn=scene.arn, Tags={"a": "1"})
    with pytest.raises(AccessDenied):
        await signed(scene, "TagResource", action, scene.arn + "0", ResourceArn=scene.arn, Tags={"a": "1"})

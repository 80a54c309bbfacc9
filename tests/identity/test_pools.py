"""Identity pools, their tags, roles and principal tags: what is set is what is shown."""

import pytest

from poolhouse.errors import IdentityNotFound, IdentityPoolNotFound, LimitExceeded

GOOGLE = {"accounts.google.com": "web.apps"}


async def test_a_pool_is_described_as_it_was_made(scene):
    settings = scene.settings(SupportedLoginProviders=GOOGLE, IdentityPoolTags={"team": "blue"})

    made = await scene.call("CreateIdentityPool", **settings)

    pool_id = made["IdentityPoolId"]
    assert made == {"IdentityPoolId": pool_id, **settings}
    assert await scene.call("DescribeIdentityPool", IdentityPoolId=pool_id) == made


async def test_an_update_replaces_everything_but_tags_and_the_developers_name(scene):
    tagged = scene.settings(SupportedLoginProviders=GOOGLE, IdentityPoolTags={"team": "blue"})
    scene.identity_pool = (await scene.call("CreateIdentityPool", **tagged))["IdentityPoolId"]

    await scene.of_pool("UpdateIdentityPool", IdentityPoolName="new", AllowUnauthenticatedIdentities=False)

    assert await scene.of_pool("DescribeIdentityPool") == {
        "IdentityPoolId": scene.identity_pool,
        "IdentityPoolName": "new",
        "AllowUnauthenticatedIdentities": False,
        "DeveloperProviderName": "login.example",
        "IdentityPoolTags": {"team": "blue"},
    }


async def test_a_deleted_pool_is_gone_with_its_identities(scene):
    guest = await scene.identity()

    await scene.of_pool("DeleteIdentityPool")

    for name, members in (("DescribeIdentityPool", {}), ("GetId", {}), ("ListIdentities", {"MaxResults": 1})):
        with pytest.raises(IdentityPoolNotFound):
            await scene.of_pool(name, **members)
    with pytest.raises(IdentityNotFound):
        await scene.call("DescribeIdentity", IdentityId=guest)


async def test_pools_are_listed_in_pages_of_one_region(scene):
    made = sorted([scene.identity_pool, await scene.make(), await scene.make()])
    await scene.call("CreateIdentityPool", region="eu-west-1", **scene.settings())

    first = await scene.call("ListIdentityPools", MaxResults=2)
    second = await scene.call("ListIdentityPools", MaxResults=2, NextToken=first["NextToken"])

    listed = [each["IdentityPoolId"] for each in first["IdentityPools"] + second["IdentityPools"]]
    assert listed == made
    assert "NextToken" not in second


async def test_a_region_has_so_many_pools_at_most(scene):
    scene.world.with_settings(quota_resources={"IdentityPools": 2})
    await scene.make()

    with pytest.raises(LimitExceeded):
        await scene.make()
    assert await scene.call("CreateIdentityPool", region="eu-west-1", **scene.settings())


async def test_tags_are_added_replaced_and_removed(scene):
    async def tags():
        return (await scene.call("ListTagsForResource", ResourceArn=scene.arn))["Tags"]

    await scene.call("TagResource", ResourceArn=scene.arn, Tags={"a": "1", "b": "2"})
    await scene.call("TagResource", ResourceArn=scene.arn, Tags={"b": "3"})
    assert await tags() == {"a": "1", "b": "3"}

    await scene.call("UntagResource", ResourceArn=scene.arn, TagKeys=["a", "unknown"])
    assert await tags() == {"b": "3"}
    assert (await scene.of_pool("DescribeIdentityPool"))["IdentityPoolTags"] == {"b": "3"}


async def test_roles_are_shown_as_they_were_set(scene):
    empty = await scene.of_pool("GetIdentityPoolRoles")
    arn = "arn:aws:iam::000000000000:role/Users"
    mapping = {"Type": "Token", "AmbiguousRoleResolution": "Deny"}

    await scene.set_roles({"authenticated": arn}, ada=mapping)

    assert empty == {"IdentityPoolId": scene.identity_pool, "Roles": {}}
    assert await scene.of_pool("GetIdentityPoolRoles") == {
        "IdentityPoolId": scene.identity_pool,
        "Roles": {"authenticated": arn},
        "RoleMappings": {scene.provider: mapping},
    }
    await scene.set_roles({})
    assert await scene.of_pool("GetIdentityPoolRoles") == empty


async def test_principal_tags_are_shown_as_they_were_set(scene):
    named = {"IdentityProviderName": scene.provider}
    first = await scene.of_pool("GetPrincipalTagAttributeMap", **named)

    defaults = await scene.of_pool("SetPrincipalTagAttributeMap", **named, UseDefaults=True)
    own = await scene.of_pool("SetPrincipalTagAttributeMap", **named, PrincipalTags={"team": "custom:team"})

    assert (first["UseDefaults"], first["PrincipalTags"]) == (False, {})
    assert defaults["PrincipalTags"] == {"username": "sub", "client": "aud"}
    assert (own["UseDefaults"], own["PrincipalTags"]) == (False, {"team": "custom:team"})
    assert await scene.of_pool("GetPrincipalTagAttributeMap", **named) == own

"""Users whom the operator's own backend signs in: found, merged and unlinked."""

import pytest

from poolhouse.directory import identity_pools
from poolhouse.errors import (
    DeveloperProviderNotSupported,
    DeveloperUserMismatch,
    DeveloperUserNotFound,
    IdentityForbidden,
    InvalidParameter,
    LoginProviderNotSupported,
    TooManyLogins,
)
from poolhouse.store import identities


async def lookup(scene, **members):
    return await scene.of_pool("LookupDeveloperIdentity", **members)


async def merge(scene, source, destination, provider="login.example"):
    answer = await scene.of_pool(
        "MergeDeveloperIdentities",
        SourceUserIdentifier=source,
        DestinationUserIdentifier=destination,
        DeveloperProviderName=provider,
    )
    return answer["IdentityId"]


async def test_a_user_and_its_identity_are_found_by_each_other(scene):
    ben = (await scene.developer("ben"))["IdentityId"]
    found = {"IdentityId": ben, "DeveloperUserIdentifierList": ["ben"]}

    assert await lookup(scene, DeveloperUserIdentifier="ben") == found
    assert await lookup(scene, IdentityId=ben) == found
    assert await lookup(scene, IdentityId=ben, DeveloperUserIdentifier="ben") == found


async def test_a_user_and_an_identity_that_do_not_belong_together_are_refused(scene):
    ben, eve = await scene.developer("ben"), await scene.developer("eve")

    with pytest.raises(DeveloperUserMismatch):
        await lookup(scene, IdentityId=ben["IdentityId"], DeveloperUserIdentifier="eve")
    assert await lookup(scene, IdentityId=eve["IdentityId"], DeveloperUserIdentifier="eve")


async def test_somebody_must_be_asked_for_and_be_there(scene):
    await scene.developer("ben")

    with pytest.raises(InvalidParameter):
        await lookup(scene)
    with pytest.raises(DeveloperUserNotFound):
        await lookup(scene, DeveloperUserIdentifier="nobody")
    assert await lookup(scene, DeveloperUserIdentifier="ben")


async def test_the_users_of_an_identity_are_listed_in_pages(scene):
    made = (await scene.developer("ben"))["IdentityId"]
    for user in ("eve", "kim"):
        await scene.developer(user, IdentityId=made)

    first = await lookup(scene, IdentityId=made, MaxResults=2)
    second = await lookup(scene, IdentityId=made, MaxResults=2, NextToken=first["NextToken"])

    listed = [*first["DeveloperUserIdentifierList"], *second["DeveloperUserIdentifierList"]]
    assert sorted(listed) == ["ben", "eve", "kim"]
    assert "NextToken" not in second


async def test_merged_users_are_one_identity_and_the_source_is_closed(scene):
    logins = await scene.logins()
    source = (await scene.developer("ben", Logins=logins))["IdentityId"]
    destination = (await scene.developer("eve"))["IdentityId"]

    assert await merge(scene, "ben", "eve") == destination

    assert (await scene.developer("ben"))["IdentityId"] == destination
    assert await scene.identity(logins) == destination
    with pytest.raises(IdentityForbidden):
        await scene.call("GetOpenIdToken", IdentityId=source)
    assert await merge(scene, "ben", "eve") == destination


async def test_users_of_another_provider_are_not_merged(scene):
    await scene.developer("ben"), await scene.developer("eve")

    with pytest.raises(DeveloperProviderNotSupported):
        await merge(scene, "ben", "eve", provider="other.example")
    with pytest.raises(DeveloperUserNotFound):
        await merge(scene, "ben", "nobody")
    assert await merge(scene, "ben", "eve")


async def test_an_identity_has_twenty_logins_at_most(scene, monkeypatch):
    monkeypatch.setattr(identities, "MOST_LOGINS", 3)
    assert identity_pools.MOST_LOGINS == 20
    ben, eve = await scene.developer("ben"), await scene.developer("eve")
    await scene.developer("ben2", IdentityId=ben["IdentityId"])
    await scene.developer("eve2", IdentityId=eve["IdentityId"])

    with pytest.raises(TooManyLogins):
        await merge(scene, "ben", "eve")
    assert await scene.developer("ben3", IdentityId=ben["IdentityId"])
    with pytest.raises(TooManyLogins):
        await scene.developer("ben4", IdentityId=ben["IdentityId"])
    assert (await scene.developer("eve"))["IdentityId"] == eve["IdentityId"]


async def unlink(scene, identity_id, user):
    await scene.of_pool(
        "UnlinkDeveloperIdentity",
        IdentityId=identity_id,
        DeveloperProviderName="login.example",
        DeveloperUserIdentifier=user,
    )


async def test_an_unlinked_user_is_a_new_identity_and_the_old_one_is_closed(scene):
    ben = (await scene.developer("ben"))["IdentityId"]

    await unlink(scene, ben, "ben")

    with pytest.raises(IdentityForbidden):
        await scene.call("GetOpenIdToken", IdentityId=ben)
    assert (await scene.developer("ben"))["IdentityId"] != ben


async def test_a_user_is_not_unlinked_from_somebody_else(scene):
    ben, eve = await scene.developer("ben"), await scene.developer("eve")

    with pytest.raises(DeveloperUserMismatch):
        await unlink(scene, ben["IdentityId"], "eve")
    with pytest.raises(DeveloperUserNotFound):
        await unlink(scene, ben["IdentityId"], "nobody")
    await unlink(scene, eve["IdentityId"], "eve")


async def test_users_of_a_developer_cannot_come_in_by_themselves(scene):
    with pytest.raises(LoginProviderNotSupported):
        await scene.identity({"login.example": "ben"})
    assert await scene.developer("ben")

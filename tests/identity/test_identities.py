"""Who is which identity: guests, logins, linking and what ends an identity."""

import asyncio

import pytest

from poolhouse.errors import (
    GuestsOff,
    IdentityForbidden,
    IdentityNotFound,
    IdentityPoolNotFound,
    LoginsDontMatch,
    LoginsLinkedElsewhere,
)


async def test_each_call_without_logins_makes_another_guest(scene):
    first, second = await scene.identity(), await scene.identity()

    assert first != second
    assert first.startswith("us-east-1:")
    assert (await scene.call("DescribeIdentity", IdentityId=first)).get("Logins") is None


async def test_the_same_login_is_the_same_identity_again_and_again(scene):
    first = await scene.identity(await scene.logins())
    again = await scene.identity(await scene.logins())

    assert again == first
    assert (await scene.call("DescribeIdentity", IdentityId=first))["Logins"] == [scene.provider]


async def test_twenty_calls_at_once_with_one_login_make_one_identity(scene):
    logins = await scene.logins()

    found = await asyncio.gather(*(scene.identity(logins) for _ in range(20)))

    assert len(set(found)) == 1
    assert len((await scene.of_pool("ListIdentities", MaxResults=60))["Identities"]) == 1


async def test_another_user_is_another_identity(scene):
    await scene.world.user(scene.user_pool, "bob")

    assert await scene.identity(await scene.logins("bob")) != await scene.identity(await scene.logins())


async def test_the_user_pool_is_known_by_the_host_of_the_public_url_too(scene):
    ours = f"localhost:8400/{scene.user_pool}"

    assert await scene.identity({ours: await scene.id_token()}) == await scene.identity(await scene.logins())


async def test_where_guests_are_off_only_logins_get_in(scene):
    await scene.update(AllowUnauthenticatedIdentities=False)

    with pytest.raises(GuestsOff):
        await scene.identity()
    assert await scene.identity(await scene.logins())


async def test_a_guest_who_signs_in_keeps_the_identity(scene):
    guest = await scene.identity()
    logins = await scene.logins()

    answer = await scene.call("GetOpenIdToken", IdentityId=guest, Logins=logins)

    assert answer["IdentityId"] == guest
    assert await scene.identity(logins) == guest
    with pytest.raises(IdentityForbidden):
        await scene.call("GetOpenIdToken", IdentityId=guest)


async def test_a_guest_whose_login_has_an_identity_goes_on_as_that_one(scene):
    logins = await scene.logins()
    ada, guest = await scene.identity(logins), await scene.identity()

    answer = await scene.call("GetOpenIdToken", IdentityId=guest, Logins=logins)

    assert answer["IdentityId"] == ada
    with pytest.raises(IdentityForbidden):
        await scene.call("GetOpenIdToken", IdentityId=guest)
    hidden = await scene.of_pool("ListIdentities", MaxResults=60, HideDisabled=True)
    assert [each["IdentityId"] for each in hidden["Identities"]] == [ada]
    assert len((await scene.of_pool("ListIdentities", MaxResults=60))["Identities"]) == 2


async def test_somebody_else_cannot_come_in_as_an_identity_that_has_logins(scene):
    await scene.world.user(scene.user_pool, "bob")
    ada = await scene.identity(await scene.logins())

    with pytest.raises(LoginsDontMatch):
        await scene.call("GetOpenIdToken", IdentityId=ada, Logins=await scene.logins("bob"))
    assert await scene.call("GetOpenIdToken", IdentityId=ada, Logins=await scene.logins())


async def test_an_unlinked_login_is_a_new_identity_and_the_old_one_is_closed(scene):
    logins = await scene.logins()
    ada = await scene.identity(logins)

    await scene.call("UnlinkIdentity", IdentityId=ada, Logins=logins, LoginsToRemove=[scene.provider])

    with pytest.raises(IdentityForbidden):
        await scene.call("GetOpenIdToken", IdentityId=ada)
    with pytest.raises(IdentityForbidden):
        await scene.call("GetOpenIdToken", IdentityId=ada, Logins=logins)
    assert await scene.identity(logins) != ada


async def test_a_deleted_identity_is_nobody_any_more_and_its_login_a_new_one(scene):
    logins = await scene.logins()
    ada, guest = await scene.identity(logins), await scene.identity()

    answer = await scene.call(
        "DeleteIdentities", IdentityIdsToDelete=[ada, "eu-west-1:" + ada[10:], "us-east-1:0"]
    )

    assert answer["UnprocessedIdentityIds"] == [
        {"IdentityId": "eu-west-1:" + ada[10:], "ErrorCode": "AccessDenied"}
    ]
    with pytest.raises(IdentityNotFound, match=f"Identity '{ada}' not found."):
        await scene.call("GetOpenIdToken", IdentityId=ada, Logins=logins)
    assert await scene.identity(logins) != ada
    assert await scene.call("DescribeIdentity", IdentityId=guest)


async def test_two_logins_link_and_then_either_is_the_identity(scene):
    logins = await scene.logins()
    made = await scene.developer("ben", Logins=logins)

    assert await scene.identity(logins) == made["IdentityId"]
    assert (await scene.developer("ben"))["IdentityId"] == made["IdentityId"]


async def test_logins_of_two_identities_are_a_conflict(scene):
    logins = await scene.logins()
    ada, ben = await scene.identity(logins), (await scene.developer("ben"))["IdentityId"]

    with pytest.raises(LoginsLinkedElsewhere):
        await scene.developer("ben", Logins=logins)

    assert await scene.identity(logins) == ada
    assert (await scene.developer("ben"))["IdentityId"] == ben


async def test_identities_are_listed_in_pages(scene):
    made = sorted([await scene.identity() for _ in range(5)])

    first = await scene.of_pool("ListIdentities", MaxResults=3)
    second = await scene.of_pool("ListIdentities", MaxResults=3, NextToken=first["NextToken"])

    listed = [each["IdentityId"] for each in [*first["Identities"], *second["Identities"]]]
    assert listed == made
    assert "NextToken" not in second


async def test_another_account_has_no_pool_here(scene):
    with pytest.raises(IdentityPoolNotFound):
        await scene.of_pool("GetId", AccountId="123456789012")
    assert await scene.of_pool("GetId", AccountId="000000000000")

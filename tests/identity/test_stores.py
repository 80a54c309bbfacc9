"""Identities under concurrency, on every store, through the whole operation."""

import asyncio

import pytest
from tests.identity.scene import Scene
from tests.world import open_world

from poolhouse.errors import LoginsLinkedElsewhere


@pytest.fixture
async def scene(db, tmp_path):
    made = Scene(await open_world(tmp_path, db))
    await made.set_up()
    return made


async def test_twenty_calls_at_once_with_one_login_make_one_identity(scene):
    logins = await scene.logins()

    found = await asyncio.gather(*(scene.identity(logins) for _ in range(20)))

    assert len(set(found)) == 1
    assert len((await scene.of_pool("ListIdentities", MaxResults=60))["Identities"]) == 1


async def test_guests_who_sign_in_at_once_with_one_login_end_as_one_identity(scene):
    logins = await scene.logins()
    guests = [await scene.identity() for _ in range(8)]

    answers = await asyncio.gather(
        *(scene.call("GetOpenIdToken", IdentityId=guest, Logins=logins) for guest in guests)
    )

    assert len({answer["IdentityId"] for answer in answers}) == 1
    assert await scene.identity(logins) == answers[0]["IdentityId"]
    living = (await scene.of_pool("ListIdentities", MaxResults=60, HideDisabled=True))["Identities"]
    assert [each["IdentityId"] for each in living] == [answers[0]["IdentityId"]]


async def test_logins_that_are_linked_at_once_in_different_orders_are_of_one_identity_or_refused(scene):
    logins = await scene.logins()
    calls = [scene.developer("ben", Logins=logins), scene.identity(logins), scene.developer("ben")]

    answers = await asyncio.gather(*calls, return_exceptions=True)

    assert all(isinstance(answer, dict | str | LoginsLinkedElsewhere) for answer in answers)
    ada, ben = await scene.identity(logins), (await scene.developer("ben"))["IdentityId"]
    refused = [answer for answer in answers if isinstance(answer, LoginsLinkedElsewhere)]
    assert (ada == ben) is (refused == [])


async def test_an_identity_that_is_deleted_while_a_login_is_linked_leaves_no_login_behind(scene):
    logins, guest = await scene.logins(), await scene.identity()

    await asyncio.gather(
        scene.call("GetOpenIdToken", IdentityId=guest, Logins=logins),
        scene.call("DeleteIdentities", IdentityIdsToDelete=[guest]),
        return_exceptions=True,
    )

    found = await scene.identity(logins)
    assert (await scene.call("DescribeIdentity", IdentityId=found))["Logins"] == [scene.provider]
    assert found != guest

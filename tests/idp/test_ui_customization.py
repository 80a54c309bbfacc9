"""The classic look: set together, found by client or for all, and gone when nothing is set."""

import base64

from tests.directory.pictures import JPEG, PNG
from tests.idp.branded import CSS, branded_pool
from tests.world import World

from poolhouse.store import ui_customizations


def encoded(image: bytes) -> str:
    return base64.b64encode(image).decode()


async def test_a_sheet_and_a_logo_are_answered_as_they_were_given(world: World) -> None:
    pool, client = await branded_pool(world)

    answer = await world.call(
        "SetUICustomization", UserPoolId=pool, ClientId=client, CSS=CSS, ImageFile=encoded(PNG)
    )

    found = answer["UICustomization"]
    assert (found["UserPoolId"], found["ClientId"], found["CSS"]) == (pool, client, CSS)
    assert len(found["CSSVersion"]) == 14
    assert found["ImageUrl"].startswith("http://acme.auth.localhost:8400/_brand/")
    assert found["ImageUrl"].endswith(f"/{client}/logo.png")
    assert await world.call("GetUICustomization", UserPoolId=pool, ClientId=client) == answer


async def test_a_client_without_a_look_has_that_of_all(world: World) -> None:
    pool, client = await branded_pool(world)
    await world.call("SetUICustomization", UserPoolId=pool, CSS=CSS)

    found = (await world.call("GetUICustomization", UserPoolId=pool, ClientId=client))["UICustomization"]

    assert (found["ClientId"], found["CSS"]) == ("ALL", CSS)
    assert "ImageUrl" not in found


async def test_where_nothing_is_set_there_is_an_empty_object(world: World) -> None:
    pool, client = await branded_pool(world)

    assert await world.call("GetUICustomization", UserPoolId=pool) == {"UICustomization": {}}
    assert await world.call("GetUICustomization", UserPoolId=pool, ClientId=client) == {"UICustomization": {}}


async def test_a_new_setting_replaces_sheet_and_logo_together_and_keeps_when_it_was_made(
    world: World,
) -> None:
    pool, _ = await branded_pool(world)
    first = await world.call("SetUICustomization", UserPoolId=pool, CSS=CSS, ImageFile=encoded(JPEG))
    world.advance(3_000_000)

    second = await world.call("SetUICustomization", UserPoolId=pool, CSS="")

    assert first["UICustomization"]["ImageUrl"].endswith("/ALL/logo.jpeg")
    assert second == {"UICustomization": {"UserPoolId": pool, "ClientId": "ALL"}}
    assert await world.call("GetUICustomization", UserPoolId=pool) == {"UICustomization": {}}


async def test_a_change_has_a_new_version_and_the_old_date_of_creation(world: World) -> None:
    pool, _ = await branded_pool(world)
    first = (await world.call("SetUICustomization", UserPoolId=pool, CSS=CSS))["UICustomization"]
    world.advance(3_000_000)

    second = (await world.call("SetUICustomization", UserPoolId=pool, CSS=CSS + CSS))["UICustomization"]

    assert second["CSSVersion"] > first["CSSVersion"]
    assert second["CreationDate"] == first["CreationDate"] < second["LastModifiedDate"]


async def test_a_client_that_sets_nothing_follows_all_again(world: World) -> None:
    pool, client = await branded_pool(world)
    await world.call("SetUICustomization", UserPoolId=pool, CSS=CSS)
    await world.call("SetUICustomization", UserPoolId=pool, ClientId=client, CSS=CSS + CSS)

    answer = await world.call("SetUICustomization", UserPoolId=pool, ClientId=client)

    assert answer == {"UICustomization": {"UserPoolId": pool, "ClientId": client}}
    found = (await world.call("GetUICustomization", UserPoolId=pool, ClientId=client))["UICustomization"]
    assert found["ClientId"] == "ALL"


async def test_a_deleted_client_leaves_no_look_behind(world: World) -> None:
    pool, client = await branded_pool(world)
    await world.call("SetUICustomization", UserPoolId=pool, ClientId=client, CSS=CSS)

    await world.call("DeleteUserPoolClient", UserPoolId=pool, ClientId=client)

    assert await world.env.db.read(lambda tx: ui_customizations.of_pool(tx, pool)) == []

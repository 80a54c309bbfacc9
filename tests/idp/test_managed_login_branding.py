"""Styles of managed login: made, described, merged, and gone with their client."""

import asyncio

import pytest
from tests.directory.pictures import PNG, SVG, WEBP
from tests.idp.branded import asset, branded_pool, style
from tests.world import World

from poolhouse.errors import StyleExists, StyleNotFound
from poolhouse.store import login_styles

RED = {"components": {"pageBackground": {"lightMode": {"color": "aa0000ff"}}}}
LOGO = asset("FORM_LOGO", PNG)


async def test_the_houses_look_has_no_settings_of_its_own(world: World) -> None:
    pool, client = await branded_pool(world, 2)

    made = await style(world, pool, client)

    assert (made["UserPoolId"], made["UseCognitoProvidedValues"], made["Assets"]) == (pool, True, [])
    assert made["Settings"] is None


async def test_settings_and_images_are_answered_as_they_were_given(world: World) -> None:
    pool, client = await branded_pool(world, 2)

    made = await style(world, pool, client, Settings=RED, Assets=[LOGO, asset("FAVICON_SVG", SVG, "SVG")])

    assert made["Settings"] == RED
    assert made["UseCognitoProvidedValues"] is False
    assert [(found["Category"], found["Bytes"]) for found in made["Assets"]] == [
        ("FAVICON_SVG", SVG),
        ("FORM_LOGO", PNG),
    ]
    by_id = await world.call(
        "DescribeManagedLoginBranding", UserPoolId=pool, ManagedLoginBrandingId=made["ManagedLoginBrandingId"]
    )
    by_client = await world.call("DescribeManagedLoginBrandingByClient", UserPoolId=pool, ClientId=client)
    assert by_id["ManagedLoginBranding"] == made == by_client["ManagedLoginBranding"]


async def test_merged_resources_are_those_of_the_house_with_ones_own_before(world: World) -> None:
    pool, client = await branded_pool(world, 2)
    await style(world, pool, client, Settings=RED)

    found = await world.call(
        "DescribeManagedLoginBrandingByClient", UserPoolId=pool, ClientId=client, ReturnMergedResources=True
    )

    components = found["ManagedLoginBranding"]["Settings"]["components"]
    assert components["pageBackground"]["lightMode"]["color"] == "aa0000ff"
    assert components["pageBackground"]["darkMode"]["color"] == "0a1112ff"
    assert components["primaryButton"]["lightMode"]["defaults"]["backgroundColor"] == "0b5c63ff"


async def test_an_update_merges_settings_and_replaces_an_image_of_the_same_place(world: World) -> None:
    pool, client = await branded_pool(world, 2)
    made = await style(world, pool, client, Settings=RED, Assets=[LOGO])
    blue = {"components": {"pageBackground": {"darkMode": {"color": "0000aaff"}}}}

    changed = await world.call(
        "UpdateManagedLoginBranding",
        UserPoolId=pool,
        ManagedLoginBrandingId=made["ManagedLoginBrandingId"],
        Settings=blue,
        Assets=[asset("FORM_LOGO", WEBP, "WEBP"), asset("FORM_LOGO", PNG, mode="DARK")],
    )

    found = changed["ManagedLoginBranding"]
    assert found["Settings"]["components"]["pageBackground"] == {
        "lightMode": {"color": "aa0000ff"},
        "darkMode": {"color": "0000aaff"},
    }
    assert [(found["ColorMode"], found["Extension"]) for found in found["Assets"]] == [
        ("DARK", "PNG"),
        ("LIGHT", "WEBP"),
    ]


async def test_an_update_that_names_nothing_changes_nothing_but_the_date(world: World) -> None:
    pool, client = await branded_pool(world, 2)
    made = await style(world, pool, client, Settings=RED, Assets=[LOGO])
    world.advance(2_000_000)

    changed = await world.call(
        "UpdateManagedLoginBranding",
        UserPoolId=pool,
        ManagedLoginBrandingId=made["ManagedLoginBrandingId"],
    )

    found = changed["ManagedLoginBranding"]
    assert found.pop("LastModifiedDate") > made.pop("LastModifiedDate")
    assert found == made


async def test_the_houses_look_takes_settings_and_images_away_and_ones_own_takes_it_away(
    world: World,
) -> None:
    pool, client = await branded_pool(world, 2)
    made = await style(world, pool, client, Settings=RED, Assets=[LOGO])
    named = {"UserPoolId": pool, "ManagedLoginBrandingId": made["ManagedLoginBrandingId"]}

    provided = await world.call("UpdateManagedLoginBranding", **named, UseCognitoProvidedValues=True)
    own = await world.call("UpdateManagedLoginBranding", **named, Settings=RED)

    assert provided["ManagedLoginBranding"]["Assets"] == []
    assert provided["ManagedLoginBranding"]["Settings"] is None
    assert own["ManagedLoginBranding"]["UseCognitoProvidedValues"] is False


async def test_of_styles_made_for_one_client_at_once_there_is_one(world: World) -> None:
    pool, client = await branded_pool(world, 2)

    answers = await asyncio.gather(*[style(world, pool, client) for _ in range(4)], return_exceptions=True)

    assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [StyleExists] * 3


async def test_a_deleted_style_is_found_no_more_and_the_client_may_have_another(world: World) -> None:
    pool, client = await branded_pool(world, 2)
    made = await style(world, pool, client, Settings=RED, Assets=[LOGO])

    await world.call(
        "DeleteManagedLoginBranding", UserPoolId=pool, ManagedLoginBrandingId=made["ManagedLoginBrandingId"]
    )

    with pytest.raises(StyleNotFound):
        await world.call("DescribeManagedLoginBrandingByClient", UserPoolId=pool, ClientId=client)
    again = await style(world, pool, client)
    assert again["Assets"] == []


async def test_a_deleted_client_leaves_no_style_behind(world: World) -> None:
    pool, client = await branded_pool(world, 2)
    made = await style(world, pool, client, Settings=RED, Assets=[LOGO])

    await world.call("DeleteUserPoolClient", UserPoolId=pool, ClientId=client)

    style_id = made["ManagedLoginBrandingId"]
    assert await world.env.db.read(lambda tx: login_styles.of_pool(tx, pool)) == []
    assert await world.env.db.read(lambda tx: login_styles.assets(tx, pool, style_id)) == []

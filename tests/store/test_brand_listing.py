"""What is hard to read is found in the looks of all pools."""

from tests.idp.branded import branded_pool, style
from tests.world import World

from poolhouse.store import brand_listing

WEAK = {"components": {"primaryButton": {"lightMode": {"defaults": {"backgroundColor": "5bc0deff"}}}}}


async def test_weak_colours_of_both_looks_are_listed_with_their_client(world: World) -> None:
    pool, client = await branded_pool(world)
    weak = {**WEAK["components"]["primaryButton"]["lightMode"]["defaults"], "textColor": "ffffffff"}
    await style(
        world,
        pool,
        client,
        Settings={"components": {"primaryButton": {"lightMode": {"defaults": weak}}}},
    )
    await world.call("SetUICustomization", UserPoolId=pool, CSS=".label-customizable { color: #ccc }")

    found = await world.env.db.read(brand_listing.hard_to_read)

    assert [(weak.pool_id, weak.client_id, weak.what.partition(":")[0]) for weak in found] == [
        (pool, client, "Primary button (light)"),
        (pool, client, "Primary button, hovered (light)"),
        (pool, "ALL", "ink"),
    ]


async def test_a_button_whose_text_is_chosen_reads_well(world: World) -> None:
    pool, client = await branded_pool(world)
    await style(world, pool, client, Settings=WEAK)

    assert await world.env.db.read(brand_listing.hard_to_read) == []

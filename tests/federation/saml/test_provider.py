"""Metadata from an address: read again in time, and the last good one kept where that fails."""

import pytest
from tests.contexts import context
from tests.federation.saml.test_details import PATH, created, dev, provider
from tests.saml_provider import REDIRECT, Provider, date_time
from tests.web_server import WebServer

from poolhouse.errors import SamlMetadataNotFetched
from poolhouse.federation.saml.provider import AGAIN_AFTER, known
from poolhouse.ports import HOUR, MINUTE
from poolhouse.store import janitor, snapshots

__all__ = ["dev"]


def served(idp: Provider, sso: str, **more) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, idp.metadata(sso=((REDIRECT, sso),), **more).encode()


async def sign_in_address(world, pool_id):
    """Where browsers are sent to, as it is known now."""
    snapshots.forget(world.env, pool_id)
    ctx = await context(world.env, pool_id)
    return (await known(ctx, ctx.snapshot.providers["Corp"])).sign_in[REDIRECT]


@pytest.fixture
async def pool_id(dev):
    return await dev.pool()


async def test_it_is_read_again_after_six_hours_and_not_before(dev, pool_id):
    idp = provider(dev)
    with WebServer({PATH: served(idp, "https://one.example/")}) as server:
        await created(dev, {"MetadataURL": server.url(PATH)}, pool_id)
        server.answers[PATH] = served(idp, "https://two.example/")

        dev.advance(6 * HOUR - MINUTE)
        assert await sign_in_address(dev, pool_id) == "https://one.example/"
        dev.advance(MINUTE)
        assert await sign_in_address(dev, pool_id) == "https://two.example/"
        assert await sign_in_address(dev, pool_id) == "https://two.example/"
        assert len(server.asked) == 2


async def test_it_is_read_again_when_it_expires(dev, pool_id):
    idp = provider(dev)
    ends = date_time(dev.now + HOUR)
    with WebServer({PATH: served(idp, "https://one.example/", valid_until=ends)}) as server:
        await created(dev, {"MetadataURL": server.url(PATH)}, pool_id)
        server.answers[PATH] = served(idp, "https://two.example/")

        dev.advance(HOUR)

        assert await sign_in_address(dev, pool_id) == "https://two.example/"


@pytest.mark.parametrize("broken", [(503, {}, b""), (200, {}, b"<html>Down for maintenance</html>")])
async def test_where_that_fails_the_last_good_one_is_used_and_the_address_is_left_alone_for_a_while(
    dev, pool_id, broken
):
    idp = provider(dev)
    with WebServer({PATH: served(idp, "https://one.example/")}) as server:
        await created(dev, {"MetadataURL": server.url(PATH)}, pool_id)
        server.answers[PATH] = broken

        dev.advance(7 * HOUR)
        assert await sign_in_address(dev, pool_id) == "https://one.example/"
        assert await sign_in_address(dev, pool_id) == "https://one.example/"
        assert len(server.asked) == 2

        server.answers[PATH] = served(idp, "https://two.example/")
        dev.advance(AGAIN_AFTER)
        assert await sign_in_address(dev, pool_id) == "https://two.example/"


async def test_a_file_is_never_fetched_and_outlives_its_end(dev, pool_id):
    file = provider(dev).metadata(valid_until=date_time(dev.now + HOUR))
    await created(dev, {"MetadataFile": file}, pool_id)

    dev.advance(2 * HOUR)

    assert await sign_in_address(dev, pool_id) == "https://idp.example/sso"


async def test_what_nobody_has_read_for_long_is_forgotten_and_fetched_again(dev, pool_id):
    idp = provider(dev)
    with WebServer({PATH: served(idp, "https://one.example/")}) as server:
        await created(dev, {"MetadataURL": server.url(PATH)}, pool_id)
        dev.advance(100 * 24 * HOUR)

        assert (await janitor.sweep(dev.env))["saml_metadata"] == 1
        assert await sign_in_address(dev, pool_id) == "https://one.example/"
        assert len(server.asked) == 2

        server.answers[PATH] = (404, {}, b"")
        dev.advance(100 * 24 * HOUR)
        await janitor.sweep(dev.env)
        with pytest.raises(SamlMetadataNotFetched):
            await sign_in_address(dev, pool_id)

"""Metadata of SAML providers is read anew in the background, by one worker at a time (6.8)."""

import asyncio

import pytest
from tests.federation.saml.test_details import PATH, created, dev, provider
from tests.federation.saml.test_provider import served, sign_in_address
from tests.web_server import WebServer

from poolhouse.federation import refresher
from poolhouse.federation.saml.provider import wait_after
from poolhouse.ports import HOUR, MINUTE
from poolhouse.store import saml_metadata

__all__ = ["dev"]

ONE, TWO = "https://one.example/", "https://two.example/"


@pytest.fixture
async def pool_id(dev):
    return await dev.pool()


async def test_what_is_due_is_read_before_anybody_signs_in(dev, pool_id):
    idp = provider(dev)
    with WebServer({PATH: served(idp, ONE)}) as server:
        await created(dev, {"MetadataURL": server.url(PATH)}, pool_id)
        server.answers[PATH] = served(idp, TWO)

        dev.advance(6 * HOUR - MINUTE)
        assert await refresher.refresh_due(dev.env) == 0
        dev.advance(MINUTE)
        assert await refresher.refresh_due(dev.env) == 1

        assert len(server.asked) == 2
        assert await sign_in_address(dev, pool_id) == TWO
        assert len(server.asked) == 2
        assert await refresher.refresh_due(dev.env) == 0


async def test_of_many_workers_one_asks(dev, pool_id):
    with WebServer({PATH: served(provider(dev), ONE)}) as server:
        await created(dev, {"MetadataURL": server.url(PATH)}, pool_id)
        dev.advance(6 * HOUR)

        await asyncio.gather(
            *(refresher.refresh_due(dev.env) for _ in range(5)),
            *(sign_in_address(dev, pool_id) for _ in range(5)),
        )

        assert len(server.asked) == 2


async def test_what_cannot_be_read_stays_as_it_was_is_counted_and_asked_for_ever_more_seldom(dev, pool_id):
    idp = provider(dev)
    with WebServer({PATH: served(idp, ONE)}) as server:
        await created(dev, {"MetadataURL": server.url(PATH)}, pool_id)
        server.answers[PATH] = (503, {}, b"")
        dev.advance(6 * HOUR)

        for wait in (10 * MINUTE, 20 * MINUTE, 40 * MINUTE):
            assert await refresher.refresh_due(dev.env) == 1
            dev.advance(wait * 8 // 10)
            assert await refresher.refresh_due(dev.env) == 0
            dev.advance(wait * 2 // 10)

        assert dev.events["saml_metadata_failures"] == 3
        assert await sign_in_address(dev, pool_id) == ONE
        assert dev.events["saml_metadata_failures"] == 4  # the sign-in was the first to look
        server.answers[PATH] = served(idp, TWO)
        dev.advance(80 * MINUTE)
        assert await refresher.refresh_due(dev.env) == 1
        assert await sign_in_address(dev, pool_id) == TWO

        server.answers[PATH] = (503, {}, b"")
        dev.advance(6 * HOUR)
        await refresher.refresh_due(dev.env)
        dev.advance(10 * MINUTE)
        assert await refresher.refresh_due(dev.env) == 1  # after a success the waits begin anew


@pytest.mark.parametrize(("failures", "minutes"), [(1, 10), (2, 20), (6, 320), (7, 360), (5_000, 360)])
def test_the_waits_double_up_to_six_hours(failures, minutes):
    assert wait_after(failures, 0.0) == minutes * MINUTE
    assert wait_after(failures, 0.999) > minutes * MINUTE * 9 // 10


async def test_an_address_that_no_provider_has_any_more_is_forgotten_and_not_asked(dev, pool_id):
    async def kept(url):
        return await dev.env.db.read(lambda tx: saml_metadata.of_url(tx, pool_id, url))

    with WebServer({PATH: served(provider(dev), ONE), "/new": served(provider(dev), TWO)}) as server:
        await created(dev, {"MetadataURL": server.url(PATH)}, pool_id)
        name = {"UserPoolId": pool_id, "ProviderName": "Corp"}
        await dev.call("UpdateIdentityProvider", **name, ProviderDetails={"MetadataURL": server.url("/new")})
        dev.advance(6 * HOUR)

        assert await refresher.refresh_due(dev.env) == 2
        assert [asked.path for asked in server.asked] == [PATH, "/new", "/new"]
        assert await kept(server.url(PATH)) is None
        assert await kept(server.url("/new")) is not None

        await dev.call("DeleteIdentityProvider", **name)
        dev.advance(6 * HOUR)
        await refresher.refresh_due(dev.env)
        assert await kept(server.url("/new")) is None
        assert len(server.asked) == 3


async def test_a_pool_that_is_gone_holds_nobody_up(dev, pool_id):
    with WebServer({PATH: served(provider(dev), ONE)}) as server:
        await created(dev, {"MetadataURL": server.url(PATH)}, pool_id)
        await dev.call("DeleteUserPool", UserPoolId=pool_id)
        dev.advance(6 * HOUR)

        await refresher.refresh_due(dev.env)

        assert await refresher.refresh_due(dev.env) == 0
        assert len(server.asked) == 1

"""ProviderDetails of an OIDC provider: what may be given, and what is discovered (6.8)."""

import json

import pytest
from tests.idp.refused import refusal
from tests.providers import OIDC, request
from tests.web_server import WebServer
from tests.world import close_world, open_world

from poolhouse.drivers.fetch import LOOPBACK, GuardedFetch

WELL_KNOWN = "/.well-known/openid-configuration"


async def create(world, pool, name, **changes):
    made = await world.call("CreateIdentityProvider", **request(pool, name, **changes))
    return made["IdentityProvider"]


async def create_refused(world, pool, name, **changes):
    return await refusal(world, "CreateIdentityProvider", **request(pool, name, **changes))


@pytest.fixture
async def served(tmp_path):
    """A world that asks public servers only."""
    fetch = GuardedFetch([])
    world = await open_world(tmp_path, profile="serve", fetch=fetch)
    yield world
    await fetch.close()
    await close_world(world)


@pytest.fixture
async def dev(tmp_path):
    """A world that may ask loopback servers."""
    fetch = GuardedFetch(LOOPBACK)
    world = await open_world(tmp_path, profile="dev", fetch=fetch)
    yield world
    await fetch.close()
    await close_world(world)


@pytest.mark.parametrize(
    "details",
    [
        {"client_id": ""},
        {"oidc_issuer": ""},
        {"authorize_scopes": ""},
        {"authorize_scopes": "email"},
        {"attributes_request_method": "PUT"},
        {"attributes_url_add_attributes": "true"},
        {"no_such_detail": "x"},
        {"oidc_issuer": "http://idp.example.com"},
        {"oidc_issuer": "https://idp.example.com?x=1"},
        {"authorize_url": "javascript:alert(1)"},
        {"authorize_url": "https://user@idp.example.com/authorize"},
        {"token_url": "file:///etc/passwd"},
        {"token_url": "https://idp.example.com/#x"},
        {"attributes_url": "https://a b/"},
        {"jwks_uri": "//idp.example.com/jwks"},
    ],
)
async def test_details_of_an_oidc_provider_that_make_no_sense_are_refused(served, details):
    pool = await served.pool()

    refused = await create_refused(served, pool, "corp", ProviderDetails=OIDC | details)

    assert refused.startswith("InvalidParameterException: ")
    await create(served, pool, "corp", ProviderDetails=OIDC | {"attributes_url_add_attributes": "false"})


def document(server, **changes):
    usual = {
        "issuer": server.url(),
        "authorization_endpoint": server.url("/auth"),
        "token_endpoint": server.url("/token"),
        "userinfo_endpoint": server.url("/me"),
        "jwks_uri": server.url("/jwks"),
    }
    found = {name: value for name, value in (usual | changes).items() if value is not None}
    return 200, {"content-type": "application/json"}, json.dumps(found).encode()


def by_discovery(server):
    return {"client_id": "ours", "oidc_issuer": server.url(), "authorize_scopes": "openid"}


async def test_addresses_that_are_not_given_are_discovered_and_shown(dev):
    pool = await dev.pool()
    with WebServer() as server:
        server.answers[WELL_KNOWN] = document(server)
        made = await create(dev, pool, "corp", ProviderDetails=by_discovery(server))

    assert made["ProviderDetails"] == {
        **by_discovery(server),
        "attributes_request_method": "GET",
        "attributes_url_add_attributes": "false",
        "authorize_url": server.url("/auth"),
        "token_url": server.url("/token"),
        "attributes_url": server.url("/me"),
        "jwks_uri": server.url("/jwks"),
    }


@pytest.mark.parametrize(
    "answer",
    [
        lambda server: (404, {}, b""),
        lambda server: (302, {"location": "/elsewhere"}, b""),
        lambda server: (200, {}, b"<html>"),
        lambda server: (200, {}, b"[]"),
        lambda server: (200, {}, b"x" * 300_000),
        lambda server: document(server, issuer=server.url("/")),
        lambda server: document(server, issuer="https://evil.example.com"),
        lambda server: document(server, jwks_uri=None),
        lambda server: document(server, token_endpoint="file:///etc/passwd"),
        lambda server: document(server, authorization_endpoint="javascript:alert(1)"),
    ],
)
async def test_an_issuer_whose_document_is_not_good_is_refused(dev, answer):
    pool = await dev.pool()
    with WebServer() as server:
        server.answers["/elsewhere"] = document(server)
        server.answers[WELL_KNOWN] = answer(server)
        refused = await create_refused(dev, pool, "corp", ProviderDetails=by_discovery(server))
        server.answers[WELL_KNOWN] = document(server, userinfo_endpoint=None)
        made = await create(dev, pool, "corp", ProviderDetails=by_discovery(server))

    assert refused.startswith("InvalidParameterException: Unable to contact well-known endpoint")
    assert "attributes_url" not in made["ProviderDetails"]


async def test_an_issuer_at_a_private_address_is_not_asked(served):
    pool = await served.pool()
    details = {"client_id": "ours", "oidc_issuer": "https://127.0.0.1:1", "authorize_scopes": "openid"}

    refused = await create_refused(served, pool, "corp", ProviderDetails=details)

    assert "The address is not public" in refused
    await create(served, pool, "corp")

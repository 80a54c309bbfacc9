"""Only a browser or program on this computer, at this computer's name, and never another origin's page."""

import msgspec
import pytest

PATHS = ("/", "/_dev/inbox", "/_dev/messages", "/_dev/clock")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("peer", ["192.168.1.7", "2001:db8::1", "", "localhost", "::ffff:10.0.0.1"])
async def test_another_computer_is_refused(visitor, path, peer):
    response = await visitor.ask("GET", path, peer=peer)

    assert response.status == 403
    assert b"this computer only" in response.body


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("peer", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
async def test_this_computer_is_answered(visitor, path, peer):
    assert (await visitor.ask("GET", path, peer=peer)).status == 200


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8400", "localhost.evil.example", "", "[", "192.168.1.7:8400"]
)
async def test_a_name_that_points_here_is_refused(visitor, path, host):
    response = await visitor.get(path, host=host)

    assert response.status == 403
    assert "Host header" in msgspec.json.decode(response.body)["message"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8400", "LOCALHOST:1", "app.localhost", "127.0.0.1:8400", "[::1]:8400"]
)
async def test_a_name_of_this_computer_is_answered(visitor, path, host):
    assert (await visitor.get(path, host=host)).status == 200


CHANGES = (
    ("DELETE", "/_dev/messages", b""),
    ("POST", "/_dev/inbox", b""),
    ("POST", "/_dev/clock", b'{"advance": "1h"}'),
)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "cross-site", "origin": "http://localhost:8400"},
        {"origin": "http://evil.example"},
        {"origin": "http://localhost:3000"},
        {"origin": "https://localhost:8400"},
        {"origin": "null"},
    ],
)
async def test_a_page_of_another_origin_changes_nothing(visitor, change, headers):
    await visitor.send()
    method, path, body = change

    response = await visitor.ask(method, path, body, **headers)

    assert response.status == 403
    assert len(await visitor.json("/_dev/messages")) == 1
    assert visitor.env.clock.offset == 0


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec_fetch_site": "same-origin", "origin": "null"},
        {"sec_fetch_site": "none"},
        {"origin": "http://localhost:8400"},
    ],
)
async def test_our_own_pages_and_programs_may_change_things(visitor, change, headers):
    method, path, body = change

    response = await visitor.ask(method, path, body, **headers)

    assert response.status in (200, 303)


async def test_other_addresses_are_left_to_others(visitor):
    for method, path in (("GET", "/health/live"), ("GET", "/?Action=GetCallerIdentity"), ("POST", "/")):
        assert await visitor.ask(method, path, peer="192.168.1.7") is None


async def test_an_unknown_address_below_ours_is_not_found(visitor):
    assert (await visitor.get("/_dev/nothing")).status == 404


async def test_a_method_that_an_address_does_not_have_is_told(visitor):
    response = await visitor.ask("PUT", "/_dev/messages")

    assert response.status == 405
    assert msgspec.json.decode(response.body) == {"message": "Use GET or DELETE here."}

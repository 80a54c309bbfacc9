"""The way to an OIDC provider and back: what is asked and how often, and what failures are called (6.3)."""

import socket
import time
from collections.abc import Iterator

import pytest
from tests.federation.oidc.places import placed
from tests.upstream import JSON, Upstream

from poolhouse.errors import ApiError
from poolhouse.federation.oidc import calls

DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture(scope="module")
def running() -> Iterator[Upstream]:
    with Upstream() as upstream:
        yield upstream


@pytest.fixture
def upstream(running):
    running.document = {}
    running.delay = 0.0
    running.reset()
    return running


@pytest.fixture
async def place(tmp_path, upstream):
    async with placed(tmp_path, upstream) as made:
        yield made


async def refused(walking):
    with pytest.raises(ApiError) as caught:
        await walking
    return caught.value.message


async def test_who_comes_back_is_who_the_provider_says(place, upstream):
    upstream.info = {"sub": "109", "email": "info@example.com", "name": "Ada"}
    upstream.claims["email"] = "token@example.com"

    found = await place.walk()

    assert (found.subject, found.issuer) == ("109", "")
    assert found.claims["name"] == "Ada"
    assert found.claims["email"] == "token@example.com"  # what is signed goes first
    assert set(found.said) == {"tokenResponse", "idToken", "userInfo"}
    assert found.said["userInfo"] == upstream.info
    assert set(found.said["tokenResponse"]) == {"access_token", "token_type", "expires_in"}


async def test_keys_and_document_are_read_once_an_hour(place, upstream):
    await place.walk()
    await place.walk()

    assert upstream.paths().count(DISCOVERY) == 1
    assert upstream.paths().count("/jwks") == 1
    place.later(3_601)
    await place.walk()
    assert upstream.paths().count(DISCOVERY) == 2
    assert upstream.paths().count("/jwks") == 2


async def test_a_new_key_is_found_at_once_and_unknown_keys_are_no_flood(place, upstream):
    await place.walk()
    upstream.keys = [{**upstream.key.as_dict(private=False), "kid": "k2"}]
    upstream.header["kid"] = "k2"
    place.later(10)

    assert (await place.walk()).subject == "109"

    assert upstream.paths().count("/jwks") == 2
    upstream.header["kid"] = "k3"
    for _ in range(3):
        assert await refused(place.walk()) == "Invalid ID token: its key is none of the provider's."
    assert upstream.paths().count("/jwks") == 2


@pytest.mark.parametrize(
    "changes",
    [{"use": "enc"}, {"alg": "RS512"}, {"kty": "oct", "k": "AAAA"}, {"n": "AQAB"}, {"n": "!"}, {"kty": None}],
)
async def test_a_key_that_is_not_for_signatures_verifies_none(place, upstream, changes):
    entry = {**upstream.key.as_dict(private=False), **changes}
    upstream.keys = [{name: value for name, value in entry.items() if value is not None}]

    assert (await refused(place.walk())).startswith("Invalid ID token: its key is none")
    upstream.keys = None
    place.later(10)
    await place.walk()


async def test_without_a_key_id_there_must_be_one_key_that_it_can_be(place, upstream):
    own = upstream.key.as_dict(private=False)
    upstream.keys = [own, {**own, "kid": "k2"}]
    upstream.header["kid"] = None

    assert await refused(place.walk()) == "Invalid ID token: its key is none of the provider's."
    upstream.keys = [own, {**own, "kid": "k2", "use": "enc"}]
    place.later(10)
    await place.walk()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/token", "Timeout occurred in calling IdP token endpoint"),
        ("/jwks", "Timeout in calling jwks uri"),
        ("/me", "Read timed out"),
    ],
)
async def test_an_endpoint_that_takes_too_long_has_words_of_its_own(place, upstream, monkeypatch, path, said):
    monkeypatch.setattr(calls, "SECONDS", 0.3)
    good = upstream.answers[path]

    def slow(asked):
        time.sleep(0.6)
        return good(asked)

    upstream.answers[path] = slow
    try:
        assert await refused(place.walk()) == said
    finally:
        upstream.answers[path] = good
    place.later(10)
    await place.walk()


async def test_a_provider_that_is_not_there_any_more_is_a_connection_reset(place, upstream):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        upstream.document = {"token_endpoint": f"http://127.0.0.1:{free.getsockname()[1]}/token"}
        place.later(3_601)
        assert await refused(place.walk()) == "Connection reset"
    upstream.document = {}
    place.later(3_601)
    await place.walk()


async def test_an_endpoint_within_a_network_is_not_asked(place, upstream):
    upstream.document = {"token_endpoint": "http://10.0.0.1/token"}
    place.later(3_601)
    assert await refused(place.walk()) == "The identity provider is at an address that is not asked."
    upstream.document = {}
    place.later(3_601)
    await place.walk()


async def test_a_provider_that_announces_its_issuer_must_say_it(place, upstream):
    upstream.document = {"authorization_response_iss_parameter_supported": True}
    place.later(3_601)

    mixed_up = "Invalid authorization response: another issuer sent it."
    assert await refused(place.walk()) == mixed_up
    assert await refused(place.walk(iss="https://evil.example.com")) == mixed_up
    await place.walk(iss=upstream.issuer)


async def test_an_answer_that_leads_somewhere_else_is_no_answer(place, upstream):
    upstream.token_answer = (302, {"location": upstream.url("/me")}, b"")

    assert await refused(place.walk()) == "corp Error - 302 "
    upstream.reset()
    await place.walk()


async def test_addresses_that_the_operator_gives_go_before_those_of_the_document(tmp_path, upstream):
    upstream.answers["/own"] = (200, JSON, b'{"sub": "109", "name": "of the own address"}')
    async with placed(tmp_path, upstream, attributes_url=upstream.url("/own")) as place:
        found = await place.walk()

    assert found.claims["name"] == "of the own address"


async def test_with_every_address_given_no_document_is_read(tmp_path, upstream):
    paths = {"authorize_url": "/auth", "token_url": "/token", "attributes_url": "/me", "jwks_uri": "/jwks"}
    given = {name: upstream.url(path) for name, path in paths.items()}
    async with placed(tmp_path, upstream, **given) as place:
        await place.walk()

    assert DISCOVERY not in upstream.paths()


async def test_user_info_is_asked_as_the_operator_says(tmp_path, upstream):
    async with placed(tmp_path, upstream, attributes_request_method="POST") as place:
        await place.walk()

    assert [asked.method for asked in upstream.asked if asked.path == "/me"] == ["POST"]


@pytest.mark.parametrize("prompt", [frozenset(), frozenset({"none"}), frozenset({"none", "login"})])
async def test_no_prompt_for_nothing_reaches_the_provider(place, prompt):
    address = await place.leave(prompt=prompt)

    assert "none" not in address.partition("prompt=")[2]
    assert ("prompt=login" in address) is ("login" in prompt)

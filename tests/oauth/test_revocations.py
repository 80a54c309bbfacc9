"""The revocation feed: who may read it, and that a verifier which reads it refuses what was revoked."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.world import World, close_world, open_world

from poolhouse.authorizer import Feed, Fetched, Pool, Revoked, Verifier
from poolhouse.crypto import revocation_feed
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.oauth import well_known
from poolhouse.ports import SECOND

OLDER, NEWER, FOREIGN = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2, 3))


@dataclass
class Place:
    """A pool with a user who is signed in, and a verifier that asks it in process."""

    world: World
    pool: str
    client: Mapping[str, Any]
    tokens: Mapping[str, Any]
    key: str

    @property
    def issuer(self) -> str:
        return f"{self.world.env.settings.public_url}/{self.pool}"

    def verifier(self, **feed: Any) -> Verifier:
        loop = asyncio.get_running_loop()

        def fetch(url: str, headers: Mapping[str, str]) -> Fetched:
            address = url.removeprefix(self.world.env.settings.public_url)
            asked = asyncio.run_coroutine_threadsafe(self.ask(address, dict(headers)), loop)
            answer = asked.result(10)
            return Fetched(404, b"") if answer is None else Fetched(answer.status, answer.body)

        pool = Pool(self.issuer, [self.client["ClientId"]], feed=Feed(self.key, **feed))
        return Verifier(pool, token_use="either", fetch=fetch, clock=lambda: self.world.now / SECOND)

    async def ask(self, address: str, headers: Mapping[str, str]) -> Response | None:
        path, _, query = address.partition("?")
        return await well_known.answer(
            self.world.env,
            HttpRequest("GET", path, query, tuple(headers.items()), b"", "127.0.0.1", dict(headers)),
        )

    async def read(self, query: str = "", key: str = "") -> Response:
        headers = {"authorization": f"Bearer {key or self.key}"}
        answer = await self.ask(f"/{self.pool}{revocation_feed.PATH}{query}", headers)
        assert answer is not None
        return answer


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    opened = await open_world(tmp_path, revocation_feed_keys=[NEWER, OLDER])
    yield opened
    await close_world(opened)


@pytest.fixture
async def place(world: World) -> Place:
    return await _place(world)


async def _place(world: World, **client: Any) -> Place:
    pool = await world.pool()
    made = await world.client(pool, **client)
    await world.user(pool, email="ada@example.com")
    tokens = await world.tokens(made)
    return Place(world, pool, made, tokens, revocation_feed.pool_key(NEWER, pool))


async def admin(place: Place, operation: str) -> None:
    await place.world.call(operation, UserPoolId=place.pool, Username="ada")


async def own(place: Place, operation: str) -> None:
    await place.world.call(operation, AccessToken=place.tokens["AccessToken"])


async def revoke_token(place: Place) -> None:
    await place.world.call(
        "RevokeToken", ClientId=place.client["ClientId"], Token=place.tokens["RefreshToken"]
    )


ENDS: Mapping[str, Callable[[Place], Awaitable[None]]] = {
    "RevokeToken": revoke_token,
    "GlobalSignOut": lambda place: own(place, "GlobalSignOut"),
    "AdminUserGlobalSignOut": lambda place: admin(place, "AdminUserGlobalSignOut"),
    "AdminDisableUser": lambda place: admin(place, "AdminDisableUser"),
    "AdminDeleteUser": lambda place: admin(place, "AdminDeleteUser"),
    "DeleteUser": lambda place: own(place, "DeleteUser"),
}


@pytest.mark.parametrize("end", ENDS)
async def test_what_ends_tokens_here_ends_them_at_a_verifier_that_reads_the_feed(
    place: Place, end: str
) -> None:
    mine = place.verifier(every=0.0)
    for name in ("AccessToken", "IdToken"):
        assert (await mine.verify_async(place.tokens[name])).username == "ada"

    await ENDS[end](place)

    for name in ("AccessToken", "IdToken"):
        with pytest.raises(Revoked):
            await mine.verify_async(place.tokens[name])


async def test_only_the_sign_in_that_was_revoked_is_refused(place: Place) -> None:
    mine = place.verifier(every=0.0)
    others = await place.world.tokens(dict(place.client))

    await revoke_token(place)

    with pytest.raises(Revoked):
        await mine.verify_async(place.tokens["AccessToken"])
    assert await mine.verify_async(others["AccessToken"])


async def test_who_signs_in_again_is_let_in_again(place: Place) -> None:
    mine = place.verifier(every=0.0)

    await admin(place, "AdminUserGlobalSignOut")
    again = await place.world.tokens(dict(place.client))

    assert await mine.verify_async(again["AccessToken"])


async def test_tokens_without_a_sign_in_are_revoked_too(world: World) -> None:
    place = await _place(world, EnableTokenRevocation=False)
    mine = place.verifier(every=0.0)
    assert "origin_jti" not in await mine.verify_async(place.tokens["AccessToken"])

    await admin(place, "AdminUserGlobalSignOut")

    with pytest.raises(Revoked):
        await mine.verify_async(place.tokens["AccessToken"])
    world.advance(2 * SECOND)
    again = await world.tokens(dict(place.client))
    assert await mine.verify_async(again["AccessToken"])


async def test_an_answer_names_nobody(place: Place) -> None:
    claims = await place.verifier(every=0.0).verify_async(place.tokens["AccessToken"])
    await admin(place, "AdminUserGlobalSignOut")

    answer = await place.read()

    document = json.loads(answer.body)
    at = place.world.now // SECOND
    assert document["families"] == [[revocation_feed.digest(claims["origin_jti"]), pytest.approx(at, abs=5)]]
    assert document["users"] == [[revocation_feed.digest(claims.sub), pytest.approx(at, abs=5)]]
    assert document["removed"] == []
    for name in (claims.sub, claims["origin_jti"], "ada"):
        assert name.encode() not in answer.body
    assert dict(answer.headers)[b"cache-control"] == b"no-store"


async def test_a_cursor_goes_on_where_the_last_answer_ended(place: Place) -> None:
    await revoke_token(place)
    place.world.advance(120 * SECOND)
    first = json.loads((await place.read()).body)

    second = json.loads((await place.read(f"?since={first['cursor']}")).body)

    assert len(first["families"]) == 1
    assert second["families"] == []


@pytest.mark.parametrize("master", [NEWER, OLDER])
async def test_every_key_of_the_operator_is_good(place: Place, master: str) -> None:
    assert (await place.read(key=revocation_feed.pool_key(master, place.pool))).status == 200


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer ",
        "Bearer x",
        "Basic {key}",
        "Bearer {key}x",
        "Bearer {foreign}",
        "Bearer {of_other_pool}",
        f"Bearer {NEWER}",
        "Bearer \u00e9",
    ],
)
async def test_without_the_key_of_the_pool_nothing_is_told(place: Place, authorization: str) -> None:
    header = authorization.format(
        key=place.key,
        foreign=revocation_feed.pool_key(FOREIGN, place.pool),
        of_other_pool=revocation_feed.pool_key(NEWER, "us-east-1_Other0001"),
    )

    answer = await place.ask(f"/{place.pool}{revocation_feed.PATH}", {"authorization": header})

    assert answer is not None
    assert (answer.status, answer.body) == (401, b'{"message":"Unauthorized"}')
    assert (await place.read()).status == 200


@pytest.mark.parametrize(
    "query", ["?since=x", "?since=-1", "?since=1&since=2", "?since=1" + "0" * 30, "?since=\u0661"]
)
async def test_a_cursor_that_is_none_is_refused(place: Place, query: str) -> None:
    assert (await place.read(query)).status == 400
    assert (await place.read("?since=1")).status == 200


async def test_there_is_no_feed_unless_it_is_set_up_nor_for_a_pool_that_there_is_not(
    place: Place, tmp_path: Path
) -> None:
    assert await place.ask(f"/us-east-1_Nothing00{revocation_feed.PATH}", {}) is None
    without = await open_world(tmp_path / "without")
    try:
        off = await _place(without)
        headers = {"authorization": f"Bearer {off.key}"}
        assert await off.ask(f"/{off.pool}{revocation_feed.PATH}", headers) is None
    finally:
        await close_world(without)

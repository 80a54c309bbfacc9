"""/_dev/messages: every message for programs, oldest first, by pool, address and time."""

import msgspec
import pytest
from tests.pool_parts import POOL, add_pool

from poolhouse.ports import SECOND, Tx
from poolhouse.store import pool_removal
from poolhouse.web.dev import times

OTHER = "us-east-1_Zz9Yy8Xx7"


async def test_a_message_has_the_members_of_the_contract(visitor):
    message = await visitor.send()

    assert await visitor.json("/_dev/messages") == [
        {
            "id": message.message_id,
            "medium": "EMAIL",
            "to": "ada@example.com",
            "user_pool_id": POOL,
            "username": "ada",
            "purpose": "SignUp",
            "code": "482915",
            "subject": "Your verification code",
            "body": "Your verification code is 482915. ",
            "at": times.iso(message.at),
        }
    ]


async def test_an_empty_inbox_is_an_empty_list(visitor):
    assert await visitor.json("/_dev/messages") == []


async def test_the_oldest_comes_first(visitor):
    now = visitor.env.clock.now()
    for code, age in (("111111", 5), ("333333", 1), ("222222", 3)):
        await visitor.send(code=code, at=now - age * SECOND)

    assert [message["code"] for message in await visitor.json("/_dev/messages")] == [
        "111111",
        "222222",
        "333333",
    ]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("to=ada@example.com", ["1", "3"]),
        ("to=ADA%40example.com", ["1", "3"]),
        ("to=ada", []),
        ("to=+46701740611", ["2"]),
        ("to=%2B46701740611", ["2"]),
        (f"user_pool_id={POOL}", ["1", "2"]),
        (f"user_pool_id={OTHER}&to=ada@example.com", ["3"]),
        ("user_pool_id=us-east-1_nothing", []),
        ("user_pool_id=&to=&after=", ["1", "2", "3"]),
    ],
)
async def test_messages_are_found_by_pool_and_by_address(visitor, query, codes):
    await add_pool(visitor.env, OTHER)
    await visitor.send(code="1")
    await visitor.send(code="2", medium="SMS", to="+46701740611")
    await visitor.send(code="3", user_pool_id=OTHER)

    found = await visitor.json(f"/_dev/messages?{query}")

    assert [message["code"] for message in found] == codes


async def test_after_gives_only_what_was_sent_later(visitor):
    first = await visitor.send(code="1")
    await visitor.send(code="2", at=first.at + 1)

    (later,) = await visitor.json(f"/_dev/messages?after={times.iso(first.at)}")

    assert later["code"] == "2"
    assert await visitor.json(f"/_dev/messages?after={later['at']}") == []


async def test_after_takes_any_zone(visitor):
    await visitor.send()

    assert len(await visitor.json("/_dev/messages?after=2020-01-01T00:00:00+02:00")) == 1


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("after=yesterday", "with its zone"),
        ("after=2027-01-01T00:00:00", "with its zone"),
        ("pool=x", "`pool` is no parameter"),
        ("&".join(f"a{n}=1" for n in range(50)), "cannot be read"),
    ],
)
async def test_a_query_that_makes_no_sense_is_told(visitor, query, part):
    response = await visitor.get(f"/_dev/messages?{query}")

    assert response.status == 400
    assert part in msgspec.json.decode(response.body)["message"]


async def test_delete_empties_the_inbox_of_every_pool(visitor):
    await add_pool(visitor.env, OTHER)
    await visitor.send()
    await visitor.send(user_pool_id=OTHER)

    response = await visitor.ask("DELETE", "/_dev/messages")

    assert response.status == 200
    assert await visitor.json("/_dev/messages") == []


async def test_the_messages_of_a_deleted_pool_are_gone(visitor):
    await add_pool(visitor.env, OTHER)
    await visitor.send()
    await visitor.send(user_pool_id=OTHER)

    async def remove(tx: Tx) -> bool:
        return await pool_removal.remove(tx, OTHER, visitor.env.clock.now())

    await visitor.env.db.run(remove)
    visitor.env.snapshots.drop(OTHER)

    assert [message["user_pool_id"] for message in await visitor.json("/_dev/messages")] == [POOL]

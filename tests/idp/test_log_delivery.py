"""SetLogDeliveryConfiguration takes effect: what is kept and shown, and what then becomes an entry."""

import json

import pytest
from tests.world import PASSWORD, close_world, open_world

from poolhouse.errors import IncorrectLogin
from poolhouse.sink_settings import FileSink
from poolhouse.store import log_outbox, pool_cloning
from poolhouse.store.log_outbox import Lane

GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:app"
EVENTS = {
    "EventSource": "userAuthEvents",
    "LogLevel": "INFO",
    "CloudWatchLogsConfiguration": {"LogGroupArn": GROUP},
}
MESSAGES = EVENTS | {"EventSource": "userNotification", "LogLevel": "ERROR"}


@pytest.fixture
async def world(tmp_path):
    made = await open_world(tmp_path, log_sinks={GROUP: FileSink(path="/var/log/app.jsonl")})
    yield made
    await close_world(made)


async def configure(world, pool, *configurations):
    answer = await world.call(
        "SetLogDeliveryConfiguration", UserPoolId=pool, LogConfigurations=list(configurations)
    )
    return answer["LogDeliveryConfiguration"]


async def shown(world, pool):
    answer = await world.call("GetLogDeliveryConfiguration", UserPoolId=pool)
    return answer["LogDeliveryConfiguration"]


async def entries(world, pool, source="userAuthEvents"):
    lane = Lane(pool, source, 0, 0)
    found = await world.env.db.read(lambda tx: log_outbox.head(tx, lane, 100))
    return [json.loads(entry.body) for entry in found]


async def test_what_is_set_is_answered_and_shown(world):
    pool = await world.pool()
    expected = {"UserPoolId": pool, "LogConfigurations": [MESSAGES, EVENTS]}

    assert await configure(world, pool, MESSAGES, EVENTS) == expected
    assert await shown(world, pool) == expected


async def test_a_pool_that_was_never_configured_shows_an_empty_list(world):
    """[K]"""
    pool = await world.pool()

    assert await shown(world, pool) == {"UserPoolId": pool, "LogConfigurations": []}


async def test_a_configuration_takes_the_place_of_the_one_before_and_an_empty_one_ends_it(world):
    pool = await world.pool()
    await configure(world, pool, MESSAGES, EVENTS)

    await configure(world, pool, EVENTS)
    assert (await shown(world, pool))["LogConfigurations"] == [EVENTS]

    await configure(world, pool)
    assert (await shown(world, pool))["LogConfigurations"] == []


async def test_it_stays_when_the_pool_is_updated_and_is_no_part_of_its_description(world):
    pool = await world.pool()
    await configure(world, pool, EVENTS)

    await world.call("UpdateUserPool", UserPoolId=pool, MfaConfiguration="OFF")

    described = (await world.call("DescribeUserPool", UserPoolId=pool))["UserPool"]
    assert "LogDeliveryConfiguration" not in described
    assert (await shown(world, pool))["LogConfigurations"] == [EVENTS]


async def test_a_pool_that_is_made_like_another_delivers_like_it(world):
    pool = await world.pool()
    await configure(world, pool, EVENTS)
    made = await pool_cloning.clone(world.env, pool, pool_cloning.Wishes("like it"))
    client = await world.client(made.pool_id)
    await world.user(made.pool_id)

    await world.tokens(client)

    assert (await shown(world, made.pool_id))["LogConfigurations"] == [EVENTS]
    due = await world.env.db.read(lambda tx: log_outbox.due(tx, world.now, 10))
    assert [lane.pool_id for lane in due] == [made.pool_id]


async def test_one_pool_has_nothing_of_the_configuration_of_another(world):
    pool, other = await world.pool(), await world.pool()

    await configure(world, pool, EVENTS)

    assert (await shown(world, other))["LogConfigurations"] == []


async def test_every_attempt_becomes_an_entry_right_and_wrong(world):
    pool = await world.pool()
    await configure(world, pool, EVENTS)
    client = await world.client(pool)
    await world.user(pool)

    await world.tokens(client)
    with pytest.raises(IncorrectLogin):
        await world.tokens(client, password="Wr0ng-P2$Sword")

    told = [entry["message"] for entry in await entries(world, pool)]
    assert [(message["eventType"], message["eventResponse"]) for message in told] == [
        ("SignIn", "Pass"),
        ("SignIn", "Fail"),
    ]
    assert {message["userName"] for message in told} == {"ada"}
    assert {message["ipAddress"] for message in told} == {world.address}
    assert PASSWORD not in str(told)
    assert len({message["eventId"] for message in told}) == 2


async def test_a_pool_without_a_configuration_has_no_entries(world):
    pool, other = await world.pool(), await world.pool()
    await configure(world, other, EVENTS)
    client = await world.client(pool)
    await world.user(pool)

    await world.tokens(client)

    assert await entries(world, pool) == []


async def test_a_configuration_for_messages_alone_brings_no_events(world):
    pool = await world.pool()
    await configure(world, pool, MESSAGES)
    client = await world.client(pool)
    await world.user(pool)

    await world.tokens(client)

    assert await entries(world, pool) == []

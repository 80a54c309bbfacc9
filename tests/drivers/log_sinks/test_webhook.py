"""Webhooks: signed as docs/log-delivery.md shows how to check; what each answer means; where they may be."""

import json
import re
import time
from pathlib import Path

import pytest
from tests.drivers.log_sinks.receiver import POOL, Running, batch

from poolhouse.drivers.log_sinks.webhook import Webhook
from poolhouse.errors import LogRefused, LogSinkAway
from poolhouse.sink_settings import WebhookSink

ARN = "arn:aws:s3:::logs"
SECRET = "a secret of thirty-two characters"
DOCS = Path(__file__).parents[3] / "docs" / "log-delivery.md"


@pytest.fixture
def receiver():
    with Running() as running:
        yield running


@pytest.fixture
async def sink(receiver):
    made = Webhook(WebhookSink(url=f"{receiver.url}/in?tenant=7", secret=SECRET))
    yield made
    await made.close()


def documented():
    """The Python of the documentation, as a receiver would have it."""
    (source,) = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    names: dict = {}
    exec(source, names)  # noqa: S102 - our own documentation
    return names["is_ours"]


async def test_a_batch_is_one_post_with_its_entries_as_they_are(receiver, sink):
    sent = batch(ARN)

    await sink.send(sent)

    (got,) = receiver.received
    assert (got.method, got.path, got.header("content-type")) == ("POST", "/in?tenant=7", "application/json")
    assert json.loads(got.body) == {
        "userPoolId": POOL,
        "eventSource": "userAuthEvents",
        "entries": [json.loads(entry.body) for entry in sent.entries],
    }


async def test_the_documented_check_believes_it_and_nothing_that_was_changed(receiver, sink):
    is_ours = documented()
    await sink.send(batch(ARN))

    (got,) = receiver.received
    stamp, signature = got.header("poolhouse-timestamp"), got.header("poolhouse-signature")
    now = time.time()
    assert is_ours(SECRET, stamp, signature, got.body, now)
    assert not is_ours(SECRET, stamp, signature, got.body + b" ", now)
    assert not is_ours(SECRET, str(int(stamp) + 1), signature, got.body, now)
    assert not is_ours("another secret of thirty-two char", stamp, signature, got.body, now)
    assert not is_ours(SECRET, stamp, signature, got.body, now + 301)


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_any_2xx_is_taken(receiver, sink, status):
    receiver.will(status)

    await sink.send(batch(ARN))

    assert len(receiver.received) == 1


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_what_is_about_the_body_is_refused(receiver, sink, status):
    receiver.will(status)

    with pytest.raises(LogRefused, match=f"answered {status}"):
        await sink.send(batch(ARN))


@pytest.mark.parametrize("status", [301, 401, 403, 404, 408, 429, 500, 503])
async def test_anything_else_may_be_another_time_and_no_redirect_is_followed(receiver, sink, status):
    receiver.will(status, location=f"{receiver.url}/elsewhere")

    with pytest.raises(LogSinkAway, match=f"answered {status}"):
        await sink.send(batch(ARN))

    assert len(receiver.received) == 1


@pytest.mark.parametrize(
    ("said", "seconds"), [("120", 120.0), ("99999999", 3_600.0), ("Fri, 31 Dec 1999 23:59:59 GMT", 0.0)]
)
async def test_retry_after_is_heeded_within_an_hour(receiver, sink, said, seconds):
    receiver.will(503, retry_after=said)

    with pytest.raises(LogSinkAway) as away:
        await sink.send(batch(ARN))

    assert away.value.after == seconds


async def test_an_answer_without_end_is_not_read_to_it(receiver, sink):
    receiver.answers.append((200, {}, b"x" * 5_000_000))

    await sink.send(batch(ARN))

    assert len(receiver.received) == 1


async def test_a_server_that_is_away_is_away():
    with Running() as receiver:
        pass
    sink = Webhook(WebhookSink(url=receiver.url, secret=SECRET))

    with pytest.raises(LogSinkAway, match="cannot be reached"):
        await sink.send(batch(ARN))
    await sink.close()

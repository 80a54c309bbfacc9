"""S3: batches as objects in a real store (SeaweedFS), which verifies our signatures itself."""

import gzip

import pytest
from msgspec.structs import replace
from tests.drivers.log_sinks.receiver import POOL, SIGN, Running, batch
from tests.seaweed import ADMIN, seaweed

from poolhouse.drivers.log_sinks.s3 import S3Objects
from poolhouse.errors import LogSinkAway
from poolhouse.ports import SECOND
from poolhouse.sink_settings import S3Sink

ARN = "arn:aws:s3:::audit.logs/from=pools"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with seaweed(tmp_path_factory.mktemp("store")) as running:
        running.boto3("s3").create_bucket(Bucket="audit.logs")
        yield running


def settings(store, **members):
    usual = {"access_key_id": ADMIN[0], "secret_access_key": ADMIN[1], "endpoint": store.endpoint}
    return S3Sink(**(usual | members))


@pytest.fixture
async def sink(store):
    made = S3Objects(settings(store), SIGN)
    yield made
    await made.close()


def objects(store):
    return [
        found["Key"] for found in store.boto3("s3").list_objects_v2(Bucket="audit.logs").get("Contents", ())
    ]


def read(store, key):
    return gzip.decompress(store.boto3("s3").get_object(Bucket="audit.logs", Key=key)["Body"].read())


async def test_a_batch_is_an_object_of_json_lines_by_pool_source_and_day(store, sink):
    sent = batch(ARN)

    await sink.send(sent)

    (key,) = objects(store)
    folder, _, name = key.rpartition("/")
    assert folder == f"from=pools/{POOL}/userAuthEvents/2027/01/15"
    assert name.startswith("080000-")
    assert name.endswith(".jsonl.gz")
    assert read(store, key).splitlines() == [entry.body for entry in sent.entries]


async def test_a_batch_that_is_sent_again_takes_the_place_of_the_first_and_another_does_not(store, sink):
    again, other = batch(ARN), batch(ARN, 2)
    await sink.send(again)
    before = objects(store)

    await sink.send(again)
    assert objects(store) == before

    await sink.send(other)
    assert len(objects(store)) == len(before) + 1


async def test_a_wrong_secret_is_refused_by_the_store_and_may_be_put_right(store):
    sink = S3Objects(settings(store, secret_access_key="another"), SIGN)

    with pytest.raises(LogSinkAway, match="answered 403"):
        await sink.send(batch(ARN, 5))
    await sink.close()


async def test_whatever_a_store_answers_is_not_about_the_entries():
    with Running() as service:
        service.will(400)
        sink = S3Objects(S3Sink(access_key_id="a", secret_access_key="b", endpoint=service.url), SIGN)
        with pytest.raises(LogSinkAway, match="answered 400"):
            await sink.send(batch(ARN))
        await sink.close()


def test_batches_wait_for_the_seconds_of_the_settings(store):
    assert S3Objects(settings(store, seconds=5), SIGN).pause == 5 * SECOND
    assert S3Objects(settings(store), SIGN).pause == 60 * SECOND


async def test_a_batch_without_a_prefix_begins_with_the_pool(store, sink):
    sent = replace(batch("arn:aws:s3:::audit.logs", 1), source="userNotification")

    await sink.send(sent)

    assert any(key.startswith(f"{POOL}/userNotification/2027/01/15/") for key in objects(store))

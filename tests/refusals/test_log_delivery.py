"""Refused: log deliveries that would go nowhere, or not where Cognito lets them go."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest
from tests.refusals.scene import Scene
from tests.refusals.table import Row, play, table

from poolhouse.errors import InvalidParameter
from poolhouse.settings import Settings
from poolhouse.sink_settings import FileSink

GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:app"
BUCKET = "arn:aws:s3:::audit"
STREAM = "arn:aws:firehose:us-east-1:000000000000:deliverystream/activity"
SINKS = {arn: FileSink(path="/var/log/app.jsonl") for arn in (GROUP, "arn:aws:s3:::aud*", STREAM)}
INVALID = "InvalidParameterException: "
TWO = INVALID + "The log configuration for {} must name one destination, and one only."
NO_SINK = INVALID + "No sink is set up for {}: this server's operator names it in the setting log_sinks."
NO_POOL = "ResourceNotFoundException: User pool us-east-1_Nobody000 does not exist."

Members = Mapping[str, Any]


def group(arn: str = GROUP) -> Members:
    return {"CloudWatchLogsConfiguration": {"LogGroupArn": arn}}


def bucket(arn: str = BUCKET) -> Members:
    return {"S3Configuration": {"BucketArn": arn}}


def stream(arn: str = STREAM) -> Members:
    return {"FirehoseConfiguration": {"StreamArn": arn}}


def events(*places: Members, level: str = "INFO") -> dict[str, Any]:
    made: dict[str, Any] = {"EventSource": "userAuthEvents", "LogLevel": level}
    return made | {name: value for place in places for name, value in place.items()}


def messages(*places: Members, level: str = "ERROR") -> dict[str, Any]:
    return events(*places, level=level) | {"EventSource": "userNotification"}


def configure(*configurations: Members, **members: Any) -> Callable[[Scene], Any]:
    async def call(s: Scene) -> Any:
        return await s.admin(
            "SetLogDeliveryConfiguration", **({"LogConfigurations": list(configurations)} | members)
        )

    return call


def show(**members: Any) -> Callable[[Scene], Any]:
    async def call(s: Scene) -> Any:
        return await s.admin("GetLogDeliveryConfiguration", **members)

    return call


def row(name: str, error: str, refused: Callable[[Scene], Any], twin: Callable[[Scene], Any]) -> Row:
    return Row(name, error if ": " in error else INVALID + error, refused, twin, arrange=with_sinks)


async def with_sinks(s: Scene) -> None:
    await s.with_settings(log_sinks=SINKS)


ROWS = (
    row(
        "a level that auth events do not have",
        "The event source userAuthEvents has the log level INFO and no other.",
        configure(events(group(), level="ERROR")),
        configure(events(group())),
    ),
    row(
        "a level that failed messages do not have",
        "The event source userNotification has the log level ERROR and no other.",
        configure(messages(group(), level="INFO")),
        configure(messages(group())),
    ),
    row(
        "failed messages to a bucket",
        "The event source userNotification cannot be delivered to S3Configuration.",
        configure(messages(bucket())),
        configure(events(bucket())),
    ),
    row(
        "failed messages to a stream",
        "The event source userNotification cannot be delivered to FirehoseConfiguration.",
        configure(messages(stream())),
        configure(events(stream())),
    ),
    row(
        "one source twice",
        "There can be one log configuration for the event source userAuthEvents.",
        configure(events(group()), events(bucket())),
        configure(events(group()), messages(group())),
    ),
    row("no destination", TWO.format("userAuthEvents"), configure(events()), configure(events(group()))),
    row(
        "a destination that names nothing",
        TWO.format("userAuthEvents"),
        configure(events({"CloudWatchLogsConfiguration": {}})),
        configure(events(group())),
    ),
    row(
        "two destinations",
        TWO.format("userAuthEvents"),
        configure(events(group(), bucket())),
        configure(events(bucket())),
    ),
    row(
        "all three destinations",
        TWO.format("userNotification"),
        configure(messages(group(), bucket(), stream())),
        configure(messages(group())),
    ),
    row(
        "a log group that no sink is set up for",
        NO_SINK.format(GROUP + "2"),
        configure(events(group(GROUP + "2"))),
        configure(events(group())),
    ),
    row(
        "a bucket whose name begins otherwise than that of a sink",
        NO_SINK.format("arn:aws:s3:::au"),
        configure(events(bucket("arn:aws:s3:::au"))),
        configure(events(bucket("arn:aws:s3:::audit-of-2026"))),
    ),
    row(
        "a stream that no sink is set up for",
        NO_SINK.format(STREAM.replace("activity", "another")),
        configure(events(stream(STREAM.replace("activity", "another")))),
        configure(events(stream())),
    ),
    row(
        "a stream in the place of a log group",
        f"{STREAM} is not the ARN of what CloudWatchLogsConfiguration names.",
        configure(events(group(STREAM))),
        configure(events(stream(STREAM))),
    ),
    row(
        "a log group in the place of a stream",
        f"{GROUP} is not the ARN of what FirehoseConfiguration names.",
        configure(events(stream(GROUP))),
        configure(events(group(GROUP))),
    ),
    row(
        "a log stream in the place of a log group",
        f"{GROUP}:log-stream is not the ARN of what CloudWatchLogsConfiguration names.",
        configure(events(group(f"{GROUP}:log-stream"))),
        configure(events(group(GROUP))),
    ),
    row(
        "another service that names itself like a bucket",
        "arn:aws:sns:::audit is not the ARN of what S3Configuration names.",
        configure(events(bucket("arn:aws:sns:::audit"))),
        configure(events(bucket("arn:aws:s3:::audit"))),
    ),
    row(
        "a pool that is not there",
        NO_POOL,
        configure(events(group()), UserPoolId="us-east-1_Nobody000"),
        configure(events(group())),
    ),
    row("what a pool that is not there has", NO_POOL, show(UserPoolId="us-east-1_Nobody000"), show()),
    row(
        "a good configuration beside a bad one",
        "The event source userNotification has the log level ERROR and no other.",
        configure(events(group()), messages(group(), level="INFO")),
        configure(events(group()), messages(group())),
    ),
)


@table(*ROWS)
async def test_refused(row: Row, scene: Scene, count: Callable[[str, object], None]) -> None:
    await play(row, scene, count)


async def test_refused_without_any_sink_and_good_with_one(
    scene: Scene, count: Callable[[str, object], None]
) -> None:
    async def twin(s: Scene) -> None:
        await with_sinks(s)
        await configure(events(group()))(s)

    await play(Row("no sinks at all", NO_SINK.format(GROUP), configure(events(group())), twin), scene, count)


@pytest.mark.parametrize(
    ("configurations", "words"),
    [
        ([events(group())] * 3, "Member must have length less than or equal to 2"),
        ([events(group()) | {"EventSource": "everything"}], "Member must satisfy enum value set"),
        ([events(group(), level="DEBUG")], "Member must satisfy enum value set"),
        ([events(group("not an arn"))], "Member must satisfy regular expression pattern"),
        ([events(group(GROUP + ":*"))], "Member must satisfy regular expression pattern"),
    ],
)
async def test_what_the_model_forbids_is_refused_in_its_words(
    scene: Scene, configurations: list[Members], words: str
) -> None:
    await scene.set_up({}, {}, {})
    await with_sinks(scene)

    with pytest.raises(InvalidParameter, match=words):
        await configure(*configurations)(scene)

    assert (await configure(events(group()))(scene))["LogDeliveryConfiguration"]["LogConfigurations"]


def test_settings_of_a_sink_that_cannot_be_are_no_settings() -> None:
    with pytest.raises(msgspec.ValidationError, match="unknown field"):
        msgspec.convert({"log_sinks": {GROUP: {"kind": "file", "path": "/a", "url": "x"}}}, Settings)
    with pytest.raises(msgspec.ValidationError, match="Invalid value 'carrier-pigeon'"):
        msgspec.convert({"log_sinks": {GROUP: {"kind": "carrier-pigeon"}}}, Settings)

    assert msgspec.convert({"log_sinks": {GROUP: {"kind": "file", "path": "/a"}}}, Settings).log_sinks == {
        GROUP: FileSink(path="/a")
    }

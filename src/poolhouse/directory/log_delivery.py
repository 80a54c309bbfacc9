"""Where a pool's logs go: SetLogDeliveryConfiguration (behaviour file, 1.10 and 7.2). Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from poolhouse import sink_settings
from poolhouse.errors import (
    LogDestinationUnknown,
    LogDestinationUnsuitable,
    LogLevelUnsuitable,
    LogSourceTwice,
    OneLogDestination,
)
from poolhouse.sink_settings import AnySink

CONFIG = "LogDeliveryConfiguration"  # the member of a pool's stored configuration

AUTH_EVENTS = "userAuthEvents"
NOTIFICATIONS = "userNotification"

LEVELS: Mapping[str, str] = {AUTH_EVENTS: "INFO", NOTIFICATIONS: "ERROR"}

# Each destination with the member that names it, and the form of its ARN.
_DESTINATIONS: Mapping[str, tuple[str, re.Pattern[str]]] = {
    "CloudWatchLogsConfiguration": (
        "LogGroupArn",
        re.compile(r"arn:[a-z-]+:logs:[a-z0-9-]+:[0-9]+:log-group:[^:]+"),
    ),
    "S3Configuration": ("BucketArn", re.compile(r"arn:[a-z-]+:s3:::[^:/][^:]*")),
    "FirehoseConfiguration": (
        "StreamArn",
        re.compile(r"arn:[a-z-]+:firehose:[a-z0-9-]+:[0-9]+:deliverystream/[^:/]+"),
    ),
}
_OF_SOURCE: Mapping[str, frozenset[str]] = {
    AUTH_EVENTS: frozenset(_DESTINATIONS),
    NOTIFICATIONS: frozenset({"CloudWatchLogsConfiguration"}),
}


def checked(
    configurations: Sequence[Mapping[str, Any]], sinks: Mapping[str, AnySink]
) -> list[dict[str, Any]]:
    """LogConfigurations as they are kept. The texts of the refusals are [K].

    sinks  of this server: what names none of them would go nowhere, and is not stored
    """
    sources = [configuration["EventSource"] for configuration in configurations]
    if len(set(sources)) < len(sources):
        raise LogSourceTwice(source=sources[0])
    return [_checked(configuration, sinks) for configuration in configurations]


def _checked(configuration: Mapping[str, Any], sinks: Mapping[str, AnySink]) -> dict[str, Any]:
    source, level = configuration["EventSource"], configuration["LogLevel"]
    if level != LEVELS[source]:
        raise LogLevelUnsuitable(source=source, level=LEVELS[source])
    member, arn = _destination(configuration)
    if member not in _OF_SOURCE[source]:
        raise LogDestinationUnsuitable(source=source, destination=member)
    if not _DESTINATIONS[member][1].fullmatch(arn):
        raise LogDestinationUnsuitable(f"{arn} is not the ARN of what {member} names.")
    if sink_settings.named(sinks, arn) is None:
        raise LogDestinationUnknown(arn=arn)
    return {"LogLevel": level, "EventSource": source, member: {_DESTINATIONS[member][0]: arn}}


def _destination(configuration: Mapping[str, Any]) -> tuple[str, str]:
    """The member that says where, and the ARN in it."""
    given = {
        member: configuration[member][name]
        for member, (name, _) in _DESTINATIONS.items()
        if configuration.get(member, {}).get(name)
    }
    if len(given) != 1:
        raise OneLogDestination(source=configuration["EventSource"])
    return next(iter(given.items()))


def named(request: Mapping[str, Any]) -> list[str]:
    """Every ARN that a request of SetLogDeliveryConfiguration names; none of any other."""
    return [
        configuration[member][name]
        for configuration in request.get("LogConfigurations", ())
        for member, (name, _) in _DESTINATIONS.items()
        if name in configuration.get(member, {})
    ]


def destinations(config: Mapping[str, Any]) -> Mapping[str, str]:
    """Of a pool's stored configuration: the ARN for each source of events that has one."""
    return {
        configuration["EventSource"]: configuration[member][name]
        for configuration in config.get(CONFIG, ())
        for member, (name, _) in _DESTINATIONS.items()
        if member in configuration
    }

"""Log delivery: what cannot be configured, and why a sink did not take a batch. Wordings are [K] or ours."""

from collections.abc import Iterable

from poolhouse.errors.parameters import InvalidParameter


class LogSourceTwice(InvalidParameter):
    message = "There can be one log configuration for the event source {source}."


class LogLevelUnsuitable(InvalidParameter):
    message = "The event source {source} has the log level {level} and no other."


class OneLogDestination(InvalidParameter):
    message = "The log configuration for {source} must name one destination, and one only."


class LogDestinationUnsuitable(InvalidParameter):
    message = "The event source {source} cannot be delivered to {destination}."


class LogDestinationUnknown(InvalidParameter):
    """Ours: AWS looks for the log group, the stream or the bucket."""

    message = "No sink is set up for {arn}: this server's operator names it in the setting log_sinks."


class LogSinkAway(Exception):
    """The batch was not taken now, and may be later. Its text holds nothing of an entry.

    taken  ids of the entries that were taken all the same
    after  seconds that the sink asks us to wait; 0: it does not say
    """

    def __init__(self, reason: str, taken: Iterable[str] = (), after: float = 0.0) -> None:
        super().__init__(reason)
        self.taken = frozenset(taken)
        self.after = after


class LogRefused(Exception):
    """The sink will never take the batch as it is.

    refused  ids of the entries that it does not take; empty: it refuses the batch and does not say which
    unnamed  how many it has thrown away without saying which; the batch is not to be sent again
    """

    def __init__(self, reason: str, refused: Iterable[str] = (), unnamed: int = 0) -> None:
        super().__init__(reason)
        self.refused = frozenset(refused)
        self.unnamed = unnamed

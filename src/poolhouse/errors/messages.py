"""Messages that are not sent (behaviour file, 1.17 and 5.2)."""

from poolhouse.errors.resources import LimitExceeded, TooManyRequests
from poolhouse.errors.triggers import UnrecognizableLambdaOutput

_DAILY = (
    "Exceeded daily email limit for the operation or the account. If a higher limit is required, please "
    "configure your user pool to use your own Amazon SES configuration for sending email."
)


class DailyEmailLimit(LimitExceeded):
    message = _DAILY


class DailyEmailLimitReached(TooManyRequests):
    """In place of LimitExceededException, where the operation's model does not declare that."""

    message = _DAILY


class CustomMessageUnusable(UnrecognizableLambdaOutput):
    """The wording is [K]."""

    message = "CustomMessage returned an unusable response: {reason}."

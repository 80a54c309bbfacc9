"""The metrics that Cognito sends to CloudWatch, for Prometheus (behaviour file, 7.2; docs/metrics.md).

The names are Cognito's in Prometheus's spelling: `SignInSuccesses` is `poolhouse_sign_in_successes_total`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry, Counter

_CLIENT = ("user_pool", "user_pool_client")
_PROVIDER = (*_CLIENT, "identity_provider")
_RISK = ("user_pool", "operation", "risk_level")
_CATEGORY = ("category",)

# The dimensions of each, and what it counts. `Failures` are ours: Cognito's zeros that are no throttles.
METRICS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "SignUpSuccesses": (_CLIENT, "Sign-ups that made an account."),
    "SignUpFailures": (_CLIENT, "Sign-ups that were refused."),
    "SignUpThrottles": (_CLIENT, "Sign-ups that were throttled."),
    "SignInSuccesses": (_CLIENT, "Sign-ins that ended with tokens or a code."),
    "SignInFailures": (_CLIENT, "Sign-ins that were refused."),
    "SignInThrottles": (_CLIENT, "Sign-ins that were throttled."),
    "TokenRefreshSuccesses": (_CLIENT, "Refresh tokens that were traded for new tokens."),
    "TokenRefreshFailures": (_CLIENT, "Refresh tokens that were refused."),
    "TokenRefreshThrottles": (_CLIENT, "Refreshes that were throttled."),
    "FederationSuccesses": (_PROVIDER, "Sign-ins with identity providers that ended with tokens or a code."),
    "FederationFailures": (_PROVIDER, "Answers of identity providers that were refused."),
    "FederationThrottles": (_PROVIDER, "Answers of identity providers that were throttled."),
    "CompromisedCredentialRisk": (_RISK, "Passwords that are known to be stolen."),
    "AccountTakeOverRisk": (_RISK, "Sign-ins with a level of risk."),
    "OverrideBlock": (_RISK, "Requests that the operator's own list of addresses blocked."),
    "Risk": (_RISK, "Requests with any of these."),
    "NoRisk": (_RISK, "Sign-ins that were assessed with none."),
    "CallCount": (_CATEGORY, "Requests by their category of request rates, whatever came of them."),
    "ThrottleCount": (_CATEGORY, "Requests that the request rates turned away."),
}

OTHER = "other"
# Clients can register themselves: where a metric has so many series, what is new is counted as `other`.
_MOST = 5_000


class _Series(Struct, frozen=True):
    counter: Counter
    made: dict[tuple[str, ...], Counter] = field(default_factory=dict)  # `counter` by its labels


class CognitoMetrics:
    """The counters of one process."""

    def __init__(self, registry: CollectorRegistry, most: int = _MOST) -> None:
        from prometheus_client import Counter

        self._most = most
        self._series = {
            name: _Series(Counter(prometheus(name), text, labels, registry=registry))
            for name, (labels, text) in METRICS.items()
        }

    def count(self, name: str, dimensions: tuple[str, ...], times: int = 1) -> None:
        """So many more. `dimensions` must be of what exists: a client must not be able to make new ones."""
        series = self._series[name]
        counter = series.made.get(dimensions)
        if counter is None:
            full = len(series.made) >= self._most
            labels = (OTHER,) * len(dimensions) if full else dimensions
            counter = series.counter.labels(*labels)
            if not full:
                series.made[dimensions] = counter
        counter.inc(times)


def prometheus(name: str) -> str:
    """Cognito's name as Prometheus spells names, without `_total`, which its client adds."""
    return "poolhouse" + re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)

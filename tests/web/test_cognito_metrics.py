"""Cognito's metrics in Prometheus's words."""

from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from poolhouse.web.cognito_metrics import METRICS, OTHER, CognitoMetrics, prometheus
from poolhouse.web.metrics import Metrics

DOCS = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text()


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("SignInSuccesses", "poolhouse_sign_in_successes"),
        ("AccountTakeOverRisk", "poolhouse_account_take_over_risk"),
        ("Risk", "poolhouse_risk"),
    ],
)
def test_names_are_cognito_s_in_prometheus_s_spelling(name: str, spelled: str) -> None:
    assert prometheus(name) == spelled


def test_a_metric_has_its_dimensions_as_labels() -> None:
    metrics = Metrics()

    metrics.measure("SignInSuccesses", "us-east-1_a", "app")
    metrics.measure("SignInSuccesses", "us-east-1_a", "app")
    metrics.measure("SignInSuccesses", "us-east-1_b", "app")

    text = metrics.text().decode()
    of_a = 'poolhouse_sign_in_successes_total{user_pool="us-east-1_a",user_pool_client="app"} 2.0'
    assert of_a in text
    assert of_a.replace("_a", "_b").replace("2.0", "1.0") in text


def test_a_flood_of_clients_makes_no_flood_of_series_and_those_that_are_known_go_on() -> None:
    registry = CollectorRegistry()
    metrics = CognitoMetrics(registry, most=2)
    for client in ("first", "second", "third", "fourth", "first"):
        metrics.count("SignUpSuccesses", ("pool", client))
    metrics.count("SignInSuccesses", ("pool", "third"))

    def shown(name: str, pool: str, client: str) -> float | None:
        return registry.get_sample_value(name, {"user_pool": pool, "user_pool_client": client})

    assert shown("poolhouse_sign_up_successes_total", "pool", "first") == 2
    assert shown("poolhouse_sign_up_successes_total", "pool", "third") is None
    assert shown("poolhouse_sign_up_successes_total", OTHER, OTHER) == 2
    assert shown("poolhouse_sign_in_successes_total", "pool", "third") == 1


def test_every_metric_can_be_counted_and_is_in_the_docs() -> None:
    registry = CollectorRegistry()
    metrics = CognitoMetrics(registry)
    for name, (labels, _) in METRICS.items():
        metrics.count(name, tuple("x" for _ in labels))

    text = generate_latest(registry).decode()

    for name in METRICS:
        assert f"{prometheus(name)}_total{{" in text
        assert f"`{name}`" in DOCS
        assert f"`{prometheus(name)}_total`" in DOCS

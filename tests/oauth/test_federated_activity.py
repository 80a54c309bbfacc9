"""Sign-ins with identity providers are counted for the provider and the client, and as nothing else (7.2)."""

import re

import httpx2
import pytest
from tests.oauth.apps import App, registered
from tests.oauth.saml_walk import Corp, signed_in
from tests.oauth.walk import Walk, parameters, target
from tests.refusals.federation import federation
from tests.server import Server

_SAMPLE = re.compile(r'(\w+)\{(?:identity_provider="(\w+)")?.*\} (.+)')


def counted(server: Server, app: App) -> dict[str, float]:
    """What /metrics has of this client, by the name of the metric and the provider."""
    lines = httpx2.get(f"{server.endpoint}/metrics").text.splitlines()
    found = (_SAMPLE.match(line) for line in lines if app.client_id in line and "_created" not in line)
    return {f"{sample[1]} {sample[2]}": float(sample[3]) for sample in found if sample}


@pytest.fixture
def oidc(server: Server) -> App:
    with federation(server) as (_, upstream):
        app = registered(server, SupportedIdentityProviders=["COGNITO", "corp"])
        for nonce in ({}, {"nonce": "another"}):
            browser = Walk()
            away = browser.get(app.authorize(identity_provider="corp"))
            browser.get(upstream.sign_in(target(away), "109", **nonce))
    return app


def test_an_oidc_provider_s_good_answer_is_a_success_and_a_forged_one_a_failure(server: Server, oidc: App):
    assert counted(server, oidc) == {
        "poolhouse_federation_successes_total corp": 1,
        "poolhouse_federation_failures_total corp": 1,
    }


def test_a_saml_provider_s_good_answer_is_a_success_and_an_old_one_a_failure(server: Server):
    corp = Corp(server, "Saml").configure()
    app = registered(server, SupportedIdentityProviders=["COGNITO", "Saml"])

    _, back = signed_in(app, corp, subject="grace")
    assert "code" in parameters(back)
    _, back = signed_in(app, corp, subject="grace", audience="urn:somebody:else")
    assert "error" in parameters(back)

    assert counted(server, app) == {
        "poolhouse_federation_successes_total Saml": 1,
        "poolhouse_federation_failures_total Saml": 1,
    }

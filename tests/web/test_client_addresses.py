"""Where a device was last seen: the address of the connection, or what a trusted proxy says."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.browser import TRACKING, new_browser
from tests.clients.apps import PASSWORD, new_app, new_user, plain
from tests.server import Server, serve_server

TARGET = "AWSCognitoIdentityProviderService."


def last_address(server: Server, headers: Mapping[str, str]) -> str:
    """Confirm a device with these headers; the address that is kept."""
    app = new_app(server, **TRACKING)
    new_user(server, app, "ada")

    def post(operation: str, **members: Any) -> dict[str, Any]:
        answer = httpx2.post(
            server.endpoint,
            content=json.dumps(members),
            headers={
                "content-type": "application/x-amz-json-1.1",
                "x-amz-target": TARGET + operation,
                **headers,
            },
            timeout=10,
        )
        answer.raise_for_status()
        return dict(answer.json())

    parameters = {"USERNAME": "ada", "PASSWORD": PASSWORD}
    begun = post(
        "InitiateAuth", ClientId=app.client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters
    )
    tokens = begun["AuthenticationResult"]
    browser = new_browser(tokens)
    post("ConfirmDevice", AccessToken=tokens["AccessToken"], **browser.confirmation())
    device = post("GetDevice", AccessToken=tokens["AccessToken"], DeviceKey=browser.key)["Device"]
    return plain(device["DeviceAttributes"])["last_ip_used"]


@pytest.mark.parametrize(
    ("trusted", "believed"), [("", False), ("127.0.0.1,::1", True), ("203.0.113.200", False)]
)
def test_only_a_trusted_proxy_is_believed(tmp_path: Path, trusted: str, believed: bool) -> None:
    settings = {"POOLHOUSE_TRUSTED_PROXIES": trusted} if trusted else {}
    with serve_server(tmp_path, **settings) as server:
        said = last_address(server, {"x-forwarded-for": "198.51.100.77"})
        silent = last_address(server, {})

    assert (said == "198.51.100.77") is believed
    assert silent in ("127.0.0.1", "::1")

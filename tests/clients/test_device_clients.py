"""NEEDS NODE in part: remembered devices, as amazon-cognito-identity-js and pycognito keep them."""

import json
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from pycognito import aws_srp
from pycognito.aws_srp import AWSSRP
from pycognito.exceptions import SoftwareTokenMFAChallengeException
from tests.clients import authenticator
from tests.clients.apps import INCORRECT, PASSWORD, App, new_app, new_user, plain
from tests.clients.node import run_node
from tests.server import Server

ALWAYS = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}
OPT_IN = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": True}
MAIL = "ada@example.com"


def tracking_app(server: Server, configuration: dict[str, bool], **settings: Any) -> App:
    app = new_app(server, DeviceConfiguration=configuration, **settings)
    authenticator.allow_totp(server, app)
    return app


def run_script(server: Server, app: App, script: str, scenario: str, **facts: Any) -> dict[str, Any]:
    known = {
        "endpoint": server.endpoint,
        "userPoolId": app.pool_id,
        "clientId": app.client_id,
        "username": MAIL,
        "password": PASSWORD,
    }
    printed: dict[str, Any] = json.loads(run_node([script, scenario], json.dumps(known | facts)))
    return printed


@pytest.mark.node
class TestCognitoIdentityJs:
    """amazon-cognito-identity-js."""

    SCRIPT = "cognito_identity_js.mjs"

    def test_a_remembered_device_is_asked_for_no_code_until_it_is_forgotten(self, server: Server) -> None:
        app = tracking_app(server, ALWAYS, UsernameAttributes=["email"])
        sub = new_user(server, app, MAIL, email=MAIL, email_verified="true")["Username"]
        secret = authenticator.set_up(server, app, MAIL)

        done = run_script(server, app, self.SCRIPT, "devices", code=authenticator.code(secret, steps=1))

        assert done["challenge"] == "SOFTWARE_TOKEN_MFA"
        assert done["suppressed"] is True
        assert [device["DeviceKey"] for device in done["listed"]] == [done["described"]["DeviceKey"]]
        attributes = plain(done["described"]["DeviceAttributes"])
        assert attributes["device_status"] == "valid"
        assert attributes["device_name"] == "nodejs"
        assert attributes["dev:device_owner"] == f"{sub}.{app.pool_id}"
        assert attributes["last_ip_used"] in ("127.0.0.1", "::1")
        assert done["device"] == done["refreshed"] == done["described"]["DeviceKey"]
        assert done["notRemembered"] == "SOFTWARE_TOKEN_MFA"
        assert done["remembered"] is True
        assert done["stale"] == "SOFTWARE_TOKEN_MFA"
        assert done["afterForgetting"] == []
        assert done["refused"] == {"name": "NotAuthorizedException", "message": "Invalid Refresh Token"}

    def test_a_pool_that_lets_users_choose_remembers_a_device_when_it_is_told_to(
        self, server: Server
    ) -> None:
        app = tracking_app(server, OPT_IN, UsernameAttributes=["email"])
        new_user(server, app, MAIL, email=MAIL, email_verified="true")

        done = run_script(server, app, self.SCRIPT, "rememberingAsked")

        assert done == {"necessary": True, "before": "not_remembered", "after": "remembered", "key": None}


@pytest.mark.node
class TestAmplify:
    """aws-amplify. It refreshes with GetTokensFromRefreshToken and its DeviceKey."""

    def test_a_device_is_remembered_when_it_is_told_to_and_asked_for_a_code_once_it_is_forgotten(
        self, server: Server
    ) -> None:
        app = tracking_app(server, OPT_IN, UsernameAttributes=["email"])
        new_user(server, app, MAIL, email=MAIL, email_verified="true")
        secret = authenticator.set_up(server, app, MAIL)

        done = run_script(
            server, app, "amplify_devices.mjs", "devices", code=authenticator.code(secret, steps=1)
        )

        assert done["first"] == done["forgotten"] == "CONFIRM_SIGN_IN_WITH_TOTP_CODE"
        assert done["remembered"] == "DONE"
        assert done["key"] == done["renewed"] == done["again"]
        assert done["listed"] == [done["key"]]
        assert done["left"] == []


class TestPycognito:
    """pycognito. It posts the device operations to Amazon's address; only that is changed here."""

    @pytest.fixture(autouse=True)
    def at_our_address(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        def post(url: str, *, timeout: int, **arguments: Any) -> requests.Response:
            assert url == "https://cognito-idp.us-east-1.amazonaws.com/"
            return requests.request("POST", server.endpoint, timeout=timeout, **arguments)

        monkeypatch.setattr(aws_srp.requests, "post", post)

    def client(self, server: Server, app: App, **device: str) -> AWSSRP:
        return AWSSRP(
            "ada", PASSWORD, app.pool_id, app.client_id, client=server.boto3("cognito-idp"), **device
        )

    def test_a_confirmed_device_signs_in_without_a_code_and_a_wrong_one_does_not(
        self, server: Server
    ) -> None:
        app = tracking_app(server, ALWAYS)
        new_user(server, app, "ada")
        user = self.client(server, app)
        tokens = user.authenticate_user()
        confirmed, password = user.confirm_device(tokens, "Ada's machine")
        authenticator.set_up(server, app, "ada")
        keys = {"device_key": user.device_key, "device_group_key": user.device_group_key}

        with pytest.raises(SoftwareTokenMFAChallengeException):
            self.client(server, app).authenticate_user()
        with pytest.raises(ClientError, match=INCORRECT):
            self.client(server, app, **keys, device_password="not the device's").authenticate_user()
        signed_in = self.client(server, app, **keys, device_password=password).authenticate_user()

        assert confirmed.json() == {"UserConfirmationNecessary": False}
        assert "NewDeviceMetadata" not in signed_in["AuthenticationResult"]

    def test_a_device_is_remembered_no_more_and_forgotten(self, server: Server) -> None:
        app = tracking_app(server, OPT_IN)
        new_user(server, app, "ada")
        user = self.client(server, app)
        tokens = user.authenticate_user()
        confirmed, password = user.confirm_device(tokens)
        access = tokens["AuthenticationResult"]["AccessToken"]
        key, group = user.device_key, user.device_group_key
        authenticator.set_up(server, app, "ada")
        device = {"device_key": key, "device_group_key": group, "device_password": password}

        with pytest.raises(SoftwareTokenMFAChallengeException):
            self.client(server, app, **device).authenticate_user()
        user.update_device_status(True, access, key)
        suppressed = self.client(server, app, **device).authenticate_user()
        user.forget_device(access, key)
        with pytest.raises(ClientError, match=r"Device does not exist\."):
            self.client(server, app, **device).authenticate_user()

        assert confirmed.json() == {"UserConfirmationNecessary": True}
        assert "AccessToken" in suppressed["AuthenticationResult"]

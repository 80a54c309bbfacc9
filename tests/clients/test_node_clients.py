"""NEEDS NODE (20 or newer) and what `npm ci --prefix tests/clients` installs: the JavaScript clients.

The scripts beside this file drive the unmodified clients and print what happened. See scenario.mjs.
"""

import json
from typing import Any

import pytest
from tests.clients.apps import OTHER_PASSWORD, PASSWORD, WRONG_PASSWORD, App, new_app, new_user
from tests.clients.node import run_node
from tests.server import Server

pytestmark = pytest.mark.node

MAIL = "ada@example.com"
INCORRECT = {"name": "NotAuthorizedException", "message": "Incorrect username or password."}
WRONG_CODE = {
    "name": "CodeMismatchException",
    "message": "Invalid verification code provided, please try again.",
}


def run_script(script: str, scenario: str, facts: dict[str, Any], **environment: str) -> dict[str, Any]:
    """Run one scenario of a script and give what it printed."""
    printed: dict[str, Any] = json.loads(run_node([script, scenario], json.dumps(facts), **environment))
    return printed


def facts_of(server: Server, app: App, username: str = MAIL) -> dict[str, Any]:
    return {
        "endpoint": server.endpoint,
        "region": server.region,
        "accessKeyId": server.access_key_id,
        "secretAccessKey": server.secret_access_key,
        "userPoolId": app.pool_id,
        "clientId": app.client_id,
        "username": username,
        "email": MAIL,
        "password": PASSWORD,
        "wrongPassword": WRONG_PASSWORD,
        "newPassword": OTHER_PASSWORD,
    }


@pytest.fixture
def app(server: Server) -> App:
    """A pool that people sign in to with their mail addresses, as most web applications have it."""
    return new_app(server, UsernameAttributes=["email"])


@pytest.fixture
def sub(server: Server, app: App) -> str:
    """The name, which is the sub, of the user `MAIL`, whose address is verified."""
    return str(new_user(server, app, MAIL, email=MAIL, email_verified="true")["Username"])


class TestCognitoIdentityJs:
    """amazon-cognito-identity-js."""

    SCRIPT = "cognito_identity_js.mjs"

    @pytest.mark.parametrize("scenario", ["srp", "userPasswordAuth"])
    def test_the_right_password_signs_in_and_no_other(
        self, server: Server, app: App, sub: str, scenario: str
    ) -> None:
        done = run_script(self.SCRIPT, scenario, facts_of(server, app))

        assert done["refused"] == INCORRECT
        assert done.get("unknown", INCORRECT) == INCORRECT
        assert done["claims"]["id"]["cognito:username"] == sub
        assert done["claims"]["access"]["client_id"] == app.client_id

    def test_srp_signs_in_with_a_user_name_too(self, server: Server) -> None:
        app = new_app(server)
        new_user(server, app, "ada")

        done = run_script(self.SCRIPT, "srp", facts_of(server, app, "ada"))

        assert done["refused"] == INCORRECT
        assert done["claims"]["access"]["username"] == "ada"

    def test_somebody_signs_up_confirms_and_signs_in(self, server: Server, app: App) -> None:
        done = run_script(self.SCRIPT, "signUp", facts_of(server, app))

        assert done["confirmed"] is False
        assert done["twice"]["name"] == "UsernameExistsException"
        assert done["early"] == {"name": "UserNotConfirmedException", "message": "User is not confirmed."}
        assert done["wrong"] == WRONG_CODE
        assert done["claims"]["id"]["sub"] == done["sub"]
        assert done["claims"]["id"]["email_verified"] is True

    def test_a_temporary_password_is_replaced_and_a_missing_attribute_is_given(self, server: Server) -> None:
        name = {"Name": "name", "AttributeDataType": "String", "Required": True, "Mutable": True}
        app = new_app(server, UsernameAttributes=["email"], Schema=[name])
        new_user(server, app, MAIL, permanent=False, email=MAIL, email_verified="true")

        done = run_script(self.SCRIPT, "newPasswordRequired", facts_of(server, app))

        assert done["refused"] == INCORRECT
        assert done["challenge"]["attributes"]["email"] == MAIL
        assert done["challenge"]["required"] == ["name"]
        assert done["claims"]["id"]["name"] == "Ada"
        assert done["old"] == INCORRECT
        assert done["again"]["id"]["sub"] == done["claims"]["id"]["sub"]

    def test_a_session_is_refreshed(self, server: Server, app: App, sub: str) -> None:
        done = run_script(self.SCRIPT, "refreshSession", facts_of(server, app))

        assert done["renewed"] is True
        assert done["claims"]["access"]["sub"] == sub

    @pytest.mark.parametrize("scenario", ["changePassword", "forgotPassword"])
    def test_a_password_is_replaced_and_the_old_one_is_good_no_more(
        self, server: Server, app: App, sub: str, scenario: str
    ) -> None:
        done = run_script(self.SCRIPT, scenario, facts_of(server, app))

        assert done["refused"] == (INCORRECT if scenario == "changePassword" else WRONG_CODE)
        assert done["old"] == INCORRECT
        assert done["claims"]["id"]["sub"] == sub

    def test_a_global_sign_out_ends_the_other_session(self, server: Server, app: App, sub: str) -> None:
        done = run_script(self.SCRIPT, "globalSignOut", facts_of(server, app))

        assert done["refused"]["name"] == "NotAuthorizedException"
        assert done["refused"]["message"] == "Access Token has been revoked"
        assert done["claims"]["id"]["sub"] == sub

    def test_a_user_keeps_a_profile_and_proves_an_address(self, server: Server, app: App) -> None:
        new_user(server, app, MAIL, email=MAIL)

        done = run_script(self.SCRIPT, "attributes", facts_of(server, app))

        assert done["before"].get("email_verified", "false") == "false"
        assert done["forbidden"]["name"] == "NotAuthorizedException"
        assert done["refused"] == WRONG_CODE
        assert done["after"] == done["before"] | {"email_verified": "true", "name": "Ada"}

    def test_a_user_deletes_the_account(self, server: Server, app: App, sub: str) -> None:
        done = run_script(self.SCRIPT, "deleteUser", facts_of(server, app))

        assert done["answer"] == "SUCCESS"
        assert done["gone"] == INCORRECT


class TestAwsSdk:
    """@aws-sdk/client-cognito-identity-provider."""

    SCRIPT = "aws_sdk.mjs"

    def test_somebody_signs_up_confirms_and_signs_in(self, server: Server, app: App) -> None:
        done = run_script(self.SCRIPT, "signUp", facts_of(server, app))

        assert done["early"] is True
        assert done["wrong"] is True
        assert done["refused"] == INCORRECT
        assert done["attributes"] == {"sub": done["sub"], "email": MAIL, "email_verified": "true"}

    def test_a_refresh_token_is_good_until_it_is_revoked(self, server: Server, app: App, sub: str) -> None:
        done = run_script(self.SCRIPT, "refreshAndRevoke", facts_of(server, app))

        assert done["renewed"] is True
        assert done["refused"]["message"] == "Refresh Token has been revoked"

    def test_an_administrator_makes_a_pool_and_its_users(self, server: Server, app: App) -> None:
        done = run_script(self.SCRIPT, "administration", facts_of(server, app))

        assert done["challenge"] == "NEW_PASSWORD_REQUIRED"
        assert done["signedIn"] is True
        assert done["bob"] is True
        assert done["refused"] == INCORRECT
        assert done["unknown"] is True
        assert done["status"] == "CONFIRMED"
        assert done["createdIsADate"] is True
        assert [len(page) for page in done["pages"]] == [2, 1]
        assert sorted(name for page in done["pages"] for name in page) == ["ada", "bob", "eve"]
        assert done["name"] == "from node"


class TestAwsJwtVerify:
    """aws-jwt-verify."""

    def test_genuine_tokens_are_verified_and_others_refused(self, server: Server, app: App, sub: str) -> None:
        other_app = new_app(server)
        new_user(server, other_app, "ada")
        mine, theirs = (_tokens(server, a, name) for a, name in ((app, MAIL), (other_app, "ada")))
        header, _, signature = mine["IdToken"].split(".")
        other_payload = _tokens(server, app, MAIL)["IdToken"].split(".")[1]
        tokens = {
            "id": (mine["IdToken"], "id"),
            "access": (mine["AccessToken"], "access"),
            "changed": (f"{header}.{other_payload}.{signature}", "id"),
            "access as id": (mine["AccessToken"], "id"),
            "id as access": (mine["IdToken"], "access"),
            "of another pool": (theirs["IdToken"], "id"),
        }
        facts = facts_of(server, app) | {
            "issuer": f"{server.endpoint}/{app.pool_id}",
            "tokens": {name: {"token": token, "tokenUse": use} for name, (token, use) in tokens.items()},
        }

        outcomes = run_script("aws_jwt_verify.mjs", "verify", facts)

        assert outcomes["id"]["claims"]["cognito:username"] == sub
        assert outcomes["access"]["claims"]["username"] == sub
        assert {name: outcome["error"] for name, outcome in outcomes.items() if "error" in outcome} == {
            "changed": "JwtInvalidSignatureError",
            "access as id": "CognitoJwtInvalidTokenUseError",
            "id as access": "CognitoJwtInvalidTokenUseError",
            "of another pool": "KidNotFoundInJwksError",
        }

    def test_a_token_of_another_client_is_refused(self, server: Server, app: App, sub: str) -> None:
        token = _tokens(server, app, MAIL)["IdToken"]
        facts = facts_of(server, app) | {
            "issuer": f"{server.endpoint}/{app.pool_id}",
            "tokens": {"id": {"token": token, "tokenUse": "id"}},
        }

        refused = run_script("aws_jwt_verify.mjs", "verify", facts | {"clientId": "0" * 26})
        verified = run_script("aws_jwt_verify.mjs", "verify", facts)

        assert refused["id"] == {"error": "CognitoJwtInvalidClientIdError"}
        assert verified["id"]["claims"]["sub"] == sub


class TestAmplify:
    """aws-amplify."""

    SCRIPT = "amplify.mjs"

    def test_the_right_password_signs_in_over_srp_and_no_other(
        self, server: Server, app: App, sub: str
    ) -> None:
        done = run_script(self.SCRIPT, "srp", facts_of(server, app))

        assert done["refused"] == INCORRECT
        assert done["claims"]["isSignedIn"] is True
        assert done["claims"]["id"]["sub"] == sub
        assert done["username"] == sub
        assert done["attributes"]["email"] == MAIL
        assert done["renewed"] is True
        assert done["gone"]["name"] == "UserUnAuthenticatedException"

    def test_somebody_signs_up_confirms_and_signs_in(self, server: Server, app: App) -> None:
        done = run_script(self.SCRIPT, "signUp", facts_of(server, app))

        assert done["step"] == "CONFIRM_SIGN_UP"
        assert done["wrong"] == WRONG_CODE
        assert done["done"] is True
        assert done["claims"]["id"]["email_verified"] is True

    def test_a_temporary_password_is_replaced(self, server: Server, app: App) -> None:
        new_user(server, app, MAIL, permanent=False, email=MAIL, email_verified="true")

        done = run_script(self.SCRIPT, "newPasswordRequired", facts_of(server, app))

        assert done == {"step": "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED", "isSignedIn": True}

    def test_passwords_are_changed_and_reset(self, server: Server, app: App, sub: str) -> None:
        done = run_script(self.SCRIPT, "passwords", facts_of(server, app))

        assert done["step"] == "CONFIRM_RESET_PASSWORD_WITH_CODE"
        assert done["refused"] == INCORRECT
        assert done["claims"]["id"]["sub"] == sub


def _tokens(server: Server, app: App, name: str) -> dict[str, str]:
    tokens: dict[str, str] = server.boto3("cognito-idp").initiate_auth(
        ClientId=app.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    return tokens

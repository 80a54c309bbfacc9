"""Triggers end to end: a real server, real Python and Node functions, boto3, and the JavaScript client.

NEEDS NODE (20 or newer) for the functions and the client in JavaScript.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.clients.apps import EVERY_FLOW, PASSWORD, WRONG_PASSWORD, App, new_app, new_user
from tests.clients.lambdas import config, written
from tests.clients.test_node_clients import facts_of, run_script
from tests.server import Server, dev_server

FLOWS = [*EVERY_FLOW, "ALLOW_CUSTOM_AUTH"]
CUSTOM = ("DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse")
MAIL = "ada@example.com"


@pytest.fixture(scope="module", params=[pytest.param("python"), pytest.param("node", marks=pytest.mark.node)])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`poolhouse dev --functions`, with functions in one language."""
    functions = written(tmp_path_factory.mktemp("functions"), request.param)
    with dev_server(tmp_path_factory.mktemp("server"), "--functions", str(functions)) as running:
        yield running


def app_with(server: Server, *kinds: str) -> App:
    client = {"ExplicitAuthFlows": FLOWS, "PreventUserExistenceErrors": "LEGACY"}
    return new_app(server, client=client, LambdaConfig=config(*kinds))


def refusal(call: Any, **members: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**members)
    return f"{caught.value.response['Error']['Code']}: {caught.value.response['Error']['Message']}"


def signing_in(app: App, name: str = "ada", password: str = PASSWORD, **more: Any) -> dict[str, Any]:
    return {
        "ClientId": app.client_id,
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": name, "PASSWORD": password},
        **more,
    }


def test_pre_sign_up_and_post_confirmation_decide_about_a_sign_up(server: Server) -> None:
    app = app_with(server, "PreSignUp", "PostConfirmation")
    idp = server.boto3("cognito-idp")
    members = {
        "ClientId": app.client_id,
        "Username": "ada",
        "Password": PASSWORD,
        "UserAttributes": [{"Name": "email", "Value": MAIL}],
    }

    assert refusal(idp.sign_up, **members) == (
        "UserLambdaValidationException: PreSignUp failed with error No invitation."
    )
    members["ValidationData"] = [{"Name": "invitation", "Value": "42"}]
    assert idp.sign_up(**members)["UserConfirmed"] is True
    assert "AuthenticationResult" in idp.initiate_auth(**signing_in(app))
    assert refusal(idp.sign_up, **members | {"Username": "bob", "ClientMetadata": {"welcome": "no"}}) == (
        "UserLambdaValidationException: PostConfirmation failed with error No welcome for bob."
    )


def test_pre_and_post_authentication_decide_about_a_sign_in(server: Server) -> None:
    app = app_with(server, "PreAuthentication", "PostAuthentication")
    idp = server.boto3("cognito-idp")
    new_user(server, app, "ada")
    new_user(server, app, "eve", nickname="Blocked")

    assert refusal(idp.initiate_auth, **signing_in(app, ClientMetadata={"from": "a bad place"})) == (
        "UserLambdaValidationException: PreAuthentication failed with error Not from there."
    )
    assert refusal(idp.initiate_auth, **signing_in(app, "eve")) == (
        "UserLambdaValidationException: PostAuthentication failed with error Not you."
    )
    assert "AuthenticationResult" in idp.initiate_auth(**signing_in(app))


def test_pre_token_generation_changes_what_it_may(server: Server) -> None:
    app = app_with(server, "PreTokenGeneration")
    idp = server.boto3("cognito-idp")
    new_user(server, app, "ada")

    tokens = idp.initiate_auth(**signing_in(app))["AuthenticationResult"]

    identity, access = claims(tokens["IdToken"]), claims(tokens["AccessToken"])
    assert identity["tenants"] == [1, 2]
    assert identity["sub"] == access["sub"] != "forged"
    assert access["scope"] == "aws.cognito.signin.user.admin orders/read"


def claims(token: str) -> dict[str, Any]:
    body = token.split(".")[1]
    return dict(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))


def test_user_migration_brings_somebody_with_the_right_password(server: Server) -> None:
    app = app_with(server, "UserMigration")
    idp = server.boto3("cognito-idp")

    assert refusal(idp.initiate_auth, **signing_in(app, "zoe", "wrong!")) == (
        "UserLambdaValidationException: UserMigration failed with error Bad password."
    )
    assert "AuthenticationResult" in idp.initiate_auth(**signing_in(app, "zoe", "old"))
    found = idp.admin_get_user(UserPoolId=app.pool_id, Username="zoe")
    assert found["UserStatus"] == "CONFIRMED"


def test_custom_auth_from_a_server(server: Server) -> None:
    app = app_with(server, *CUSTOM)
    idp = server.boto3("cognito-idp")
    new_user(server, app, "ada")
    asked = idp.admin_initiate_auth(
        UserPoolId=app.pool_id,
        ClientId=app.client_id,
        AuthFlow="CUSTOM_AUTH",
        AuthParameters={"USERNAME": "ada"},
    )
    wrong = {"USERNAME": "ada", "ANSWER": "3"}
    answering = {"UserPoolId": app.pool_id, "ClientId": app.client_id, "ChallengeName": "CUSTOM_CHALLENGE"}

    again = idp.admin_respond_to_auth_challenge(
        **answering, Session=asked["Session"], ChallengeResponses=wrong
    )
    old = answering | {"Session": asked["Session"], "ChallengeResponses": wrong | {"ANSWER": "2"}}
    done = idp.admin_respond_to_auth_challenge(**old | {"Session": again["Session"]})

    assert asked["ChallengeParameters"] == {"USERNAME": "ada", "question": "1 + 1"}
    assert "AuthenticationResult" in done
    assert refusal(idp.admin_respond_to_auth_challenge, **old) == (
        "NotAuthorizedException: Invalid session for the user, session can only be used once."
    )


@pytest.mark.node
@pytest.mark.parametrize("scenario", ["withoutSrp", "withSrp"])
def test_custom_auth_with_amazon_cognito_identity_js(server: Server, scenario: str) -> None:
    app = app_with(server, *CUSTOM)
    new_user(server, app, "ada", email=MAIL, email_verified="true")
    facts = facts_of(server, app, "ada") | {"wrongPassword": WRONG_PASSWORD}

    done = run_script("custom_auth.mjs", scenario, facts)

    assert done["question"] == "1 + 1"
    assert done["again"] == "1 + 1"
    assert done["claims"]["access"]["username"] == "ada"
    assert done["overdone"] == {
        "name": "NotAuthorizedException",
        "message": "Incorrect username or password.",
    }
    if scenario == "withSrp":
        assert done["refused"] == done["overdone"]


@pytest.mark.node
@pytest.mark.parametrize("scenario", ["withoutSrp", "withSrp"])
def test_custom_auth_with_amplify(server: Server, scenario: str) -> None:
    app = app_with(server, *CUSTOM)
    new_user(server, app, "ada", email=MAIL, email_verified="true")

    done = run_script("amplify_custom.mjs", scenario, facts_of(server, app, "ada"))

    assert done["asked"] == done["again"] == "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE"
    assert (done["question"], done["done"], done["who"]) == ("1 + 1", True, "ada")


def test_a_function_is_told_which_sdk_an_administrator_uses(server: Server) -> None:
    app = new_app(server, LambdaConfig={"PreSignUp": config("Echo")["Echo"]})
    agent = Config(user_agent="aws-sdk-js/2.1639.0 linux/v20.11.0")
    idp = server.boto3("cognito-idp", config=agent)
    failed = "UserLambdaValidationException: PreSignUp failed with error "

    assert refusal(idp.admin_create_user, UserPoolId=app.pool_id, Username="ada") == (
        failed + "PreSignUp_AdminCreateUser by {'awsSdkVersion': 'aws-sdk-js-2.1639.0', "
        "'clientId': 'CLIENT_ID_NOT_APPLICABLE'}."
    )
    assert refusal(idp.sign_up, ClientId=app.client_id, Username="ada", Password=PASSWORD) == (
        failed + "PreSignUp_SignUp by {'awsSdkVersion': 'aws-sdk-unknown-unknown', "
        f"'clientId': '{app.client_id}'}}."
    )


def test_a_function_that_is_not_there_is_told_when_it_is_saved(server: Server) -> None:
    idp = server.boto3("cognito-idp")
    nowhere = {"PreSignUp": "arn:aws:lambda:us-east-1:000000000000:function:nowhere"}

    answer = refusal(idp.create_user_pool, PoolName="p", LambdaConfig=nowhere)

    assert answer.startswith(
        "InvalidParameterException: PreSignUp names a function that cannot be called here: "
    )
    assert idp.create_user_pool(
        PoolName="p", LambdaConfig=nowhere, UserPoolTags={"poolhouse:unreachable-triggers": "allowed"}
    )

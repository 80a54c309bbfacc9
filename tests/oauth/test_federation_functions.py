"""The functions of federation and of machines, as real Python and Node functions beside a real server (5.2).

NEEDS NODE (20 or newer) for the functions in JavaScript.
"""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from tests.oauth.apps import App, registered
from tests.oauth.saml_walk import Corp, signed_in
from tests.oauth.walk import parameters
from tests.server import Server, dev_server

ARN = "arn:aws:lambda:us-east-1:000000000000:function:"

PYTHON = {
    "inbound": """
def handler(event, context):
    said = event["request"]["attributes"]["samlResponse"]
    name = "Named by " + event["triggerSource"]
    event["response"]["userAttributesToMap"] = {"email": said["email"][0], "name": name}
    return event
""",
    "signup": """
def handler(event, context):
    if event["triggerSource"] == "PreSignUp_ExternalProvider" and event["userName"].endswith("mallory"):
        raise ValueError("Not from there")
    return event
""",
    "tokens": """
def handler(event, context):
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": {"claimsToAddOrOverride": {"source": event["triggerSource"]}}
    }
    return event
""",
}
NODE = {
    "inbound": """
export const handler = async (event) => {
  const said = event.request.attributes.samlResponse;
  event.response.userAttributesToMap = { email: said.email[0], name: `Named by ${event.triggerSource}` };
  return event;
};
""",
    "signup": """
export const handler = async (event) => {
  if (event.triggerSource === 'PreSignUp_ExternalProvider' && event.userName.endsWith('mallory')) {
    throw new Error('Not from there');
  }
  return event;
};
""",
    "tokens": """
export const handler = async (event) => {
  event.response.claimsAndScopeOverrideDetails = {
    accessTokenGeneration: { claimsToAddOrOverride: { source: event.triggerSource } },
  };
  return event;
};
""",
}


def written(folder: Path, language: str) -> Path:
    functions, file = (PYTHON, "handler.py") if language == "python" else (NODE, "handler.mjs")
    for name, text in functions.items():
        (folder / name).mkdir()
        (folder / name / file).write_text(text)
    return folder


@pytest.fixture(scope="module", params=["python", pytest.param("node", marks=pytest.mark.node)])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    functions = written(tmp_path_factory.mktemp("functions"), request.param)
    with dev_server(tmp_path_factory.mktemp("server"), "--functions", str(functions)) as running:
        running.boto3("cognito-idp").update_user_pool(
            UserPoolId=running.user_pool_id,
            LambdaConfig={
                "InboundFederation": {"LambdaArn": f"{ARN}inbound", "LambdaVersion": "V1_0"},
                "PreSignUp": f"{ARN}signup",
                "PreTokenGenerationConfig": {"LambdaArn": f"{ARN}tokens", "LambdaVersion": "V3_0"},
            },
        )
        yield running


@pytest.fixture(scope="module")
def corp(server: Server) -> Corp:
    return Corp(server, "Corp").configure()


@pytest.fixture
def app(server: Server, corp: Corp) -> App:
    return registered(server, SupportedIdentityProviders=[corp.name])


def verified(app: App, token: str) -> dict[str, object]:
    keys = KeySet.import_key_set(httpx2.get(f"{app.base}/.well-known/jwks.json").json())
    return dict(jwt.decode(token, keys).claims)


def test_functions_decide_what_is_mapped_and_what_the_tokens_say(app: App, corp: Corp) -> None:
    _, back = signed_in(app, corp, subject="ada")

    redeemed = app.redeem(parameters(back)["code"], scope="openid email profile")
    tokens = httpx2.post(f"{app.base}/oauth2/token", data=redeemed).json()

    assert verified(app, tokens["access_token"])["source"] == "TokenGeneration_HostedAuth"
    found = corp.server.boto3("cognito-idp").admin_get_user(
        UserPoolId=corp.server.user_pool_id, Username="corp_ada"
    )
    attributes = {one["Name"]: one["Value"] for one in found["UserAttributes"]}
    assert attributes["name"] == "Named by InboundFederation_ExternalProvider"
    assert attributes["email"] == "ada@example.com"


def test_a_function_refuses_somebody_at_the_first_sign_in(app: App, corp: Corp) -> None:
    _, refused = signed_in(app, corp, subject="mallory")
    _, back = signed_in(app, corp, subject="bob")

    assert "Not from there" in parameters(refused)["error_description"]
    assert "code" not in parameters(refused)
    assert "code" in parameters(back)


def test_a_function_is_asked_about_a_machines_token(server: Server, app: App) -> None:
    cognito = server.boto3("cognito-idp")
    cognito.create_resource_server(
        UserPoolId=server.user_pool_id,
        Identifier="api",
        Name="API",
        Scopes=[{"ScopeName": "read", "ScopeDescription": "Read"}],
    )
    machine = registered(
        server,
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthScopes=["api/read"],
        CallbackURLs=[],
        LogoutURLs=[],
        SupportedIdentityProviders=[],
    )
    form = {
        "grant_type": "client_credentials",
        "client_id": machine.client_id,
        "client_secret": machine.secret,
    }

    answer = httpx2.post(f"{machine.base}/oauth2/token", data=form).json()

    assert verified(app, answer["access_token"])["source"] == "TokenGeneration_ClientCredentials"

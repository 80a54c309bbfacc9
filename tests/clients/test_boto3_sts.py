"""boto3, unmodified: tokens and access keys are traded for temporary credentials that open doors."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.account import ACCOUNT, allowing, trusting
from tests.clients.apps import EVERY_FLOW
from tests.server import MASTER_KEY, Server, run_poolhouse, serve_server

PASSWORD = "P2$Sword"
LOOK = allowing("cognito-idp:DescribeUserPool")
KEPT = {"trust": trusting({"AWS": ACCOUNT}, "sts:AssumeRole"), "policies": {"look": LOOK}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sts")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Server]:
    with serve_server(folder, workers=2, POOLHOUSE_ROLES=json.dumps({"kept": KEPT})) as running:
        yield running


def as_session(server: Server, service: str, credentials: dict[str, Any]) -> Any:
    return server.boto3(
        service,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )


def test_an_id_token_of_a_user_pool_is_traded_for_the_credentials_of_a_role(
    served: Server, folder: Path
) -> None:
    idp = served.boto3("cognito-idp")
    pool_id = idp.create_user_pool(PoolName="app")["UserPool"]["Id"]
    client_id = idp.create_user_pool_client(
        UserPoolId=pool_id, ClientName="app", ExplicitAuthFlows=EVERY_FLOW
    )["UserPoolClient"]["ClientId"]
    idp.admin_create_user(UserPoolId=pool_id, Username="ada", MessageAction="SUPPRESS")
    idp.admin_set_user_password(UserPoolId=pool_id, Username="ada", Password=PASSWORD, Permanent=True)
    role = new_role(folder, f"{served.endpoint}/{pool_id}", client_id)
    token = idp.initiate_auth(
        ClientId=client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]["IdToken"]

    answer = served.boto3("sts", config=Config(signature_version=UNSIGNED)).assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="browser", WebIdentityToken=token
    )

    credentials = answer["Credentials"]
    who = as_session(served, "sts", credentials).get_caller_identity()
    assert who["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/app/browser"
    assert answer["Audience"] == client_id
    theirs = as_session(served, "cognito-idp", credentials)
    assert theirs.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Name"] == "app"
    with pytest.raises(ClientError, match="is not authorized to perform: cognito-idp:DeleteUserPool"):
        theirs.delete_user_pool(UserPoolId=pool_id)


def new_role(folder: Path, issuer: str, client_id: str) -> str:
    """A role for users of this issuer, made by the command line beside the running server."""
    store = {"POOLHOUSE_MASTER_KEY": MASTER_KEY, "POOLHOUSE_DATA": str(folder / "data")}
    made = run_poolhouse(
        "iam-providers", "create-oidc", issuer, "--client-id", client_id, folder=folder, **store
    )
    provider = made.stdout.strip()
    condition = {"StringEquals": {f"{issuer.partition('://')[2]}:aud": client_id}}
    trust = trusting({"Federated": provider}, "sts:AssumeRoleWithWebIdentity", condition=condition)
    (folder / "trust.json").write_text(json.dumps(trust))
    (folder / "look.json").write_text(json.dumps(LOOK))
    policy = ("--trust", "trust.json", "--policy", "look=look.json")
    made = run_poolhouse("roles", "create", "app", *policy, folder=folder, **store)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def test_a_role_of_the_settings_is_assumed_with_an_access_key_and_a_session_policy(served: Server) -> None:
    sts = served.boto3("sts")
    pool_id = served.boto3("cognito-idp").create_user_pool(PoolName="other")["UserPool"]["Id"]
    arn = f"arn:aws:iam::{ACCOUNT}:role/kept"

    whole = sts.assume_role(RoleArn=arn, RoleSessionName="night")
    none = sts.assume_role(RoleArn=arn, RoleSessionName="night", Policy=json.dumps(allowing("s3:*")))

    idp = as_session(served, "cognito-idp", whole["Credentials"])
    assert idp.describe_user_pool(UserPoolId=pool_id)["UserPool"]["Name"] == "other"
    assert none["PackedPolicySize"] > 0
    with pytest.raises(ClientError, match="because no session policy allows"):
        as_session(served, "cognito-idp", none["Credentials"]).describe_user_pool(UserPoolId=pool_id)


def test_temporary_credentials_of_an_access_key_may_what_it_may(served: Server) -> None:
    sts = served.boto3("sts")
    served.boto3("cognito-idp").create_user_pool(PoolName="seen")

    credentials = sts.get_session_token(DurationSeconds=900)["Credentials"]

    mine = as_session(served, "sts", credentials)
    assert mine.get_caller_identity()["Arn"] == sts.get_caller_identity()["Arn"]
    assert as_session(served, "cognito-idp", credentials).list_user_pools(MaxResults=1)["UserPools"]
    assert sts.get_access_key_info(AccessKeyId=credentials["AccessKeyId"])["Account"] == ACCOUNT

"""boto3, unmodified: an app's user gets an identity, an OpenID token and temporary credentials."""

import asyncio
import json
from typing import Any

import httpx2
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from joserfc import jwk, jwt
from tests.clients.apps import PASSWORD, App, new_app, new_user
from tests.server import Server
from tests.stores import open_store

from poolhouse.directory.roles import Role
from poolhouse.store import roles

ACCOUNT = "000000000000"
SELF = "cognito-identity.amazonaws.com"


@pytest.fixture(scope="module")
def server(sqlite_server: Server) -> Server:
    return sqlite_server


@pytest.fixture
def admin(server: Server) -> Any:
    return server.boto3("cognito-identity")


@pytest.fixture
def public(server: Server) -> Any:
    """As an app calls: without an access key."""
    return server.boto3(
        "cognito-identity",
        aws_access_key_id=None,
        aws_secret_access_key=None,
        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def app(server: Server) -> App:
    made = new_app(server)
    new_user(server, made, "ada")
    return made


def logins(server: Server, app: App) -> dict[str, str]:
    answer = server.boto3("cognito-idp").initiate_auth(
        ClientId=app.client_id,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ada", "PASSWORD": PASSWORD},
    )
    return {provider(app): answer["AuthenticationResult"]["IdToken"]}


def provider(app: App) -> str:
    return f"cognito-idp.us-east-1.amazonaws.com/{app.pool_id}"


def new_pool(admin: Any, app: App, **changes: Any) -> str:
    settings = {
        "IdentityPoolName": "clients",
        "AllowUnauthenticatedIdentities": False,
        "CognitoIdentityProviders": [{"ProviderName": provider(app), "ClientId": app.client_id}],
        "DeveloperProviderName": "login.example",
    }
    return str(admin.create_identity_pool(**(settings | changes))["IdentityPoolId"])


def new_role(server: Server, pool_id: str, name: str, amr: str = "authenticated") -> str:
    """Put a role for users (or guests) of the pool into the server's store; gives its ARN."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": SELF},
        "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
        "Condition": {
            "StringEquals": {f"{SELF}:aud": pool_id},
            "ForAnyValue:StringLike": {f"{SELF}:amr": amr},
        },
    }
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    role = Role(role_id=f"AROA{name.upper():A<17}", name=name, path="/", trust=json.dumps(trust))

    async def write() -> None:
        db = await open_store(f"sqlite:{server.output.parent}/data/poolhouse.db")
        await db.run(lambda tx: roles.insert(tx, role, 1))
        await db.close()

    asyncio.run(write())
    return role.arn(ACCOUNT)


def test_a_user_gets_an_identity_and_credentials(server: Server, admin: Any, public: Any, app: App) -> None:
    pool_id = new_pool(admin, app)
    admin.set_identity_pool_roles(
        IdentityPoolId=pool_id, Roles={"authenticated": new_role(server, pool_id, "Users")}
    )
    given = logins(server, app)

    identity_id = public.get_id(IdentityPoolId=pool_id, Logins=given)["IdentityId"]
    answer = public.get_credentials_for_identity(IdentityId=identity_id, Logins=given)

    assert answer["IdentityId"] == identity_id
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
    assert len(answer["Credentials"]["SecretKey"]) == 40
    assert answer["Credentials"]["SessionToken"]
    assert answer["Credentials"]["Expiration"].tzinfo is not None
    with pytest.raises(ClientError, match="Unauthenticated access is not supported") as refused:
        public.get_id(IdentityPoolId=pool_id)
    assert refused.value.response["Error"]["Code"] == "NotAuthorizedException"


def test_an_open_id_token_is_verified_by_what_its_issuer_publishes(
    server: Server, admin: Any, public: Any, app: App
) -> None:
    pool_id, given = new_pool(admin, app), logins(server, app)
    identity_id = public.get_id(IdentityPoolId=pool_id, Logins=given)["IdentityId"]
    issuer = f"{server.endpoint}/cognito-identity"
    document = httpx2.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
    keys = jwk.KeySet.import_key_set(httpx2.get(document["jwks_uri"], timeout=10).json())

    token = public.get_open_id_token(IdentityId=identity_id, Logins=given)["Token"]

    read = jwt.decode(token, keys, algorithms=["RS512"])
    assert document["issuer"] == issuer == read.claims["iss"]
    assert read.header["typ"] == "JWS"
    assert (read.claims["sub"], read.claims["aud"]) == (identity_id, pool_id)


def test_an_administrator_sees_and_ends_what_there_is(
    server: Server, admin: Any, public: Any, app: App
) -> None:
    pool_id = new_pool(admin, app, IdentityPoolTags={"team": "blue"})
    arn = f"arn:aws:cognito-identity:us-east-1:{ACCOUNT}:identitypool/{pool_id}"
    made = admin.get_open_id_token_for_developer_identity(
        IdentityPoolId=pool_id, Logins={"login.example": "ben"}
    )

    described = admin.describe_identity(IdentityId=made["IdentityId"])
    listed = admin.list_identities(IdentityPoolId=pool_id, MaxResults=10)["Identities"]
    pools = admin.get_paginator("list_identity_pools").paginate(PaginationConfig={"PageSize": 1})

    assert described["Logins"] == ["login.example"]
    assert [each["IdentityId"] for each in listed] == [made["IdentityId"]]
    assert pool_id in [each["IdentityPoolId"] for page in pools for each in page["IdentityPools"]]
    assert admin.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"team": "blue"}
    assert admin.delete_identities(IdentityIdsToDelete=[made["IdentityId"]])["UnprocessedIdentityIds"] == []
    with pytest.raises(admin.exceptions.ResourceNotFoundException):
        admin.describe_identity(IdentityId=made["IdentityId"])
    admin.delete_identity_pool(IdentityPoolId=pool_id)
    with pytest.raises(admin.exceptions.ResourceNotFoundException):
        admin.describe_identity_pool(IdentityPoolId=pool_id)

"""What an operator sets up once, with boto3: a user pool, an app client, people, an identity pool."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

import boto3
from storage import REGION

SCOPES = ["openid", "email", "chat/ask"]
ROLE = "arn:aws:iam::000000000000:role/own-files"  # the storage has it, and says what it may do (storage.py)

_TENANT_FUNCTION = f"arn:aws:lambda:{REGION}:000000000000:function:tenant"


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    email: str
    tenant: str
    password: str = field(default_factory=lambda: f"Pool-{secrets.token_hex(5)}-9", repr=False)


@dataclass(frozen=True)
class Account:
    """The ids of what was made."""

    pool_id: str
    client_id: str
    identity_pool: str
    provider: str


class Operator:
    """Whoever holds the access key of Poolhouse, which is at `endpoint`."""

    def __init__(self, endpoint: str, access_key_id: str, secret: str) -> None:
        known = {"aws_access_key_id": access_key_id, "aws_secret_access_key": secret}
        session = boto3.Session(region_name=REGION, **known)
        self._users = session.client("cognito-idp", endpoint_url=endpoint)
        self._identities = session.client("cognito-identity", endpoint_url=endpoint)

    def set_up(self, page: str, people: Iterable[Person]) -> Account:
        """page  the address that managed login sends people back to"""
        pool_id = self._user_pool()
        client_id = self._client(pool_id, page)
        for person in people:
            self._person(pool_id, person)
        provider = f"cognito-idp.{REGION}.amazonaws.com/{pool_id}"
        return Account(pool_id, client_id, self._identity_pool(provider, client_id), provider)

    def _user_pool(self) -> str:
        pool = self._users.create_user_pool(
            PoolName="ai-api",
            UsernameAttributes=["email"],
            UsernameConfiguration={"CaseSensitive": False},
            AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
            Schema=[{"Name": "tenant_id", "AttributeDataType": "String", "Mutable": True}],
            LambdaConfig={
                "PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": _TENANT_FUNCTION}
            },
        )["UserPool"]["Id"]
        self._users.create_resource_server(
            UserPoolId=pool,
            Identifier="chat",
            Name="Chat",
            Scopes=[{"ScopeName": "ask", "ScopeDescription": "Ask questions about your notes"}],
        )
        return str(pool)

    def _client(self, pool_id: str, page: str) -> str:
        """A public client: a page keeps no secret, PKCE stands in its place.

        WriteAttributes leaves the tenant out. Without it people could write every attribute of theirs.
        """
        client = self._users.create_user_pool_client(
            UserPoolId=pool_id,
            ClientName="Ask your notes",
            GenerateSecret=False,
            PreventUserExistenceErrors="ENABLED",
            SupportedIdentityProviders=["COGNITO"],
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=SCOPES,
            CallbackURLs=[page],
            LogoutURLs=[page],
            WriteAttributes=["email"],
        )
        return str(client["UserPoolClient"]["ClientId"])

    def _person(self, pool_id: str, person: Person) -> None:
        attributes = {"email": person.email, "email_verified": "true", "custom:tenant_id": person.tenant}
        who = {"UserPoolId": pool_id, "Username": person.email}
        self._users.admin_create_user(
            **who,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()],
        )
        self._users.admin_set_user_password(**who, Password=person.password, Permanent=True)

    def _identity_pool(self, provider: str, client_id: str) -> str:
        """No guests; who signed in to the user pool gets the role."""
        pool = self._identities.create_identity_pool(
            IdentityPoolName="ai-api",
            AllowUnauthenticatedIdentities=False,
            CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": client_id}],
        )["IdentityPoolId"]
        self._identities.set_identity_pool_roles(IdentityPoolId=pool, Roles={"authenticated": ROLE})
        return str(pool)

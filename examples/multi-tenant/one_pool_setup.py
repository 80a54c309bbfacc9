"""One pool for all tenants: how the pool and its app client are set up, and how an account comes to be.

The tenant of an account is `custom:tenant_id`. Nobody can choose it, and nobody can change it:

  the pool      nobody signs up by himself, and the attribute is immutable, for administrators too
  the client    may write e-mail and name; custom:tenant_id is not among them
  the account   is made by the server, from an invitation that an administrator of the tenant wrote
"""

from typing import Any

from invitations import Invitation

REGION = "us-east-1"
ADMIN, MEMBER = "admin", "member"  # groups of the pool: roles that somebody has in his own tenant
SCOPES = ["openid", "email", "projects/use"]
CLAIMS_FUNCTION = f"arn:aws:lambda:{REGION}:000000000000:function:tenant-claims"

POOL: dict[str, Any] = {
    "PoolName": "one-pool",
    "UsernameAttributes": ["email"],
    "UsernameConfiguration": {"CaseSensitive": False},
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
    "AutoVerifiedAttributes": ["email"],
    "Schema": [{"Name": "tenant_id", "AttributeDataType": "String", "Mutable": False}],
    "LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": CLAIMS_FUNCTION}},
}
RESOURCE_SERVER: dict[str, Any] = {
    "Identifier": "projects",
    "Name": "Projects",
    "Scopes": [{"ScopeName": "use", "ScopeDescription": "See and change your company's projects"}],
}
GROUPS: list[dict[str, Any]] = [
    {"GroupName": ADMIN, "Description": "Invites people to the own company"},
    {"GroupName": MEMBER, "Description": "Works on the own company's projects"},
]


class Taken(Exception):
    """The address has an account."""


def client(page: str) -> dict[str, Any]:
    """A public client: a page keeps no secret, PKCE stands in its place. `page`: where it comes back to."""
    return {
        "ClientName": "Projects",
        "GenerateSecret": False,
        "PreventUserExistenceErrors": "ENABLED",
        "SupportedIdentityProviders": ["COGNITO"],
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": SCOPES,
        "CallbackURLs": [page],
        "LogoutURLs": [page],
        "WriteAttributes": ["email", "name"],
    }


def set_up(users: Any, page: str) -> tuple[str, str]:
    """Make it all, once, with boto3's client of cognito-idp. Gives the ids of the pool and its app client."""
    pool_id = users.create_user_pool(**POOL)["UserPool"]["Id"]
    users.create_resource_server(UserPoolId=pool_id, **RESOURCE_SERVER)
    for group in GROUPS:
        users.create_group(UserPoolId=pool_id, **group)
    made = users.create_user_pool_client(UserPoolId=pool_id, **client(page))
    return pool_id, made["UserPoolClient"]["ClientId"]


def account(invitation: Invitation) -> dict[str, Any]:
    """What AdminCreateUser is told. The first password goes to the invited address, so whoever signs in with
    it has shown that the address is theirs.
    """
    attributes = {
        "email": invitation.email,
        "email_verified": "true",
        "custom:tenant_id": invitation.tenant_id,
    }
    return {
        "Username": invitation.email,
        "DesiredDeliveryMediums": ["EMAIL"],
        "UserAttributes": [{"Name": name, "Value": value} for name, value in attributes.items()],
    }


def join(users: Any, pool_id: str, invitation: Invitation) -> None:
    """Make the account that an invitation is for. Raises `Taken`."""
    try:
        users.admin_create_user(UserPoolId=pool_id, **account(invitation))
    except users.exceptions.UsernameExistsException:
        raise Taken from None
    users.admin_add_user_to_group(UserPoolId=pool_id, Username=invitation.email, GroupName=invitation.role)

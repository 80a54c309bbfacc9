"""A pool for each tenant: the template, the tenants made of it, and what each of them has of its own.

Who the tenant is, the issuer of a token says: a pool's id, which no other pool ever gets. So there is no
claim that could be wrong, and a user of one tenant is unknown in the pool of another.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from processes import poolhouse

SCOPES = ["openid", "email", "projects/use"]
TEMPLATE: dict[str, Any] = {
    "PoolName": "template",
    "UsernameAttributes": ["email"],
    "UsernameConfiguration": {"CaseSensitive": False},
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": True},
    "AutoVerifiedAttributes": ["email"],
    "Policies": {"PasswordPolicy": {"MinimumLength": 10}},
}
RESOURCE_SERVER: dict[str, Any] = {
    "Identifier": "projects",
    "Name": "Projects",
    "Scopes": [{"ScopeName": "use", "ScopeDescription": "See and change your company's projects"}],
}
DIRECTORY_CLIENT = "projects"  # what our pool is called there
_DIRECTORY = "Directory"  # what a tenant's own identity provider is called in its pool


@dataclass(frozen=True)
class Tenant:
    """A pool, and the app client that people sign in at."""

    pool_id: str
    client_id: str
    issuer: str


def client(page: str) -> dict[str, Any]:
    """A public client with PKCE. `page`: where it comes back to."""
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


def template(users: Any, page: str) -> str:
    """The pool that tenants' pools are copies of; nobody signs in to it. Gives its id."""
    pool_id = users.create_user_pool(**TEMPLATE)["UserPool"]["Id"]
    users.create_resource_server(UserPoolId=pool_id, **RESOURCE_SERVER)
    users.create_user_pool_client(UserPoolId=pool_id, **client(page))
    return str(pool_id)


def onboard(endpoint: str, data: Path, template_id: str, name: str, domain: str) -> Tenant:
    """A new tenant, found by its e-mail domain from now on. `data`: the folder of the store."""
    command = poolhouse("pools", "clone", "--data", data, "--from", template_id, "--name", name)
    made = subprocess.run(
        [*map(str, command), "--email-domain", domain, "--json"], check=True, stdout=subprocess.PIPE
    )
    clone = json.loads(made.stdout)
    (app,) = clone["clients"]
    return Tenant(clone["pool_id"], app["client_id"], f"{endpoint}/{clone['pool_id']}")


def authorizer(tenants: list[Tenant]) -> str:
    """The tenants as the gateway's file has them."""
    return "\n".join(
        f'[[authorizers.users.pools]]\nissuer = "{each.issuer}"\nclient_ids = ["{each.client_id}"]\n'
        for each in tenants
    )


def person(users: Any, tenant: Tenant, email: str, password: str) -> None:
    attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    who = {"UserPoolId": tenant.pool_id, "Username": email}
    users.admin_create_user(**who, MessageAction="SUPPRESS", UserAttributes=attributes)
    users.admin_set_user_password(**who, Password=password, Permanent=True)


# What a tenant may have of its own


def stricter(users: Any, tenant: Tenant) -> None:
    """Longer passwords, and an authenticator app for everybody."""
    policy = {"PasswordPolicy": {"MinimumLength": 16}}
    found = users.describe_user_pool(UserPoolId=tenant.pool_id)["UserPool"]
    kept = _kept(users, "UpdateUserPool", found)
    users.update_user_pool(**{**kept, "UserPoolId": tenant.pool_id, "Policies": policy})
    users.set_user_pool_mfa_config(
        UserPoolId=tenant.pool_id, MfaConfiguration="ON", SoftwareTokenMfaConfiguration={"Enabled": True}
    )


def in_colour(users: Any, tenant: Tenant, colour: str) -> None:
    """Its own look on the sign-in pages. `colour`: of buttons, six hex digits and ff."""
    button = {"defaults": {"backgroundColor": colour}, "hover": {"backgroundColor": colour}}
    settings = {"components": {"primaryButton": {"lightMode": button, "darkMode": button}}}
    users.create_managed_login_branding(
        UserPoolId=tenant.pool_id, ClientId=tenant.client_id, Settings=settings
    )


def with_directory(users: Any, tenant: Tenant, domain: str, issuer: str, secret: str) -> None:
    """Its own identity provider, at `issuer`, and no passwords of ours."""
    users.create_identity_provider(
        UserPoolId=tenant.pool_id,
        ProviderName=_DIRECTORY,
        ProviderType="OIDC",
        ProviderDetails={
            "client_id": DIRECTORY_CLIENT,
            "client_secret": secret,
            "oidc_issuer": issuer,
            "authorize_scopes": "openid email",
            "attributes_request_method": "GET",
        },
        AttributeMapping={"email": "email", "email_verified": "email_verified"},
        IdpIdentifiers=[domain],
    )
    found = users.describe_user_pool_client(UserPoolId=tenant.pool_id, ClientId=tenant.client_id)
    kept = _kept(users, "UpdateUserPoolClient", found["UserPoolClient"])
    users.update_user_pool_client(**{**kept, "SupportedIdentityProviders": [_DIRECTORY]})


def _kept(users: Any, operation: str, found: dict[str, Any]) -> dict[str, Any]:
    """What an update must be told so that it changes nothing: it resets whatever is left out."""
    members = users.meta.service_model.operation_model(operation).input_shape.members
    return {name: value for name, value in found.items() if name in members}

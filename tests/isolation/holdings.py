"""The identity pool of a tenant, and the tokens of the second pages of its listings."""

from collections.abc import Mapping
from typing import Any

from tests import account
from tests.isolation.tenant import IDENTITY_POOL, Tenant

# What gives two pages, by operation: how many to ask for, and whose.
LISTINGS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "AdminListDevices": ("Limit", {"UserPoolId": "pool", "Username": "user"}),
    "AdminListUserAuthEvents": ("MaxResults", {"UserPoolId": "pool", "Username": "login"}),
    "AdminListGroupsForUser": ("Limit", {"UserPoolId": "pool", "Username": "user"}),
    "ListDevices": ("Limit", {"AccessToken": "device_access"}),
    "ListGroups": ("Limit", {"UserPoolId": "pool"}),
    "ListIdentityProviders": ("MaxResults", {"UserPoolId": "pool"}),
    "ListResourceServers": ("MaxResults", {"UserPoolId": "pool"}),
    "ListTerms": ("MaxResults", {"UserPoolId": "pool"}),
    "ListUserImportJobs": ("MaxResults", {"UserPoolId": "pool"}),
    "ListUserPoolClients": ("MaxResults", {"UserPoolId": "pool"}),
    "ListUsers": ("Limit", {"UserPoolId": "pool"}),
    "ListUsersInGroup": ("Limit", {"UserPoolId": "pool", "GroupName": "group"}),
    "ListWebAuthnCredentials": ("MaxResults", {"AccessToken": "pia_access"}),
    "cognito-identity:ListIdentities": ("MaxResults", {"IdentityPoolId": "identity_pool"}),
    "cognito-identity:LookupDeveloperIdentity": (
        "MaxResults",
        {"IdentityPoolId": "identity_pool", "IdentityId": "developer_identity"},
    ),
}


async def listed(tenant: Tenant) -> None:
    """Keep the token of each second page as the kind `page:<operation>`."""
    for label, (size, named) in LISTINGS.items():
        service, _, operation = label.rpartition(":")
        given = {member: tenant.first(kind) for member, kind in named.items()}
        answer = await tenant.scene.world.call(
            operation, service=service or "cognito-idp", **{size: 1}, **given
        )
        tenant.ids[f"page:{label}"] = [answer.get("PaginationToken") or answer["NextToken"]]


async def with_identities(tenant: Tenant) -> None:
    """Only is known there, and so are guests and two users of the tenant's own backend."""
    pool, world = tenant.scene.pool, tenant.scene.world
    provider = f"cognito-idp.us-east-1.amazonaws.com/{pool}"
    made = await _call(
        tenant,
        "CreateIdentityPool",
        IdentityPoolName=tenant.name("people"),
        AllowUnauthenticatedIdentities=True,
        CognitoIdentityProviders=[{"ProviderName": provider, "ClientId": tenant.first("client")}],
        DeveloperProviderName=f"{tenant.letter}.login.example",
        IdentityPoolTags={"team": "blue"},
    )
    identity_pool = made["IdentityPoolId"]
    tenant.know(
        identity_pool=identity_pool,
        identity_arn=f"{IDENTITY_POOL}{identity_pool}",
        developer=f"{tenant.letter}.login.example",
        login_provider=provider,
        login_client=f"{provider}:{tenant.first('client')}",
    )
    trust = account.trusting_pool(identity_pool, "sts:TagSession")
    arn = await account.role(world, tenant.name("users"), trust=trust)
    await _call(tenant, "SetIdentityPoolRoles", IdentityPoolId=identity_pool, Roles={"authenticated": arn})
    tenant.know(role=arn)
    await _known(tenant, identity_pool)


async def _known(tenant: Tenant, identity_pool: str) -> None:
    logins = {tenant.first("login_provider"): tenant.first("id_token")}
    only = await _call(tenant, "GetId", IdentityPoolId=identity_pool, Logins=logins)
    guests = [await _call(tenant, "GetId", IdentityPoolId=identity_pool) for _ in range(2)]
    developers = [await _developer(tenant, name) for name in ("ben", "cy")]
    await _developer(tenant, "bea", developers[0]["IdentityId"])
    token = await _call(tenant, "GetOpenIdToken", IdentityId=only["IdentityId"], Logins=logins)
    tenant.know(
        identity=[only["IdentityId"], guests[0]["IdentityId"]],
        guest=guests[1]["IdentityId"],
        developer_user=[tenant.name("ben"), tenant.name("cy")],
        other_developer_user=tenant.name("cy"),
        developer_identity=developers[0]["IdentityId"],
        identity_token=token["Token"],
    )


async def _developer(tenant: Tenant, name: str, identity_id: str = "") -> dict[str, Any]:
    return await _call(
        tenant,
        "GetOpenIdTokenForDeveloperIdentity",
        IdentityPoolId=tenant.first("identity_pool"),
        Logins={tenant.first("developer"): tenant.name(name)},
        **({"IdentityId": identity_id} if identity_id else {}),
    )


async def _call(tenant: Tenant, operation: str, **members: Any) -> dict[str, Any]:
    return await tenant.scene.world.call(operation, service="cognito-identity", **members)

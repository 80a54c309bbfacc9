"""PreTokenGeneration (V2_0): every token says whose data its owner may see, and in which roles.

Both come from what the pool itself knows: an attribute that was written when the account was made and can
never change, and groups. `clientMetadata`, which whoever signs in may choose, is not looked at.
"""


def handler(event, context):
    tenant = event["request"]["userAttributes"].get("custom:tenant_id")
    if not tenant:
        raise ValueError("This account belongs to no tenant.")
    roles = event["request"]["groupConfiguration"].get("groupsToOverride") or []
    claims = {"claimsToAddOrOverride": {"tenant_id": tenant, "roles": roles}}
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": claims,
        "idTokenGeneration": claims,
    }
    return event

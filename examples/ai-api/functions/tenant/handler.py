"""PreTokenGeneration (V2_0): every token says whose data its owner may see.

The tenant is an attribute that only the operator can write, so it is never what somebody says of himself.
"""


def handler(event, context):
    tenant = event["request"]["userAttributes"].get("custom:tenant_id")
    if not tenant:
        raise ValueError("This account belongs to no tenant yet.")
    claims = {"claimsToAddOrOverride": {"tenant_id": tenant}}
    event["response"]["claimsAndScopeOverrideDetails"] = {
        "accessTokenGeneration": claims,
        "idTokenGeneration": claims,
    }
    return event

"""Identity providers of a pool for tests: made by the operation, with everything that each type needs."""

from typing import Any

from tests.world import World

ISSUER = "https://idp.example.com"
OIDC = {
    "client_id": "ours",
    "client_secret": "the secret of the provider",
    "oidc_issuer": ISSUER,
    "authorize_scopes": "openid email",
    "authorize_url": f"{ISSUER}/authorize",
    "token_url": f"{ISSUER}/token",
    "attributes_url": f"{ISSUER}/userinfo",
    "jwks_uri": f"{ISSUER}/jwks",
    "attributes_request_method": "GET",
}
_SECRET = {"client_id": "ours", "client_secret": "the secret of the provider"}
DETAILS: dict[str, dict[str, str]] = {
    "OIDC": OIDC,
    "Google": {**_SECRET, "authorize_scopes": "email profile openid"},
    "Facebook": {**_SECRET, "authorize_scopes": "public_profile, email", "api_version": "v17.0"},
    "LoginWithAmazon": {**_SECRET, "authorize_scopes": "profile postal_code"},
    "SignInWithApple": {
        "client_id": "com.example.cognito",
        "team_id": "3EXAMPLE",
        "key_id": "2EXAMPLE",
        "private_key": "1EXAMPLE",
        "authorize_scopes": "email name",
    },
}


def request(pool_id: str, name: str, **changes: Any) -> dict[str, Any]:
    """Of CreateIdentityProvider; a name that is no social provider's is of the type OIDC."""
    provider_type = name if name in DETAILS else "OIDC"
    usual = {
        "UserPoolId": pool_id,
        "ProviderName": name,
        "ProviderType": provider_type,
        "ProviderDetails": DETAILS[provider_type],
    }
    return usual | changes


async def add_providers(world: World, pool_id: str, *names: str, **changes: Any) -> None:
    """Give the pool the identity providers of these names."""
    for name in names:
        await world.call("CreateIdentityProvider", **request(pool_id, name, **changes))

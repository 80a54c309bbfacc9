"""What verifiers read first: the signing keys and the OpenID configuration (behaviour file, 4.4)."""

from typing import Any

from poolhouse.context import Snapshot
from poolhouse.store import signing_keys


def jwks(snapshot: Snapshot) -> dict[str, Any]:
    """Every key that may still have signed a living token, and the next (RFC 7517, section 5)."""
    return signing_keys.public_set(snapshot.keys)


def openid_configuration(issuer: str) -> dict[str, Any]:
    """The discovery document of a pool without a domain, members in alphabetical order."""
    return {
        "authorization_endpoint": f"{issuer}/authorize",
        "end_session_endpoint": f"{issuer}/logout",
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": issuer,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "response_types_supported": ["code", "token"],
        "revocation_endpoint": f"{issuer}/revoke",
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint": f"{issuer}/token",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "userinfo_endpoint": f"{issuer}/userInfo",
    }

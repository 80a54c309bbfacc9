"""What verifiers and OAuth clients read first: the signing keys, and where everything is.

Two documents say the latter. The OpenID configuration is Cognito's (behaviour file, 4.4), whose endpoints are
on the pool's domain; the authorization-server metadata (RFC 8414), which MCP clients look for, names the
issuer's own origin alone. Both have Cognito's members and those that OAuth 2.1 clients ask for.
"""

from collections.abc import Mapping
from typing import Any

from poolhouse.context import Snapshot
from poolhouse.directory import domains, registration
from poolhouse.settings import Settings
from poolhouse.store import signing_keys

Document = dict[str, Any]


def jwks(snapshot: Snapshot) -> Document:
    """Every key that may still have signed a living token, and the next (RFC 7517, section 5)."""
    return signing_keys.public_set(snapshot.keys)


def openid_configuration(settings: Settings, snapshot: Snapshot) -> Document:
    """The discovery document, members in alphabetical order."""
    issuer = _issuer(settings, snapshot)
    if snapshot.domains:
        base = domains.base(settings, snapshot.pool.pool_id, snapshot.domains)
        endpoints = _endpoints(f"{base}/oauth2", f"{base}/logout")
    else:
        endpoints = _endpoints(issuer, f"{issuer}/logout")
        base = issuer
    scopes = {"scopes_supported": list(registration.OIDC_SCOPES)}
    return _document(issuer, endpoints | scopes | _registration(base, snapshot))


def authorization_server(settings: Settings, snapshot: Snapshot) -> Document:
    """RFC 8414, section 2: the same server, all of it at the origin of its issuer.

    Its scopes are those that a client which registers itself can have.
    """
    issuer = _issuer(settings, snapshot)
    endpoints = _endpoints(f"{issuer}/oauth2", f"{issuer}/logout")
    scopes = {"scopes_supported": [*registration.OIDC_SCOPES, *_more_scopes(snapshot)]}
    return _document(issuer, endpoints | scopes | _registration(issuer, snapshot))


def _issuer(settings: Settings, snapshot: Snapshot) -> str:
    return f"{settings.public_url}/{snapshot.pool.pool_id}"


def _endpoints(base: str, logout: str) -> Document:
    return {
        "authorization_endpoint": f"{base}/authorize",
        "end_session_endpoint": logout,
        "revocation_endpoint": f"{base}/revoke",
        "token_endpoint": f"{base}/token",
        "userinfo_endpoint": f"{base}/userInfo",
    }


def _registration(base: str, snapshot: Snapshot) -> Document:
    if not registration.enabled(snapshot.pool.config):
        return {}
    return {"registration_endpoint": f"{base}/oauth2/register"}


def _more_scopes(snapshot: Snapshot) -> tuple[str, ...]:
    if not registration.enabled(snapshot.pool.config):
        return ()
    return registration.more_scopes(snapshot.pool.config, snapshot.resource_servers)


def _document(issuer: str, places: Mapping[str, Any]) -> Document:
    document = {
        **places,
        "authorization_response_iss_parameter_supported": True,  # RFC 9207
        "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": ["authorization_code", "implicit", "refresh_token", "client_credentials"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": issuer,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "response_modes_supported": ["query", "fragment"],
        "response_types_supported": ["code", "token"],
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
    }
    return dict(sorted(document.items()))

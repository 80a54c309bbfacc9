"""What ends on a pool's pages and endpoints, for Cognito's metrics (trail/activity.py).

A sign-in has succeeded when the browser goes back to the app, or on to a question about it. Cognito says:
when tokens are issued; that a code is as good is [K].
"""

from collections.abc import Mapping

from poolhouse.directory.clients import Client
from poolhouse.errors import InvalidOAuthRequest
from poolhouse.oauth.visit import Visit
from poolhouse.trail import activity
from poolhouse.trail.activity import FEDERATION, SIGN_IN, SIGN_UP, TOKEN_REFRESH

# What a request that is throttled would have been a part of.
_KINDS: Mapping[tuple[str, str], str] = {
    ("POST", "/login"): SIGN_IN,
    ("POST", "/mfa"): SIGN_IN,
    ("POST", "/signup"): SIGN_UP,
    ("GET", "/oauth2/idpresponse"): FEDERATION,
    ("POST", "/oauth2/idpresponse"): FEDERATION,
    ("POST", "/saml2/idpresponse"): FEDERATION,
}


def succeeded(visit: Visit, client: Client, kind: str, *provider: str) -> None:
    activity.succeeded(visit.env, kind, visit.pool.pool_id, client.client_id, *provider)


def refused(visit: Visit, client: Client, kind: str, error: Exception, *provider: str) -> None:
    activity.refused(visit.env, kind, error, visit.pool.pool_id, client.client_id, *provider)


def throttled(visit: Visit, client_id: str) -> None:
    """Before anything was looked at: whoever comes from a provider names neither it nor the client yet.

    client_id  empty: the request names none of the pool's
    """
    kind = _kind(visit)
    if kind:
        provider = (activity.INVALID,) if kind == FEDERATION else ()
        activity.throttled(visit.env, kind, visit.pool.pool_id, client_id or activity.INVALID, *provider)


def _kind(visit: Visit) -> str:
    """Empty: it would have been none."""
    if visit.path != "/oauth2/token":
        return _KINDS.get((visit.request.method, visit.path), "")
    try:
        refreshes = visit.form.get("grant_type") == "refresh_token"
    except InvalidOAuthRequest:
        return ""
    return TOKEN_REFRESH if refreshes else ""

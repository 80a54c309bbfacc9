"""Which API calls end a sign-in, a sign-up or a refresh, for Cognito's metrics (trail/activity.py).

What the pages end is counted where they do: oauth/activity.py.
"""

from collections.abc import Mapping
from typing import Any

from poolhouse.context import Ctx
from poolhouse.errors import ApiError
from poolhouse.trail import activity
from poolhouse.trail.activity import SIGN_IN, SIGN_UP, TOKEN_REFRESH

_KINDS: Mapping[str, str] = {
    "InitiateAuth": SIGN_IN,
    "AdminInitiateAuth": SIGN_IN,
    "RespondToAuthChallenge": SIGN_IN,
    "AdminRespondToAuthChallenge": SIGN_IN,
    "GetTokensFromRefreshToken": TOKEN_REFRESH,
    "SignUp": SIGN_UP,
    "AdminCreateUser": SIGN_UP,
}
_REFRESHING = frozenset({"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"})


def answered(ctx: Ctx, request: Mapping[str, Any], result: Mapping[str, Any]) -> None:
    """After an operation that was successful; an answer with a challenge ends nothing."""
    kind = _kind(ctx.operation, request)
    if kind and "ChallengeName" not in result:
        activity.succeeded(ctx.env, kind, ctx.pool.pool_id, _client_id(ctx))


def refused(ctx: Ctx, request: Mapping[str, Any], error: ApiError) -> None:
    kind = _kind(ctx.operation, request)
    if kind:
        activity.refused(ctx.env, kind, error, ctx.pool.pool_id, _client_id(ctx))


def _kind(operation: str, request: Mapping[str, Any]) -> str:
    """Empty for what ends none of these. An invitation that is sent again makes nobody."""
    kind = _KINDS.get(operation, "")
    if kind == SIGN_IN and request.get("AuthFlow") in _REFRESHING:
        return TOKEN_REFRESH
    if operation == "AdminCreateUser" and request.get("MessageAction") == "RESEND":
        return ""
    return kind


def _client_id(ctx: Ctx) -> str:
    return ctx.app_client.client_id if ctx.app_client else activity.ADMIN

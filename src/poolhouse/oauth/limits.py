"""Request-rate limits of a pool's pages and endpoints (6.1, 8.1). The rules are in quotas/."""

from poolhouse.errors import ApiError, OAuthError, TooManyRequests, UnknownClientOnPage
from poolhouse.http.sources import network
from poolhouse.oauth import activity, client_authentication
from poolhouse.oauth.visit import Visit
from poolhouse.quotas import admission


async def count_page(visit: Visit) -> None:
    """Count the request for its source, its app client and its pool. Raises `TooManyRequests`."""
    if not visit.env.settings.quotas:
        return
    source, client_id = network(visit.request.peer), await _client_id(visit)
    try:
        await admission.take_page(visit.env, visit.pool.pool_id, source, client_id)
    except TooManyRequests:
        _throttled(visit, client_id)
        raise


async def count(visit: Visit, operation: str) -> None:
    """Count the request where this operation counts. Raises `TooManyRequests`."""
    try:
        await admission.take(visit.env, visit.pool.pool_id, operation, {})
    except TooManyRequests:
        _throttled(visit, await _client_id(visit))
        raise


def give_back(visit: Visit, operation: str, error: ApiError) -> None:
    """A sign-in that failed does not count, on the pages as little as in the API (web/limits.py)."""
    admission.give_back(visit.env, visit.pool.pool_id, operation, {}, error.code)


def _throttled(visit: Visit, client_id: str) -> None:
    visit.env.count("throttles")
    activity.throttled(visit, client_id)


async def _client_id(visit: Visit) -> str:
    """The app client that the request names; empty: none, or one that the pool does not have."""
    try:
        named = visit.query.get("client_id") or client_authentication.named(visit, visit.form)
        return (await visit.client(named)).client_id if named else ""
    except (OAuthError, UnknownClientOnPage):
        return ""

"""GET /tenants?domain=acme.example: which pool the people of an e-mail domain sign in to.

For applications with a pool for each tenant, before anybody is known (docs/guides/multi-tenancy.md). The
answer rests on the domain alone, never on who has an account, and is public: any page may read it.
"""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from poolhouse.context import Env
from poolhouse.directory import domains, email_domains
from poolhouse.errors import (
    ApiError,
    DiscoveryNeedsDomain,
    DiscoveryWithAddress,
    InternalError,
    OAuthError,
    TooManyRequests,
)
from poolhouse.http import parameters
from poolhouse.http.parameters import BadParameters
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Headers, Response
from poolhouse.http.sources import network
from poolhouse.quotas import admission
from poolhouse.store import email_domains as stored
from poolhouse.store import snapshots
from poolhouse.web import cors, logs, protocols
from poolhouse.web.metrics import Metrics

PATH = "/tenants"

_NAME = "Tenants_GET"  # in the log and the metrics
_JSON = (b"content-type", b"application/json")
_NO_STORE: Headers = (_JSON, (b"cache-control", b"no-store"))
_BRIEFLY: Headers = (_JSON, (b"cache-control", b"public, max-age=2"))


class Tenant(Struct, frozen=True, rename="camel"):
    """What an application begins a sign-in with. `sign_in_url` None: the app client has no browser flow."""

    user_pool_id: str
    client_id: str
    issuer: str
    sign_in_url: str | None


class Found(Struct, frozen=True):
    """The answer. `tenant` None: nobody's domain, whatever the reason."""

    tenant: Tenant | None


class Tenants:
    """One of the pages of the gateway."""

    def __init__(self, env: Env, metrics: Metrics) -> None:
        self._env = env
        self._metrics = metrics

    async def page(self, request: HttpRequest) -> Response | None:
        if request.path != PATH:
            return None
        if request.method not in ("GET", "HEAD"):
            return cors.shared(Response(405, ((b"allow", b"GET, HEAD"), *_NO_STORE), b""))
        began, request_id = self._env.clock.monotonic(), self._env.rng.uuid()
        response, outcome = await self._answered(request, request_id)
        seconds = self._env.clock.monotonic() - began
        self._metrics.observe(_NAME, outcome, seconds)
        logs.request(request_id, _NAME, "", outcome, seconds * 1000, response.status)
        named = (protocols.REQUEST_ID, request_id.encode())
        return cors.shared(replace(response, headers=(*response.headers, named)))

    async def _answered(self, request: HttpRequest, request_id: str) -> tuple[Response, str]:
        """The answer, and "ok" or the name of what was refused."""
        try:
            await admission.take_discovery(self._env, network(request.peer))
            found = Found(await _tenant(self._env, _domain(request.query)))
            return Response(200, _BRIEFLY, msgspec.json.encode(found)), "ok"
        except OAuthError as error:
            return _refused(error.status, error.error, error.description), error.error
        except TooManyRequests as error:
            self._env.count("throttles")
            return _refused(429, "too_many_requests", "Try again in a moment."), error.code
        except Exception as error:  # noqa: BLE001 - the last line of defence
            logs.fault(request_id, _NAME, error)
            return _refused(500, "server_error", ""), InternalError.code


async def _tenant(env: Env, domain: str) -> Tenant | None:
    """None too where the pool's app client is gone, or the pool itself went a moment ago."""
    pool_id = await env.db.read(lambda tx: stored.owner(tx, domain))
    if not pool_id:
        return None
    try:
        pool = (await snapshots.of_pool(env, pool_id)).pool
        snapshot, client = await snapshots.of_client(env, email_domains.client_of(pool.tags), pool_id)
    except ApiError:
        return None
    base = domains.base(env.settings, pool_id, snapshot.domains)
    has_pages = client.oauth_enabled and "code" in client.oauth_flows
    return Tenant(
        user_pool_id=pool_id,
        client_id=client.client_id,
        issuer=f"{env.settings.public_url}/{pool_id}",
        sign_in_url=f"{base}/oauth2/authorize" if has_pages else None,
    )


def _domain(query: str) -> str:
    """Raises `DiscoveryNeedsDomain` and `DiscoveryWithAddress`."""
    try:
        given = parameters.parse(query)
    except BadParameters:
        raise DiscoveryNeedsDomain from None
    if "email" in given or "@" in given.get("domain", ""):
        raise DiscoveryWithAddress
    domain = given.get("domain", "").lower()
    if not domains.is_host_name(domain):
        raise DiscoveryNeedsDomain
    return domain


def _refused(status: int, error: str, description: str) -> Response:
    body = {"error": error, **({"error_description": description} if description else {})}
    return Response(status, _NO_STORE, msgspec.json.encode(body))

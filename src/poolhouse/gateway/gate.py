"""Who may pass: the token of a request, and what its route asks of it (docs/authorizer.md)."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from poolhouse import authorizer
from poolhouse.authorizer import Claims, Feed, Verifier, bearer
from poolhouse.errors import SettingsError
from poolhouse.gateway.calls import Headers
from poolhouse.gateway.config import ANY_CLIENT, OPEN, Authorizer, Guarded, Pool, Route

Fetch = Callable[[str, Mapping[str, str]], authorizer.Fetched]


class Gate(Struct, frozen=True):
    """Of one route. `verifier` None: everybody passes."""

    verifier: Verifier | None

    async def check(self, headers: Headers) -> Claims | None:
        """What the token says. Raises `AuthorizerError`, also for a header that is there twice."""
        values = [value.decode("latin-1") for name, value in headers if name == b"authorization"]
        if len(values) > 1:
            bearer.token(values)
        if self.verifier is None:
            return None
        return await self.verifier.verify_async(_token(values))


def _token(values: list[str]) -> str:
    """API Gateway takes a token without "Bearer" too ("Controlling access with JWT authorizers", step 1)."""
    if len(values) == 1 and values[0] and " " not in values[0]:
        return values[0]
    return bearer.token(values)


class Verifiers:
    """Those of one configuration, by name. What is as it was in the one before keeps its keys."""

    def __init__(
        self,
        authorizers: Mapping[str, Authorizer],
        environ: Mapping[str, str],
        before: "Verifiers | None" = None,
        **options: Any,
    ) -> None:
        """options  of `Verifier`: fetch, clock

        Raises `SettingsError`.
        """
        known = before._made if before else {}
        self._made: dict[str, tuple[Authorizer, Verifier]] = {}
        for name, wanted in authorizers.items():
            if name in known and known[name][0] == wanted:
                self._made[name] = known[name]
            else:
                self._made[name] = (wanted, _verifier(name, wanted, environ, options))

    def gate(self, route: Route) -> Gate:
        """Raises `SettingsError`."""
        if not isinstance(route, Guarded) or route.authorizer == OPEN:
            return Gate(None)
        verifier = self._made[route.authorizer][1]
        scopes, every = route.scopes, route.all_scopes
        try:
            if scopes or every:
                verifier = verifier.requiring(token_use="access", any_scope=scopes, scopes=every)
            if route.groups:
                verifier = verifier.requiring(groups=route.groups)
        except ValueError as error:
            raise SettingsError(f"The route {route.path}: {error}") from None
        return Gate(verifier)


def _verifier(
    name: str, wanted: Authorizer, environ: Mapping[str, str], options: Mapping[str, Any]
) -> Verifier:
    try:
        pools = [_pool(pool, environ) for pool in wanted.pools]
        asked: dict[str, Any] = {"token_use": wanted.token_use, "audience": wanted.audience}
        return Verifier(pools, leeway=wanted.leeway, **asked, **options)
    except ValueError as error:
        raise SettingsError(f"[authorizers.{name}]: {error} Correct it.") from None


def _pool(pool: Pool, environ: Mapping[str, str]) -> authorizer.Pool:
    feed = None
    if pool.feed_key_variable:
        key = environ.get(pool.feed_key_variable, "")
        if not key:
            raise SettingsError(
                f"The environment variable {pool.feed_key_variable} is not set: set it to what "
                f"`poolhouse keys feed` prints for the pool of {pool.issuer}."
            )
        feed = Feed(key, pool.feed_every, pool.feed_tolerate)
    clients = None if pool.client_ids == ANY_CLIENT else pool.client_ids
    return authorizer.Pool(
        pool.issuer, clients, jwks_uri=pool.jwks_uri, feed=feed, allow_http=pool.allow_http
    )

"""A configuration made ready: a gate and a handler for each route. A request keeps the one it began with."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from poolhouse.errors import SettingsError
from poolhouse.gateway import kinds, routes
from poolhouse.gateway.calls import Handler
from poolhouse.gateway.config import Config, HttpRoute, Server
from poolhouse.gateway.cors import CorsRules
from poolhouse.gateway.gate import Gate, Verifiers
from poolhouse.gateway.outside import Outside
from poolhouse.gateway.routes import BadPattern, Table


class Ready(Struct, frozen=True):
    """One route. `key` is its name in the log, the metrics and the events; `body_limit` in bytes."""

    key: str
    gate: Gate
    handler: Handler
    body_limit: int


class Compiled(Struct, frozen=True):
    config: Config
    table: Table[Ready]
    verifiers: Verifiers
    cors: CorsRules | None

    @property
    def server(self) -> Server:
        return self.config.gateway

    def find(self, method: str, segments: Sequence[str]) -> tuple[Ready, Mapping[str, str]] | None:
        return self.table.find(method, segments)


def compiled(config: Config, outside: Outside, before: Compiled | None = None) -> Compiled:
    """before  what it takes the place of; verifiers that are the same go on with what they know

    Raises `SettingsError`: one sentence that says what to do.
    """
    known = before.verifiers if before else None
    verifiers = Verifiers(config.authorizers, outside.environ, known, **outside.verifying)
    protected = frozenset(
        name.lower().replace("_", "-")
        for route in config.routes
        if isinstance(route, HttpRoute)
        for name in route.claim_headers
    )
    made = []
    try:
        for route in config.routes:
            pattern = routes.pattern(route.method, route.path)
            most = config.gateway.body_limit if route.body_limit is None else route.body_limit
            handler = kinds.handler(route, config.gateway, protected, outside)
            made.append((pattern, Ready(pattern.key, verifiers.gate(route), handler, most)))
        table = Table(made)
    except BadPattern as bad:
        raise SettingsError(f"Of the routes, {bad}") from None
    cors = config.gateway.cors
    return Compiled(config, table, verifiers, CorsRules(cors) if cors else None)

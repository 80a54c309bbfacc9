"""What can answer a route, one module a kind.

A kind has a struct in gateway/config.py, with `kind = "..."` as its tag, and a function here that makes a
`Handler` of it. It may be sure that the route's token was verified (if its struct is a `Guarded`), and that
body and headers are within their limits; it raises `GatewayRefusal` for what it answers by itself.
"""

from poolhouse.gateway.calls import Handler
from poolhouse.gateway.config import AwsRoute, HttpRoute, Route, Server
from poolhouse.gateway.kinds import aws, functions, http
from poolhouse.gateway.outside import Outside


def handler(route: Route, server: Server, protected: frozenset[str], outside: Outside) -> Handler:
    """protected  headers that only the gateway may set

    Raises `SettingsError`.
    """
    if isinstance(route, HttpRoute):
        return http.handler(route, protected, outside)
    if isinstance(route, AwsRoute):
        return aws.handler(route, outside)
    return functions.handler(route, server, protected, outside)

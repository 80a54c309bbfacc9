"""Cross-origin calls, answered by the gateway alone (Fetch standard, 3.2; API Gateway, "CORS for HTTP APIs").

A preflight is answered before any token is looked at: browsers send none with it.
"""

from poolhouse.gateway.calls import Answer, Headers
from poolhouse.gateway.config import Cors

_ANY = "*"
_SCHEMES = ("https://*", "http://*")


class CorsRules:
    """`[gateway.cors]`, made ready."""

    def __init__(self, cors: Cors) -> None:
        self._cors = cors
        self._expose = ", ".join(cors.expose).encode()

    def is_preflight(self, method: str, headers: Headers) -> bool:
        names = {name for name, _ in headers}
        return method == "OPTIONS" and {b"origin", b"access-control-request-method"} <= names

    def preflight(self, headers: Headers) -> Answer:
        """204; without headers of permission for an origin that has none."""
        allowed = self._origin(headers)
        if not allowed:
            return Answer(204, ((b"vary", b"origin"),), b"")
        cors = self._cors
        said = [
            *allowed,
            (b"access-control-allow-methods", ", ".join(cors.methods).encode()),
            (b"access-control-allow-headers", ", ".join(cors.headers).encode()),
            (b"access-control-max-age", str(cors.max_age).encode()),
        ]
        return Answer(204, tuple(pair for pair in said if pair[1]), b"")

    def shared(self, headers: Headers, answer: Headers) -> Headers:
        """The headers of an answer: what an upstream says of CORS counts for nothing."""
        kept = tuple(pair for pair in answer if not pair[0].startswith(b"access-control-"))
        allowed = self._origin(headers)
        expose = ((b"access-control-expose-headers", self._expose),) if allowed and self._expose else ()
        return (*kept, *(allowed or ((b"vary", b"origin"),)), *expose)

    def _origin(self, headers: Headers) -> Headers:
        """Empty: the request has no origin, or one that may not."""
        origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
        if len(origins) != 1 or not self._allows(origins[0]):
            return ()
        if _ANY in self._cors.origins:
            return ((b"access-control-allow-origin", b"*"),)
        credentials = ((b"access-control-allow-credentials", b"true"),) if self._cors.credentials else ()
        named = (b"access-control-allow-origin", origins[0].encode("latin-1"))
        return (named, (b"vary", b"origin"), *credentials)

    def _allows(self, origin: str) -> bool:
        allowed = self._cors.origins
        by_scheme = any(each in allowed and origin.startswith(each[:-1]) for each in _SCHEMES)
        return origin in allowed or _ANY in allowed or by_scheme

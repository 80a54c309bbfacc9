"""What a load balancer asks: does the process live, and can it serve?"""

from poolhouse.context import Env
from poolhouse.errors import SettingsError
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.store import migrate

LIVE = "/health/live"
READY = "/health/ready"

_HEADERS = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))


class Health:
    """The pages /health/live and /health/ready."""

    def __init__(self, env: Env) -> None:
        self._env = env

    async def page(self, request: HttpRequest) -> Response | None:
        """Ready means: the store answers, and its schema is this version's."""
        if request.path == LIVE:
            return Response(200, _HEADERS, b'{"status":"live"}')
        if request.path != READY:
            return None
        refused = await _not_ready(self._env)
        if refused:
            return Response(503, _HEADERS, b'{"status":"not ready","reason":"' + refused + b'"}')
        return Response(200, _HEADERS, b'{"status":"ready"}')


async def _not_ready(env: Env) -> bytes:
    try:
        return b"the store waits for a migration" if await migrate.pending(env.db) else b""
    except SettingsError:
        return b"the store is of a newer version"
    except Exception:  # noqa: BLE001 - whatever a driver raises, the answer is the same
        return b"the store does not answer"

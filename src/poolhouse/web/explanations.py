"""GET /explain/<user pool id>/<request id>: `poolhouse explain` for an administrator who signs (SigV4).

Whoever may call AdminListUserAuthEvents on the pool may ask; service and Region of the signature are those of
that operation.
"""

from typing import Any

import msgspec

from poolhouse.context import Env
from poolhouse.directory import explanation
from poolhouse.directory.events import Event
from poolhouse.errors import ApiError, RequestUnknown
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.store import events
from poolhouse.web import caller, logs
from poolhouse.web.metrics import Metrics
from poolhouse.web.protocols import JSON
from poolhouse.wire.operations import operations

_PREFIX = "/explain/"
_NAME = "Explain_GET"  # in the log and the metrics
_JSON = ((b"content-type", b"application/json"), (b"cache-control", b"no-store"))


class Explanations:
    """One of the pages of the gateway."""

    def __init__(self, env: Env, metrics: Metrics) -> None:
        self._env = env
        self._metrics = metrics

    async def page(self, request: HttpRequest) -> Response | None:
        pool_id, _, explained = request.path.removeprefix(_PREFIX).partition("/")
        if not request.path.startswith(_PREFIX) or not explained or "/" in explained:
            return None
        if request.method not in ("GET", "HEAD"):
            return Response(405, ((b"allow", b"GET, HEAD"), *_JSON), b"")
        began, request_id, outcome = self._env.clock.monotonic(), self._env.rng.uuid(), "ok"
        try:
            found = await self._found(request, pool_id, explained)
            body = msgspec.json.encode({"events": [_shown(event) for event in found]})
            response = Response(200, _JSON, body)
        except ApiError as error:
            outcome, response = error.code, JSON.refused(error, request_id)
        seconds = self._env.clock.monotonic() - began
        self._metrics.observe(_NAME, outcome, seconds)
        logs.request(request_id, _NAME, pool_id, outcome, seconds * 1000, response.status)
        return response

    async def _found(self, request: HttpRequest, pool_id: str, explained: str) -> list[Event]:
        """Raises what is refused to who may not ask, and `RequestUnknown`."""
        operation = operations()[("cognito-idp", "AdminListUserAuthEvents")]
        signer = await caller.identify(self._env, operation, request, self._env.clock.now())
        caller.permit(signer, operation.action, self._arn(signer.region, pool_id))
        found = await self._env.db.read(lambda tx: events.of_request(tx, pool_id, explained))
        if not found or not pool_id.startswith(f"{signer.region}_"):
            raise RequestUnknown(request_id=explained)
        return found

    def _arn(self, region: str, pool_id: str) -> str:
        return f"arn:aws:cognito-idp:{region}:{self._env.settings.account_id}:userpool/{pool_id}"


def _shown(event: Event) -> dict[str, Any]:
    return {**msgspec.to_builtins(event), "explanation": explanation.lines(event)}

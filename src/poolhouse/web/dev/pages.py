"""The addresses that only `poolhouse dev` has: / in a browser, and everything below /_dev/."""

from collections.abc import Awaitable, Callable

from poolhouse.context import Env
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.web.demo import Demo
from poolhouse.web.dev import clock, guard, inbox, messages, rendering, start

_START = "/"
_BELOW = "/_dev/"

Answer = Callable[[HttpRequest], Awaitable[Response | None]]


class DevPages:
    """Answers for the gateway. `page` is one of its pages."""

    def __init__(self, env: Env, demo: Demo) -> None:
        self._env = env
        self._demo = demo
        self._answers: dict[str, dict[str, Answer]] = {
            _START: {"GET": self._start},
            clock.PATH: {"GET": self._clock, "POST": self._move_clock},
            messages.PATH: {"GET": self._messages, "DELETE": self._delete_messages},
            inbox.PATH: {"GET": self._inbox, "POST": self._empty_inbox},
            inbox.HTML_PATH: {"GET": self._mail},
        }

    async def page(self, request: HttpRequest) -> Response | None:
        """The answer; None for an address that is not one of ours."""
        if not _is_ours(request):
            return None
        refusal = guard.refusal(request, self._env.settings.public_url)
        if refusal is not None:
            return rendering.refused(403, refusal)
        try:
            found = await self._found(request)
        except messages.BadQuery as error:
            return rendering.refused(400, str(error))
        return found or rendering.refused(404, "There is nothing at this address.")

    async def _found(self, request: HttpRequest) -> Response | None:
        method = "GET" if request.method == "HEAD" else request.method
        if request.path.startswith(rendering.STATIC) and method == "GET":
            return rendering.static(request.path.removeprefix(rendering.STATIC))
        answers = self._answers.get(request.path)
        if answers is None:
            return None
        answer = answers.get(method)
        if answer is None:
            return rendering.refused(405, f"Use {' or '.join(answers)} here.")
        return await answer(request)

    async def _start(self, request: HttpRequest) -> Response:
        return await start.page(self._env, self._demo)

    async def _clock(self, request: HttpRequest) -> Response:
        return clock.show(self._env)

    async def _move_clock(self, request: HttpRequest) -> Response:
        return clock.move(self._env, request)

    async def _messages(self, request: HttpRequest) -> Response:
        return await messages.listing(self._env, request.query)

    async def _delete_messages(self, request: HttpRequest) -> Response:
        await messages.delete(self._env)
        return rendering.json(200, {})

    async def _inbox(self, request: HttpRequest) -> Response:
        return await inbox.page(self._env, request.query)

    async def _empty_inbox(self, request: HttpRequest) -> Response:
        return await inbox.empty(self._env)

    async def _mail(self, request: HttpRequest) -> Response | None:
        return await inbox.html_of(self._env, request.query)


def _is_ours(request: HttpRequest) -> bool:
    """`/` with a query is an API call by the query protocol, not a person with a browser."""
    if request.path == _START:
        return request.method in ("GET", "HEAD") and "Action=" not in request.query
    return request.path.startswith(_BELOW)

"""Starlette and FastAPI: a dependency that gives the claims.

    app = FastAPI(exception_handlers=HANDLERS)
    signed_in = Authorized(Verifier(...))

    @app.get("/notes")
    async def notes(claims: Annotated[Claims, Depends(signed_in)]): ...

In Starlette, which has no dependencies: `claims = await signed_in(request)`.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from poolhouse.authorizer import bearer
from poolhouse.authorizer.claims import Claims
from poolhouse.authorizer.errors import AuthorizerError
from poolhouse.authorizer.verifier import Verifier


class Refused(HTTPException):
    """An application without the handler answers it as its other errors, with the right status."""

    def __init__(self, refused: AuthorizerError) -> None:
        headers = {name: value for name, value in refused.headers.items() if name != "content-type"}
        super().__init__(refused.status, headers=headers)
        self.refused = refused


class Authorized:
    """Raises `Refused`."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier

    async def __call__(self, connection: HTTPConnection) -> Claims:
        try:
            return await self._verifier.verify_async(
                bearer.token(connection.headers.getlist("authorization"))
            )
        except AuthorizerError as refused:
            raise Refused(refused) from refused


async def answer(request: Request, error: Exception) -> Response:
    """The handler of `Refused`: the answer of an API gateway."""
    if not isinstance(error, Refused):
        raise error
    return Response(error.refused.body, error.refused.status, dict(error.refused.headers))


HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    Refused: answer
}

"""Flask: a decorator for views. The claims are `flask.g.claims`.

@app.get("/notes")
@authorized(verifier.requiring(scopes="notes/read"))
def notes(): ...
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, g, request

from poolhouse.authorizer import bearer
from poolhouse.authorizer.errors import AuthorizerError
from poolhouse.authorizer.verifier import Verifier

View = Callable[..., Any]


def authorized(verifier: Verifier) -> Callable[[View], View]:
    """The view, a function or a coroutine, is called with a good token only."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **named: Any) -> Any:
            try:
                g.claims = verifier.verify(bearer.token(request.headers.getlist("authorization")))
            except AuthorizerError as refused:
                return Response(refused.body, refused.status, dict(refused.headers))
            return current_app.ensure_sync(view)(*args, **named)

        return guarded

    return decorate

"""Django: a decorator for views, and middleware for all of them. The claims are `request.claims`.

@authorized(verifier.requiring(scopes="notes/read"))
def notes(request): ...

MIDDLEWARE = ["myapp.tokens.authorizer", ...]   # in myapp/tokens.py: authorizer = middleware(verifier)
"""

from collections.abc import Callable, Collection
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.decorators import sync_and_async_middleware

from poolhouse.authorizer import bearer
from poolhouse.authorizer.errors import AuthorizerError
from poolhouse.authorizer.verifier import Verifier

View = Callable[..., Any]


def authorized(verifier: Verifier, public: Collection[str] = ()) -> Callable[[View], View]:
    """The view, a function or a coroutine, is called with a good token only.

    public  paths that need none, each as a whole
    """
    paths = frozenset([public] if isinstance(public, str) else public)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **named: Any) -> Any:
            try:
                if request.path not in paths:
                    _keep(request, verifier.verify(_token(request)))
            except AuthorizerError as refused:
                return _answer(refused)
            return view(request, *args, **named)

        @wraps(view)
        async def guarded_async(request: HttpRequest, *args: Any, **named: Any) -> Any:
            try:
                if request.path not in paths:
                    _keep(request, await verifier.verify_async(_token(request)))
            except AuthorizerError as refused:
                return _answer(refused)
            return await view(request, *args, **named)

        return guarded_async if iscoroutinefunction(view) else guarded

    return decorate


def middleware(verifier: Verifier, public: Collection[str] = ()) -> Callable[[View], View]:
    """For MIDDLEWARE, under a name of your own; `public` as of `authorized`."""

    def authorizer(get_response: View) -> View:
        return authorized(verifier, public)(get_response)

    made: Callable[[View], View] = sync_and_async_middleware(authorizer)
    return made


def _token(request: HttpRequest) -> str:
    """WSGI joins headers that came twice with a comma, which no token has."""
    header = request.headers.get("authorization")
    return bearer.token([] if header is None else [header])


def _keep(request: HttpRequest, claims: object) -> None:
    request.claims = claims


def _answer(refused: AuthorizerError) -> HttpResponse:
    return HttpResponse(refused.body, status=refused.status, headers=dict(refused.headers))

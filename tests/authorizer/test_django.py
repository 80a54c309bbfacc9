"""The decorator and the middleware for Django, by its own test clients."""

from collections.abc import Iterator
from typing import Any

import django
import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client
from django.test.utils import override_settings
from django.urls import path
from tests.authorizer.issuer import NOW, access, token, verifier

from poolhouse.authorizer.django import authorized, middleware

VERIFIER = verifier()


@authorized(VERIFIER)
def me(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.claims.username)


@authorized(VERIFIER.requiring(scopes="notes/read"))
async def note(request: HttpRequest, name: str) -> HttpResponse:
    return HttpResponse(f"{name} of {request.claims.username}")


def bare(request: HttpRequest) -> HttpResponse:
    """A view that the middleware guards, or nothing does."""
    return HttpResponse(getattr(request, "claims", {}).get("username", "nobody"))


urlpatterns = [path("me", me), path("notes/<name>", note), path("bare", bare), path("health", bare)]
authorizer = middleware(VERIFIER, public=["/health"])
GUARDED = override_settings(MIDDLEWARE=[f"{__name__}.authorizer"])


@pytest.fixture(scope="module", autouse=True)
def site() -> Iterator[None]:
    if not settings.configured:
        settings.configure(ALLOWED_HOSTS=["testserver"], SECRET_KEY="of tests")
        django.setup()
    with override_settings(ROOT_URLCONF=__name__):
        yield


def bearing(**claims: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(access(**claims))}"}


def test_a_view_is_called_with_the_claims() -> None:
    assert Client().get("/me", headers=bearing()).content == b"ada"
    assert Client().get("/notes/first", headers=bearing(scope="notes/read")).content == b"first of ada"


async def test_an_async_server_calls_views_of_both_kinds() -> None:
    client = AsyncClient()

    assert (await client.get("/me", headers=bearing())).content == b"ada"
    answer = await client.get("/notes/first", headers=bearing(scope="notes/read"))
    assert answer.content == b"first of ada"
    assert (await client.get("/notes/first", headers=bearing())).status_code == 403


@pytest.mark.parametrize(
    ("path", "headers", "status", "message"),
    [
        ("/me", {}, 401, "Unauthorized"),
        ("/me", bearing(exp=NOW), 401, "Unauthorized"),
        ("/me", {"Authorization": ",".join([bearing()["Authorization"]] * 2)}, 401, "Unauthorized"),
        ("/notes/first", bearing(), 403, "Forbidden"),
    ],
)
def test_a_refusal_has_the_answer_of_a_gateway(
    path: str, headers: dict[str, str], status: int, message: str
) -> None:
    answer = Client().get(path, headers=headers)

    assert (answer.status_code, answer.json()) == (status, {"message": message})
    assert answer["www-authenticate"].startswith("Bearer")
    assert answer["content-type"] == "application/json"


@GUARDED
def test_the_middleware_guards_every_view_but_public_ones() -> None:
    assert Client().get("/bare", headers=bearing()).content == b"ada"
    assert Client().get("/bare").status_code == 401
    assert Client().get("/nowhere").status_code == 401
    assert Client().get("/health").content == b"nobody"


@GUARDED
async def test_the_middleware_does_so_in_an_async_server_too() -> None:
    assert (await AsyncClient().get("/bare", headers=bearing())).content == b"ada"
    assert (await AsyncClient().get("/bare")).status_code == 401
    assert (await AsyncClient().get("/health")).content == b"nobody"


def test_without_the_middleware_such_a_view_is_open() -> None:
    """So that the tests above test the middleware."""
    assert Client().get("/bare").content == b"nobody"

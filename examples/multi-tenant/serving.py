"""What the servers of both examples share: the tenant's projects as an API, and the page."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import Body, Depends, FastAPI, HTTPException, Request, Response
from fastapi.staticfiles import StaticFiles
from projects import Project, Projects

from poolhouse.authorizer.starlette import HANDLERS

_PAGE = Path(__file__).with_name("page")

Name = Annotated[str, Body(embed=True, min_length=1, max_length=200)]


def application(connect: Iterable[str]) -> FastAPI:
    """A server with what all pages share. `connect`: the other origins that their scripts may talk to."""
    api = FastAPI(exception_handlers=HANDLERS, docs_url=None, redoc_url=None, openapi_url=None)
    policy = _policy(connect)

    @api.middleware("http")
    async def guarded(request: Request, call_next: Any) -> Response:
        response: Response = await call_next(request)
        response.headers["content-security-policy"] = policy
        response.headers["referrer-policy"] = "no-referrer"
        response.headers["x-content-type-options"] = "nosniff"
        return response

    api.mount("/page/shared", StaticFiles(directory=_PAGE / "shared"))
    return api


def serve_page(api: FastAPI, name: str, config: Mapping[str, Any]) -> None:
    """After every other route: it answers whatever is below /page. `config`: what scripts are told."""

    @api.get("/page/config.json")
    async def page_config() -> Mapping[str, Any]:
        return config

    api.mount("/page", StaticFiles(directory=_PAGE / name, html=True))


def serve_projects(api: FastAPI, database: sqlite3.Connection, tenant_of: Callable[..., Any]) -> None:
    """tenant_of  a dependency of FastAPI that gives the verified tenant of a request"""

    async def own(tenant_id: Annotated[str, Depends(tenant_of)]) -> Projects:
        return Projects(database, tenant_id)

    Own = Annotated[Projects, Depends(own)]  # noqa: N806 - a type

    @api.get("/projects")
    async def all_projects(projects: Own) -> list[Project]:
        return projects.all()

    @api.post("/projects", status_code=201)
    async def add_project(projects: Own, name: Name) -> Project:
        return projects.add(name)

    @api.get("/projects/{project_id}")
    async def one_project(projects: Own, project_id: int) -> Project:
        found = projects.one(project_id)
        if found is None:
            raise HTTPException(404)
        return found

    @api.delete("/projects/{project_id}", status_code=204)
    async def delete_project(projects: Own, project_id: int) -> None:
        if not projects.delete(project_id):
            raise HTTPException(404)


def _policy(connect: Iterable[str]) -> str:
    origins = " ".join(["'self'", *connect])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src {origins}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )

"""The back end: a chat that answers in a stream, the tenant's notes, and the page.

It stands behind the gateway, which lets nobody through without a good token. It verifies the token once more,
in a few lines, because the tenant that it filters by must not rest on who can reach its port.
"""

import json
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import model
import uvicorn
from fastapi import Body, Depends, FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.staticfiles import StaticFiles
from notes import Notes, database

from poolhouse.authorizer import Claims, Pool, Verifier
from poolhouse.authorizer.starlette import HANDLERS, Authorized

_PAGE = Path(__file__).with_name("page")
_LONGEST = 2_000  # characters of a question or a note

Text = Annotated[str, Body(embed=True, min_length=1, max_length=_LONGEST)]


def verifier(issuer: str, client_id: str, **options: Any) -> Verifier:
    """Access tokens of the pool, for this client, that may ask and say which tenant they are for."""
    return Verifier(
        Pool(issuer, [client_id]), scopes=["chat/ask"], claims={"tenant_id": _is_tenant}, **options
    )


def _is_tenant(claim: object) -> bool:
    return isinstance(claim, str) and bool(claim)


def application(known: Verifier, kept: sqlite3.Connection, config: Mapping[str, Any]) -> FastAPI:
    """known   who is let in
    kept    the notes of all tenants
    config  what the page is told: addresses and ids, nothing secret
    """
    api = FastAPI(exception_handlers=HANDLERS, docs_url=None, redoc_url=None, openapi_url=None)

    async def own_notes(claims: Annotated[Claims, Depends(Authorized(known))]) -> Notes:
        return Notes(kept, claims["tenant_id"])

    OwnNotes = Annotated[Notes, Depends(own_notes)]  # noqa: N806 - a type

    @api.post("/chat")
    async def chat(notes: OwnNotes, question: Text) -> StreamingResponse:
        events = _events(model.answer(question, notes.all()))
        return StreamingResponse(
            events, headers={"cache-control": "no-store"}, media_type="text/event-stream"
        )

    @api.get("/notes")
    async def read_notes(notes: OwnNotes) -> list[str]:
        return notes.all()

    @api.post("/notes", status_code=201)
    async def add_note(notes: OwnNotes, text: Text) -> list[str]:
        notes.add(text)
        return notes.all()

    @api.get("/page/config.json")
    async def page_config() -> Mapping[str, Any]:
        return config

    _serve_page(api, _policy(config["connect"]))
    return api


async def _events(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    """Server-sent events: one for each piece and one for the end, so that a broken answer is known as one."""
    async for piece in pieces:
        yield f"data: {json.dumps(piece)}\n\n"
    yield "event: done\ndata: \n\n"


def _serve_page(api: FastAPI, policy: str) -> None:
    @api.middleware("http")
    async def guarded(request: Request, call_next: Any) -> Response:
        response: Response = await call_next(request)
        response.headers["content-security-policy"] = policy
        response.headers["referrer-policy"] = "no-referrer"
        response.headers["x-content-type-options"] = "nosniff"
        return response

    api.mount("/page", StaticFiles(directory=_PAGE, html=True))


def _policy(connect: Sequence[str]) -> str:
    """connect  the other origins that the page's scripts may talk to"""
    origins = " ".join(["'self'", *connect])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src {origins}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def main(config_file: Path) -> None:
    """Serve as the file says, on this computer only."""
    config = json.loads(config_file.read_text())
    page = config["page"]
    api = application(verifier(page["issuer"], page["clientId"]), database(config["notes"]), page)
    uvicorn.run(api, host="127.0.0.1", port=config["port"], log_level="warning", timeout_graceful_shutdown=2)


if __name__ == "__main__":
    import sys

    main(Path(sys.argv[1]))

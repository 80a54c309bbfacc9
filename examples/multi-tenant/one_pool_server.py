"""One pool for all tenants: the server that invites, makes accounts, and keeps each tenant's projects apart.

It stands behind the gateway, and verifies each token once more: whose rows it reads must not rest on who can
reach its port.
"""

import json
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import boto3
import one_pool_setup
import projects
import serving
import uvicorn
from fastapi import Body, Depends, FastAPI, HTTPException
from invitations import Invitation, Invitations
from one_pool_setup import ADMIN, MEMBER, Taken

from poolhouse.authorizer import Claims, Pool, Verifier
from poolhouse.authorizer.starlette import Authorized

Token = Annotated[str, Body(embed=True, min_length=1, max_length=200)]
Email = Annotated[str, Body(min_length=3, max_length=200, pattern=r"^[^@\s]+@[^@\s]+$")]
Role = Annotated[Literal["admin", "member"], Body()]
Join = Callable[[Invitation], None]


def verifier(issuer: str, client_id: str, **options: Any) -> Verifier:
    """Access tokens of the pool, for this client, that say which tenant and which roles they are for."""
    wanted = {"tenant_id": _is_tenant, "roles": lambda roles: isinstance(roles, list)}
    return Verifier(Pool(issuer, [client_id]), scopes=["projects/use"], claims=wanted, **options)


def _is_tenant(claim: object) -> bool:
    return isinstance(claim, str) and bool(claim)


def application(
    known: Verifier, database: sqlite3.Connection, config: Mapping[str, Any], join: Join
) -> FastAPI:
    """join  makes an account, as one_pool_setup.py:join does"""
    api = serving.application(config["connect"])
    caller = Authorized(known)
    invitations = Invitations(database)

    async def tenant_of(claims: Annotated[Claims, Depends(caller)]) -> str:
        return str(claims["tenant_id"])

    serving.serve_projects(api, database, tenant_of)
    _serve_invitations(api, invitations, caller, config["page"])
    _serve_joining(api, invitations, join)
    serving.serve_page(api, "one-pool", config)
    return api


def _serve_invitations(api: FastAPI, invitations: Invitations, caller: Authorized, page: str) -> None:
    @api.post("/invitations", status_code=201)
    async def invite(
        claims: Annotated[Claims, Depends(caller)], email: Email, role: Role = MEMBER
    ) -> dict[str, str]:
        """The tenant is the inviter's own. Nothing in the request could name another."""
        if ADMIN not in claims["roles"]:
            raise HTTPException(403, "Only administrators invite.")
        token = invitations.add(Invitation(claims["tenant_id"], role, email.lower()), time.time())
        return {"link": f"{page}join.html#{token}"}


def _serve_joining(api: FastAPI, invitations: Invitations, join: Join) -> None:
    @api.post("/join")
    def accept(token: Token) -> dict[str, str]:
        """Open to everybody who has an invitation. What comes of it is in the invitation alone."""
        invitation = invitations.take(token, time.time())
        if invitation is None:
            raise HTTPException(410, "This invitation has been used, or its time is over.")
        try:
            join(invitation)
        except Taken:
            raise HTTPException(409, "This address has an account already.") from None
        except Exception:
            invitations.give_back(token)
            raise
        return {"email": invitation.email}


def main(config_file: Path) -> None:
    """Serve as the file says, on this computer only."""
    config = json.loads(config_file.read_text())
    page, pool_id = config["page"], config["pool_id"]
    users = boto3.client("cognito-idp", **config["poolhouse"])
    api = application(
        verifier(page["issuer"], page["clientId"]),
        projects.opened(config["database"], config["first"]),
        page,
        lambda invitation: one_pool_setup.join(users, pool_id, invitation),
    )
    uvicorn.run(api, host="127.0.0.1", port=config["port"], log_level="warning", timeout_graceful_shutdown=2)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

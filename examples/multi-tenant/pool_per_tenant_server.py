"""A pool for each tenant: the server that keeps each tenant's projects apart.

It stands behind the gateway and verifies each token once more. The pools that it believes are those of the
gateway's file, which it follows too: a new tenant needs no new start.
"""

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import projects
import serving
import uvicorn
from starlette.requests import Request

from poolhouse.authorizer import Pool, Verifier
from poolhouse.authorizer.starlette import Authorized


class Tenants:
    """Who is let in, as the gateway's file says it now."""

    def __init__(self, file: Path, **options: Any) -> None:
        """options  of `Verifier`"""
        self._file = file
        self._options = options
        self._read_at = -1
        self._authorized = self._read()

    async def of_request(self, request: Request) -> str:
        """The tenant: the id of the pool whose token this is. A broken file changes nothing."""
        if self._file.stat().st_mtime_ns != self._read_at:
            try:
                self._authorized = self._read()
            except (KeyError, ValueError):
                print(f"{self._file.name} is broken: its pools stay as they were.", file=sys.stderr)
        claims = await self._authorized(request)
        return claims.issuer.rpartition("/")[2]

    def _read(self) -> Authorized:
        self._read_at = self._file.stat().st_mtime_ns
        listed = tomllib.loads(self._file.read_text())["authorizers"]["users"]["pools"]
        pools = [Pool(pool["issuer"], pool["client_ids"]) for pool in listed]
        return Authorized(Verifier(pools, scopes=["projects/use"], **self._options))


def main(config_file: Path) -> None:
    """Serve as the file says, on this computer only."""
    config = json.loads(config_file.read_text())
    api = serving.application(config["page"]["connect"])
    database = projects.opened(config["database"], config["first"])
    serving.serve_projects(api, database, Tenants(Path(config["gateway"])).of_request)
    serving.serve_page(api, "pool-per-tenant", config["page"])
    uvicorn.run(api, host="127.0.0.1", port=config["port"], log_level="warning", timeout_graceful_shutdown=2)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Questions for the pool of an e-mail domain, in process."""

from typing import Any

import httpx2

from poolhouse.context import Env
from poolhouse.web.gateway import Gateway
from poolhouse.web.metrics import Metrics
from poolhouse.web.tenants import Tenants


class Door:
    """GET /tenants before this process's store. `peer`: whence the questions come."""

    def __init__(self, env: Env, peer: str = "203.0.113.7") -> None:
        metrics = Metrics()
        gateway: Any = Gateway(env, metrics, (Tenants(env, metrics).page,))
        transport = httpx2.ASGITransport(app=gateway, client=(peer, 1))
        self._http = httpx2.AsyncClient(transport=transport, base_url="http://localhost:8400")

    async def ask(self, query: str, method: str = "GET") -> httpx2.Response:
        return await self._http.request(method, f"/tenants?{query}")

    async def tenant(self, domain: str) -> dict[str, Any] | None:
        answer = await self.ask(f"domain={domain}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] | None = answer.json()["tenant"]
        return found

"""The pools' pages and OAuth endpoints: a quarter of a second of imports, which no start waits for."""

import asyncio
import gc
import importlib
from functools import cache

from poolhouse.context import Env
from poolhouse.http.request import HttpRequest
from poolhouse.http.response import Response
from poolhouse.web.explanations import Explanations
from poolhouse.web.gateway import Page
from poolhouse.web.metrics import Metrics
from poolhouse.web.tenants import Tenants


def pages(env: Env, metrics: Metrics) -> tuple[Page, ...]:
    """What the server answers beside the API, to be asked in this order."""
    return (Tenants(env, metrics).page, Explanations(env, metrics).page, _hosted(env, metrics))


def _hosted(env: Env, metrics: Metrics) -> Page:
    """Imported by the first visit, unless `bring` did it before."""

    @cache
    def made() -> Page:
        from poolhouse.web.hosted import Hosted

        return Hosted(env, metrics).page

    async def page(request: HttpRequest) -> Response | None:
        return await made()(request)

    return page


async def bring() -> None:
    """Import them in a thread, beside the first requests; then they stay until the end, as the rest does."""
    await asyncio.to_thread(importlib.import_module, "poolhouse.web.hosted")
    gc.freeze()

"""One POST to a function somewhere else: within a time, of a size, and never redirected."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from msgspec import Struct

from poolhouse.drivers.functions.crowd import Crowd
from poolhouse.drivers.functions.runtime_api import LARGEST_ANSWER
from poolhouse.errors import InvocationFailed, InvocationTimeout

if TYPE_CHECKING:
    from httpx2 import AsyncClient


_AT_ONCE = 50  # calls of one function
_KEPT = 100  # connections that wait for the next call


class Answer(Struct, frozen=True):
    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpPost:
    """Keeps its connections open. Each function has so many of them, so that none takes those of another."""

    def __init__(self) -> None:
        self._client: AsyncClient | None = None
        self._crowds: WeakValueDictionary[str, Crowd] = (
            WeakValueDictionary()
        )  # as long as they are of somebody

    async def send(
        self, function: str, url: str, headers: Mapping[str, str], body: bytes, seconds: float
    ) -> Answer:
        """The answer, whatever its status. Raises `InvocationTimeout`, and `InvocationFailed` without one."""
        import httpx2  # here, because only those whose functions are elsewhere need it

        if self._client is None:
            self._client = httpx2.AsyncClient(
                timeout=None,
                follow_redirects=False,
                trust_env=False,  # no proxy; but the authorities of SSL_CERT_FILE are good
                verify=httpx2.create_ssl_context(),
                limits=httpx2.Limits(max_connections=None, max_keepalive_connections=_KEPT),
            )
        try:
            async with asyncio.timeout(seconds), self._crowd(function).place():
                return await self._answer(url, headers, body)
        except TimeoutError:
            raise InvocationTimeout from None
        except (httpx2.HTTPError, httpx2.InvalidURL):
            raise InvocationFailed("ServiceException", passing=True) from None

    def _crowd(self, function: str) -> Crowd:
        crowd = self._crowds.get(function)
        if crowd is None:
            crowd = self._crowds[function] = Crowd(_AT_ONCE)
        return crowd

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _answer(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if self._client is None:
            raise InvocationFailed("ServiceException", passing=True)  # closed meanwhile
        async with self._client.stream("POST", url, headers=dict(headers), content=body) as answer:
            received = bytearray()
            async for chunk in answer.aiter_bytes():
                received += chunk
                if len(received) > LARGEST_ANSWER:
                    raise InvocationFailed("ResponseSizeTooLarge")
            return Answer(answer.status_code, answer.headers, bytes(received))

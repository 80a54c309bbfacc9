"""One POST to a function somewhere else: within a time, of a size, and never redirected."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from poolhouse.drivers.functions.runtime_api import LARGEST_ANSWER
from poolhouse.errors import InvocationFailed, InvocationTimeout

if TYPE_CHECKING:
    from httpx2 import AsyncClient


class Answer(Struct, frozen=True):
    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpPost:
    """Keeps its connections open."""

    def __init__(self) -> None:
        self._client: AsyncClient | None = None

    async def send(self, url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> Answer:
        """The answer, whatever its status. Raises `InvocationTimeout`, and `InvocationFailed` without one."""
        import httpx2  # here, because only those whose functions are elsewhere need it

        if self._client is None:
            self._client = httpx2.AsyncClient(
                timeout=None,
                follow_redirects=False,
                trust_env=False,  # no proxy; but the authorities of SSL_CERT_FILE are good
                verify=httpx2.create_ssl_context(),
            )
        try:
            async with asyncio.timeout(seconds):
                return await self._answer(url, headers, body)
        except TimeoutError:
            raise InvocationTimeout from None
        except (httpx2.HTTPError, httpx2.InvalidURL):
            raise InvocationFailed("ServiceException", passing=True) from None

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

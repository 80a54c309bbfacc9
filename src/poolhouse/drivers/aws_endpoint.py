"""Signed calls to one AWS service. How a call is signed comes from outside (`Sign`)."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from poolhouse.errors import DeliveryFailed

if TYPE_CHECKING:
    from httpx2 import AsyncClient, Response

Headers = tuple[tuple[str, str], ...]
Sign = Callable[[str, Headers, bytes], Mapping[str, str]]  # (path, headers, body) of a POST -> more headers
SignIn = Callable[[str, str, Headers, bytes], Mapping[str, str]]  # the same in a Region, which comes first

_TIMEOUT = 20.0  # seconds, for each of connecting, sending and reading


class AwsEndpoint:
    """An AWS service at its address. The connection is kept open."""

    def __init__(self, url: str, sign: Sign) -> None:
        self._url = url.rstrip("/")
        self._sign = sign
        self._client: AsyncClient | None = None

    async def post(self, path: str, content_type: str, body: bytes, more: Headers = ()) -> "Response":
        """The answer, whatever its status. `DeliveryFailed` when there is none."""
        import httpx2  # here, because only those who send over AWS need it

        if self._client is None:
            self._client = httpx2.AsyncClient(timeout=_TIMEOUT, follow_redirects=False)
        headers: Headers = (("host", urlsplit(self._url).netloc), ("content-type", content_type), *more)
        added = self._sign(path, headers, body)
        try:
            return await self._client.post(
                self._url + path, content=body, headers=dict(headers) | dict(added)
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise DeliveryFailed(f"The service cannot be reached: {type(error).__name__}.") from None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

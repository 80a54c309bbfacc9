"""The HTTP client of the API gateway: bodies go through it in both directions as they come.

Addresses are the operator's own (docs/gateway.md), so private ones are good, and plain HTTP too. Nothing is
added to what is sent: no cookie, no proxy, no redirect, no encoding.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, cast

from poolhouse.errors import UpstreamBroke, UpstreamDown, UpstreamLate
from poolhouse.ports import Patience, Streamed

if TYPE_CHECKING:
    import httpx2

_MOST_CONNECTIONS = 1_000
_MOST_IDLE = 100
_KEPT_IDLE = 4.0  # seconds; most servers close an idle connection after five
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})  # RFC 9110, section 9.2.1


class _Dropped(UpstreamDown):
    """The connection ended before there was an answer: mostly an idle one, closed just as it was used."""


class StreamingClient:
    """Keeps its connections open, and closes those whose answer was not read to its end."""

    def __init__(self, most_connections: int = _MOST_CONNECTIONS) -> None:
        import httpx2  # here, because only the gateway needs it

        limits = httpx2.Limits(
            max_connections=most_connections,
            max_keepalive_connections=_MOST_IDLE,
            keepalive_expiry=_KEPT_IDLE,
        )
        context = httpx2.create_ssl_context()
        self._transport = httpx2.AsyncHTTPTransport(verify=context, trust_env=False, limits=limits)

    @asynccontextmanager
    async def exchange(
        self,
        method: str,
        url: str,
        headers: Sequence[tuple[bytes, bytes]],
        body: AsyncIterator[bytes] | bytes,
        patience: Patience,
    ) -> AsyncIterator[Streamed]:
        """As `ports.Upstreams.exchange` says."""
        waits = {
            "connect": patience.connect,
            "pool": patience.connect,
            "read": patience.first_byte,
            "write": patience.idle,
        }
        try:
            answer = await self._asked(method, url, headers, body, waits)
        except _Dropped as dropped:
            if method not in _SAFE or body != b"":
                raise UpstreamDown(str(dropped)) from None
            answer = await self._asked(method, url, headers, body, waits)
        waits["read"] = patience.idle  # read anew by the connection when the body begins
        try:
            named = tuple((name.lower(), value) for name, value in answer.headers.raw)
            yield Streamed(answer.status_code, named, _pieces(answer))
        finally:
            await answer.aclose()

    async def close(self) -> None:
        await self._transport.aclose()

    async def _asked(
        self,
        method: str,
        url: str,
        headers: Sequence[tuple[bytes, bytes]],
        body: AsyncIterator[bytes] | bytes,
        waits: dict[str, float],
    ) -> "httpx2.Response":
        """Raises `UpstreamDown`, also as `_Dropped`, and `UpstreamLate`."""
        import httpx2

        extensions = {"timeout": waits}
        try:
            request = httpx2.Request(method, url, headers=list(headers), content=body, extensions=extensions)
            return await self._transport.handle_async_request(request)
        except httpx2.PoolTimeout:
            raise UpstreamDown("too many connections") from None
        except httpx2.TimeoutException:
            raise UpstreamLate from None
        except (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError) as error:
            raise _Dropped(type(error).__name__) from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise UpstreamDown(type(error).__name__) from None


async def _pieces(answer: "httpx2.Response") -> AsyncIterator[bytes]:
    """Raises `UpstreamLate` and `UpstreamBroke`."""
    import httpx2

    try:
        async for piece in cast("AsyncIterator[bytes]", answer.stream):
            yield piece
    except httpx2.TimeoutException:
        raise UpstreamLate from None
    except httpx2.HTTPError as error:
        raise UpstreamBroke(type(error).__name__) from None

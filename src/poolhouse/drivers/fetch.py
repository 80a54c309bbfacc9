"""The one HTTP client for addresses that somebody else chose: identity providers, their keys, their metadata.

A name is resolved once, every address of it is checked, and the connection goes to a checked address; TLS
is verified for the name. So neither a private address, however it is spelled, nor a name that changes its
address between check and use leads into our own network (security rule 8).
"""

import asyncio
import socket
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from poolhouse.drivers import addresses
from poolhouse.drivers.addresses import Address, Allowed
from poolhouse.errors import FetchBroken, FetchFailed, FetchRefused, FetchTimeout
from poolhouse.ports import Fetched
from poolhouse.settings import Settings

if TYPE_CHECKING:
    import httpx2

LOOPBACK = ("127.0.0.0/8", "::1/128")
_NO_WEB_ADDRESS = "The address is not a web address."
_NOT_PUBLIC = "The address is not public: name its host or network in `fetch_allowed_hosts` to allow it."


class GuardedFetch:
    """Keeps its connections open. Follows no redirect, sends no cookie, asks no proxy."""

    def __init__(self, allowed: Iterable[str]) -> None:
        """allowed  hosts and networks that need not be public, and may be spoken to without TLS"""
        self._allowed = Allowed(allowed)
        self._client: httpx2.AsyncClient | None = None

    async def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] = {},
        body: bytes = b"",
        *,
        seconds: float = 10.0,
        most: int = 1_000_000,
    ) -> Fetched:
        """As `ports.Fetch.send` says."""
        import httpx2  # here, because only those with identity providers need it

        _check(url)
        client = self._opened()
        sent = {"accept-encoding": "identity", "user-agent": "poolhouse", **headers}
        try:
            async with asyncio.timeout(seconds):
                return await _answer(client.stream(method, url, headers=sent, content=body), most)
        except (TimeoutError, httpx2.TimeoutException):
            raise FetchTimeout("The server took too long.") from None
        except (httpx2.InvalidURL, UnicodeError):
            raise FetchRefused(_NO_WEB_ADDRESS) from None
        except httpx2.HTTPError as error:
            raise FetchBroken(f"The server cannot be reached: {type(error).__name__}.") from None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    def _opened(self) -> "httpx2.AsyncClient":
        if self._client is None:
            import httpx2

            guarded = {"http://": self._transport(public=False), "https://": self._transport(public=True)}
            self._client = httpx2.AsyncClient(
                mounts=guarded, follow_redirects=False, trust_env=False, timeout=None
            )
        self._client.cookies.clear()
        return self._client

    def _transport(self, *, public: bool) -> "httpx2.AsyncHTTPTransport":
        import httpx2

        transport = httpx2.AsyncHTTPTransport(verify=httpx2.create_ssl_context(), trust_env=False)
        # A private attribute: tests/drivers/test_fetch.py fails should this lose its effect.
        pool: Any = transport._pool
        pool._network_backend = _Guard(pool._network_backend, self._allowed, public=public)
        return transport


class _Guard:
    """Stands in front of what opens connections (a network backend of httpcore2)."""

    def __init__(self, inner: Any, allowed: Allowed, *, public: bool) -> None:
        """public  connections without TLS go to allowed addresses only, never over the internet"""
        self._inner = inner
        self._allowed = allowed
        self._public = public

    async def connect_tcp(self, host: str, port: int, *more: Any, **options: Any) -> Any:
        failed: Exception = FetchBroken("The name of the server is not known.")
        for address in await self._checked(host, port):
            try:
                return await self._inner.connect_tcp(str(address), port, *more, **options)
            except Exception as error:  # noqa: BLE001 - the next address may answer
                failed = error
        raise failed

    async def connect_unix_socket(self, *_: Any, **__: Any) -> Any:
        raise FetchRefused("No address on the internet is a socket of this computer.")

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)

    async def _checked(self, host: str, port: int) -> Sequence[Address]:
        """The addresses of the host, if we may connect to every one of them."""
        try:
            loop = asyncio.get_running_loop()
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise FetchBroken("The name of the server is not known.") from None
        resolved = list(dict.fromkeys(addresses.of_socket(str(entry[4][0])) for entry in found))
        for address in resolved:
            if self._allowed.host(host) or self._allowed.address(address):
                continue
            if not self._public:
                raise FetchRefused("A server on the internet is asked over https only.")
            if not addresses.is_public(address):
                raise FetchRefused(_NOT_PUBLIC)
        return resolved


def _check(url: str) -> None:
    """Raises `FetchRefused` for what is no plain address of a web server."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FetchRefused(_NO_WEB_ADDRESS) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise FetchRefused(_NO_WEB_ADDRESS)
    if "@" in parts.netloc or any(character <= " " or character == "\\" for character in url):
        raise FetchRefused("The address holds a user name, a space or a backslash.")


async def _answer(streamed: AbstractAsyncContextManager["httpx2.Response"], most: int) -> Fetched:
    """The answer as it was sent: what is compressed all the same is refused, for it may be a bomb."""
    async with streamed as answer:
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise FetchFailed("The server compressed its answer, which it was asked not to do.")
        received = bytearray()
        async for chunk in answer.aiter_raw():
            received += chunk
            if len(received) > most:
                raise FetchFailed("The answer of the server is too long.")
        return Fetched(answer.status_code, dict(answer.headers), bytes(received))


def opened(settings: Settings) -> GuardedFetch:
    """In development, this computer may be asked too: that is where the other servers are."""
    own = LOOPBACK if settings.profile == "dev" else ()
    return GuardedFetch((*settings.fetch_allowed_hosts, *own))

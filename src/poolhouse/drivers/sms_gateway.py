"""Text messages by a gateway of the operator's own: one signed POST for each (docs/messages.md)."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from poolhouse.drivers.hmac_signature import signed
from poolhouse.errors import DeliveryFailed
from poolhouse.ports import Message

if TYPE_CHECKING:
    from httpx2 import AsyncClient

_TIMEOUT = 20.0  # seconds, for each of connecting, sending and reading


class GatewaySender:
    """Hands text messages to one address. What it answers but the status is not read."""

    def __init__(self, url: str, secret: str, now: Callable[[], int]) -> None:
        """`now` gives seconds since 1970."""
        self._url = url
        self._secret = secret
        self._now = now
        self._client: AsyncClient | None = None

    async def send(self, message: Message) -> None:
        """Raises `DeliveryFailed` for any answer but a 2xx. `id` stays over repeated tries."""
        import httpx2  # here, because only those who have a gateway need it

        if self._client is None:
            self._client = httpx2.AsyncClient(timeout=_TIMEOUT, follow_redirects=False, trust_env=False)
        body = json.dumps(_request(message)).encode()
        headers = {"content-type": "application/json", **signed(self._secret, self._now(), body)}
        try:
            async with self._client.stream("POST", self._url, headers=headers, content=body) as answer:
                status = answer.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise DeliveryFailed(f"The SMS gateway cannot be reached: {type(error).__name__}.") from None
        if not 200 <= status < 300:
            raise DeliveryFailed(f"The SMS gateway answered {status}.")

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None


def _request(message: Message) -> dict[str, str]:
    return {
        "id": message.message_id,
        "to": message.to,
        "text": message.body,
        "purpose": message.purpose,
        "user_pool_id": message.user_pool_id,
    }

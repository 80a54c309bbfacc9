"""One request of a sink to an address of the operator's: within a time, never redirected, bounded."""

import asyncio
from collections.abc import Mapping

from msgspec import Struct

from poolhouse.drivers.upstream import StreamingClient
from poolhouse.errors import LogRefused, LogSinkAway, UpstreamBroke, UpstreamDown, UpstreamLate
from poolhouse.ports import Patience

_PATIENCE = Patience(connect=5.0, first_byte=20.0, idle=10.0)  # seconds
_ALTOGETHER = 30.0  # seconds
_MOST_READ = 65_536  # bytes of an answer
_LONGEST_AFTER = 3_600.0  # seconds that a sink may ask us to wait
_ABOUT_THE_BODY = frozenset({400, 413, 422})


class Answer(Struct, frozen=True):
    """Names of headers are in lower case; of a long body there is the beginning."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def after(self) -> float:
        """Retry-After (RFC 9110, section 10.2.3), where it is a number of seconds."""
        said = self.headers.get("retry-after", "")
        return min(float(said), _LONGEST_AFTER) if said.isascii() and said.isdigit() else 0.0


class Asking:
    """Sends requests; the connections stay open."""

    def __init__(self) -> None:
        self._client: StreamingClient | None = None

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer, whatever its status. Raises `LogSinkAway` where there is none."""
        if self._client is None:
            self._client = StreamingClient(most_connections=16)
        try:
            async with asyncio.timeout(_ALTOGETHER):
                return await self._answer(self._client, method, url, headers, body)
        except (TimeoutError, UpstreamLate):
            raise LogSinkAway("The sink took too long.") from None
        except (UpstreamDown, UpstreamBroke) as error:
            raise LogSinkAway(f"The sink cannot be reached: {error}.") from None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _answer(
        self, client: StreamingClient, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        sent = [(name.encode(), value.encode()) for name, value in headers.items()]
        sent.append((b"content-length", b"%d" % len(body)))
        async with client.exchange(method, url, sent, body, _PATIENCE) as answer:
            received = bytearray()
            async for piece in answer.body:
                received += piece
                if len(received) > _MOST_READ:
                    break
            named = {name.decode("latin-1"): value.decode("latin-1") for name, value in answer.headers}
            return Answer(answer.status, named, bytes(received[:_MOST_READ]))


def check(answer: Answer) -> None:
    """Any 2xx is good. 400, 413 and 422 are about what was sent; anything else may be another time.

    Raises `LogRefused` and `LogSinkAway`.
    """
    if 200 <= answer.status < 300:
        return
    if answer.status in _ABOUT_THE_BODY:
        raise LogRefused(f"The sink answered {answer.status}.")
    raise LogSinkAway(f"The sink answered {answer.status}.", after=answer.after)

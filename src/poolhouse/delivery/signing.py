"""How calls to AWS are signed: what app.py hands to the SES and SNS drivers."""

from collections.abc import Callable

from poolhouse.ports import Clock
from poolhouse.wire import sigv4
from poolhouse.wire.sigv4 import Credentials, Request

Headers = tuple[tuple[str, str], ...]


def signer(
    clock: Clock, credentials: Credentials, region: str, service: str
) -> Callable[[str, Headers, bytes], dict[str, str]]:
    """A function from (path, headers, body) of a POST to the headers that sign it."""

    def sign(path: str, headers: Headers, body: bytes) -> dict[str, str]:
        request = Request("POST", path, "", headers, body)
        return sigv4.sign(request, credentials, region, service, clock.now())

    return sign

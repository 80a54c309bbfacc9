"""Functions at HTTPS addresses: the event is posted, signed (drivers/hmac_signature.py), and JSON comes back.

Poolhouse-Function: arn:aws:lambda:us-east-1:000000000000:function:greet
"""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from poolhouse.drivers import trace_context
from poolhouse.drivers.functions import arns
from poolhouse.drivers.functions.arns import Function
from poolhouse.drivers.functions.http_post import Answer, HttpPost
from poolhouse.drivers.functions.runtime_api import failure
from poolhouse.drivers.hmac_signature import SHORTEST_SECRET, signed
from poolhouse.errors import InvocationFailed, SettingsError

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_REASONS = {
    401: "AccessDeniedException",
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    429: "TooManyRequestsException",
}


class Endpoints:
    """The functions that settings give an address."""

    def __init__(self, urls: Mapping[str, str], secrets: Mapping[str, str], now: Callable[[], int]) -> None:
        """urls     address by ARN; one without a qualifier is good for every qualifier
        secrets  of each endpoint, by the same ARN
        now      seconds since 1970

        Raises `SettingsError`.
        """
        _check(urls, secrets)
        self._urls = urls
        self._secrets = secrets
        self._now = now
        self._post = HttpPost()

    def serves(self, function: Function) -> bool:
        return function.arn in self._urls or function.unqualified in self._urls

    def obstacle(self, function: Function) -> str | None:
        return None if self.serves(function) else f"`function_urls` has no address for {function.arn}."

    def changed(self, function: Function) -> bool:
        return False

    async def invoke(self, function: Function, event: bytes, seconds: float) -> bytes:
        """Raises as `ports.Invoker.invoke` says."""
        key = function.arn if function.arn in self._urls else function.unqualified
        headers = {
            "content-type": "application/json",
            "poolhouse-function": function.arn,
            **signed(self._secrets[key], self._now(), event),
            **trace_context.w3c(),
        }
        return _read(await self._post.send(key, self._urls[key], headers, event, seconds))

    async def close(self) -> None:
        await self._post.close()


def _read(answer: Answer) -> bytes:
    """200 is an answer, 422 is the function's refusal, anything else is trouble."""
    if answer.status == 200:
        return answer.body
    if answer.status == 422:
        raise failure(answer.body)
    reason = _REASONS.get(answer.status, "ServiceException")
    raise InvocationFailed(reason, passing=answer.status == 429 or answer.status >= 500)


def _check(urls: Mapping[str, str], secrets: Mapping[str, str]) -> None:
    for arn, url in urls.items():
        if arns.read(arn) is None:
            raise SettingsError(
                f"`function_urls` names {arn}, which is not the ARN of a function: correct it."
            )
        if not _is_safe(url):
            raise SettingsError(
                f"The address of {arn} in `function_urls` must begin with https:// (http:// is for this "
                "computer only) and hold no user name: correct it."
            )
        if len(secrets.get(arn, "")) < SHORTEST_SECRET:
            raise SettingsError(
                f"`function_url_secrets` must have a secret of at least {SHORTEST_SECRET} characters for "
                f"{arn}, which `function_urls` names: add one."
            )
    for arn in secrets.keys() - urls.keys():
        raise SettingsError(
            f"`function_url_secrets` names {arn}, which has no address in `function_urls`: remove it."
        )


def _is_safe(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)

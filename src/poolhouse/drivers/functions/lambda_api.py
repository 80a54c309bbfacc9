"""The Invoke API of AWS Lambda (2015-03-31), or of what speaks like it at an address of its own."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit

from poolhouse.drivers import trace_context
from poolhouse.drivers.functions.arns import Function
from poolhouse.drivers.functions.http_post import Answer, HttpPost
from poolhouse.drivers.functions.runtime_api import failure
from poolhouse.errors import InvocationFailed

Headers = tuple[tuple[str, str], ...]
Sign = Callable[
    [str, str, Headers, bytes], Mapping[str, str]
]  # (region, path, headers, body) -> more headers

_PATH = "/2015-03-31/functions/{}/invocations"
_NAME = re.compile(r"[A-Za-z0-9]{1,64}")
_SUFFIXES = {"aws-cn": "amazonaws.com.cn"}
_USUAL_SUFFIX = "amazonaws.com"


class LambdaApi:
    """Calls every function that nobody else serves."""

    def __init__(self, sign: Sign, *, region: str, endpoint: str) -> None:
        """sign      signs for the service `lambda`
        region    to sign for; empty: the ARN's
        endpoint  another address than AWS's
        """
        self._sign = sign
        self._region = region
        self._endpoint = endpoint.rstrip("/")
        self._post = HttpPost()

    def serves(self, function: Function) -> bool:
        return True

    def obstacle(self, function: Function) -> str | None:
        """Whether the function is there and may be called, only the call itself says."""
        return None

    def changed(self, function: Function) -> bool:
        return False

    async def invoke(self, function: Function, event: bytes, seconds: float) -> bytes:
        """Raises as `ports.Invoker.invoke` says; the reason is the name of Lambda's error."""
        region = self._region or function.region
        url = self._endpoint or f"https://lambda.{region}.{_SUFFIXES.get(function.partition, _USUAL_SUFFIX)}"
        path = urlsplit(url).path + _PATH.format(quote(self._name(function, url), safe=""))
        headers: Headers = (
            ("host", urlsplit(url).netloc),
            ("content-type", "application/json"),
            ("x-amz-invocation-type", "RequestResponse"),
        )
        added = self._sign(region, path, headers, event)
        origin = url.removesuffix(urlsplit(url).path)
        sent = dict(headers) | dict(added) | trace_context.x_ray("x-amzn-trace-id")
        answer = await self._post.send(function.unqualified, origin + path, sent, event, seconds)
        return _read(answer)

    async def close(self) -> None:
        await self._post.close()

    def _name(self, function: Function, url: str) -> str:
        """AWS is told the whole ARN, for the function may be another account's; others know names only."""
        if (urlsplit(url).hostname or "").endswith((_USUAL_SUFFIX, *_SUFFIXES.values())):
            return function.arn
        return f"{function.name}:{function.qualifier}" if function.qualifier else function.name


def _read(answer: Answer) -> bytes:
    if answer.status == 200 and "x-amz-function-error" not in answer.headers:
        return answer.body
    if answer.status == 200:
        raise failure(answer.body)
    name = _NAME.match(answer.headers.get("x-amzn-errortype", ""))
    passing = answer.status == 429 or answer.status >= 500
    raise InvocationFailed(name[0] if name else _named(answer.status), passing=passing)


def _named(status: int) -> str:
    """What an answer without a name is called."""
    usual = {403: "AccessDeniedException", 404: "ResourceNotFoundException", 429: "TooManyRequestsException"}
    return usual.get(status, "ServiceException")

"""The Invoker: chooses by ARN who calls a function, and spares functions that do not answer."""

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from poolhouse.drivers.functions import arns
from poolhouse.drivers.functions.arns import Function
from poolhouse.drivers.functions.breaker import Breakers
from poolhouse.errors import FunctionFailed, InvocationFailed, InvocationTimeout

LARGEST_EVENT = 6_291_456  # bytes, of Lambda's synchronous calls
_NOBODY = (
    "No function can be called here: start with `functions` (a folder), `lambda_endpoint` or "
    "`lambda_access_key_id` (the Lambda API), or `function_urls` (HTTPS)."
)


class Runtime(Protocol):
    """One way to call functions."""

    def serves(self, function: Function) -> bool:
        """Is the function this runtime's?"""
        ...

    def obstacle(self, function: Function) -> str | None:
        """As `ports.Invoker.obstacle`."""
        ...

    async def invoke(self, function: Function, event: bytes, seconds: float) -> bytes:
        """As `ports.Invoker.invoke`."""
        ...

    async def close(self) -> None: ...


class Dispatcher:
    """`ports.Invoker` over the runtimes that are set up: the first that serves an ARN calls it."""

    def __init__(self, runtimes: Sequence[Runtime], opened: Callable[[str], None]) -> None:
        """`opened` is called with the ARN of a function that is not asked for a while."""
        self._runtimes = runtimes
        self._breakers = Breakers(time.monotonic, opened)

    async def invoke(self, arn: str, event: bytes, *, seconds: float) -> bytes:
        function = arns.read(arn)
        runtime = self._runtime(function) if function else None
        if function is None or runtime is None:
            raise InvocationFailed("ResourceNotFoundException")
        if len(event) > LARGEST_EVENT:
            raise InvocationFailed("RequestTooLargeException")
        if not self._breakers.lets_through(function.unqualified):
            raise InvocationFailed("CircuitBreakerOpen")
        return await self._watched(runtime, function, event, seconds)

    async def obstacle(self, arn: str) -> str | None:
        function = arns.read(arn)
        if function is None:
            return f"{arn} is not the ARN of a Lambda function."
        runtime = self._runtime(function)
        if runtime is not None:
            return runtime.obstacle(function)
        return self._runtimes[-1].obstacle(function) if self._runtimes else _NOBODY

    def answers_again(self, arn: str) -> None:
        """Somebody has mended the function: ask it, whatever happened before."""
        self._breakers.succeeded(arn)

    async def close(self) -> None:
        for runtime in self._runtimes:
            await runtime.close()

    def _runtime(self, function: Function) -> Runtime | None:
        return next((runtime for runtime in self._runtimes if runtime.serves(function)), None)

    async def _watched(self, runtime: Runtime, function: Function, event: bytes, seconds: float) -> bytes:
        """A function that refuses, by raising, is well. One that ends, hangs or cannot be reached is not."""
        key = function.unqualified
        try:
            answer = await runtime.invoke(function, event, seconds)
        except FunctionFailed as failed:
            well = not failed.error_type.startswith(("Runtime.", "Sandbox."))
            (self._breakers.succeeded if well else self._breakers.failed)(key)
            raise
        except (InvocationFailed, InvocationTimeout):
            self._breakers.failed(key)
            raise
        except BaseException:
            self._breakers.gave_up(key)
            raise
        self._breakers.succeeded(key)
        return answer

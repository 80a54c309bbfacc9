"""The Invoker: chooses by ARN who calls a function, and spares functions that do not answer."""

import re
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from poolhouse.drivers.functions import arns
from poolhouse.drivers.functions.arns import Function
from poolhouse.drivers.functions.breaker import Breakers
from poolhouse.errors import FunctionFailed, InvocationFailed, InvocationTimeout

LARGEST_EVENT = 6_291_456  # bytes, of Lambda's synchronous calls
SPARED = "CircuitBreakerOpen"
# As events of triggers begin (triggers/call.py), so that every trigger is measured, whoever calls it.
_BEGINNING = re.compile(rb'\{"version":"[0-9]","triggerSource":"([A-Za-z]{1,40})_')
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

    def changed(self, function: Function) -> bool:
        """Is it another function than the last time? Then how it failed before says nothing."""
        ...

    async def close(self) -> None: ...


Observe = Callable[[str, str, float], None]  # (trigger, outcome, seconds)


class Dispatcher:
    """`ports.Invoker` over the runtimes that are set up: the first that serves an ARN calls it."""

    def __init__(self, runtimes: Sequence[Runtime], observe: Observe, opened: Callable[[str], None]) -> None:
        """observe  is told of every call: the trigger, and ok, raised, late, failed or spared
        opened   of the ARN of a function that is not called for a while
        """
        self._runtimes = runtimes
        self._observe = observe
        self._breakers = Breakers(time.monotonic, opened)

    async def invoke(self, arn: str, event: bytes, *, seconds: float) -> bytes:
        function = arns.read(arn)
        runtime = self._runtime(function) if function else None
        if function is None or runtime is None:
            raise InvocationFailed("ResourceNotFoundException")
        if len(event) > LARGEST_EVENT:
            raise InvocationFailed("RequestTooLargeException")
        began, outcome = time.monotonic(), "failed"
        try:
            answer = await self._spared(runtime, function, event, seconds)
            outcome = "ok"
        except FunctionFailed:
            outcome = "raised"
            raise
        except InvocationTimeout:
            outcome = "late"
            raise
        except InvocationFailed as failed:
            outcome = "spared" if failed.reason == SPARED else "failed"
            raise
        finally:
            self._observe(trigger_of(event), outcome, time.monotonic() - began)
        return answer

    async def obstacle(self, arn: str) -> str | None:
        function = arns.read(arn)
        if function is None:
            return f"{arn} is not the ARN of a Lambda function."
        runtime = self._runtime(function)
        if runtime is not None:
            return runtime.obstacle(function)
        return self._runtimes[-1].obstacle(function) if self._runtimes else _NOBODY

    async def close(self) -> None:
        for runtime in self._runtimes:
            await runtime.close()

    def _runtime(self, function: Function) -> Runtime | None:
        return next((runtime for runtime in self._runtimes if runtime.serves(function)), None)

    async def _spared(self, runtime: Runtime, function: Function, event: bytes, seconds: float) -> bytes:
        """A function that refuses, by raising, is well. One that ends, hangs or cannot be reached is not."""
        key = function.unqualified
        if runtime.changed(function):
            self._breakers.succeeded(key)
        if not self._breakers.lets_through(key):
            raise InvocationFailed(SPARED)
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


def trigger_of(event: bytes) -> str:
    """The first half of `triggerSource`."""
    found = _BEGINNING.match(event)
    return found[1].decode() if found else "other"

"""kind = "lambda": a function answers, called as API Gateway calls it (docs/gateway.md)."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import msgspec
from msgspec import Struct

from poolhouse.errors import (
    BodyTooLarge,
    FunctionFailed,
    FunctionFault,
    FunctionSilent,
    GatewayRefusal,
    InvocationFailed,
    InvocationTimeout,
    RestFunctionFault,
    RestFunctionSilent,
    SettingsError,
)
from poolhouse.gateway.calls import Answer, Call, Handler
from poolhouse.gateway.config import LambdaRoute, Server
from poolhouse.gateway.kinds import events, results
from poolhouse.gateway.kinds.events import About, Event
from poolhouse.gateway.outside import Outside
from poolhouse.gateway.routes import pattern

_LOCAL = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ARN = re.compile(r"arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_:$-]+")
_TOO_LARGE = "RequestTooLargeException"


class _Format(Struct, frozen=True):
    """fault, silent  what is answered where the function gave no answer"""

    event: Callable[[About, Call, bytes], Event]
    answer: Callable[[bytes], Answer]
    fault: type[GatewayRefusal] = FunctionFault
    silent: type[GatewayRefusal] = FunctionSilent


_FORMATS: Mapping[str, _Format] = {
    "2.0": _Format(events.http_2, results.http_2),
    "1.0": _Format(events.http_1, results.http_1),
    "rest": _Format(events.rest, results.rest, RestFunctionFault, RestFunctionSilent),
}


def arn(route: LambdaRoute, outside: Outside) -> str:
    """Raises `SettingsError`."""
    if _ARN.fullmatch(route.function):
        return route.function
    if _LOCAL.fullmatch(route.function):
        return f"arn:aws:lambda:{outside.region}:{outside.account}:function:{route.function}"
    raise SettingsError(
        f"The route {route.path} names the function {route.function}: write its ARN, or its folder's name."
    )


def handler(route: LambdaRoute, server: Server, protected: frozenset[str], outside: Outside) -> Handler:
    """protected  headers that only the gateway may set

    Raises `SettingsError`.
    """
    called, form = arn(route, outside), _FORMATS[route.event]
    about = About(
        key=pattern(route.method, route.path).key,
        path=route.path,
        scopes=(*route.scopes, *route.all_scopes),
        account=outside.account,
        api_id=server.api_id,
        stage=server.stage,
        domain=server.domain,
        hidden=protected if route.pass_token else protected | {"authorization"},
    )

    @asynccontextmanager
    async def answer(call: Call) -> AsyncIterator[Answer]:
        event = msgspec.json.encode(form.event(about, call, await call.body.whole()))
        yield await _asked(called, event, route.seconds, form, outside)

    return answer


async def _asked(called: str, event: bytes, seconds: float, form: _Format, outside: Outside) -> Answer:
    """One attempt: API Gateway makes no second one. Raises `GatewayRefusal`."""
    why: str
    try:
        return form.answer(await outside.invoker.invoke(called, event, seconds=seconds))
    except InvocationTimeout:
        raise form.silent from None
    except FunctionFailed as failed:
        why = failed.error_type
    except InvocationFailed as failed:
        if failed.reason == _TOO_LARGE:
            raise BodyTooLarge from None
        why = failed.reason
    except results.Malformed:
        why = "what it returned is no answer"
    outside.tell("a function gave no answer", function=called, why=why)
    raise form.fault

"""Calls a function of a pool: the event, three attempts of five seconds, and what a bad answer means (5.1).

Never inside a transaction: a function takes time, and what it did cannot be undone. So it is called before
anything is written, and where it fails nothing was.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from poolhouse.context import Ctx
from poolhouse.directory.triggers import Trigger
from poolhouse.directory.users import User
from poolhouse.errors import (
    FunctionFailed,
    InvocationFailed,
    InvocationTimeout,
    LambdaNotConfigured,
    LambdaOutputNotJson,
    LambdaTimeout,
    UnexpectedLambda,
    UnrecognizableLambdaOutput,
    UserLambdaValidation,
)

ATTEMPTS = 3
SECONDS = 5.0
NO_CLIENT = "CLIENT_ID_NOT_APPLICABLE"

Members = Mapping[str, Any]
T = TypeVar("T")
# What a function must give back as it got it.
_UNCHANGED = ("version", "region", "userPoolId", "triggerSource")


async def fire(
    ctx: Ctx, kind: str, source: str, username: str, request: Members, response: Members
) -> dict[str, Any] | None:
    """Call the pool's function of this kind and give its `response`. None: the pool has none.

    kind      of directory/triggers.py
    source    the second half of `triggerSource`, such as `SignUp`
    username  `userName` of the event
    request   beside it; the pool's callers fill in what their kind has
    response  the members with what they are when the function leaves them alone

    Raises `UserLambdaValidation`, `UnexpectedLambda` or `UnrecognizableLambdaOutput`.
    """
    trigger = ctx.pool.triggers.get(kind)
    if trigger is None:
        return None
    event = event_of(ctx, trigger, source, username, request, response)
    return _response(event, await _called(ctx, trigger, source, msgspec.json.encode(event)))


async def _called(ctx: Ctx, trigger: Trigger, source: str, event: bytes) -> bytes:
    """The answer; its size and its time are in the trail, and nothing of what it says."""
    began, answer, outcome = ctx.env.clock.monotonic(), b"", "failed"
    try:
        answer = await _answer(ctx, trigger, event)
        outcome = "answered"
    finally:
        ctx.trail.note(
            "trigger",
            kind=trigger.kind,
            source=source,
            sent=len(event),
            received=len(answer),
            milliseconds=round((ctx.env.clock.monotonic() - began) * 1000, 1),
            outcome=outcome,
        )
    return answer


# Where the first half of `triggerSource` is not the kind.
SOURCES: Mapping[str, str] = {"PreTokenGeneration": "TokenGeneration"}


def event_of(
    ctx: Ctx, trigger: Trigger, source: str, username: str, request: Members, response: Members
) -> dict[str, Any]:
    """The event as every function gets it (5.1)."""
    return {
        "version": trigger.version[1],
        "triggerSource": f"{SOURCES.get(trigger.kind, trigger.kind)}_{source}",
        "region": ctx.pool.region,
        "userPoolId": ctx.pool.pool_id,
        "userName": username,
        "callerContext": {"awsSdkVersion": ctx.sdk, "clientId": _client_id(ctx)},
        "request": dict(request),
        "response": dict(response),
    }


def _client_id(ctx: Ctx) -> str:
    return ctx.app_client.client_id if ctx.app_client else NO_CLIENT


def attributes(user: User | None, ctx: Ctx) -> dict[str, str]:
    """`userAttributes` of an event: strings, with `sub`, the status and the active alias (5.1).

    Nobody has none.
    """
    if user is None:
        return {}
    found = {"sub": user.sub, "cognito:user_status": user.status.value, **user.attributes}
    for name in ctx.pool.alias_attributes:
        if name != "preferred_username" and user.verified(name):
            found[f"cognito:{name}_alias"] = user.attributes[name]
    return found


def read(response: Members, answer: type[T]) -> T:
    """The `response` of a function in its type. Raises `UnrecognizableLambdaOutput` for any other."""
    try:
        return msgspec.convert(response, answer)
    except msgspec.ValidationError as error:
        raise UnrecognizableLambdaOutput from error


def metadata(ctx: Ctx, operations: frozenset[str]) -> dict[str, Any]:
    """The member `clientMetadata` of a request, where the operation's ClientMetadata goes to it (5.2).

    That there is none where the caller gave nothing is [K].
    """
    given = ctx.operation in operations and ctx.metadata
    return {"clientMetadata": dict(ctx.metadata)} if given else {}


def not_found(ctx: Ctx, user: User | None) -> dict[str, bool]:
    """The member `userNotFound`: there where the client hides users [K]."""
    return {"userNotFound": user is None} if ctx.client.hides_users else {}


async def _answer(ctx: Ctx, trigger: Trigger, event: bytes) -> bytes:
    if ctx.env.invoker is None:
        raise LambdaNotConfigured(trigger=trigger.kind)
    attempt = 1
    while True:
        try:
            return await ctx.env.invoker.invoke(trigger.arn, event, seconds=SECONDS)
        except FunctionFailed as failed:
            error = failed.message or failed.error_type
            raise UserLambdaValidation(trigger=trigger.kind, error=error) from failed
        except InvocationTimeout as late:
            if attempt == ATTEMPTS:
                raise LambdaTimeout(arn=trigger.arn) from late
        except InvocationFailed as failed:
            if attempt == ATTEMPTS or not failed.passing:
                raise UnexpectedLambda(trigger=trigger.kind, reason=failed.reason) from failed
        attempt += 1


def _response(event: Members, answer: bytes) -> dict[str, Any]:
    """The `response` of an answer that is the event again, filled in: no member of it less or more (5.1)."""
    try:
        found = msgspec.json.decode(answer)
    except msgspec.DecodeError as error:
        raise LambdaOutputNotJson from error
    if not isinstance(found, dict):
        raise LambdaOutputNotJson
    if found.keys() != event.keys() or any(found[name] != event[name] for name in _UNCHANGED):
        raise UnrecognizableLambdaOutput
    response = found.get("response")
    if not isinstance(response, dict):
        raise UnrecognizableLambdaOutput
    return response

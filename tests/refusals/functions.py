"""Functions that answer badly, and steps that are tried with one and with another."""

from typing import Any

from tests.functions import Event, Function, untouched
from tests.refusals.scene import Scene
from tests.refusals.table import Step

from poolhouse.errors import FunctionFailed, InvocationFailed, InvocationTimeout


def having(*kinds: str, version: str = "", **pool: Any) -> Step:
    """The scene's pool has functions of these kinds, which leave everything alone until a step says other."""

    async def arrange(s: Scene) -> None:
        for kind in kinds:
            s.world.functions.setdefault(kind, untouched)
        versions = {"PreTokenGeneration": version} if version else {}
        settings = {"AutoVerifiedAttributes": ["email"], "LambdaConfig": s.world.triggers(**versions)}
        await s.admin("UpdateUserPool", **(settings | pool))

    return arrange


def where(kind: str, function: Function, step: Step) -> Step:
    """The step, while the function of this kind is this one."""

    async def run(s: Scene) -> Any:
        s.world.functions[kind] = function
        return await step(s)

    return run


def after(*steps: Step) -> Step:
    """Steps one after the other."""

    async def run(s: Scene) -> Any:
        answer = None
        for step in steps:
            answer = await step(s)
        return answer

    return run


def raising(error: Exception) -> Function:
    def function(event: Event) -> Event:
        raise error

    return function


def saying(value: Any) -> Function:
    """A function that gives this and not the event."""
    return lambda event: value


def changing(**members: Any) -> Function:
    """A function that gives the event with other members."""
    return lambda event: event | members


def without(member: str) -> Function:
    return lambda event: {name: value for name, value in event.items() if name != member}


DENIED = raising(InvocationFailed("AccessDeniedException"))
LATE = raising(InvocationTimeout())
REFUSES = raising(FunctionFailed("Error", "Not you"))
NAMELESS = raising(FunctionFailed("ValueError", ""))

_NO_JSON = "Invalid lambda function output : Invalid JSON"
_RUBBISH = "Unrecognizable lambda output"
# What is no answer to any event: what the function does, and in which words that is told.
NO_ANSWERS: tuple[tuple[str, Function, str], ...] = (
    ("gives null", saying(None), _NO_JSON),
    ("gives half an object", saying(b'{"version":'), _NO_JSON),
    ("gives a list", saying([]), _NO_JSON),
    ("gives an empty object", saying({}), _RUBBISH),
    ("gives the event of another trigger", changing(triggerSource="PreSignUp_Other"), _RUBBISH),
    ("gives the event of another pool", changing(userPoolId="us-east-1_x"), _RUBBISH),
    ("gives another version", changing(version=1), _RUBBISH),
    ("gives the event without its request", without("request"), _RUBBISH),
    ("gives the event without a response", without("response"), _RUBBISH),
    ("gives a response that is null", changing(response=None), _RUBBISH),
    ("gives a member that nobody knows", changing(done=True), _RUBBISH),
)

"""Lambda functions in the test's hands: an Invoker that calls Python functions and remembers the events.

    world.functions["PreSignUp"] = answering(autoConfirmUser=True)
    pool = await world.pool(LambdaConfig=world.triggers())

`world.fired` has the events, oldest first. A function takes the event and gives what Lambda would give:
anything that becomes JSON, or raw bytes; it may raise what the port says (`FunctionFailed`, ...).
"""

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any

import msgspec

from poolhouse.directory import triggers

Event = dict[str, Any]
Function = Callable[[Event], Any | Awaitable[Any]]

_PREFIX = "arn:aws:lambda:us-east-1:000000000000:function:"


def arn(name: str) -> str:
    """The ARN under which the function of this name is called."""
    return _PREFIX + name


class Functions(dict[str, Function]):
    """The functions by name. `fired` has every event, once for each attempt."""

    def __init__(self) -> None:
        super().__init__()
        self.fired: list[Event] = []

    async def invoke(self, arn: str, event: bytes, *, seconds: float) -> bytes:
        decoded = msgspec.json.decode(event)
        self.fired.append(decoded)
        answer = self[arn.removeprefix(_PREFIX)](msgspec.json.decode(event))
        if isawaitable(answer):
            answer = await answer
        return answer if isinstance(answer, bytes) else msgspec.json.encode(answer)

    async def obstacle(self, arn: str) -> str | None:
        return None if arn.removeprefix(_PREFIX) in self else "There is no such function."

    def config(self, **versions: str) -> dict[str, Any]:
        """LambdaConfig with a member for each function, which is named after its kind.

        versions  the kinds that are saved with a version
        """
        config: dict[str, Any] = {}
        for kind in self:
            member = triggers.PRE_TOKEN_CONFIG if kind == triggers.PRE_TOKEN else kind
            if kind in versions or kind in triggers.VERSIONED:
                version = versions.get(kind, "V1_0")
                config[member] = {"LambdaVersion": version, "LambdaArn": arn(kind)}
            else:
                config[kind] = arn(kind)
        return config


def answering(**response: Any) -> Function:
    """A function that fills these members of `response` in and leaves the rest alone."""

    def function(event: Event) -> Event:
        return event | {"response": event["response"] | response}

    return function


def untouched(event: Event) -> Event:
    """A function that gives the event back as it came."""
    return event

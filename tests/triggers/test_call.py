"""How a function is called: how often, for how long, and what its failures are answered with (5.1, 1.17)."""

from typing import Any

import pytest
from msgspec.structs import replace
from tests.functions import Event, Functions, arn, untouched
from tests.world import PASSWORD, World

from poolhouse.errors import ApiError, FunctionFailed, InvocationFailed, InvocationTimeout

LATE = (
    f"UnexpectedLambdaException: {arn('PreSignUp')} "
    "failed with error Socket timeout while invoking Lambda function."
)
BUSY = "UnexpectedLambdaException: PreSignUp invocation failed due to error TooManyRequestsException."
DENIED = "UnexpectedLambdaException: PreSignUp invocation failed due to error AccessDeniedException."


class Patient(Functions):
    """Remembers how long each call may take."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    async def invoke(self, arn: str, event: bytes, *, seconds: float) -> bytes:
        self.seconds.append(seconds)
        return await super().invoke(arn, event, seconds=seconds)


def failing(*errors: Exception) -> Any:
    """A function that fails so, one time after the other, and then gives the event back."""
    left = list(errors)

    def function(event: Event) -> Event:
        if left:
            raise left.pop(0)
        return event

    return function


async def sign_up(world: World, function: Any) -> None:
    world.functions["PreSignUp"] = function
    client = await world.client(await world.pool(LambdaConfig=world.triggers()))
    await world.call("SignUp", ClientId=client["ClientId"], Username="ada", Password=PASSWORD)


async def refusal(step: Any) -> str:
    with pytest.raises(ApiError) as caught:
        await step
    return f"{caught.value.code}: {caught.value.message}"


def late(times: int) -> list[Exception]:
    return [InvocationTimeout() for _ in range(times)]


def busy(times: int) -> list[Exception]:
    return [InvocationFailed("TooManyRequestsException", passing=True) for _ in range(times)]


@pytest.mark.parametrize("errors", [[], late(1), late(2), busy(2), [*late(1), *busy(1)]])
async def test_what_passes_is_tried_three_times(world: World, errors: list[Exception]) -> None:
    await sign_up(world, failing(*errors))

    assert len(world.fired) == len(errors) + 1


@pytest.mark.parametrize(
    ("errors", "answer"), [(late(3), LATE), (busy(3), BUSY), ([*busy(2), *late(1)], LATE)]
)
async def test_the_third_failure_is_the_last(world: World, errors: list[Exception], answer: str) -> None:
    assert await refusal(sign_up(world, failing(*errors))) == answer
    assert len(world.fired) == 3


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (InvocationFailed("AccessDeniedException"), DENIED),
        (
            FunctionFailed("ValueError", "Twice is once too often."),
            "UserLambdaValidationException: PreSignUp failed with error Twice is once too often..",
        ),
    ],
)
async def test_what_another_try_would_not_change_is_tried_once(
    world: World, error: Exception, answer: str
) -> None:
    """The double full stop is Cognito's (1.17)."""
    assert await refusal(sign_up(world, failing(error))) == answer
    assert len(world.fired) == 1


async def test_each_try_has_five_seconds(world: World) -> None:
    patient = Patient()
    world.env = replace(world.env, invoker=patient)

    await sign_up(world, failing(*late(2)))

    assert patient.seconds == [5.0, 5.0, 5.0]


async def test_a_server_that_calls_no_functions_says_so_when_one_is_needed(world: World) -> None:
    world.functions["PreSignUp"] = untouched
    client = await world.client(await world.pool(LambdaConfig=world.triggers()))
    world.env = replace(world.env, invoker=None)
    step = world.call("SignUp", ClientId=client["ClientId"], Username="ada", Password=PASSWORD)

    assert await refusal(step) == (
        "UnexpectedLambdaException: PreSignUp invocation failed due to configuration."
    )

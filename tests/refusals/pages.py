"""The form of the tables for signing in on the pages: what a browser does, and what a page says."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from tests import passkeys
from tests.oauth.sign_in.inside import OAUTH, Visitor
from tests.oauth.sign_in.places import heading, is_back, says
from tests.oauth.walk import target
from tests.refusals.mfa import code, wrong
from tests.refusals.scene import PASSWORD, WRONG_PASSWORD, Scene

Answer = httpx2.Response

Step = Callable[[Visitor], Awaitable[Any]]

MISMATCH = "That username and password don’t match. Check both, or reset your password."

AGAIN = "That took a while, so we’ve started again to keep your account safe."

LOCKED = "Too many tries. Wait a moment, then try again."

WRONG_CODE = "That code doesn’t match. Use the newest one we sent."

WRONG_APP_CODE = "That code doesn’t match. Wait for the next one in your app."

NO_PASSKEY = "No passkey was used. Try again, or sign in another way."

NO_SUCH_WAY = "That way isn’t open to you here. Choose another one, or ask this app’s team."

BY_CHOICE = {"ExplicitAuthFlows": passkeys.FLOWS}


@dataclass(frozen=True)
class Row:
    """
    name      completes the sentence "Refused: ..."
    said      what the page says
    refused   what the browser does; its last answer
    twin      almost the same, in the same scene and after the refusal; it must end as `succeeds` says
    arrange   what happens before
    """

    name: str
    said: str
    refused: Step
    twin: Step
    arrange: Callable[[Scene], Awaitable[Any]] | None = None
    status: int = 400
    succeeds: Callable[[Answer], bool] = is_back
    pool: Mapping[str, Any] = field(default_factory=dict)
    client: Mapping[str, Any] = field(default_factory=dict)
    user: Mapping[str, str] = field(default_factory=dict)


async def play(row: Row, scene: Scene, count: Callable[[str, object], None]) -> None:
    await scene.set_up(row.pool, {**OAUTH, **row.client}, row.user)
    if row.arrange:
        await row.arrange(scene)
    visitor = Visitor(scene)
    refused = await row.refused(visitor)
    assert says(refused, row.said), refused.text
    assert refused.status_code == row.status
    assert "no-store" in refused.headers["cache-control"]
    assert not any("cognito" in text for text in refused.headers.get_list("set-cookie"))
    count("refused", 1)
    done = await row.twin(visitor)
    assert row.succeeds(done), f"{done.status_code} {done.headers.get('location')} {done.text}"
    count("twins", 1)


def rows(*listed: Row) -> Callable[[Any], Any]:
    return pytest.mark.parametrize("row", listed, ids=[row.name for row in listed])


def enters(username: str = "ada", password: str = PASSWORD, **changes: str) -> Step:
    return lambda visitor: visitor.enter(username, password, **changes)


RIGHT, WRONG = enters(), enters(password=WRONG_PASSWORD)


def later(microseconds: int, step: Step) -> Step:
    async def run(visitor: Visitor) -> Answer:
        await visitor.scene.later(microseconds)
        return await step(visitor)

    return run


def times(amount: int, step: Step) -> Step:
    async def run(visitor: Visitor) -> Answer:
        for _ in range(amount):
            answer = await step(visitor)
        return answer

    return run


def leads_to(path: str) -> Callable[[Answer], bool]:
    return lambda answer: answer.status_code == 302 and target(answer).partition("?")[0].endswith(path)


def shows(words: str) -> Callable[[Answer], bool]:
    return lambda answer: answer.status_code == 200 and heading(answer) == words


def at(step_to: Step, /, **typed: Any) -> Step:
    """Come to the challenge, and answer it; an answer may be a function of the visitor."""

    async def run(visitor: Visitor) -> Answer:
        page = await step_to(visitor)
        return await visitor.submit(
            page, **{name: await made_of(visitor, value) for name, value in typed.items()}
        )

    return run


async def made_of(visitor: Visitor, value: Any) -> Any:
    return await value(visitor) if callable(value) else value


async def all_of(visitor: Visitor, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: await made_of(visitor, value) for name, value in typed.items()}


def app_code(*, steps: int = 0) -> Step:
    async def made(visitor: Visitor) -> str:
        return code(visitor.scene, steps=steps)

    return made


async def sent_code(visitor: Visitor) -> str:
    return await visitor.code()


async def wrong_sent_code(visitor: Visitor) -> str:
    return wrong(await visitor.code())

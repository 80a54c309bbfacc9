"""Real functions in a folder, and a real Invoker over it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from poolhouse.drivers.clock_rng import SystemClock
from poolhouse.drivers.functions import opening
from poolhouse.drivers.functions.dispatch import Dispatcher
from poolhouse.settings import Settings
from poolhouse.wire import sigv4

ACCOUNT = "000000000000"
KEYS = sigv4.Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
SECONDS = 20.0  # for a start on a busy machine; hanging functions get less


def arn(name: str, *, region: str = "us-east-1", account: str = ACCOUNT, qualifier: str = "") -> str:
    return f"arn:aws:lambda:{region}:{account}:function:{name}" + (f":{qualifier}" if qualifier else "")


class Scene:
    """`folder` holds the functions; `log` is what was told, as (what, details)."""

    def __init__(self, folder: Path, dispatcher: Dispatcher, log: list[tuple[str, dict[str, Any]]]) -> None:
        self.folder = folder
        self.dispatcher = dispatcher
        self.log = log

    def write(self, name: str, text: str, file: str = "handler.py") -> None:
        write(self.folder, name, text, file)

    async def call(self, name: str, event: Any = None, *, seconds: float = SECONDS) -> Any:
        given = json.dumps({} if event is None else event).encode()
        return json.loads(await self.dispatcher.invoke(arn(name), given, seconds=seconds))

    def printed(self, name: str) -> list[str]:
        """The lines that a function has printed."""
        return [
            told["line"] for what, told in self.log if what == "function output" and told["function"] == name
        ]

    def told(self, what: str) -> list[dict[str, Any]]:
        return [details for said, details in self.log if said == what]


def write(folder: Path, name: str, text: str, file: str = "handler.py") -> None:
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / file).write_text(text)


@asynccontextmanager
async def scene(folder: Path, **settings: Any) -> AsyncIterator[Scene]:
    """As `poolhouse dev` has them, unless the settings say otherwise. The folder exists."""
    log: list[tuple[str, dict[str, Any]]] = []
    sign = sigv4.signer_of_posts(KEYS, "lambda", SystemClock().now)
    usual = Settings(**({"functions": str(folder)} | settings))

    def tell(what: str, **details: Any) -> None:
        log.append((what, details))

    def observe(trigger: str, outcome: str, seconds: float) -> None:
        log.append(("call", {"trigger": trigger, "outcome": outcome, "seconds": seconds}))

    async with opening.opened(usual, sign, tell, tell, observe) as dispatcher:
        yield Scene(folder, dispatcher, log)

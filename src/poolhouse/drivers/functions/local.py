"""Local functions: `DIR/<name>/handler.py` or `handler.mjs`, in warm processes of ours.

A function has at most so many processes, each does one call at a time, and further calls wait for one. A
process that has nothing to do for five minutes ends. Every process of the server has its own.
"""

import asyncio
import importlib.util
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from poolhouse.drivers.functions import folder as folders
from poolhouse.drivers.functions import process, sandbox
from poolhouse.drivers.functions.arns import Function
from poolhouse.drivers.functions.folder import BadFunction
from poolhouse.drivers.functions.process import FunctionProcess, Log
from poolhouse.drivers.functions.runtime_api import RuntimeApi
from poolhouse.drivers.functions.sandbox import Sandbox
from poolhouse.drivers.functions.warm import WarmProcesses
from poolhouse.errors import InvocationFailed, InvocationTimeout, SettingsError

_USUAL_ACCOUNT = "000000000000"


class LocalFunctions:
    """The functions of one folder. `open` before the first call, `close` after the last."""

    def __init__(
        self,
        root: Path,
        log: Log,
        warn: Log,
        *,
        region: str,
        account: str,
        memory: int,
        processes: int,
        watch: bool,
        changed: Callable[[str], None] = lambda _: None,
    ) -> None:
        """memory     megabytes a process may use, where its folder does not say
        processes  the most of one function
        watch      start anew with the code that is there when a file changes, and call `changed` with the ARN
        """
        self._root = root
        self._log = log
        self._warn = warn
        self._region = region
        self._accounts = {account, _USUAL_ACCOUNT}
        self._memory = memory
        self._processes = processes
        self._watch = watch
        self._changed = changed
        self._api = RuntimeApi()
        self._sandbox = Sandbox("", "it was not looked for")
        self._functions: dict[str, WarmProcesses] = {}

    async def open(self) -> None:
        """Raises `SettingsError` where the folder is not there."""
        if not self._root.is_dir():
            raise SettingsError(f"`functions` names {self._root}, which is not a folder: make or correct it.")
        await self._api.open()
        self._sandbox = await sandbox.find()
        if self._sandbox.is_on:
            self._log("local functions run in sandboxes", folder=str(self._root), sandbox="bubblewrap")
        else:
            self._warn(
                "local functions run WITHOUT A SANDBOX and can read what this server can read",
                folder=str(self._root),
                reason=self._sandbox.missing,
            )

    def serves(self, function: Function) -> bool:
        """Is there such a folder?"""
        return self._is_here(function) and (self._root / function.name).is_dir()

    def obstacle(self, function: Function) -> str | None:
        if not self._is_here(function):
            return (
                f"Local functions are in {self._region} and in the account {min(self._accounts)} or "
                f"{max(self._accounts)}, and {function.arn} is not."
            )
        if not (self._root / function.name).is_dir():
            return f"There is no folder {function.name} in {self._root}."
        try:
            code = folders.read(self._root / function.name, self._memory)
        except BadFunction as bad:
            return str(bad)
        return _lacking(code)

    async def invoke(self, function: Function, event: bytes, seconds: float) -> bytes:
        """Raises as `ports.Invoker.invoke` says."""
        warm = self._functions.get(function.name)
        if warm is None:
            folder = self._root / function.name
            warm = self._functions[function.name] = WarmProcesses(folder, self._processes, self._start)
        elif self._watch and warm.renewed():
            self._log("a function has changed and starts anew", function=function.name)
            self._changed(function.unqualified)
        try:
            async with asyncio.timeout(seconds):
                return await warm.call(function, event, time.time() + seconds)
        except TimeoutError:
            raise InvocationTimeout from None

    async def close(self) -> None:
        """Ends every process."""
        await asyncio.gather(*(warm.close() for warm in self._functions.values()))
        self._api.close()

    def _is_here(self, function: Function) -> bool:
        return function.region == self._region and function.account in self._accounts

    async def _start(self, function: Function) -> FunctionProcess:
        if self.obstacle(function) is not None:
            raise InvocationFailed("ResourceNotFoundException")
        code = folders.read(self._root / function.name, self._memory)
        return await process.start(code, function, self._api, self._sandbox, self._log)


def _lacking(code: folders.Code) -> str | None:
    if code.is_node:
        return None if shutil.which("node") else "Node is not installed, which handler.mjs needs."
    if importlib.util.find_spec("awslambdaric") is None:
        return "The package awslambdaric is not installed: `pip install poolhouse[functions]` installs it."
    return None

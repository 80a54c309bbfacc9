"""Local functions: `DIR/<name>/handler.py` or `handler.mjs`, in warm processes of ours.

A function has at most so many processes, each does one call at a time, and further calls wait for one. A
process that has nothing to do for five minutes ends. Every process of the server has its own.
"""

import asyncio
import importlib.util
import shutil
import time
from pathlib import Path

from poolhouse.drivers.functions import folder as folders
from poolhouse.drivers.functions import process, sandbox
from poolhouse.drivers.functions.arns import Function
from poolhouse.drivers.functions.folder import BadFunction, Code
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
    ) -> None:
        """memory     megabytes a process may use, where its folder does not say
        processes  the most of one function
        watch      start anew with the code that is there when a file changes
        """
        self._root = root
        self._log = log
        self._warn = warn
        self._region = region
        self._accounts = {account, _USUAL_ACCOUNT}
        self._memory = memory
        self._processes = processes
        self._watch = watch
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
            self._log("local functions run in sandboxes", functions=self._names(), sandbox="bubblewrap")
        else:
            self._warn(
                "local functions run WITHOUT A SANDBOX and can read what this server can read",
                functions=self._names(),
                reason=self._sandbox.missing,
            )

    def serves(self, function: Function) -> bool:
        """Is there such a folder?"""
        return self._is_here(function) and (self._root / function.name).is_dir()

    def obstacle(self, function: Function) -> str | None:
        try:
            self._code(function)
        except BadFunction as bad:
            return str(bad)
        return None

    def changed(self, function: Function) -> bool:
        """Looks at the files, and lets processes with the code of before go."""
        warm = self._functions.get(function.name)
        if not self._watch or warm is None or not warm.renewed():
            return False
        self._log("a function has changed and starts anew", function=function.name)
        return True

    async def invoke(self, function: Function, event: bytes, seconds: float) -> bytes:
        """Raises as `ports.Invoker.invoke` says."""
        warm = self._functions.get(function.name)
        if warm is None:
            folder = self._root / function.name
            warm = self._functions[function.name] = WarmProcesses(folder, self._processes, self._start)
        try:
            async with asyncio.timeout(seconds):
                return await warm.call(function, event, time.time() + seconds)
        except TimeoutError:
            raise InvocationTimeout from None

    async def close(self) -> None:
        """Ends every process."""
        await asyncio.gather(*(warm.close() for warm in self._functions.values()))
        self._api.close()

    def _names(self) -> list[str]:
        return sorted(
            entry.parent.name for name in folders.HANDLERS for entry in self._root.glob(f"*/{name}")
        )

    def _is_here(self, function: Function) -> bool:
        return function.region == self._region and function.account in self._accounts

    async def _start(self, function: Function) -> FunctionProcess:
        try:
            code = self._code(function)
        except BadFunction as bad:
            self._warn("a function cannot be started", function=function.name, reason=str(bad))
            raise InvocationFailed("ResourceNotFoundException") from None
        return await process.start(code, function, self._api, self._sandbox, self._log)

    def _code(self, function: Function) -> Code:
        """Raises `BadFunction`."""
        if not self._is_here(function):
            raise BadFunction(
                f"{function.arn} is not in the Region {self._region} and the account "
                f"{' or '.join(sorted(self._accounts))}, where local functions are."
            )
        if not (self._root / function.name).is_dir():
            raise BadFunction(f"There is no folder {function.name} among the local functions.")
        code = folders.read(self._root / function.name, self._memory)
        if code.is_node and not shutil.which("node"):
            raise BadFunction("Node is not installed, which handler.mjs needs.")
        if not code.is_node and importlib.util.find_spec("awslambdaric") is None:
            raise BadFunction(
                "awslambdaric is not installed: `pip install awslambdaric` where Poolhouse is installed."
            )
        return code

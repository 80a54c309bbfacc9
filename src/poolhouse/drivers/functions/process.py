"""One process of a local function: started with a clean environment and a memory limit, killed as a group."""

import asyncio
import os
import secrets
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from poolhouse.drivers import trace_context
from poolhouse.drivers.functions.arns import Function
from poolhouse.drivers.functions.folder import Code
from poolhouse.drivers.functions.output import Output
from poolhouse.drivers.functions.runtime_api import Line, RuntimeApi
from poolhouse.drivers.functions.sandbox import Sandbox
from poolhouse.errors import FunctionFailed, InvocationFailed

Log = Callable[..., None]

_HERE = Path(__file__).parent
# The limit is on writable memory, for both languages reserve more addresses than they use. V8 needs room
# beside the heap of the function.
_LIMITED = 'ulimit -c 0; ulimit -d "$0" && exec "$@"'
_NODE_EXTRA = 256  # megabytes
_LAST_WORDS = 1.0  # seconds
_PATH = "/usr/local/bin:/usr/bin:/bin"


class FunctionProcess:
    """A process, from its start to its end. `start` makes one."""

    def __init__(
        self, process: asyncio.subprocess.Process, line: Line, output: Output, forget: Callable[[], None]
    ) -> None:
        self._process = process
        self._line = line
        self._printing = asyncio.create_task(output.follow(process.stdout))
        self._forget = forget
        self.outdated = False  # its code has changed: no call after this one
        self.watch = asyncio.create_task(self._until_end())

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def call(self, function: Function, event: bytes, deadline: float) -> bytes:
        """One event, to be answered by `deadline`, in seconds since 1970.

        Raises `FunctionFailed`, and `Gone` when the process had ended before it took it.
        """
        headers = {
            "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": function.arn,
            **trace_context.x_ray("Lambda-Runtime-Trace-Id"),
        }
        return await self._line.call(_request_id(), headers, event)

    def kill(self) -> None:
        """The process and all that it started."""
        if self.is_alive:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def end(self) -> None:
        """Kill it, and wait until it is gone."""
        self.kill()
        await self.watch

    async def _until_end(self) -> None:
        status = await self._process.wait()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)  # whom it has left behind
        self._forget()
        await self._line.ended(FunctionFailed("Runtime.ExitError", _obituary(status)))
        await asyncio.wait([self._printing], timeout=_LAST_WORDS)
        self._printing.cancel()  # somebody who left the group still holds it


async def start(
    code: Code, function: Function, api: RuntimeApi, sandbox: Sandbox, log: Log
) -> FunctionProcess:
    """Raises `InvocationFailed` when the system does not start it."""
    secret = secrets.token_hex(24)
    line = api.add(secret)
    environment = _environment(code, function, f"{api.address}/{secret}", sandbox)
    try:
        process = await asyncio.create_subprocess_exec(
            *_command(code, sandbox),
            cwd=code.handler.parent,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,  # a group of its own, and Ctrl-C is for the server
        )
    except OSError as error:
        api.remove(secret)
        log("a function cannot be started", function=function.name, reason=error.strerror)
        raise InvocationFailed("ServiceException", passing=True) from None
    return FunctionProcess(process, line, Output(function.name, log), lambda: api.remove(secret))


def _command(code: Code, sandbox: Sandbox) -> list[str]:
    if code.is_node:
        program = shutil.which("node") or "node"
        bootstrap, options = _HERE / "bootstrap.mjs", [f"--max-old-space-size={code.memory}"]
        memory, handler = code.memory + _NODE_EXTRA, code.handler.name
    else:
        program, bootstrap, options = sys.executable, _HERE / "bootstrap.py", ["-s"]
        memory, handler = code.memory, "handler.handler"
    return [
        *("/bin/sh", "-c", _LIMITED, str(memory * 1024)),
        *sandbox.command(code.handler.parent, bootstrap, program),
        *(program, *options, sandbox.bootstrap(bootstrap), handler),
    ]


def _environment(code: Code, function: Function, address: str, sandbox: Sandbox) -> dict[str, str]:
    """Nothing of the server's own. What the function sets wins, but for what names the runtime."""
    root = sandbox.task_root(code.handler.parent)
    language = "nodejs" if code.is_node else f"python3.{sys.version_info.minor}"
    return {
        "PATH": _PATH,
        "HOME": "/tmp",  # noqa: S108 - its own in the sandbox
        "LANG": "C.UTF-8",
        "TZ": ":UTC",
        "PYTHONPATH": root,
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{language}",
        "_HANDLER": "handler.handler",
        **code.environment,
        "LAMBDA_TASK_ROOT": root,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(code.memory),
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": "poolhouse",
        "AWS_LAMBDA_RUNTIME_API": address,
    }


def _obituary(status: int) -> str:
    """As Lambda says it. [K]"""
    if status < 0 or status > 128:
        number = -status if status < 0 else status - 128
        names = {known.value: known.name for known in signal.Signals}
        return f"Runtime exited with error: signal: {_SIGNALS.get(names.get(number, ''), number)}"
    if status:
        return f"Runtime exited with error: exit status {status}"
    return "Runtime exited without providing a reason"


_SIGNALS = {
    "SIGKILL": "killed",
    "SIGTERM": "terminated",
    "SIGSEGV": "segmentation fault",
    "SIGABRT": "aborted",
}


def _request_id() -> str:
    drawn = secrets.token_hex(16)
    return f"{drawn[:8]}-{drawn[8:12]}-4{drawn[13:16]}-a{drawn[17:20]}-{drawn[20:]}"

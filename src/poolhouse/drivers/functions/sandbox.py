"""What a function's process may see: with bubblewrap, its own folder, the system's programs, and little else.

It has user, process, IPC and host name spaces of its own, read-only programs and a /tmp that goes with it.
The network is the computer's, for the Runtime API is there, and functions call other services.
"""

import asyncio
import shutil
import sys
from pathlib import Path

TASK_ROOT = "/var/task"
_RUNTIME = "/var/runtime"
_TMP_BYTES = 512 * 1024**2  # of memory, as /tmp on Lambda
_PROGRAMS = ("/usr", "/bin", "/sbin", "/lib", "/lib64")
_OF_ETC = (
    "alternatives", "ca-certificates", "hosts", "ld.so.cache", "localtime", "nsswitch.conf", "pki",
    "resolv.conf", "ssl",
)  # fmt: skip
_OF_A_HOME = ("bin", "lib", "lib64", "pyvenv.cfg")
_NAMESPACES = ("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")


class Sandbox:
    """bubblewrap where it is there and works; else nothing, and `missing` says why."""

    def __init__(self, program: str, missing: str = "") -> None:
        self._program = program
        self.missing = missing

    @property
    def is_on(self) -> bool:
        return not self.missing

    def task_root(self, folder: Path) -> str:
        """Where the process sees the folder of its function."""
        return TASK_ROOT if self.is_on else str(folder)

    def bootstrap(self, file: Path) -> str:
        """Where the process sees its runtime's file."""
        return f"{_RUNTIME}/{file.name}" if self.is_on else str(file)

    def command(self, folder: Path, bootstrap: Path, program: str) -> list[str]:
        """What goes before the command of a function."""
        if not self.is_on:
            return []
        binds = [(path, path) for path in (*_PROGRAMS, *_homes(program))]
        binds += [(f"/etc/{name}", f"/etc/{name}") for name in _OF_ETC]
        binds += [(str(folder), TASK_ROOT), (str(bootstrap), f"{_RUNTIME}/{bootstrap.name}")]
        return [
            self._program,
            *_NAMESPACES,
            *("--cap-drop", "ALL", "--die-with-parent", "--proc", "/proc", "--dev", "/dev"),
            *("--size", str(_TMP_BYTES), "--tmpfs", "/tmp"),  # noqa: S108
            *(word for path, place in binds for word in ("--ro-bind-try", path, place)),
            *("--chdir", TASK_ROOT, "--"),
        ]


async def find() -> Sandbox:
    """Try it once: in many containers bubblewrap is there and may not make name spaces."""
    program = shutil.which("bwrap")
    if program is None:
        return Sandbox("", "bubblewrap is not installed")
    command = [program, *_NAMESPACES, "--ro-bind", "/", "/", "--proc", "/proc", "/bin/sh", "-c", ":"]
    quiet = asyncio.subprocess.DEVNULL
    trial = await asyncio.create_subprocess_exec(*command, stdin=quiet, stdout=quiet, stderr=quiet)
    status = await trial.wait()
    return Sandbox(program, f"bubblewrap ends with status {status} here" if status else "")


def _homes(program: str) -> list[str]:
    """The programs and packages of a Python or a Node that is outside of the system's folders: no more of it,
    for somebody's data may lie beside them."""
    prefixes = [sys.prefix, sys.base_prefix, *_prefix(Path(program)), *_prefix(Path(program).resolve())]
    outside = [home for home in prefixes if not any(Path(home).is_relative_to(known) for known in _PROGRAMS)]
    return [f"{home}/{part}" for home in dict.fromkeys(outside) for part in _OF_A_HOME]


def _prefix(program: Path) -> list[str]:
    """Of `<prefix>/bin/<program>`."""
    return [str(program.parents[1])] if program.parent.name == "bin" else []

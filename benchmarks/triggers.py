"""What a warm local function adds to a request: our CPU time, and the wall time of a call."""

import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from poolhouse.drivers.functions import opening
from poolhouse.settings import Settings

ECHOES = {
    "trigger_python_warm": ("handler.py", "def handler(event, context):\n    return event\n"),
    "trigger_node_warm": ("handler.mjs", "export const handler = async (event) => event;\n"),
}
MOST_CPU_US = 1_000.0
MOST_WALL_MS = 2.0
_ARN = "arn:aws:lambda:us-east-1:000000000000:function:"
_EVENT = (
    b'{"version":"1","triggerSource":"PreSignUp_SignUp","region":"us-east-1","userPoolId":"us-east-1_Aa1Bb2Cc3",'
    b'"userName":"ada","callerContext":{"awsSdkVersion":"aws-sdk-unknown-unknown","clientId":"1example"},'
    b'"request":{"userAttributes":{"email":"ada@example.com"}},"response":{"autoConfirmUser":false}}'
)


async def measure(seconds: float) -> list[dict[str, Any]]:
    """A row for each language that this computer has. The CPU time is ours, without the function's."""
    with tempfile.TemporaryDirectory(prefix="poolhouse-bench-") as name:
        present = {
            key: echo for key, echo in ECHOES.items() if echo[0].endswith(".py") or shutil.which("node")
        }
        for operation, (file, text) in present.items():
            _write(Path(name) / operation / file, text)
        settings = Settings(profile="serve", functions=name)
        async with opening.opened(settings, _unsigned, _silent, _silent, _silent) as invoker:
            return [await _row(invoker, operation, seconds) for operation in present]


async def _row(invoker: Any, operation: str, seconds: float) -> dict[str, Any]:
    for _ in range(200):
        await invoker.invoke(_ARN + operation, _EVENT, seconds=30)
    took: list[float] = []
    busy, began = time.process_time(), time.monotonic()
    while time.monotonic() < began + seconds:
        before = time.monotonic()
        await invoker.invoke(_ARN + operation, _EVENT, seconds=5)
        took.append(time.monotonic() - before)
    busy, wall = time.process_time() - busy, time.monotonic() - began
    took.sort()
    return {
        "operation": operation,
        "rate_per_s": round(len(took) / wall, 2),
        "cpu_us": round(busy / len(took) * 1e6, 2),
        "p50_ms": round(took[len(took) // 2] * 1e3, 2),
        "p99_ms": round(took[int(len(took) * 0.99)] * 1e3, 2),
    }


def show(rows: list[dict[str, Any]]) -> None:
    print("\nlocal functions, warm, one call at a time")
    for row in rows:
        met = "met" if row["cpu_us"] < MOST_CPU_US and row["p50_ms"] < MOST_WALL_MS else "MISSED"
        print(
            f"  {row['operation']:<20}{row['rate_per_s']:>9,.0f}{row['cpu_us']:>10,.0f}{row['p50_ms']:>9,.2f}"
            f"{row['p99_ms']:>9,.2f}  {MOST_CPU_US:,.0f} us, {MOST_WALL_MS:.0f} ms {met}"
        )


def _write(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_text(text)


def _unsigned(*_: object) -> dict[str, str]:
    raise AssertionError("nothing is called over the Lambda API")


def _silent(*_: object, **__: object) -> None:
    """Neither log nor metrics."""

"""The world as a gateway has it: its ports, and what it tells of itself."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from poolhouse.ports import Clock, Invoker, Rng, Upstreams


class Outside(Struct, frozen=True):
    """tell       for the log: what happened, and details; `fault` for an error of ours
    observe    for the metrics: route, status, seconds
    beside     the path of a file that the configuration names
    region, account   where functions without an ARN are
    verifying  options of `Verifier`, for tests: fetch, clock
    """

    clock: Clock
    rng: Rng
    upstreams: Upstreams
    invoker: Invoker
    tell: Callable[..., None]
    fault: Callable[[str, str, BaseException], None]
    observe: Callable[[str, int, float], None]
    beside: Callable[[str], Path] = Path
    region: str = "us-east-1"
    account: str = "000000000000"
    environ: Mapping[str, str] = field(default_factory=dict)
    verifying: Mapping[str, Any] = field(default_factory=dict)

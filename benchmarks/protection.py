"""Signing in with threat protection ENFORCED beside OFF: what all of it costs, in CPU time.

Both pools have people who have signed in as often as an assessment looks back. They are driven by turns, in
short slices, because a machine changes its speed from one second to the next by more than what is measured.
"""

import statistics
from collections.abc import Awaitable, Callable
from itertools import chain
from typing import Any

from benchmarks.client import Connection
from benchmarks.operations import Once, Pool, make_pool_of, password, srp_sign_in

MOST = 0.08  # more CPU time than with OFF
SIGNERS = 16
REMEMBERED = 30  # sign-ins of each: store/history.py reads no more
TURNS = 10

Drive = Callable[[Once, list[Connection], float], Awaitable[list[float]]]

_ENFORCED = {"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}}
_CONFIGURATION = {
    "CompromisedCredentialsRiskConfiguration": {"Actions": {"EventAction": "BLOCK"}},
    "AccountTakeoverRiskConfiguration": {
        "Actions": {
            "LowAction": {"EventAction": "MFA_IF_CONFIGURED", "Notify": False},
            "MediumAction": {"EventAction": "MFA_REQUIRED", "Notify": False},
            "HighAction": {"EventAction": "BLOCK", "Notify": False},
        }
    },
    "RiskExceptionConfiguration": {
        "BlockedIPRangeList": ["198.51.100.0/24", "2001:db8::/32"],
        "SkippedIPRangeList": ["203.0.113.0/24"],
    },
}


async def sign_ins(
    connections: list[Connection],
    drive: Drive,
    monotonic: Callable[[], float],
    cpu_seconds: Callable[[], float],
    seconds: float,
    past: int = REMEMBERED,
) -> dict[str, dict[str, float]]:
    """The figures of `sign_in_enforced` (SRP) and `sign_in_enforced_password`, with what they cost over OFF.

    drive  has the connections do something until a time of `monotonic`; gives how long each took
    past   sign-ins of each person before
    """
    off = await make_pool_of(connections[0], SIGNERS, {})
    enforced = await make_pool_of(connections[0], SIGNERS, _ENFORCED)
    request = {"UserPoolId": enforced.pool_id, **_CONFIGURATION}
    await connections[0].call("SetRiskConfiguration", request, signed=True)
    for pool in (off, enforced):
        await _lived(connections[0], pool, past)
    found = {}
    for name, made in (("sign_in_enforced", srp_sign_in), ("sign_in_enforced_password", password)):
        sides = made(off), made(enforced)
        took: list[list[float]] = []
        costs: tuple[list[float], list[float]] = [], []
        for turn in range(2 * TURNS):
            side = (turn + turn // 2) % 2  # OFF, ENFORCED, ENFORCED, OFF: what drifts does so for both
            spent, until = cpu_seconds(), monotonic() + seconds / TURNS
            times = await drive(sides[side], connections, until)
            costs[side].append((cpu_seconds() - spent) / len(times))
            if side:
                took.append(times)
        found[name] = _figures(sorted(chain(*took)), costs, seconds)
    return found


async def _lived(connection: Connection, pool: Pool, past: int) -> None:
    for once in (password(pool), srp_sign_in(pool)):
        for _ in range(len(pool.names) * past // 2):
            await once(connection)


def _figures(times: list[float], costs: tuple[list[float], list[float]], seconds: float) -> dict[str, float]:
    """Of the slices of either side the one in the middle: the machine is half as fast again in some."""
    off, enforced = (statistics.median(side) * 1e6 for side in costs)
    return {
        "rate_per_s": len(times) / seconds,
        "cpu_us": enforced,
        "p50_ms": times[len(times) // 2] * 1e3,
        "p99_ms": times[int(len(times) * 0.99)] * 1e3,
        "off_us": off,
        "overhead": enforced / off - 1,
    }


def verdict(row: dict[str, Any]) -> str:
    """`+5.1 % over OFF, 8 % met`."""
    met = "met" if row["overhead"] <= MOST else "MISSED"
    return f"{row['overhead']:+.1%} over OFF ({row['off_us']:,.0f} us), {MOST:.0%} {met}"

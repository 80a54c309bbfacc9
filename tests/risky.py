"""A stage for threat protection: Ada at home in Berlin, and somebody far away who has her password."""

from typing import Any

from msgspec.structs import replace

from poolhouse.directory.events import Event
from poolhouse.ports import DAY, HOUR, Place
from poolhouse.store import events
from tests.refusals.scene import PASSWORD, Members, Scene
from tests.risk.life import LINUX_CHROME, WINDOWS_FIREFOX
from tests.world import World

HOME, FAR, OFFICE = "192.0.2.1", "198.51.100.7", "203.0.113.80"
BERLIN = Place("DE", "Berlin", "AS3320 Telekom", (52.5, 13.4))
SAIGON = Place("VN", "Saigon", "AS45899 VNPT", (10.8, 106.7))
AT_WORK = Place("DE", "Berlin", "AS64512 Firma", (52.5, 13.4))

TOO_RISKY = "NotAuthorizedException: Unable to login because of security reasons."
SHUT_OUT = "NotAuthorizedException: Request not allowed due to security reasons."


class Map:
    """The port `Atlas`, of three addresses."""

    def __init__(self) -> None:
        self.places = {HOME: BERLIN, FAR: SAIGON, OFFICE: AT_WORK}

    def of(self, address: str) -> Place:
        return self.places.get(address, Place())


def protecting(mode: str = "ENFORCED", custom: str = "") -> dict[str, Any]:
    """Members of a pool."""
    flows = {"AdvancedSecurityAdditionalFlows": {"CustomAuthMode": custom}} if custom else {}
    return {"UserPoolAddOns": {"AdvancedSecurityMode": mode, **flows}}


ENFORCED: Members = protecting()


def mapped(world: World) -> Map:
    """The world knows where the three addresses are."""
    found = Map()
    world.env = replace(world.env, atlas=found)
    return found


def doing(**levels: str) -> dict[str, Any]:
    """AccountTakeoverRiskConfiguration: `High="BLOCK"`."""
    actions = {f"{level}Action": {"EventAction": act, "Notify": False} for level, act in levels.items()}
    return {"AccountTakeoverRiskConfiguration": {"Actions": actions}}


async def set_risk(s: Scene, **levels: str) -> None:
    await s.admin("SetRiskConfiguration", **doing(**levels))


async def except_ranges(s: Scene, **ranges: list[str]) -> None:
    """RiskExceptionConfiguration, beside a HighAction of BLOCK."""
    exceptions = {f"{name}IPRangeList": found for name, found in ranges.items()}
    await s.admin("SetRiskConfiguration", RiskExceptionConfiguration=exceptions, **doing(High="BLOCK"))


def arn(s: Scene) -> str:
    """The pool's."""
    return f"arn:aws:cognito-idp:us-east-1:000000000000:userpool/{s.pool}"


def at(s: Scene, address: str, agent: str = WINDOWS_FIREFOX) -> Scene:
    """From here on calls come from there."""
    s.world.address, s.world.user_agent = address, agent
    return s


def at_home(s: Scene) -> Scene:
    return at(s, HOME)


def far_away(s: Scene) -> Scene:
    """With another browser than Ada's."""
    return at(s, FAR, LINUX_CHROME)


async def lived(s: Scene, days: int = 2) -> None:
    """Ada has signed in at home for some days; it is the next one, three hours later."""
    mapped(s.world)
    for _ in range(days):
        at_home(s)
        await s.tokens()
        await s.later(DAY)
    await s.later(3 * HOUR)


def living(*, days: int = 2, **levels: str) -> Any:
    """An arrangement: `lived`, and what is done about levels."""

    async def arrange(s: Scene) -> None:
        await s.later(400 * DAY)  # the account is old
        await lived(s, days)
        await set_risk(s, **levels)

    return arrange


async def comes_from(s: Scene, address: str, agent: str = WINDOWS_FIREFOX, **sign_in: Any) -> Any:
    return await at(s, address, agent).sign_in(**sign_in)


async def srp_from(s: Scene, address: str, agent: str = WINDOWS_FIREFOX) -> Any:
    return await at(s, address, agent).srp(password=PASSWORD)


async def recorded(s: Scene, sub: str = "") -> list[Event]:
    """Events of a user, newest first."""
    read = lambda tx: events.of_user(tx, s.pool, sub or s.sub, 0, 100)  # noqa: E731
    return list(await s.world.env.db.read(read))


async def last(s: Scene) -> Event:
    return (await recorded(s))[0]

"""People and attackers, played from a seed: who signs in when, from where, with what. No store, no clock."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from poolhouse.directory import risk_scale, user_agents
from poolhouse.directory.events import Risk, Seen
from poolhouse.directory.past import History, Past, each_once, mark
from poolhouse.ports import DAY, HOUR, MINUTE, Instant, Place
from poolhouse.risk.assess import assess
from poolhouse.risk.facts import Facts, known

SCALE = risk_scale.of_tags({})
NOWHERE = Place()
BEGINNING: Instant = 20_000 * DAY  # in October 2024
REMEMBERED = 30  # sign-ins, as store/history.py reads them

WINDOWS_FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0"
WINDOWS_CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36"
MAC_SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1 Version/17.6 Safari/605.1.15"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1 Version/17.6 Safari/604.1"
LINUX_CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36"

# Country, coordinates, networks.
COUNTRIES = {
    "DE": ((52.5, 13.4), ("AS3320 Telekom", "AS6805 Mobil", "AS64512 Firma")),
    "FR": ((48.9, 2.4), ("AS3215 Orange",)),
    "US": ((40.7, -74.0), ("AS7018 ATT", "AS22773 Cox")),
    "VN": ((10.8, 106.7), ("AS45899 VNPT",)),
    "BR": ((-23.5, -46.6), ("AS26599 Vivo",)),
    "NG": ((6.5, 3.4), ("AS29465 MTN",)),
}
FAR = ("US", "VN", "BR", "NG")


@dataclass(frozen=True)
class Spot:
    """An address and where it is; without files of the operator's, nobody knows where that is."""

    address: str
    place: Place

    def unknown(self) -> "Spot":
        return Spot(self.address, NOWHERE)


def spot(dice: random.Random, country: str, network: int = 0) -> Spot:
    """Some address in a network of a country."""
    (latitude, longitude), networks = COUNTRIES[country]
    where = Place(
        country, "", networks[network], (latitude + dice.uniform(-1, 1), longitude + dice.uniform(-1, 1))
    )
    return Spot(".".join(str(dice.randrange(1, 255)) for _ in range(4)), where)


@dataclass
class Person:
    """Somebody with an account, and what the service remembers of them.

    geo  the operator has files that know where addresses are
    """

    made_at: Instant
    geo: bool = True
    set_at: Instant = 0
    passed: list[Past] = field(default_factory=list)
    spots: dict[str, Spot] = field(default_factory=dict)

    def tries(
        self, at: Instant, spot: Spot, agent: str, device: str = "", *, failures: int = 0, failing: int = 0
    ) -> Risk:
        """The right password, from here, with this: what comes of it."""
        spot = spot if self.geo else spot.unknown()
        self.spots[spot.address] = spot
        seen = Seen(
            address=spot.address,
            user_agent=agent,
            device_key=device,
            country=spot.place.country,
            network=spot.place.network,
        )
        lately = self.passed[-REMEMBERED:][::-1]
        history = History(
            passed=each_once(lately),
            times=tuple(past.at for past in lately),
            failures=failures,
            failing=failing,
        )
        past = known(history)
        before = self.spots[past[0].seen.address].place if past else NOWHERE
        facts = Facts(
            now=at,
            seen=seen,
            agent=user_agents.device(agent),
            place=spot.place,
            before=before,
            made_at=self.made_at,
            set_at=self.set_at,
            history=history,
            known=past,
        )
        self._last = Past(at, mark(seen))
        return assess(facts, SCALE)

    def signs_in(self, at: Instant, spot: Spot, agent: str, device: str = "", **more: int) -> Risk:
        """The same, and it is let in: from now on it is remembered."""
        risk = self.tries(at, spot, agent, device, **more)
        self.passed.append(self._last)
        return risk


def settled(dice: random.Random, *, geo: bool = True, days: int = 40) -> tuple[Person, Instant, Spot]:
    """Somebody in Berlin with a laptop at home, for some weeks: the person, the time now, and their home."""
    person, home = Person(BEGINNING - 300 * DAY, geo), spot(dice, "DE")
    at = BEGINNING
    for day in range(days):
        at = BEGINNING + day * DAY + 8 * HOUR + dice.randrange(120) * MINUTE
        person.signs_in(at, home, WINDOWS_FIREFOX)
    return person, at + 3 * HOUR, home


def rates(risks: Iterable[Risk]) -> dict[str, float]:
    """Which share of them reached which level; `none` for no level."""
    counted = Counter(risk.level or "none" for risk in risks)
    total = sum(counted.values())
    return {level: counted[level] / total for level in ("none", "LOW", "MEDIUM", "HIGH")}

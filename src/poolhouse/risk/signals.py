"""The signals of risk: each looks at the facts and says in plain words what is unusual, or nothing. Pure.

How many points a signal gives is a matter of the pool (directory/risk_scale.py). What compares with before
says nothing where there is no before: somebody's first sign-in is no risk.
"""

from collections.abc import Callable

from poolhouse.directory import user_agents
from poolhouse.ports import DAY, HOUR
from poolhouse.risk.facts import Facts, kilometres

MANY_USERS = 10  # who fail from one address within `LATELY`
OFTEN = 5  # failures of one user within `LATELY`
LATELY = HOUR

_FASTEST = 1_200.0  # km/h: no airliner is faster
_LEAST_WAY = 500.0  # km: what addresses say of places is not more exact than that
_HABIT = 10  # sign-ins, on
_HABIT_DAYS = 5  # days, before hours mean anything
_NEAR = 3  # hours
_YOUNG = DAY
_RESET = DAY

Signal = Callable[[Facts], str]


def new_device(facts: Facts) -> str:
    """By its id, where it has one: a device key, or DeviceId of EncodedData. Else by browser and system."""
    if not facts.known or _is_known_device(facts):
        return ""
    key = facts.seen.device_key
    return "The device is a new one." if key or _new_agent(facts) else ""


def known_device(facts: Facts) -> str:
    return "The device has signed this user in before." if _is_known_device(facts) else ""


def user_agent_change(facts: Facts) -> str:
    if not _new_agent(facts):
        return ""
    agent = "this program" if facts.agent == user_agents.UNKNOWN else facts.agent
    return f"Nobody has signed in with {agent} before."


def new_address(facts: Facts) -> str:
    return "The address is a new one." if _is_new_address(facts) else ""


def new_network(facts: Facts) -> str:
    network = facts.seen.network
    is_new = _is_new(network, [past.seen.network for past in facts.known])
    return f"The network, {network}, is a new one." if is_new else ""


def new_country(facts: Facts) -> str:
    country = facts.seen.country
    is_new = _is_new(country, [past.seen.country for past in facts.known])
    return f"The country, {country}, is a new one." if is_new else ""


def impossible_travel(facts: Facts) -> str:
    """Since the last sign-in nobody could have come here from there. A known address is no journey."""
    last = next(iter(facts.known), None)
    if last is None or not _is_new_address(facts):
        return ""
    way = kilometres(facts.place, facts.before)
    hours = max(facts.now - last.at, 0) / HOUR
    if way is None or way < _LEAST_WAY or way <= _FASTEST * hours:
        return ""
    return f"The last sign-in was {way:,.0f} km away, {hours:.1f} hours ago."


def address_fails_many(facts: Facts) -> str:
    """Many people behind one address fail together too, so an address that the user knows is left alone."""
    if facts.history.failing < MANY_USERS or (facts.known and not _is_new_address(facts)):
        return ""
    return f"The address failed to sign in {facts.history.failing} other users within an hour."


def user_fails_often(facts: Facts) -> str:
    if facts.history.failures < OFTEN:
        return ""
    return f"There were {facts.history.failures} failed attempts for this user within an hour."


def bad_address(facts: Facts) -> str:
    return "The address is in the list of known bad ranges." if facts.place.bad else ""


def unusual_hour(facts: Facts) -> str:
    """By the hours of UTC, once there is a habit. On the clock 23 and 1 are two hours apart."""
    times = facts.history.times
    latest = facts.now // HOUR + _NEAR
    if len(times) < _HABIT or any((latest - at // HOUR) % 24 <= 2 * _NEAR for at in times):
        return ""
    days = {at // DAY for at in times}
    return "The user has never signed in at this hour." if len(days) >= _HABIT_DAYS else ""


def young_account(facts: Facts) -> str:
    return "The account is less than a day old." if facts.now - facts.made_at < _YOUNG else ""


def recent_reset(facts: Facts) -> str:
    """A password that was set, by whomever, since the user was here last."""
    last = next(iter(facts.known), None)
    if last is None or facts.set_at <= last.at or facts.now - facts.set_at >= _RESET:
        return ""
    return "The password was set less than a day ago, since the last sign-in."


def reported(facts: Facts) -> str:
    """Somebody has said of an attempt from this address, or with this device, that it was not the user's."""
    if _is_one_of(facts.seen.device_key, [past.seen.device_key for past in facts.history.invalid]):
        return "The device was reported: an attempt with it was not the user's."
    if _is_one_of(facts.seen.address, [past.seen.address for past in facts.history.invalid]):
        return "The address was reported: an attempt from it was not the user's."
    return ""


SIGNALS: tuple[tuple[str, Signal], ...] = (
    ("new-device", new_device),
    ("known-device", known_device),
    ("user-agent-change", user_agent_change),
    ("new-address", new_address),
    ("new-network", new_network),
    ("new-country", new_country),
    ("impossible-travel", impossible_travel),
    ("address-fails-many", address_fails_many),
    ("user-fails-often", user_fails_often),
    ("bad-address", bad_address),
    ("unusual-hour", unusual_hour),
    ("young-account", young_account),
    ("recent-reset", recent_reset),
    ("reported", reported),
)


def _is_one_of(own: str, before: list[str]) -> bool:
    """An empty text says nothing."""
    return bool(own) and own in before


def _is_new(own: str, before: list[str]) -> bool:
    """Is it another than all before, if there is one? An empty text says nothing."""
    return bool(own) and own not in before and any(before)


def _is_known_device(facts: Facts) -> bool:
    """By its id alone: browsers and systems are what many have."""
    return _is_one_of(facts.seen.device_key, [past.seen.device_key for past in facts.known])


def _new_agent(facts: Facts) -> bool:
    """Another browser, system or program: a new version is the same one."""
    before = [user_agents.kind(past.seen.user_agent) for past in facts.known]
    return _is_new(user_agents.kind(facts.seen.user_agent), before)


def _is_new_address(facts: Facts) -> bool:
    return _is_new(facts.seen.address, [past.seen.address for past in facts.known])

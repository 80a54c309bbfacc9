"""A rehearsal says what another policy really does: the same is tried in a pool that has it."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace
from tests.world import PASSWORD, World

from poolhouse.directory import risk_config
from poolhouse.directory.events import Event, Risk, Seen
from poolhouse.directory.pools import FREE_TRIES_TAG, LONGEST_LOCK_TAG, Lockout
from poolhouse.errors import ApiError, PasswordCompromised
from poolhouse.ports import MINUTE, SECOND, Place
from poolhouse.risk import policy
from poolhouse.risk.policy import RiskPolicy
from poolhouse.risk.rehearsal import (
    ASKED,
    BLOCKED,
    LET_IN,
    LOCKED,
    REFUSED,
    UNKNOWN,
    Person,
    Played,
    Policy,
    Rehearsal,
)
from poolhouse.risk.rehearsal_report import line
from poolhouse.store import events

HOME = ("203.0.113.7", "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0")
FAR = ("198.51.100.9", "Mozilla/5.0 (X11; Linux) Firefox/121.0")
USUAL = Lockout()
NOBODY = Person()


class Try(Struct, frozen=True):
    """An attempt to sign in as ada, some seconds after the one before."""

    right: bool
    after: int = 60
    whence: tuple[str, str] = HOME


async def attempted(world: World, tries: Sequence[Try], **pool: object) -> tuple[list[Event], list[str]]:
    """The events of a pool in which somebody tried this, and how each ended."""
    pool_id = await world.pool(**pool)
    client = await world.client(pool_id)
    await world.user(pool_id)
    ended = []
    for one in tries:
        world.advance(one.after * SECOND)
        world.address, world.user_agent = one.whence
        try:
            await world.tokens(client, password=PASSWORD if one.right else "Wr0ng$word")
            ended.append(LET_IN)
        except ApiError as error:
            kinds = {"LockedOut": LOCKED, "RiskTooHigh": BLOCKED}
            ended.append(kinds.get(type(error).__name__, REFUSED))
    found = await world.env.db.read(lambda tx: events.of_pool(tx, pool_id, (0, ""), 1_000))
    return [event for event, _ in found], ended


def played(
    found: Sequence[Event],
    *,
    risk: RiskPolicy | None = None,
    mfa: str = "OFF",
    lockout: Lockout = USUAL,
    person: Person = NOBODY,
) -> list[str]:
    """What would have come of each sign-in."""
    rehearsal = Rehearsal(Policy(lambda event: risk, mfa, lockout), lambda address: Place())
    return [one.would for event in found if (one := rehearsal.play(event, person)) is not None]


def tags(lockout: Lockout) -> dict[str, str]:
    return {FREE_TRIES_TAG: str(lockout.free_tries), LONGEST_LOCK_TAG: str(lockout.longest_seconds)}


WRONG, RIGHT = Try(False, 1), Try(True, 1)


async def test_an_earlier_lock_refuses_what_was_let_in(world: World) -> None:
    tries = [WRONG, WRONG, WRONG, RIGHT]
    found, happened = await attempted(world, tries)
    strict = Lockout(2, 900)

    assert happened == [REFUSED, REFUSED, REFUSED, LET_IN]
    assert played(found) == happened
    assert played(found, lockout=strict) == [REFUSED, REFUSED, REFUSED, LOCKED]
    assert (await attempted(world, tries, UserPoolTags=tags(strict)))[1] == played(found, lockout=strict)


async def test_what_was_never_compared_stays_unknown(world: World) -> None:
    found, happened = await attempted(world, [WRONG] * 6 + [Try(True, 0)])

    assert happened[-1] == LOCKED
    assert played(found, lockout=Lockout(10, 900))[-1] == UNKNOWN


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tries=st.lists(
        st.builds(Try, st.booleans(), st.sampled_from([1, 2, 3, 5, 30, 1_000])), min_size=1, max_size=8
    ),
    free=st.integers(1, 6),
    longest=st.sampled_from([1, 4, 900]),
)
async def test_stricter_locks_are_foretold_to_the_second(
    world: World, tries: list[Try], free: int, longest: int
) -> None:
    """The pool that is played from never locks, so nothing of it is unknown."""
    never = Lockout(50, 900)
    strict = Lockout(free, longest)
    found, _ = await attempted(world, tries, UserPoolTags=tags(never))
    _, really = await attempted(world, tries, UserPoolTags=tags(strict))

    assert played(found, lockout=strict) == really


BLOCK_HIGH = {
    risk_config.TAKEOVER: {"Actions": {"HighAction": {"EventAction": "BLOCK", "Notify": False}}},
}
STEALING = [*[Try(True, 3_600)] * 4, Try(True, 3_600, FAR)]
POINTS = {"poolhouse:risk-points": "new-device=40 new-address=40"}


def enforced(found: dict[str, object], pool_tags: dict[str, str]) -> RiskPolicy:
    config = {member: found.get(member, risk_config.DEFAULTS[member]) for member in risk_config.MEMBERS}
    return policy.of(config, pool_tags)


@pytest.mark.parametrize("mode", ["OFF", "AUDIT"])
async def test_what_enforcement_blocks_is_foretold(world: World, mode: str) -> None:
    """From a pool that assessed, and from one that did not: there the signals are seen anew."""
    found, happened = await attempted(world, STEALING, UserPoolAddOns={"AdvancedSecurityMode": mode})
    foretold = played(found, risk=enforced(BLOCK_HIGH, POINTS))

    assert happened == [LET_IN] * 5
    assert foretold == [LET_IN] * 4 + [BLOCKED]
    assert played(found, risk=enforced({}, POINTS)) == happened


async def test_enforcement_does_what_was_foretold(world: World) -> None:
    pool_id = await world.pool(UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"}, UserPoolTags=POINTS)
    await world.call("SetRiskConfiguration", UserPoolId=pool_id, **BLOCK_HIGH)
    client = await world.client(pool_id)
    await world.user(pool_id)
    for one, after in pairwise(STEALING):
        world.address, world.user_agent = one.whence
        await world.tokens(client)
        world.advance(after.after * SECOND)
    world.address, world.user_agent = FAR

    with pytest.raises(ApiError, match="Unable to login because of security reasons"):
        await world.tokens(client)


async def test_blocked_and_skipped_addresses_come_first(world: World) -> None:
    found, _ = await attempted(world, STEALING, UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"})
    blocked = {risk_config.EXCEPTIONS: {"BlockedIPRangeList": ["203.0.113.0/24"]}}
    skipped = BLOCK_HIGH | {risk_config.EXCEPTIONS: {"SkippedIPRangeList": ["198.51.100.0/24"]}}

    assert played(found, risk=enforced(blocked, {})) == [BLOCKED] * 4 + [LET_IN]
    assert played(found, risk=enforced(skipped, POINTS)) == [LET_IN] * 5


async def test_what_a_shut_out_address_typed_stays_unknown(world: World) -> None:
    """It was refused before anything was compared: the second try was a wrong one."""
    shut = {risk_config.EXCEPTIONS: {"BlockedIPRangeList": ["203.0.113.0/24"]}}
    pool_id = await world.pool(UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"})
    await world.call("SetRiskConfiguration", UserPoolId=pool_id, **shut)
    client = await world.client(pool_id)
    await world.user(pool_id)
    world.address, _ = HOME
    for password in (PASSWORD, "Wr0ng$word"):
        with pytest.raises(ApiError, match="Request not allowed due to security reasons"):
            await world.tokens(client, password=password)
    found = [
        event for event, _ in await world.env.db.read(lambda tx: events.of_pool(tx, pool_id, (0, ""), 9))
    ]

    assert played(found, risk=enforced(shut, {})) == [BLOCKED, BLOCKED]
    assert played(found, risk=enforced({}, {})) == [UNKNOWN, UNKNOWN]
    assert played(found) == [UNKNOWN, UNKNOWN]


@pytest.mark.parametrize(
    ("mfa", "person", "would"),
    [
        ("OFF", Person(active=True, able=True), LET_IN),
        ("OPTIONAL", Person(active=True, able=True), ASKED),
        ("OPTIONAL", Person(able=True), LET_IN),
        ("ON", Person(), ASKED),
    ],
)
async def test_who_would_be_asked_for_a_second_factor(
    world: World, mfa: str, person: Person, would: str
) -> None:
    found, _ = await attempted(world, [RIGHT])

    assert played(found, mfa=mfa, person=person) == [would]


def event(attempt: str, response: str, rule: str, *challenges: tuple[str, str], at: int = 0) -> Event:
    return Event(
        pool_id="p",
        sub="s",
        event_id=f"{attempt}-{at}",
        attempt_id=attempt,
        request_id="r",
        kind="SignIn",
        response=response,
        at=at,
        operation="RespondToAuthChallenge",
        rule=rule,
        challenges=challenges,
        seen=Seen(HOME[0]),
    )


def test_a_sign_in_of_two_requests_is_one_attempt() -> None:
    first = event("a", "InProgress", "asks SOFTWARE_TOKEN_MFA", ("Password", "Success"))
    second = event("a", "Pass", "done", ("Password", "Success"), ("Mfa", "Success"), at=MINUTE)

    assert played([first, second], mfa="ON") == [ASKED]
    assert played([first, second], mfa="OFF") == [LET_IN]


@pytest.mark.parametrize(
    ("action", "kinds", "would"),
    [
        ("BLOCK", ["SIGN_IN"], REFUSED),
        ("BLOCK", ["SIGN_UP"], LET_IN),
        ("NO_ACTION", ["SIGN_IN"], LET_IN),
    ],
)
def test_known_passwords_are_refused_where_the_policy_says_so(
    action: str, kinds: list[str], would: str
) -> None:
    """Whether they were refused when it happened, or only put down."""
    right = ("Password", "Success")
    refused = event("a", "Fail", PasswordCompromised.__name__, right)
    let_in = event("b", "Pass", "done", right, at=MINUTE)
    other = event("c", "Pass", "done", right, at=2 * MINUTE)
    known = [replace(one, risk=Risk(compromised=True)) for one in (refused, let_in)]
    rules = enforced(
        {risk_config.COMPROMISED: {"EventFilter": kinds, "Actions": {"EventAction": action}}}, {}
    )

    assert played([*known, other], risk=rules) == [would, would, LET_IN]
    assert played([*known, other]) == [LET_IN] * 3


def test_a_name_that_somebody_made_up_stays_in_its_line() -> None:
    typed = replace(event("a", "Pass", "done"), username="eve\nSignIn")

    assert "eve\ufffdSignIn: let in -> refused while locked" in line(Played(typed, LET_IN, LOCKED))

"""The engine never leaves the table, whatever the pool, the user and the proof; and the document shows it."""

import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import chain, combinations, pairwise, product
from pathlib import Path

import msgspec
import pytest

from poolhouse.auth.decision import next_step
from poolhouse.auth.engine import CHALLENGES
from poolhouse.auth.sign_in import SignIn, choose, prove
from poolhouse.auth.table import (
    BEGINS,
    DEFINE,
    FIRST_FACTORS,
    FOLLOWS,
    PROVES,
    SECOND_FACTORS,
    TOKENS,
)
from poolhouse.directory import assurance, factors, pools
from poolhouse.directory.events import Risk
from poolhouse.directory.pools import Pool
from poolhouse.directory.users import NO_FACTORS, Factors, User, UserStatus
from poolhouse.risk.actions import DEMANDS_FACTOR

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parents[2]
POOL = "us-east-1_Aa1Bb2Cc3"
PROOFS = sorted({*FIRST_FACTORS, *SECOND_FACTORS, "NEW_PASSWORD", "CUSTOM"})
SECOND = (factors.SMS, factors.TOTP, factors.EMAIL)
_LONGEST_WALK = 8


def subsets(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return list(chain.from_iterable(combinations(names, count) for count in range(len(names) + 1)))


@cache
def every_pool() -> tuple[Pool, ...]:
    """The settings that a sign-in looks at, in every combination."""
    devices = (None, {"ChallengeRequiredOnNewDevice": True}, {"ChallengeRequiredOnNewDevice": False})
    return tuple(
        a_pool(mfa, turned_on, device)
        for mfa, turned_on, device in product(("OFF", "OPTIONAL", "ON"), subsets(SECOND), devices)
        if mfa == "OFF" or turned_on
    )


def a_pool(mfa: str, turned_on: tuple[str, ...], device: dict[str, bool] | None) -> Pool:
    config = {"MfaConfiguration": mfa, pools.MFA_FACTORS: turned_on, "DeviceConfiguration": device}
    row = {
        "pool_id": POOL,
        "name": "pool",
        "version": 1,
        "config": msgspec.json.encode(config),
        "created_at": 0,
        "modified_at": 0,
    }
    return pools.from_row(row, {})


@cache
def every_user() -> tuple[User, ...]:
    addresses = subsets(("email", "phone_number"))
    chosen = (
        NO_FACTORS,
        Factors(token=True),
        Factors(token=True, totp=True),
        Factors(sms=True, email=True),
        Factors(sms=True, email=True, totp=True, token=True),
        Factors(sms=True, totp=True, token=True, preferred=factors.SMS),
    )
    return tuple(
        User(
            pool_id=POOL,
            sub="00000000-0000-4000-8000-000000000000",
            username="ada",
            status=status,
            enabled=True,
            attributes=dict.fromkeys(has, "x"),
            version=1,
            signed_out_at=0,
            created_at=0,
            modified_at=0,
            factors=turned_on,
        )
        for status, has, turned_on in product(UserStatus, addresses, chosen)
    )


def begun(flow: str, proven: tuple[str, ...] = (), device: str = "", action: str = "") -> SignIn:
    """`action` is what a risk has led to."""
    risk = Risk(level="HIGH", action=action) if action else None
    return SignIn("pool", "client", "family", flow, "", "ada", "sub", proven, 0, device_key=device, risk=risk)


def answered(pool: Pool, user: User, sign_in: SignIn, step: str) -> Iterator[SignIn]:
    """What the right answers to a step make of a sign-in: one, or one for each choice."""
    choices = {
        "SELECT_CHALLENGE": FOLLOWS["SELECT_CHALLENGE"],
        "SELECT_MFA_TYPE": {factors.STEPS[factor] for factor in factors.asked(pool, user)},
        "PASSWORD_SRP": {"PASSWORD_VERIFIER"},
        "DEVICE_SRP_AUTH": {"DEVICE_PASSWORD_VERIFIER"},
    }
    if step in choices:
        yield from (choose(sign_in, choice) for choice in choices[step])
    elif step == "CUSTOM_CHALLENGE":
        yield msgspec.structs.replace(sign_in, chosen="")
    else:
        yield prove(sign_in, step)
    if step == DEFINE:
        yield from (choose(sign_in, choice) for choice in ("CUSTOM_CHALLENGE", "PASSWORD_VERIFIER"))
    if step == "MFA_SETUP" and factors.EMAIL in pool.mfa_factors:
        yield choose(sign_in, "EMAIL_MFA")


def walks(pool: Pool, user: User, sign_in: SignIn, so_far: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The steps of sign-ins whose every answer is right; those that end have TOKENS last."""
    step = next_step(pool, user, sign_in)
    path = (*so_far, step)
    if step == TOKENS or len(path) == _LONGEST_WALK:
        yield path
        return
    for after in answered(pool, user, sign_in, step):
        yield from walks(pool, user, after, path)


def test_every_step_of_the_table_is_complete() -> None:
    named = set(BEGINS.values()) | set(chain.from_iterable(FOLLOWS.values())) - {TOKENS}

    assert set(FOLLOWS) == named | {"PASSWORD"}
    assert set(PROVES) == set(FOLLOWS)
    assert set(PROVES.values()) - {""} <= set(PROOFS)


def test_every_step_that_a_client_is_asked_has_a_module() -> None:
    assert set(CHALLENGES) == set(FOLLOWS) - {DEFINE}
    for module in CHALLENGES.values():
        assert {"NEEDS", "issue", "check"} <= set(vars(module))


@pytest.mark.parametrize("flow", BEGINS)
def test_a_sign_in_walks_along_the_table(flow: str) -> None:
    usual, risky = product(("", "device"), [""]), product(["device"], sorted(DEMANDS_FACTOR))
    for pool, user, given in product(every_pool()[::3], every_user()[::5], [*usual, *risky]):
        for steps in walks(pool, user, begun(flow, (), *given)):
            assert steps[0] == BEGINS[flow]
            assert all(after in FOLLOWS[step] for step, after in pairwise(steps))


@pytest.mark.parametrize("flow", BEGINS)
def test_whatever_is_proven_the_next_step_is_one_of_the_table(flow: str) -> None:
    steps = {*FOLLOWS, TOKENS}
    proofs = [proven for proven in subsets(tuple(PROOFS)) if len(proven) <= 2]
    for pool, user, proven in product(every_pool()[::2], every_user()[::3], proofs):
        assert next_step(pool, user, begun(flow, proven)) in steps


@pytest.mark.parametrize("flow", BEGINS)
def test_there_are_no_tokens_without_what_the_pool_and_the_user_ask_for(flow: str) -> None:
    proofs = [proven for proven in subsets(tuple(PROOFS)) if len(proven) <= 3]
    for pool, user, given in product(every_pool()[::5], every_user()[::3], proofs):
        proven = set(given)
        if next_step(pool, user, begun(flow, given)) != TOKENS:
            continue
        assert proven & FIRST_FACTORS or (flow == "CUSTOM_AUTH" and "CUSTOM" in proven)
        if proven & FIRST_FACTORS and factors.asked(pool, user):
            assert proven & SECOND_FACTORS
        if "PASSWORD" in proven and user.status is UserStatus.FORCE_CHANGE_PASSWORD:
            assert "NEW_PASSWORD" in proven


@pytest.mark.parametrize("flow", BEGINS)
def test_where_a_risk_demands_a_factor_a_remembered_device_is_none(flow: str) -> None:
    proofs = [proven for proven in subsets(tuple(PROOFS)) if len(proven) <= 3]
    for pool, user, given in product(every_pool()[::5], every_user()[::3], proofs):
        if next_step(pool, user, begun(flow, given, "device", "MFA_REQUIRED")) != TOKENS:
            continue
        assert next_step(pool, user, begun(flow, given)) == TOKENS
        if factors.asked(pool, user):
            assert set(given) & (SECOND_FACTORS - {"DEVICE"})


@pytest.mark.parametrize("flow", BEGINS)
def test_the_decoy_of_an_unknown_name_is_only_ever_asked_for_a_first_factor(flow: str) -> None:
    for pool in every_pool():
        assert next_step(pool, None, begun(flow)) == BEGINS[flow]


@pytest.mark.parametrize("goal", assurance.LEVELS)
def test_a_sign_in_that_aims_at_a_level_walks_along_the_table_too(goal: int) -> None:
    for pool, user in product(every_pool()[::3], every_user()[::5]):
        aimed = msgspec.structs.replace(begun("USER_AUTH"), goal=goal)
        for steps in walks(pool, user, aimed):
            assert steps[0] == BEGINS["USER_AUTH"]
            assert all(after in FOLLOWS[step] for step, after in pairwise(steps))


@pytest.mark.parametrize("goal", assurance.LEVELS)
def test_a_level_never_takes_away_what_the_pool_and_the_user_ask_for(goal: int) -> None:
    proofs = [proven for proven in subsets(tuple(PROOFS)) if len(proven) <= 3]
    for pool, user, given in product(every_pool()[::5], every_user()[::3], proofs):
        aimed = msgspec.structs.replace(begun("USER_AUTH", given), goal=goal)
        if next_step(pool, user, aimed) == TOKENS:
            assert next_step(pool, user, begun("USER_AUTH", given)) == TOKENS


def test_a_pool_that_requires_a_factor_never_lets_in_who_has_none() -> None:
    bare = [user for user in every_user() if user.factors == NO_FACTORS and not user.attributes]
    required = [pool for pool in every_pool() if pool.mfa == "ON"]

    for pool, user in product(required, bare):
        assert factors.asked(pool, user) == (factors.SETUP,)


def test_every_arrow_of_the_table_is_walked_by_somebody() -> None:
    walked = set()
    ways = (("", ""), ("device", ""), ("", "MFA_REQUIRED"))
    for pool, user, flow, given in product(every_pool(), every_user()[::2], BEGINS, ways):
        if user.status in (UserStatus.CONFIRMED, UserStatus.FORCE_CHANGE_PASSWORD):
            for steps in walks(pool, user, begun(flow, (), *given)):
                walked |= set(pairwise(steps))

    table = {(step, after) for step, following in FOLLOWS.items() for after in following}
    assert table - walked == set()
    assert walked - table == set()


def test_the_diagram_in_the_documents_is_the_table_of_now() -> None:
    checked = subprocess.run(
        [sys.executable, "tools/gen_flow.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (checked.returncode, checked.stdout) == (0, "")

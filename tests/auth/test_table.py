"""The engine never leaves the table, whatever the pool, the user and the proof; and the document shows it."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import chain, combinations, pairwise, product
from pathlib import Path

import msgspec
import pytest

from poolhouse.auth import engine
from poolhouse.auth.engine import next_step
from poolhouse.auth.sign_in import SignIn, at_step, prove
from poolhouse.auth.table import BEGINS, FOLLOWS, PROVES, TOKENS
from poolhouse.directory import pools
from poolhouse.directory.pools import Pool
from poolhouse.directory.users import User, UserStatus

ROOT = Path(__file__).parents[2]
PROOFS = sorted(set(PROVES.values()))
_LONGEST_WALK = len(FOLLOWS)


def every_pool() -> Iterator[Pool]:
    """The settings that a sign-in might look at, in every combination."""
    names = ({}, {"AliasAttributes": ["email"]}, {"UsernameAttributes": ["email"]})
    for given, case_sensitive, storage in product(names, (True, False), ("srp", "argon2id")):
        config = given | {
            "UsernameConfiguration": {"CaseSensitive": case_sensitive},
            "MfaConfiguration": "OFF",
        }
        row = {
            "pool_id": "us-east-1_Aa1Bb2Cc3",
            "name": "pool",
            "version": 1,
            "config": msgspec.json.encode(config),
            "created_at": 0,
            "modified_at": 0,
        }
        yield pools.from_row(row, {pools.PASSWORD_STORAGE_TAG: storage})


def every_user() -> Iterator[User]:
    for status, enabled, verified in product(UserStatus, (True, False), ("true", "false")):
        yield User(
            pool_id="us-east-1_Aa1Bb2Cc3",
            sub="00000000-0000-4000-8000-000000000000",
            username="ada",
            status=status,
            enabled=enabled,
            attributes={"email": "ada@example.com", "email_verified": verified},
            version=1,
            signed_out_at=0,
            created_at=0,
            modified_at=0,
        )


def begun(flow: str, proven: tuple[str, ...] = ()) -> SignIn:
    return SignIn("pool", "client", "family", flow, BEGINS[flow], "ada", "sub", proven, 0)


def every_proof() -> Iterator[tuple[str, ...]]:
    yield from chain.from_iterable(combinations(PROOFS, count) for count in range(len(PROOFS) + 1))


def walk(pool: Pool, user: User, flow: str) -> list[str]:
    """The steps of a sign-in whose every answer is right, TOKENS last."""
    sign_in = begun(flow)
    steps = [sign_in.step]
    while steps[-1] != TOKENS:
        assert len(steps) <= _LONGEST_WALK, f"it goes round: {steps}"
        sign_in = prove(sign_in, steps[-1])
        steps.append(next_step(pool, user, sign_in))
        if steps[-1] != TOKENS:
            sign_in = at_step(sign_in, steps[-1], 0)
    return steps


def test_every_step_of_the_table_is_complete() -> None:
    named = set(BEGINS.values()) | set(chain.from_iterable(FOLLOWS.values())) - {TOKENS}

    assert set(FOLLOWS) == set(PROVES) == named


def test_every_step_has_a_handler_unless_it_is_answered_in_the_call_that_begins() -> None:
    asked = set(FOLLOWS) - {"PASSWORD"}

    assert set(engine._ANSWERS) == asked


@pytest.mark.parametrize("flow", BEGINS)
def test_a_sign_in_walks_along_the_table_to_its_tokens(flow: str) -> None:
    for pool, user in product(every_pool(), every_user()):
        steps = walk(pool, user, flow)

        assert steps[0] == BEGINS[flow]
        assert all(after in FOLLOWS[step] for step, after in pairwise(steps))


@pytest.mark.parametrize("flow", BEGINS)
def test_whatever_is_proven_the_next_step_is_one_of_the_table(flow: str) -> None:
    steps = {*FOLLOWS, TOKENS}
    for pool, user, proven in product(every_pool(), every_user(), every_proof()):
        assert next_step(pool, user, begun(flow, proven)) in steps


@pytest.mark.parametrize("flow", BEGINS)
def test_there_are_no_tokens_without_the_password(flow: str) -> None:
    for pool, user, proven in product(every_pool(), every_user(), every_proof()):
        step = next_step(pool, user, begun(flow, proven))
        if "PASSWORD" not in proven:
            assert step == BEGINS[flow]
        elif user.status is UserStatus.FORCE_CHANGE_PASSWORD and "NEW_PASSWORD" not in proven:
            assert step == "NEW_PASSWORD_REQUIRED"
        else:
            assert step == TOKENS


def test_every_arrow_of_the_table_is_walked_by_somebody() -> None:
    walked = set()
    for pool, user, flow in product(every_pool(), every_user(), BEGINS):
        steps = walk(pool, user, flow)
        walked |= set(pairwise(steps))

    assert walked == {(step, after) for step, following in FOLLOWS.items() for after in following}


def test_the_diagram_in_the_documents_is_the_table_of_now() -> None:
    checked = subprocess.run(
        [sys.executable, "tools/gen_flow.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (checked.returncode, checked.stdout) == (0, "")

"""Requests against the limits of their pool, in one process and shared through the store."""

import asyncio
from collections import Counter

import pytest
from msgspec.structs import replace
from structlog.testing import capture_logs
from tests.environment import environment

from poolhouse.errors import TooManyRequests
from poolhouse.ports import MINUTE, SECOND
from poolhouse.quotas import admission, buckets, rates, table
from poolhouse.store import limits

POOL, OTHER = "us-east-1_a", "us-east-1_b"
ANSWER = {"ChallengeName": "PASSWORD_VERIFIER"}


async def _number(env, operation, most=1_000, pool_id=POOL, request=None, user=""):
    """How many requests are admitted at this moment."""
    for number in range(most):
        try:
            await admission.take(env, pool_id, operation, request or {}, user)
        except TooManyRequests:
            return number
    return most


@pytest.fixture(params=["local", "shared"])
def env(request, db, tmp_path):
    return environment(db, tmp_path, workers=1 if request.param == "local" else 2)


async def test_a_second_s_worth_is_admitted_at_once_and_then_no_more(env):
    assert await _number(env, "SignUp") == 50

    with pytest.raises(TooManyRequests, match=r"^Rate exceeded$"):
        await admission.take(env, POOL, "SignUp", {})


async def test_a_limit_refills_at_its_rate(env):
    await _number(env, "SignUp")

    env.clock.advance(SECOND // 2)

    assert await _number(env, "SignUp") == 25


async def test_operations_of_one_category_share_it(env):
    for _ in range(20):
        await admission.take(env, POOL, "SignUp", {})

    assert await _number(env, "AdminCreateUser") == 30


async def test_pools_and_categories_do_not_touch_each_other(env):
    await _number(env, "SignUp")

    assert await _number(env, "SignUp", pool_id=OTHER) == 50
    assert await _number(env, "ForgotPassword") == 30


async def test_an_operation_with_a_limit_of_its_own_leaves_room_for_its_siblings(env):
    assert await _number(env, "CreateGroup") == 5
    assert await _number(env, "DeleteGroup") == 5
    assert await _number(env, "UpdateGroup") == 5
    assert await _number(env, "TagResource") == 0


async def test_answers_go_on_in_the_limit_of_sign_in_when_their_own_is_spent(env):
    assert await _number(env, "RespondToAuthChallenge", request=ANSWER) == 480
    assert await _number(env, "InitiateAuth") == 0


async def test_a_failed_sign_in_is_given_back(env):
    await _number(env, "InitiateAuth")

    admission.give_back(env, POOL, "InitiateAuth", {}, "NotAuthorizedException")

    assert await _number(env, "InitiateAuth") == 1


@pytest.mark.parametrize(
    ("operation", "request_", "code"),
    [
        ("InitiateAuth", {}, "InvalidParameterException"),
        ("ConfirmSignUp", {}, "CodeMismatchException"),
        ("RespondToAuthChallenge", {"ChallengeName": "NEW_PASSWORD_REQUIRED"}, "NotAuthorizedException"),
    ],
)
async def test_nothing_but_a_failed_sign_in_is_given_back(env, operation, request_, code):
    await _number(env, operation, request=request_)

    admission.give_back(env, POOL, operation, request_, code)

    assert await _number(env, operation, request=request_) == 0


async def test_one_user_gets_ten_reads_a_second_and_the_others_are_not_held_up(env):
    assert await _number(env, "GetUser", user="ada") == 10
    assert await _number(env, "GetUser", user="bob") == 10
    assert await _number(env, "GetUser") == 100


async def test_a_provisioned_limit_is_in_force_within_a_second_also_in_other_workers(env):
    await _number(env, "SignUp")
    await env.db.run(lambda tx: limits.put(tx, "UserCreation", 70))

    env.clock.advance(SECOND)

    assert await _number(env, "SignUp") == 70


async def test_the_settings_can_give_a_category_another_rate(db, tmp_path):
    env = environment(db, tmp_path, quota_rates={"UserCreation": 3})

    assert await _number(env, "SignUp") == 3
    assert rates.free(env)["UserCreation"] == 3


async def test_with_quotas_off_nothing_is_refused(db, tmp_path):
    env = environment(db, tmp_path, quotas=False)

    assert await _number(env, "SignUp", most=500) == 500


async def test_workers_share_a_limit(db, tmp_path):
    one = environment(db, tmp_path, workers=2)
    other = environment(db, tmp_path, workers=2)

    assert await _number(one, "SignUp", most=20) == 20
    assert await _number(other, "SignUp") == 30
    assert await _number(one, "SignUp") == 0


async def test_two_busy_workers_together_admit_no_more_than_the_limit(db, tmp_path):
    workers = [environment(db, tmp_path, workers=2) for _ in range(2)]

    async def ask(env):
        try:
            await admission.take(env, POOL, "SignUp", {})
        except TooManyRequests:
            return 0
        return 1

    admitted = sum(await asyncio.gather(*(ask(workers[number % 2]) for number in range(200))))

    assert admitted == 50


async def test_a_refused_worker_does_not_ask_the_store_for_each_request(db, tmp_path, monkeypatch):
    env = environment(db, tmp_path, workers=2)
    asked = []
    take = buckets.quota_buckets.take

    async def counted(*args, **values):
        asked.append(1)
        return await take(*args, **values)

    monkeypatch.setattr(buckets.quota_buckets, "take", counted)
    await _number(env, "SignUp")
    assert len(asked) == 11  # ten leases of five, and one refusal

    assert [await _number(env, "SignUp") for _ in range(100)] == [0] * 100

    assert len(asked) == 11


async def test_every_request_counts_for_its_category_and_a_refused_one_as_a_throttle_too(db, tmp_path):
    counted = Counter()
    made = replace(environment(db, tmp_path), measure=lambda *named: counted.update([named]))

    assert await _number(made, "SignUp", most=60) == 50
    await _number(made, "RespondToAuthChallenge", most=1, request={"ChallengeName": "NEW_PASSWORD_REQUIRED"})
    await _number(made, table.CODE_REDEMPTION, most=1)
    await _number(made, "cognito-identity:GetId", most=1)

    assert counted == {
        ("CallCount", "UserCreation"): 51,
        ("ThrottleCount", "UserCreation"): 1,
        ("CallCount", "UserAccountRecovery"): 1,
        ("CallCount", "UserAuthentication"): 1,
    }


async def test_with_quotas_off_requests_are_counted_all_the_same(db, tmp_path):
    counted = Counter()
    made = replace(environment(db, tmp_path, quotas=False), measure=lambda *named: counted.update([named]))

    await _number(made, "SignUp", most=60)

    assert counted == {("CallCount", "UserCreation"): 60}


async def test_the_log_names_the_limit_that_was_reached_once_a_minute_and_nobody(db, tmp_path):
    worker = environment(db, tmp_path)

    with capture_logs() as lines:
        for user in ("ada", "bob"):
            assert await _number(worker, "GetUser", user=user) == 10
            await _number(worker, "GetUser", user=user)
    assert lines == [_reached(POOL, "reads")]

    worker.clock.advance(MINUTE)
    with capture_logs() as lines:
        await _number(worker, "GetUser", user="ada")
        await _number(worker, "SignUp")
        await _number(worker, "SignUp", pool_id=OTHER)
        await _number(worker, "DescribeUserPoolClient")
    assert lines == [
        _reached(POOL, "reads"),
        _reached(POOL, "UserCreation"),
        _reached(OTHER, "UserCreation"),
        _reached(POOL, "DescribeUserPoolClient"),
    ]


async def test_an_address_that_reaches_its_limit_is_not_in_the_log(db, tmp_path):
    worker = environment(db, tmp_path, quota_rates={"DomainSource": 1})

    with capture_logs() as lines:
        await admission.take_page(worker, POOL, "203.0.113.7", "")
        with pytest.raises(TooManyRequests):
            await admission.take_page(worker, POOL, "203.0.113.7", "")

    assert lines == [_reached(POOL, "DomainSource")]


def _reached(pool, limit):
    return {"event": "limit reached", "log_level": "warning", "pool": pool, "limit": limit}

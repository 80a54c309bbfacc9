"""The keys of an issuer: read once, again for a key that is not known, and never more often than is due."""

import asyncio
import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from tests.authorizer.issuer import ISSUER, Issuer, jwk, kid, until

from poolhouse.authorizer import Fetched, KeysUnavailable
from poolhouse.authorizer.flights import wait_for
from poolhouse.authorizer.keys import FRESH, PAUSE, KeySet

DAY = 86_400.0
URL = f"{ISSUER}/.well-known/jwks.json"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def issuer() -> Issuer:
    return Issuer("first")


@pytest.fixture
def keys(issuer: Issuer, clock: Clock) -> KeySet:
    return KeySet(URL, issuer, DAY, clock)


def has(keys: KeySet, name: str) -> bool:
    """As a verifier asks: wait for what is to be waited for, then look."""
    landing = keys.pending(kid(name))
    wait_for([landing] if landing else [], 10)
    return keys.get(kid(name)) is not None


def test_keys_are_read_once(keys: KeySet, issuer: Issuer) -> None:
    assert all(has(keys, "first") for _ in range(100))

    assert issuer.asked == [URL]


def test_a_key_that_is_new_is_found_at_once(keys: KeySet, issuer: Issuer, clock: Clock) -> None:
    assert has(keys, "first")
    issuer.keys.append(jwk("second"))
    clock.now += PAUSE

    assert has(keys, "second")
    assert len(issuer.asked) == 2


def test_forged_key_ids_make_no_storm(keys: KeySet, issuer: Issuer, clock: Clock) -> None:
    assert has(keys, "first")

    for number in range(1_000):
        clock.now += PAUSE / 100
        assert not has(keys, f"forged {number}")

    assert len(issuer.asked) == pytest.approx(11, abs=1)
    assert has(keys, "first")


def test_a_thousand_at_once_read_once(keys: KeySet, issuer: Issuer) -> None:
    issuer.gate.clear()
    found: list[bool] = []
    threads = [threading.Thread(target=lambda: found.append(has(keys, "first"))) for _ in range(100)]
    for thread in threads:
        thread.start()
    until(lambda: len(issuer.asked) > 0)
    issuer.gate.set()
    for thread in threads:
        thread.join(10)

    assert found == [True] * 100
    assert len(issuer.asked) == 1


def test_old_keys_are_read_again_while_tokens_go_on(keys: KeySet, issuer: Issuer, clock: Clock) -> None:
    assert has(keys, "first")
    clock.now += FRESH + 1
    issuer.gate.clear()

    assert keys.pending(kid("first")) is None
    assert keys.get(kid("first")) is not None
    until(lambda: len(issuer.asked) == 2)
    issuer.gate.set()


def test_a_key_that_was_withdrawn_is_believed_no_longer(keys: KeySet, issuer: Issuer, clock: Clock) -> None:
    assert has(keys, "first")
    issuer.keys = [jwk("second")]
    clock.now += FRESH + 1

    has(keys, "first")
    until(lambda: keys.get(kid("second")) is not None)

    assert not has(keys, "first")


def test_stale_keys_are_good_while_the_issuer_is_away_and_not_for_ever(
    keys: KeySet, issuer: Issuer, clock: Clock
) -> None:
    assert has(keys, "first")
    issuer.is_away = True
    clock.now += DAY

    assert has(keys, "first")

    clock.now += 1
    with pytest.raises(KeysUnavailable):
        has(keys, "first")
    issuer.is_away = False
    clock.now += PAUSE
    assert has(keys, "first")


def test_an_issuer_that_never_answered_is_asked_again_after_a_pause(
    keys: KeySet, issuer: Issuer, clock: Clock
) -> None:
    issuer.is_away = True
    for _ in range(10):
        with pytest.raises(KeysUnavailable):
            has(keys, "first")
    assert len(issuer.asked) == 1

    issuer.is_away = False
    clock.now += PAUSE

    assert has(keys, "first")


def test_the_same_key_is_the_same_object_after_it_was_read_again(
    keys: KeySet, issuer: Issuer, clock: Clock
) -> None:
    """So that what it has verified stays verified; a changed key under the same id is another."""
    assert has(keys, "first")
    before = keys.get(kid("first"))
    clock.now += PAUSE
    assert not has(keys, "unknown")

    assert keys.get(kid("first")) is before

    issuer.keys = [jwk("second", kid=kid("first"))]
    clock.now += PAUSE
    assert not has(keys, "unknown")
    assert keys.get(kid("first")) is not before


Answer = Callable[[str, Mapping[str, str]], Fetched]


def answering(status: int, body: bytes) -> Answer:
    return lambda url, headers: Fetched(status, body)


@pytest.mark.parametrize(
    "answer",
    [
        answering(404, json.dumps({"keys": [jwk("first")]}).encode()),
        answering(301, json.dumps({"keys": [jwk("first")]}).encode()),
        answering(200, b"<html>"),
        answering(200, b"[]"),
        answering(200, b'{"keys":{}}'),
        answering(200, b"[" * 200_000),
        answering(200, json.dumps({"keys": [jwk("first")]}).encode() + b" " * 300_000),
    ],
    ids=["404", "301", "no JSON", "a list", "no list of keys", "nested too deeply", "too large"],
)
def test_an_answer_that_is_no_jwks_changes_nothing(
    keys: KeySet, issuer: Issuer, clock: Clock, answer: Answer
) -> None:
    assert has(keys, "first")
    issuer.answer = answer
    clock.now += PAUSE

    assert not has(keys, "second")
    assert len(issuer.asked) == 2
    assert has(keys, "first")


@pytest.mark.parametrize(
    "entry",
    [
        jwk("second", kty="EC"),
        jwk("second", use="enc"),
        jwk("second", alg="RS512"),
        jwk("second", kid=7),
        jwk("second", n="!"),
        jwk("second", n=jwk("second")["n"] * 8),
        jwk("second", e="AQ"),
        jwk("small", kid=kid("second")),
        {"kid": kid("second")},
        "second",
    ],
    ids=["EC", "encrypts", "RS512", "kid", "no base64", "too large", "e = 1", "too small", "bare", "text"],
)
def test_a_key_of_another_kind_is_passed_over(keys: KeySet, issuer: Issuer, entry: Any) -> None:
    issuer.keys = [entry, jwk("first")]

    assert has(keys, "first")
    assert not has(keys, "second")


def test_members_that_a_key_need_not_have_are_not_missed(keys: KeySet, issuer: Issuer) -> None:
    """The twin of the above."""
    bare = {name: value for name, value in jwk("second").items() if name not in ("use", "alg")}
    issuer.keys = [bare, jwk("first")]

    assert has(keys, "second")


async def test_a_task_that_gives_up_leaves_the_reading_to_the_others(keys: KeySet, issuer: Issuer) -> None:
    issuer.gate.clear()
    landing = keys.pending(kid("first"))
    assert landing is not None
    waiting = asyncio.create_task(asyncio.wait_for(asyncio.wrap_future(landing), 0.01))

    with pytest.raises(TimeoutError):
        await waiting
    issuer.gate.set()
    await asyncio.wrap_future(landing)

    assert keys.get(kid("first")) is not None

"""The reader of a revocation feed: what it refuses, how often it reads, and what it does when it cannot."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from tests.authorizer.issuer import CLIENT, ISSUER, NOW, SIGN_IN, SUB, Issuer, access, identity, token, until

from poolhouse.authorizer import (
    Claims,
    Feed,
    Fetched,
    MissingScope,
    Pool,
    RevocationsUnavailable,
    Revoked,
    Verifier,
)
from poolhouse.authorizer.flights import wait_for
from poolhouse.authorizer.revocations import Revocations
from poolhouse.crypto.revocation_feed import LIFE, digest

Entries = list[tuple[str, int]]


class Server:
    """Pages of a feed, in the order in which they are asked for; the last one again and again."""

    def __init__(self) -> None:
        self.pages: list[dict[str, Any]] = [page()]
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.status = 200

    def __call__(self, url: str, headers: Mapping[str, str]) -> Fetched:
        self.asked.append((url, headers))
        if self.status == 0:
            raise OSError("nobody is there")
        found = self.pages.pop(0) if len(self.pages) > 1 else self.pages[0]
        return Fetched(self.status, json.dumps(found).encode())


def page(
    families: Entries | None = None,
    users: Entries | None = None,
    removed: Entries | None = None,
    cursor: str = "1",
    more: bool = False,
) -> dict[str, Any]:
    lists = {"families": families or [], "users": users or [], "removed": removed or []}
    return {"cursor": cursor, "more": more} | lists


class Reader:
    """What a verifier does with a token, and the clocks that it does it by."""

    def __init__(self, server: Server, **feed: Any) -> None:
        self.now = 1_000.0
        self.wall = float(NOW)
        self.revocations = Revocations(
            ISSUER, Feed("key", **feed), server, lambda: self.wall, lambda: self.now
        )

    def check(self, **changes: Any) -> None:
        landing = self.revocations.pending()
        wait_for([landing] if landing else [], 10)
        self.revocations.check(Claims(access(**changes)))

    def is_revoked(self, **changes: Any) -> bool:
        try:
            self.check(**changes)
        except Revoked:
            return True
        return False


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def reader(server: Server) -> Reader:
    return Reader(server)


def test_the_first_token_waits_for_the_first_reading(server: Server, reader: Reader) -> None:
    server.pages = [page(families=[(digest(SIGN_IN), NOW)])]

    assert reader.is_revoked()
    assert not reader.is_revoked(origin_jti="another")
    ((url, headers),) = server.asked
    assert url == f"{ISSUER}/.well-known/revocations"
    assert headers["authorization"] == "Bearer key"


def test_tokens_without_a_sign_in_are_revoked_by_their_time(server: Server, reader: Reader) -> None:
    """As the server decides it (tokens/verify.py): tokens of a sign-in by the sign-in alone."""
    server.pages = [page(users=[(digest(SUB), NOW)])]

    assert reader.is_revoked(origin_jti=None, iat=NOW)
    assert not reader.is_revoked(origin_jti=None, iat=NOW + 1)
    assert not reader.is_revoked(origin_jti=None, iat=NOW, sub="another")
    assert not reader.is_revoked(iat=NOW)


def test_every_token_of_a_user_who_is_gone_is_revoked(server: Server, reader: Reader) -> None:
    server.pages = [page(removed=[(digest(SUB), NOW)])]

    assert reader.is_revoked()
    assert reader.is_revoked(origin_jti=None)
    assert not reader.is_revoked(sub="another")


def test_the_feed_is_read_while_tokens_go_on(server: Server, reader: Reader) -> None:
    reader.check()
    reader.now += 1.9
    reader.check()
    assert len(server.asked) == 1
    server.pages = [page(families=[(digest(SIGN_IN), NOW)])]
    reader.now += 0.2

    assert reader.revocations.pending() is None
    until(lambda: reader.is_revoked())

    assert server.asked[1][0].endswith("/.well-known/revocations?since=1")


def test_after_a_silence_the_next_token_waits(server: Server, reader: Reader) -> None:
    """What happened while no tokens came is known before the first of them is let through."""
    reader.check()
    server.pages = [page(families=[(digest(SIGN_IN), NOW)])]
    reader.now += 3_600

    assert reader.is_revoked()


def test_all_pages_are_read_at_once(server: Server, reader: Reader) -> None:
    server.pages = [page(cursor="7", more=True), page(families=[(digest(SIGN_IN), NOW)], cursor="9")]

    assert reader.is_revoked()
    assert [url.partition("?")[2] for url, _ in server.asked] == ["", "since=7"]


@pytest.mark.parametrize("status", [0, 401, 404, 500])
def test_without_a_feed_tokens_go_on_unless_that_is_not_tolerated(server: Server, status: int) -> None:
    server.status = status
    lenient, strict = Reader(server), Reader(server, tolerate=10.0)

    lenient.check()
    with pytest.raises(RevocationsUnavailable) as refusal:
        strict.check()

    assert refusal.value.status == 503
    server.status = 200
    strict.now += 60
    strict.check()


def test_what_was_revoked_stays_so_while_the_feed_is_away(server: Server) -> None:
    server.pages = [page(families=[(digest(SIGN_IN), NOW)])]
    reader = Reader(server, tolerate=10.0)
    assert reader.is_revoked()
    server.status = 500
    reader.now += 9

    assert reader.is_revoked()
    assert not reader.is_revoked(origin_jti="another")

    reader.now += 2
    with pytest.raises(RevocationsUnavailable):
        reader.check(origin_jti="another")


def test_nobody_waits_for_a_feed_that_did_not_answer_lately(server: Server, reader: Reader) -> None:
    reader.check()
    server.status = 500
    reader.now += 60
    reader.check()
    reader.now += 10

    assert reader.revocations.pending() is None

    until(lambda: reader.revocations._flights.under_way() is None)
    assert len(server.asked) == 3
    server.status, server.pages = 200, [page(families=[(digest(SIGN_IN), NOW)])]
    reader.now += 3_600
    assert reader.is_revoked()


def test_a_feed_that_is_away_is_asked_less_and_less_often(server: Server, reader: Reader) -> None:
    server.status = 500
    asked_at = []
    for _ in range(300):
        before = len(server.asked)
        landing = reader.revocations._flights.join(lambda: reader.now >= reader.revocations._due_at)
        wait_for([landing] if landing else [], 10)
        if len(server.asked) > before:
            asked_at.append(reader.now - 1_000)
        reader.now += 1

    assert asked_at[:5] == [0, 4, 12, 28, 58]
    assert len(asked_at) < 15


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b"not JSON", b'{"cursor":1,"more":false,"families":[],"users":[],"removed":[]}']
)
def test_an_answer_that_is_no_feed_is_none(body: bytes) -> None:
    strict = Revocations(
        ISSUER,
        Feed("key", tolerate=10),
        lambda url, headers: Fetched(200, body),
        lambda: NOW,
        monotonic=lambda: 1_000.0,
    )
    landing = strict.pending()
    wait_for([landing] if landing else [], 10)

    with pytest.raises(RevocationsUnavailable):
        strict.check(Claims(access()))


def test_entries_of_which_no_token_lives_are_forgotten(server: Server, reader: Reader) -> None:
    server.pages = [page([("old", NOW - 60), (digest(SIGN_IN), NOW + 3_600)], [("old", NOW)], [("old", NOW)])]
    reader.check(origin_jti="another")
    server.pages = [page()]
    reader.wall += LIFE + 700
    reader.now += 120

    assert reader.is_revoked()
    assert list(reader.revocations._families) == [digest(SIGN_IN)]
    assert not reader.revocations._users
    assert not reader.revocations._removed


def test_a_key_of_a_feed_is_in_no_text() -> None:
    assert "secret" not in repr(Pool(ISSUER, [], feed=Feed("secret")))


def test_a_verifier_refuses_what_is_revoked_before_it_says_what_is_missing() -> None:
    issuer = Issuer()
    entries = json.dumps(page(families=[(digest(SIGN_IN), NOW)])).encode()
    keys = json.dumps({"keys": issuer.keys}).encode()
    issuer.answer = lambda url, headers: Fetched(200, entries if "revocations" in url else keys)
    pool = Pool(ISSUER, [CLIENT], feed=Feed("key"))
    mine = Verifier(pool, fetch=issuer, clock=lambda: float(NOW), token_use="either", scopes="notes/read")

    for claims in (access(), identity()):
        with pytest.raises(Revoked) as refusal:
            mine.verify(token(claims))
        assert refusal.value.status == 401
    with pytest.raises(MissingScope):
        mine.verify(token(access(origin_jti="another")))
    assert mine.verify(token(access(origin_jti="another", scope="notes/read")))

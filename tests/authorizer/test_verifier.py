"""`Verifier`: what it says of good tokens, how it is set up, and that it remembers signatures alone."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.authorizer.issuer import (
    CLIENT,
    ISSUER,
    NOW,
    OTHER,
    SUB,
    Issuer,
    access,
    identity,
    jwk,
    kid,
    signed,
    token,
    verifier,
)

from poolhouse.authorizer import (
    AuthorizerError,
    BadSignature,
    Expired,
    Fetched,
    KeysUnavailable,
    Malformed,
    MissingScope,
    Pool,
    Verifier,
    WrongAudience,
    WrongClaim,
    WrongTokenUse,
)
from poolhouse.authorizer.errors import MissingToken
from poolhouse.crypto.jose import VerifyKey


def test_an_access_token_of_cognito_is_good_without_an_audience() -> None:
    claims = verifier().verify(token(access(scope="openid notes/read", **{"cognito:groups": ["b", "a"]})))

    assert (claims.sub, claims.username, claims.client_id, claims.issuer) == (SUB, "ada", CLIENT, ISSUER)
    assert (claims.token_use, claims.expires_at) == ("access", NOW + 3_540)
    assert claims.scopes == {"openid", "notes/read"}
    assert claims.groups == ("b", "a")
    assert claims.audiences == frozenset()
    assert claims["origin_jti"] == access()["origin_jti"]
    assert dict(claims) == access(scope="openid notes/read", **{"cognito:groups": ["b", "a"]})


def test_an_id_token_says_the_same_under_its_own_names() -> None:
    claims = verifier(token_use="id").verify(token(identity(scope="openid"), "second"))

    assert (claims.username, claims.client_id, claims.token_use) == ("ada", CLIENT, "id")
    assert claims.scopes == frozenset()
    assert claims["email_verified"] is True


def test_a_client_that_acts_for_itself_has_no_user_name() -> None:
    claims = access(sub=CLIENT, username=None, origin_jti=None, scope="notes/read", version=2)

    assert verifier(scopes="notes/read").verify(token(claims)).username == ""


def test_the_text_of_claims_shows_nothing_of_the_user_but_the_id() -> None:
    claims = verifier(token_use="id").verify(token(identity()))

    assert repr(claims) == f"Claims(token_use='id', sub='{SUB}', ...)"


def test_a_verifier_of_either_use_takes_both() -> None:
    either = verifier(token_use="either")

    assert [either.verify(token(claims)).token_use for claims in (access(), identity())] == ["access", "id"]


def test_a_pool_without_listed_clients_is_good_for_all_of_them() -> None:
    assert verifier(pool=Pool(ISSUER, None)).verify(token(access(client_id="another"))).client_id == "another"


def test_pools_have_keys_of_their_own() -> None:
    """The same kid at two issuers: a token is verified by the key of the one that it names."""

    def answer(url: str, headers: object) -> Fetched:
        name = "first" if url.startswith(ISSUER) else "second"
        issuer.keys = [jwk(name, kid=kid("shared"))]
        issuer.answer = None
        found = issuer(url, {})
        issuer.answer = answer
        return found

    issuer = Issuer()
    issuer.answer = answer
    both = verifier(issuer, [Pool(ISSUER, [CLIENT]), Pool(OTHER, [CLIENT])])

    assert both.verify(token(access(), "first", kid=kid("shared"))).issuer == ISSUER
    assert both.verify(token(access(iss=OTHER), "second", kid=kid("shared"))).issuer == OTHER
    with pytest.raises(BadSignature):
        both.verify(token(access(iss=OTHER), "first", kid=kid("shared")))


def test_a_verifier_that_requires_more_shares_the_keys() -> None:
    issuer = Issuer()
    mine = verifier(issuer)
    readers = mine.requiring(scopes="notes/read")
    writers = readers.requiring(scopes="notes/write", claims={"tenant_id": "acme"})
    reader = token(access(scope="notes/read"))
    writer = token(access(scope="notes/read notes/write", tenant_id="acme"))

    assert mine.verify(reader)
    assert readers.verify(reader)
    with pytest.raises(MissingScope) as refusal:
        writers.verify(reader)
    assert refusal.value.scopes == ("notes/write",)
    with pytest.raises(WrongClaim):
        writers.verify(token(access(scope="notes/read notes/write", tenant_id="evil")))
    assert writers.verify(writer)
    assert len(issuer.asked) == 1


def test_a_resource_that_is_required_later_counts_as_well() -> None:
    bound = token(access(aud="https://notes.example.com"))

    with pytest.raises(WrongAudience):
        verifier().verify(bound)
    assert verifier().requiring(audience="https://notes.example.com").verify(bound)
    with pytest.raises(WrongAudience):
        verifier(audience="https://other.example.com").requiring(audience="https://notes.example.com").verify(
            bound
        )


def test_a_use_that_is_required_later_counts_as_well() -> None:
    with pytest.raises(WrongTokenUse):
        verifier(token_use="either").requiring(token_use="id").verify(token())
    assert verifier(token_use="either").requiring(token_use="id").verify(token(identity()))


async def test_coroutines_wait_for_the_keys_without_stopping_the_others() -> None:
    issuer = Issuer()
    issuer.gate.clear()
    mine = verifier(issuer)
    waiting = [asyncio.create_task(mine.verify_async(token())) for _ in range(50)]
    await asyncio.sleep(0.05)
    assert not any(task.done() for task in waiting)

    issuer.gate.set()
    found = await asyncio.gather(*waiting)

    assert [claims.sub for claims in found] == [SUB] * 50
    assert len(issuer.asked) == 1


async def test_coroutines_are_refused_as_functions_are() -> None:
    with pytest.raises(Expired):
        await verifier().verify_async(token(access(exp=NOW)))
    assert await verifier().verify_async(token(access(exp=NOW + 1)))


def test_an_issuer_that_is_slow_keeps_nobody_waiting_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("poolhouse.authorizer.verifier._PATIENCE", 0.01)
    issuer = Issuer()
    issuer.gate.clear()
    slow = verifier(issuer, seconds=0.01)

    with pytest.raises(KeysUnavailable) as refusal:
        slow.verify(token())
    issuer.gate.set()

    assert refusal.value.status == 503
    assert slow.verify(token())


@pytest.mark.parametrize(
    ("error", "status", "message", "challenge"),
    [
        (MissingToken(), 401, b"Unauthorized", "Bearer"),
        (
            Expired(), 401, b"Unauthorized",
            'Bearer error="invalid_token", error_description="The token has expired."',
        ),
        (
            MissingScope(["notes/write", "notes/read"]), 403, b"Forbidden",
            'Bearer error="insufficient_scope", error_description="The token lacks a scope.", '
            'scope="notes/read notes/write"',
        ),
        (KeysUnavailable(), 503, b"Service Unavailable", None),
    ],
)  # fmt: skip
def test_a_refusal_has_the_answer_of_a_gateway_and_the_challenge_of_rfc_6750(
    error: AuthorizerError, status: int, message: bytes, challenge: str | None
) -> None:
    assert error.status == status
    assert error.body == b'{"message":"' + message + b'"}'
    assert error.headers.get("www-authenticate") == challenge
    assert error.headers["content-type"] == "application/json"
    assert error.headers["cache-control"] == "no-store"


# Remembering


@pytest.fixture
def signatures(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The signatures that were verified."""
    seen: list[bytes] = []
    true = VerifyKey.signed

    def counted(self: VerifyKey, message: bytes, signature: bytes) -> bool:
        seen.append(signature)
        return true(self, message, signature)

    monkeypatch.setattr(VerifyKey, "signed", counted)
    return seen


def test_a_signature_is_verified_once(signatures: list[bytes]) -> None:
    mine = verifier()

    assert [mine.verify(token()).username for _ in range(5)] == ["ada"] * 5

    assert len(signatures) == 1


def test_what_was_remembered_expires(signatures: list[bytes]) -> None:
    now = [float(NOW)]
    mine = verifier(clock=lambda: now[0])
    mine.verify(token(access(exp=NOW + 10)))
    now[0] = NOW + 9.9
    mine.verify(token(access(exp=NOW + 10)))
    now[0] = NOW + 10.0

    with pytest.raises(Expired):
        mine.verify(token(access(exp=NOW + 10)))
    assert len(signatures) == 1


def test_what_was_remembered_is_asked_for_everything_but_the_signature() -> None:
    tenants = {"acme"}
    mine = verifier(claims={"tenant_id": lambda tenant: tenant in tenants})
    mine.verify(token(access(tenant_id="acme")))
    tenants.clear()

    with pytest.raises(WrongClaim):
        mine.verify(token(access(tenant_id="acme")))


def test_what_a_caller_does_to_claims_stays_with_that_caller() -> None:
    whole = token(access(**{"cognito:groups": ["readers"]}))
    mine = verifier()
    for _ in range(2):
        mine.verify(whole)["cognito:groups"].append("admins")

    assert mine.verify(whole).groups == ("readers",)


def test_a_refused_token_is_not_remembered(signatures: list[bytes]) -> None:
    mine = verifier()
    for _ in range(3):
        with pytest.raises(BadSignature):
            mine.verify(token(access(), "mallory", kid=kid("first")))

    assert len(signatures) == 3


@pytest.mark.parametrize("limit", [0, 2])
def test_no_more_is_remembered_than_was_asked_for(limit: int, signatures: list[bytes]) -> None:
    mine = verifier(remember=limit)
    tokens = [token(access(jti=str(number))) for number in range(3)]
    for whole in tokens:
        mine.verify(whole)

    assert len(mine._engine.remembered) == limit
    signatures.clear()
    mine.verify(tokens[-1])
    assert len(signatures) == (0 if limit else 1)


def test_a_key_that_is_gone_takes_what_it_had_verified_with_it() -> None:
    issuer = Issuer("first")
    mine = verifier(issuer)
    mine.verify(token())
    issuer.keys = [jwk("second", kid=kid("first"))]
    keys = mine._engine.sources[ISSUER].keys
    keys._refresh()

    with pytest.raises(BadSignature):
        mine.verify(token())
    assert mine.verify(token(access(), "second", kid=kid("first")))


# Setting up


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (lambda: Pool("http://id.example.com/p", []), lambda: Pool("https://id.example.com/p", [])),
        (lambda: Pool("http://10.0.0.7/p", []), lambda: Pool("http://10.0.0.7/p", [], allow_http=True)),
        (lambda: Pool("https://id.example.com/p/", []), lambda: Pool("http://localhost:8400/p", [])),
        (lambda: Pool("https://id.example.com/p?x=1", []), lambda: Pool("http://127.0.0.1:8400/p", [])),
        (lambda: Pool("https://a@id.example.com/p", []), lambda: Pool("http://[::1]:8400/p", [])),
        (lambda: Pool("file:///etc/p", []), lambda: Pool("https://id.example.com/p", None)),
        (lambda: Pool("p", [], allow_http=True), lambda: Pool("http://p", [], allow_http=True)),
        (lambda: Pool(ISSUER, CLIENT), lambda: Pool(ISSUER, [CLIENT])),
        (
            lambda: Pool(ISSUER, [], jwks_uri="http://id.example.com/keys"),
            lambda: Pool(ISSUER, [], jwks_uri="https://id.example.com/keys"),
        ),
        (lambda: Verifier([]), lambda: Verifier([Pool(ISSUER, [])])),
        (lambda: Verifier([Pool(ISSUER, [])] * 2), lambda: Verifier([Pool(ISSUER, []), Pool(OTHER, [])])),
        (lambda: verifier(token_use="refresh"), lambda: verifier(token_use="either")),
        (lambda: verifier(scopes="notes/read notes/write"), lambda: verifier(scopes="notes/read")),
        (lambda: verifier(scopes=['a"b']), lambda: verifier(scopes=["a!b"])),
        (lambda: verifier(any_scope=[""]), lambda: verifier(any_scope=[])),
    ],
)
def test_what_would_not_be_safe_or_not_work_is_refused_at_once(
    wrong: Callable[[], Any], right: Callable[[], Any]
) -> None:
    with pytest.raises(
        ValueError, match=r"must begin|has a query|client_ids is|has pools|token_use is|is no scope"
    ):
        wrong()
    right()


# Whatever comes

MINE = verifier(token_use="either")
GOOD = token()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.text() | st.from_regex(r"[\w-]{0,20}\.[\w-]{0,20}\.[\w-]{0,20}", fullmatch=True))
def test_no_text_is_a_token(text: str) -> None:
    with pytest.raises(Malformed):
        MINE.verify(text)


@given(st.integers(0, len(GOOD) - 1), st.characters(codec="utf-8"))
def test_a_token_with_another_character_anywhere_is_refused(place: int, other: str) -> None:
    changed = GOOD[:place] + other + GOOD[place + 1 :]

    if changed == GOOD:
        assert MINE.verify(changed)
    else:
        with pytest.raises(AuthorizerError):
            MINE.verify(changed)


@settings(deadline=None)
@given(st.sampled_from([*sorted(access() | identity()), "cognito:groups", "nbf"]), JSON)
def test_claims_of_any_type_are_refused_or_give_what_their_names_promise(name: str, value: Any) -> None:
    """The issuer signed them: whatever it says, a decision rests on the types that it should have."""
    whole = token(access() | {name: value})

    try:
        claims = MINE.verify(whole)
    except AuthorizerError:
        return
    assert all(isinstance(text, str) for text in (claims.sub, claims.username, claims.client_id))
    assert all(isinstance(text, str) for text in (*claims.scopes, *claims.groups, *claims.audiences))
    assert type(claims.expires_at) is int
    assert dict(claims) == access() | {name: value}


@given(st.binary(max_size=200))
def test_no_bytes_that_a_key_signed_do_more_than_be_refused(payload: bytes) -> None:
    with pytest.raises(Malformed):
        MINE.verify(signed(b'{"alg":"RS256","kid":"%s"}' % kid("first").encode(), payload))

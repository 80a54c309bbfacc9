"""What a PreTokenGeneration function may change in tokens, and what never changes (behaviour file, 4.7)."""

from typing import Any

import pytest

from poolhouse.directory.token_overrides import UNCHANGED, ClaimChange, GroupOverride, TokenOverride
from poolhouse.tokens.overridden import access_token, id_token

CLIENT = "1a2b3c4d5e6f7g8h9i0j1k2l3m"
# Behaviour file, 4.7; client_id and scope are [K].
NEVER_IN_ID = [
    "acr",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "cognito:username",
    "exp",
    "iat",
    "identities",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "origin_jti",
    "sub",
    "token_use",
]
NEVER_IN_ACCESS = [
    "acr",
    "amr",
    "at_hash",
    "auth_time",
    "azp",
    "client_id",
    "device_key",
    "event_id",
    "exp",
    "iat",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "origin_jti",
    "scope",
    "sub",
    "token_use",
    "username",
    "version",
]


def identity(**more: Any) -> dict[str, Any]:
    return dict.fromkeys(NEVER_IN_ID, "ours") | {"email": "ada@example.com"} | more


def access(**more: Any) -> dict[str, Any]:
    return dict.fromkeys(NEVER_IN_ACCESS, "ours") | {"client_id": CLIENT, "scope": "a b"} | more


def on_id(suppress: tuple[str, ...] = (), **add: Any) -> TokenOverride:
    return TokenOverride(id_token=ClaimChange(add, frozenset(suppress)))


def on_access(suppress: tuple[str, ...] = (), **add: Any) -> TokenOverride:
    return TokenOverride(access_token=ClaimChange(add, frozenset(suppress)))


def test_without_an_override_the_claims_are_the_same_object():
    claims = identity()

    assert id_token(claims, UNCHANGED) is claims
    assert access_token(claims, UNCHANGED) is claims


@pytest.mark.parametrize("value", ["text", 1, 1.5, True, ["a"], {"a": ["b"]}])
def test_a_claim_is_added_or_replaced_with_any_json(value):
    assert id_token(identity(), on_id(tenant=value))["tenant"] == value
    assert id_token(identity(), on_id(email=value))["email"] == value
    assert access_token(access(), on_access(tenant=value))["tenant"] == value


def test_a_claim_is_suppressed_and_suppression_wins():
    assert "email" not in id_token(identity(), on_id(("email",)))
    assert "email" not in id_token(identity(), on_id(("email",), email="x@example.com"))
    assert "tenant" not in access_token(access(), on_access(("tenant",), tenant="x"))


@pytest.mark.parametrize("name", NEVER_IN_ID)
def test_what_never_changes_in_an_id_token_neither_changes_nor_goes(name):
    claims = identity()

    assert id_token(claims, on_id(**{name: "theirs"})) == claims
    assert id_token(claims, on_id((name,))) == claims


@pytest.mark.parametrize("name", NEVER_IN_ACCESS)
def test_what_never_changes_in_an_access_token_neither_changes_nor_goes(name):
    claims = access()

    assert access_token(claims, on_access(**{name: "theirs"})) == claims
    assert access_token(claims, on_access((name,))) == claims


@pytest.mark.parametrize("name", ["acr", "nonce", "nbf", "azp"])
def test_what_never_changes_does_not_come_either_where_it_is_not(name):
    claims = {"sub": "ours"}

    assert id_token(claims, on_id(**{name: "theirs"})) == claims


def test_a_change_of_one_token_leaves_the_other_alone():
    assert access_token(access(), on_id(tenant="x")) == access()
    assert id_token(identity(), on_access(tenant="x")) == identity()


def test_an_audience_is_the_client_or_none():  # [K]
    assert access_token(access(), on_access(aud=CLIENT))["aud"] == CLIENT
    assert "aud" not in access_token(access(), on_access(aud="https://api.example.com"))


@pytest.mark.parametrize(
    ("add", "suppress", "scope"),
    [
        (("c",), (), "a b c"),
        (("a",), (), "a b"),
        ((), ("a",), "b"),
        (("c",), ("c", "b"), "a"),
        ((), ("a", "b"), ""),
        ((), ("unknown",), "a b"),
    ],
)
def test_scopes_are_added_and_suppressed(add, suppress, scope):
    override = TokenOverride(add_scopes=add, suppress_scopes=frozenset(suppress))

    assert access_token(access(), override)["scope"] == scope


GROUPS = {"cognito:groups": ["staff"], "cognito:roles": ["r1"], "cognito:preferred_role": "r1"}


def test_groups_and_roles_take_the_place_of_the_users():
    override = TokenOverride(groups=GroupOverride(["admins"], ["r2", "r3"], "r2"))

    assert id_token(identity(**GROUPS), override) == identity() | {
        "cognito:groups": ["admins"],
        "cognito:roles": ["r2", "r3"],
        "cognito:preferred_role": "r2",
    }
    assert access_token(access(**{"cognito:groups": ["staff"]}), override) == access() | {
        "cognito:groups": ["admins"]
    }


def test_no_groups_take_all_away():
    override = TokenOverride(groups=GroupOverride())

    assert id_token(identity(**GROUPS), override) == identity()
    assert access_token(access(**{"cognito:groups": ["staff"]}), override) == access()


def test_where_groups_are_not_spoken_of_they_stay():
    assert id_token(identity(**GROUPS), on_id(tenant="x")) == identity(**GROUPS) | {"tenant": "x"}

"""The claims, to the letter (behaviour file, 4.1 and 4.2)."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from poolhouse.directory import clients, pools
from poolhouse.directory.users import User, UserStatus
from poolhouse.ports import SECOND
from poolhouse.tokens.claims import Group, Subject, access_claims, id_claims

POOL = "us-east-1_Aa1Bb2Cc3"
CLIENT = "1a2b3c4d5e6f7g8h9i0j1k2l3m"
SUB = "11111111-1111-4111-8111-111111111111"
FAMILY = "22222222-2222-4222-8222-222222222222"
EVENT = "33333333-3333-4333-8333-333333333333"
JTI = "44444444-4444-4444-8444-444444444444"
ISSUER = f"https://id.example.com/{POOL}"
SIGNED_IN = 1_700_000_000
NOW = SIGNED_IN + 90


def row(config: dict[str, Any], **more: Any) -> dict[str, Any]:
    times = {"created_at": 0, "modified_at": 0}
    return {"pool_id": POOL, "name": "app", "config": msgspec.json.encode(config)} | times | more


def subject(
    groups: tuple[Group, ...] = (), client: dict[str, Any] | None = None, **attributes: str
) -> Subject:
    custom = {"Name": "custom:plan", "AttributeDataType": "String"}
    hidden = {"Name": "dev:custom:note", "AttributeDataType": "String", "DeveloperOnlyAttribute": True}
    pool = pools.from_row(row({"SchemaAttributes": [custom, hidden]}, version=1), {})
    return Subject(
        pool=pool,
        client=clients.from_row(row(client or {}, client_id=CLIENT, client_type="STANDARD"), (), pool),
        user=User(
            pool_id=POOL,
            sub=SUB,
            username="ada",
            status=UserStatus.CONFIRMED,
            enabled=True,
            attributes={name.replace("__", ":"): value for name, value in attributes.items()},
            version=1,
            signed_out_at=0,
            created_at=0,
            modified_at=0,
        ),
        groups=groups,
        issuer=ISSUER,
        family_id=FAMILY,
        event_id=EVENT,
        auth_time=SIGNED_IN * SECOND,
    )


def identity(found: Subject) -> dict[str, Any]:
    return id_claims(found, NOW * SECOND, JTI)


def test_an_id_token_says_exactly_this() -> None:
    assert identity(subject(email="ada@example.com", email_verified="true")) == {
        "sub": SUB,
        "iss": ISSUER,
        "cognito:username": "ada",
        "aud": CLIENT,
        "event_id": EVENT,
        "token_use": "id",
        "auth_time": SIGNED_IN,
        "exp": NOW + 3600,
        "iat": NOW,
        "origin_jti": FAMILY,
        "jti": JTI,
        "email": "ada@example.com",
        "email_verified": True,
    }


def test_an_access_token_says_exactly_this_and_no_attribute() -> None:
    found = subject(email="ada@example.com", groups=(Group("staff", None, None),))

    assert access_claims(found, NOW * SECOND, JTI) == {
        "sub": SUB,
        "cognito:groups": ["staff"],
        "iss": ISSUER,
        "client_id": CLIENT,
        "event_id": EVENT,
        "token_use": "access",
        "scope": "aws.cognito.signin.user.admin",
        "username": "ada",
        "auth_time": SIGNED_IN,
        "exp": NOW + 3600,
        "iat": NOW,
        "origin_jti": FAMILY,
        "jti": JTI,
    }


@pytest.mark.parametrize(
    ("name", "stored", "claimed"),
    [
        ("email_verified", "true", True),
        ("email_verified", "false", False),
        ("phone_number_verified", "true", True),
        ("updated_at", "1700000000", 1700000000),
        ("address", "12 Main Street", {"formatted": "12 Main Street"}),
        ("address", '{"street": "Main"}', {"formatted": '{"street": "Main"}'}),
        ("birthdate", "1815-12-10", "1815-12-10"),
        ("given_name", "Ada", "Ada"),
    ],
)
def test_an_attribute_has_the_type_of_its_claim(name: str, stored: str, claimed: Any) -> None:
    assert identity(subject(**{name: stored}))[name] == claimed


def test_a_custom_attribute_is_text_and_shown_only_where_the_client_may_read_it() -> None:
    usual = subject(custom__plan="42")
    reading = subject(client={"ReadAttributes": ["custom:plan"]}, custom__plan="42", email="ada@example.com")

    assert "custom:plan" not in identity(usual)
    assert identity(reading)["custom:plan"] == "42"
    assert "email" not in identity(reading)


def test_an_attribute_of_developers_is_never_shown() -> None:
    reading = subject(client={"ReadAttributes": ["dev:custom:note"]}, dev__custom__note="a")

    assert not any(name.startswith("dev:") for name in identity(reading))


def test_no_attribute_takes_the_place_of_a_claim() -> None:
    found = subject(
        client={"ReadAttributes": ["sub", "iss", "aud", "token_use"]},
        sub="other",
        iss="other",
        aud="other",
        token_use="access",
    )

    assert {name: identity(found)[name] for name in ("sub", "iss", "aud", "token_use")} == {
        "sub": SUB,
        "iss": ISSUER,
        "aud": CLIENT,
        "token_use": "id",
    }


def test_without_token_revocation_neither_token_has_an_id() -> None:
    found = subject(client={"EnableTokenRevocation": False})

    for claims in (identity(found), access_claims(found, NOW * SECOND, JTI)):
        assert not {"jti", "origin_jti"} & set(claims)


def test_each_token_lives_as_long_as_the_client_says() -> None:
    found = subject(
        client={
            "IdTokenValidity": 10,
            "AccessTokenValidity": 2,
            "TokenValidityUnits": {"IdToken": "minutes", "AccessToken": "hours"},
        }
    )

    assert identity(found)["exp"] == NOW + 600
    assert access_claims(found, NOW * SECOND, JTI)["exp"] == NOW + 7200


STAFF = Group("staff", 2, "arn:aws:iam::000000000000:role/staff")
BOSS = Group("boss", 1, "arn:aws:iam::000000000000:role/boss")
GUEST = Group("guest", None, None)
ACTING = replace(BOSS, name="acting", role_arn="arn:aws:iam::000000000000:role/acting")


def test_groups_are_ordered_by_precedence_and_those_without_come_last() -> None:
    assert identity(subject((GUEST, STAFF, BOSS)))["cognito:groups"] == ["boss", "staff", "guest"]


def test_the_best_precedence_gives_the_preferred_role() -> None:
    found = identity(subject((STAFF, BOSS, GUEST)))

    assert set(found["cognito:roles"]) == {STAFF.role_arn, BOSS.role_arn}
    assert found["cognito:preferred_role"] == BOSS.role_arn


def test_two_roles_of_the_best_precedence_give_none() -> None:
    found = identity(subject((BOSS, ACTING, STAFF)))

    assert "cognito:preferred_role" not in found
    assert len(found["cognito:roles"]) == 3


def test_two_groups_of_the_best_precedence_with_one_role_give_that_role() -> None:
    found = identity(subject((BOSS, replace(BOSS, name="deputy"))))

    assert found["cognito:preferred_role"] == BOSS.role_arn


def test_roles_are_in_no_access_token_and_nothing_is_said_of_groups_where_there_are_none() -> None:
    with_roles = access_claims(subject((BOSS,)), NOW * SECOND, JTI)
    without = identity(subject())

    assert not {"cognito:roles", "cognito:preferred_role"} & set(with_roles)
    assert not {"cognito:groups", "cognito:roles", "cognito:preferred_role"} & set(without)

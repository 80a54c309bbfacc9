"""Which role an identity gets: pure."""

from typing import Any

import pytest

from poolhouse.directory import identity_roles
from poolhouse.directory.identity_pools import IdentityPool
from poolhouse.directory.login_providers import of_config
from poolhouse.directory.logins import Login
from poolhouse.errors import IdentityForbidden, InvalidIdentityPoolConfiguration

PROVIDER = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Aaaaaaaaa"
HOST = "auth.example.com"


def role(name: str) -> str:
    return f"arn:aws:iam::000000000000:role/{name}"


USERS, GUESTS, EDITORS, ADMINS = role("Users"), role("Guests"), role("Editors"), role("Admins")


def pool(roles: dict[str, str] | None = None, **mappings: Any) -> IdentityPool:
    config = {"CognitoIdentityProviders": [{"ProviderName": PROVIDER, "ClientId": "app"}]}
    named = {"ours": PROVIDER, "app": f"{PROVIDER}:app", "host": f"{HOST}/us-east-1_Aaaaaaaaa"}
    both = {"authenticated": USERS, "unauthenticated": GUESTS}
    return IdentityPool(
        pool_id="us-east-1:1",
        name="test",
        version=1,
        config=config,
        roles={
            "Roles": both if roles is None else roles,
            "RoleMappings": {named.get(key, key): mapping for key, mapping in mappings.items()},
        },
        principal_tags={},
        tags={},
        providers=of_config(config),
        created_at=0,
        modified_at=0,
    )


def token(ambiguous: str = "Deny") -> dict[str, Any]:
    return {"Type": "Token", "AmbiguousRoleResolution": ambiguous}


def rules(*wanted: tuple[str, str, str, str], ambiguous: str = "Deny") -> dict[str, Any]:
    listed = [
        {"Claim": claim, "MatchType": kind, "Value": value, "RoleARN": arn}
        for claim, kind, value, arn in wanted
    ]
    return {"Type": "Rules", "AmbiguousRoleResolution": ambiguous, "RulesConfiguration": {"Rules": listed}}


def chosen(of: IdentityPool, custom: str = "", **claims: Any) -> str:
    """For one login of the user pool; claims are by name, with `__` for a colon."""
    said = {name.replace("__", ":"): value for name, value in claims.items()}
    login = Login(PROVIDER, "ada", "CognitoSignIn", "app", said)
    return identity_roles.choose(of, "us-east-1:2", [login], custom, HOST)


def test_without_a_mapping_users_and_guests_have_their_roles() -> None:
    assert chosen(pool()) == USERS
    assert identity_roles.choose(pool(), "us-east-1:2", []) == GUESTS


def test_without_a_role_the_pool_is_not_configured() -> None:
    with pytest.raises(InvalidIdentityPoolConfiguration):
        chosen(pool({"unauthenticated": GUESTS}))
    with pytest.raises(InvalidIdentityPoolConfiguration):
        identity_roles.choose(pool({"authenticated": USERS}), "us-east-1:2", [])


def test_of_a_token_the_preferred_role_goes_first_and_then_the_only_one() -> None:
    of = pool(ours=token())

    assert chosen(of, cognito__preferred_role=EDITORS, cognito__roles=[ADMINS, EDITORS]) == EDITORS
    assert chosen(of, cognito__roles=[ADMINS]) == ADMINS


@pytest.mark.parametrize("roles", [None, [], [ADMINS, EDITORS], "text", [1, 2]])
def test_a_token_without_one_role_is_ambiguous(roles: Any) -> None:
    with pytest.raises(IdentityForbidden):
        chosen(pool(ours=token()), cognito__roles=roles)
    assert chosen(pool(ours=token("AuthenticatedRole")), cognito__roles=roles) == USERS


def test_the_first_rule_that_matches_says_the_role() -> None:
    of = pool(ours=rules(("plan", "Equals", "pro", EDITORS), ("plan", "StartsWith", "p", ADMINS)))

    assert chosen(of, plan="pro") == EDITORS
    assert chosen(of, plan="plus") == ADMINS
    with pytest.raises(IdentityForbidden):
        chosen(of, plan="free")


@pytest.mark.parametrize(
    ("kind", "value", "matching", "other"),
    [
        ("Equals", "pro", "pro", "pros"),
        ("Contains", "ro", "pros", "p.r.o"),
        ("StartsWith", "pr", "pro", "spr"),
        ("NotEqual", "pro", "free", "pro"),
        ("Equals", "true", True, False),
        ("Equals", "3", 3, 4),
        ("Equals", "red", ["blue", "red"], ["blue"]),
        ("NotEqual", "red", ["blue"], ["blue", "red"]),
    ],
)
def test_a_rule_compares_as_its_kind_says(kind: str, value: str, matching: Any, other: Any) -> None:
    of = pool(ours=rules(("plan", kind, value, EDITORS), ambiguous="AuthenticatedRole"))

    assert chosen(of, plan=matching) == EDITORS
    assert chosen(of, plan=other) == USERS


@pytest.mark.parametrize("kind", ["Equals", "Contains", "StartsWith", "NotEqual"])
def test_a_rule_of_a_claim_that_is_not_there_is_passed_over(kind: str) -> None:
    of = pool(ours=rules(("plan", kind, "x", ADMINS), ambiguous="AuthenticatedRole"))

    assert chosen(of) == USERS
    assert chosen(of, plan={"an": "object"}) == USERS


def test_the_mapping_of_the_app_client_goes_before_that_of_the_provider() -> None:
    of = pool(ours=rules(("sub", "Equals", "a", EDITORS)), app=rules(("sub", "Equals", "a", ADMINS)))

    assert chosen(of, sub="a") == ADMINS


def test_the_user_pool_is_known_by_the_host_of_the_public_url_too() -> None:
    assert chosen(pool(host=rules(("sub", "Equals", "a", EDITORS))), sub="a") == EDITORS


def test_a_role_that_is_asked_for_must_be_one_of_the_tokens() -> None:
    assert chosen(pool(), EDITORS, cognito__roles=[ADMINS, EDITORS]) == EDITORS
    for claims in ({"cognito__roles": [ADMINS]}, {"cognito__roles": EDITORS}, {}):
        with pytest.raises(IdentityForbidden):
            chosen(pool(), EDITORS, **claims)
    with pytest.raises(IdentityForbidden):
        identity_roles.choose(pool(), "us-east-1:2", [], GUESTS)


def test_of_several_logins_the_first_with_a_mapping_decides() -> None:
    of = pool(ours=rules(("sub", "Equals", "a", EDITORS)))
    developer = Login("login.example", "ben", "us-east-1:1")
    ada = Login(PROVIDER, "a", "CognitoSignIn", "app", {"sub": "a"})

    assert identity_roles.choose(of, "us-east-1:2", [developer, ada]) == EDITORS
    assert identity_roles.choose(of, "us-east-1:2", [developer]) == USERS


def test_of_another_issuer_a_role_in_the_token_counts_where_tokens_may_choose() -> None:
    says = {"cognito:roles": [EDITORS]}
    login = Login("idp.example.com", "a", "ours", "ours", says)

    with pytest.raises(IdentityForbidden):
        identity_roles.choose(pool(), "us-east-1:2", [login], EDITORS)
    by_rules = pool(**{"idp.example.com": rules(("sub", "Equals", "x", ADMINS))})
    with pytest.raises(IdentityForbidden):
        identity_roles.choose(by_rules, "us-east-1:2", [login], EDITORS)
    assert (
        identity_roles.choose(pool(**{"idp.example.com": token()}), "us-east-1:2", [login], EDITORS)
        == EDITORS
    )

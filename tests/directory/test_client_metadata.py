"""What a client says of itself when it registers (RFC 7591, section 2)."""

import pytest

from poolhouse.directory.client_metadata import registration
from poolhouse.directory.registration import Permission
from poolhouse.errors import InvalidClientMetadata, InvalidRedirectUri

CALLBACK = "http://127.0.0.1:33418/callback"
BOTH = Permission(frozenset({"code", "client_credentials"}), ("notes/read", "aws.cognito.signin.user.admin"))
CODE = Permission(frozenset({"code"}), ())
NATIVE = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none"}
MACHINE = {"grant_types": ["client_credentials"], "scope": "notes/read"}


def test_a_native_client_is_public_and_uses_codes():
    found = registration(NATIVE | {"client_name": "Inspector"}, CODE)

    assert found.is_public
    assert found.document() == {
        "client_name": "Inspector",
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": [CALLBACK],
        "response_types": ["code"],
        "scope": "openid email phone profile",
        "token_endpoint_auth_method": "none",
    }


def test_it_becomes_an_app_client_that_has_users_over_the_pages_only():
    assert registration(NATIVE, CODE).settings(["COGNITO", "Google"]) == {
        "AllowedOAuthFlowsUserPoolClient": True,
        "AllowedOAuthFlows": ["code"],
        "AllowedOAuthScopes": ["openid", "email", "phone", "profile"],
        "CallbackURLs": [CALLBACK],
        "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],
        "PreventUserExistenceErrors": "ENABLED",
        "SupportedIdentityProviders": ["COGNITO", "Google"],
    }


def test_a_client_that_says_nothing_of_a_secret_gets_one():
    found = registration({"redirect_uris": [CALLBACK]}, CODE)

    assert (found.method, found.is_public) == ("client_secret_basic", False)


def test_a_client_that_acts_for_itself_has_no_scope_of_people_and_no_provider():
    found = registration({"grant_types": ["client_credentials"]}, BOTH)

    assert found.scopes == ("notes/read",)
    assert found.settings(["COGNITO"])["SupportedIdentityProviders"] == []
    assert found.document()["response_types"] == []


def test_all_scopes_that_there_are_is_what_a_client_gets_that_names_none():
    assert registration(NATIVE, BOTH).scopes == (
        "openid",
        "email",
        "phone",
        "profile",
        "notes/read",
        "aws.cognito.signin.user.admin",
    )
    assert registration(NATIVE | {"scope": "notes/read  openid openid"}, BOTH).scopes == (
        "notes/read",
        "openid",
    )


@pytest.mark.parametrize(
    "grants", [["authorization_code", "implicit"], ["authorization_code", "refresh_token"]]
)
def test_implicit_is_passed_over_and_refreshing_is_there_anyway(grants):
    found = registration(NATIVE | {"grant_types": grants, "response_types": ["code", "token"]}, CODE)

    assert found.document()["grant_types"] == ["authorization_code", "refresh_token"]
    assert found.document()["response_types"] == ["code"]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Claude Code (notes)", "Claude Code notes"),
        ("<script>alert(1)</script>", "script alert 1 script"),
        ("Büro", "B ro"),
        ("", "Registered client"),
        ("()", "Registered client"),
        ("a" * 200, "a" * 128),
        ("\r\n\tTabs\0", "Tabs"),
    ],
)
def test_a_name_is_made_to_fit_the_api(asked, name):
    assert registration(NATIVE | {"client_name": asked}, CODE).name == name


def test_what_is_not_known_is_passed_over_and_not_answered():
    known = registration(NATIVE, CODE)

    assert registration(NATIVE | {"logo_uri": "https://x.example/l.png", "software_id": 4}, CODE) == known


BAD = [
    (NATIVE | {"redirect_uris": []}, InvalidRedirectUri),
    (NATIVE | {"redirect_uris": CALLBACK}, InvalidRedirectUri),
    (NATIVE | {"redirect_uris": [CALLBACK, 1]}, InvalidRedirectUri),
    (NATIVE | {"redirect_uris": None}, InvalidRedirectUri),
    (NATIVE | {"redirect_uris": ["http://192.168.0.9/callback"]}, InvalidRedirectUri),
    (NATIVE | {"redirect_uris": [f"https://a.example/{n}" for n in range(101)]}, InvalidRedirectUri),
    ({}, InvalidRedirectUri),
    (MACHINE | {"redirect_uris": ["javascript:alert(1)"]}, InvalidRedirectUri),
    (NATIVE | {"token_endpoint_auth_method": "private_key_jwt"}, InvalidClientMetadata),
    (NATIVE | {"token_endpoint_auth_method": ["none"]}, InvalidClientMetadata),
    (NATIVE | {"grant_types": ["password"]}, InvalidClientMetadata),
    (NATIVE | {"grant_types": "authorization_code"}, InvalidClientMetadata),
    (NATIVE | {"grant_types": ["implicit"]}, InvalidClientMetadata),
    (NATIVE | {"grant_types": ["refresh_token"]}, InvalidClientMetadata),
    (NATIVE | {"grant_types": [["authorization_code"]]}, InvalidClientMetadata),
    (NATIVE | {"response_types": ["token"]}, InvalidClientMetadata),
    (NATIVE | {"client_name": 1}, InvalidClientMetadata),
    (NATIVE | {"scope": ["openid"]}, InvalidClientMetadata),
    (NATIVE | {"scope": "openid offline_access"}, InvalidClientMetadata),
    (NATIVE | {"scope": "openid aws.cognito/dcr/register"}, InvalidClientMetadata),
    (NATIVE | {"scope": "email"}, InvalidClientMetadata),
    (MACHINE | {"grant_types": ["client_credentials", "authorization_code"]}, InvalidClientMetadata),
    (MACHINE | {"token_endpoint_auth_method": "none"}, InvalidClientMetadata),
    (MACHINE | {"scope": "openid"}, InvalidClientMetadata),
    (MACHINE | {"scope": "aws.cognito.signin.user.admin"}, InvalidClientMetadata),
]


@pytest.mark.parametrize(("document", "error"), BAD)
def test_metadata_that_cannot_be_is_refused(document, error):
    with pytest.raises(error) as refusal:
        registration(document, BOTH)
    assert "alert" not in refusal.value.description
    assert registration(NATIVE, BOTH)
    assert registration(MACHINE, BOTH)


def test_a_grant_that_the_pool_does_not_permit_is_refused():
    with pytest.raises(InvalidClientMetadata, match="invalid_client_metadata"):
        registration(MACHINE, CODE)
    with pytest.raises(InvalidClientMetadata):
        registration(NATIVE, Permission(frozenset(), ()))


def test_a_client_for_which_there_is_no_scope_is_refused():
    with pytest.raises(InvalidClientMetadata):
        registration(
            {"grant_types": ["client_credentials"]}, Permission(frozenset({"client_credentials"}), ())
        )

"""The OAuth settings of an app client: flows, scopes, addresses, providers."""

import pytest
from tests.directory.pool_of import pool_of

from poolhouse.directory import client_config, client_oauth
from poolhouse.directory.client_oauth import Surroundings
from poolhouse.errors import (
    CallbacksMissing,
    ClientCredentialsNotAlone,
    ClientCredentialsWithoutSecret,
    DefaultRedirectNotCallback,
    InvalidRedirect,
    OAuthSettingsMissing,
    OpenIdScopeMissing,
    ProviderNotInPool,
    ScopeNotForFlow,
    ScopeNotFound,
    TokenAuthNotAlone,
    TokenAuthWithoutSecret,
)

CALLBACK = "https://app.example.com/callback"
OTHER = "https://other.example.com/callback"
KNOWN = frozenset({"openid", "email", "phone", "profile", "aws.cognito.signin.user.admin", "api/read"})
REFRESH = "ALLOW_REFRESH_TOKEN_AUTH"
WEB = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid", "email"],
    "CallbackURLs": [CALLBACK],
    "SupportedIdentityProviders": ["COGNITO"],
}
MACHINE = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["client_credentials"],
    "AllowedOAuthScopes": ["api/read"],
}


def _config(request, *, secret=True):
    around = Surroundings(KNOWN, frozenset({"Google"}), secret)
    return client_config.new_config(request, pool_of(), around)


GOOD = [
    WEB,
    WEB | {"AllowedOAuthFlows": ["code", "implicit"]},
    WEB | {"AllowedOAuthScopes": sorted(KNOWN)},
    WEB | {"AllowedOAuthScopes": ["aws.cognito.signin.user.admin"]},
    WEB | {"CallbackURLs": [CALLBACK, OTHER], "DefaultRedirectURI": OTHER},
    WEB | {"LogoutURLs": ["http://localhost:3000/bye"]},
    WEB | {"SupportedIdentityProviders": ["COGNITO", "Google"]},
    MACHINE,
    {"ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"]},
]


@pytest.mark.parametrize("request_", GOOD)
def test_settings_that_fit_together_are_kept_as_given(request_):
    assert request_.items() <= _config(request_).items()


def test_a_public_client_may_have_everything_but_client_credentials():
    assert WEB.items() <= _config(WEB, secret=False).items()


def test_without_the_flag_the_settings_are_stored_all_the_same():
    request = WEB | {"AllowedOAuthFlowsUserPoolClient": False}

    assert request.items() <= _config(request).items()


BAD = [
    (MACHINE | {"AllowedOAuthFlows": ["client_credentials", "code"]}, ClientCredentialsNotAlone),
    (MACHINE | {"AllowedOAuthFlows": ["implicit", "client_credentials"]}, ClientCredentialsNotAlone),
    (MACHINE | {"AllowedOAuthScopes": ["openid"]}, ScopeNotForFlow),
    (MACHINE | {"AllowedOAuthScopes": ["api/read", "aws.cognito.signin.user.admin"]}, ScopeNotForFlow),
    (MACHINE | {"AllowedOAuthScopes": []}, OAuthSettingsMissing),
    (WEB | {"AllowedOAuthScopes": ["openid", "api/write"]}, ScopeNotFound),
    (WEB | {"AllowedOAuthScopes": ["Cognito"]}, ScopeNotFound),
    (WEB | {"AllowedOAuthScopes": ["email"]}, OpenIdScopeMissing),
    (WEB | {"AllowedOAuthScopes": ["phone", "api/read"]}, OpenIdScopeMissing),
    (WEB | {"AllowedOAuthScopes": []}, OAuthSettingsMissing),
    (WEB | {"AllowedOAuthFlows": []}, OAuthSettingsMissing),
    ({"AllowedOAuthFlowsUserPoolClient": True}, OAuthSettingsMissing),
    (WEB | {"CallbackURLs": []}, CallbacksMissing),
    (WEB | {"AllowedOAuthFlows": ["implicit"], "CallbackURLs": []}, CallbacksMissing),
    (WEB | {"DefaultRedirectURI": OTHER}, DefaultRedirectNotCallback),
    (WEB | {"DefaultRedirectURI": CALLBACK.upper()}, DefaultRedirectNotCallback),
    (WEB | {"CallbackURLs": [CALLBACK, "http://app.example.com"]}, InvalidRedirect),
    (WEB | {"LogoutURLs": ["https://app.example.com/#bye"]}, InvalidRedirect),
    (WEB | {"SupportedIdentityProviders": ["Facebook"]}, ProviderNotInPool),
    ({"ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH", REFRESH]}, TokenAuthNotAlone),
]


@pytest.mark.parametrize(("request_", "error"), BAD)
def test_settings_that_do_not_fit_together_are_refused(request_, error):
    with pytest.raises(error):
        _config(request_)


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (MACHINE, ClientCredentialsWithoutSecret),
        ({"ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"]}, TokenAuthWithoutSecret),
    ],
)
def test_what_acts_for_itself_needs_a_secret(request_, error):
    with pytest.raises(error):
        _config(request_, secret=False)


def test_the_refusal_of_an_address_names_it_and_says_why():
    with pytest.raises(InvalidRedirect, match=r"^http://app\.example\.com cannot use the HTTP protocol\.$"):
        _config(WEB | {"CallbackURLs": ["http://app.example.com"]})


def test_that_claims_need_openid_can_be_switched_off_in_one_place(monkeypatch):
    monkeypatch.setattr(client_oauth, "CLAIMS_NEED_OPENID", False)

    assert _config(WEB | {"AllowedOAuthScopes": ["email"]})["AllowedOAuthScopes"] == ["email"]

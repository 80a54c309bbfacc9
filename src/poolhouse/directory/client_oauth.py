"""The OAuth settings of an app client (behaviour file, 1.11, 6.2, 6.9 and 8.2).

Without AllowedOAuthFlowsUserPoolClient they are stored and without effect: four reports show that the
service takes them, and that its token endpoint then answers invalid_grant
(hashicorp/terraform-provider-aws issue 34945, boto/boto3 issue 3916 and two like them).
"""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from poolhouse.directory import providers, redirects, scopes
from poolhouse.errors import (
    CallbacksMissing,
    ClientCredentialsNotAlone,
    ClientCredentialsWithoutSecret,
    DefaultRedirectNotCallback,
    InvalidRedirect,
    OAuthSettingsMissing,
    OpenIdScopeMissing,
    ScopeNotForFlow,
    ScopeNotFound,
    TokenAuthNotAlone,
    TokenAuthWithoutSecret,
)

TOKEN_AUTH = "ALLOW_CLIENT_TOKEN_AUTH"  # GetClientToken (behaviour file, 1.2)

# [K] The claims of email, phone and profile can be requested with openid only. Off, such a list is stored.
CLAIMS_NEED_OPENID = True

_CLIENT_CREDENTIALS = "client_credentials"
_OF_PEOPLE = frozenset({"code", "implicit"})


class Surroundings(Struct, frozen=True):
    """What an app client finds in its pool.

    scopes      every one that it may be given
    providers   names of the pool's identity providers
    has_secret  it has one, or gets one with this request
    """

    scopes: frozenset[str]
    providers: frozenset[str]
    has_secret: bool


def check(config: Mapping[str, Any], pool_id: str, around: Surroundings) -> None:
    """Raises InvalidOAuthFlowException, ScopeDoesNotExistException or `InvalidParameter`."""
    _check_flows(config, around)
    _check_scopes(config, around)
    _check_addresses(config)
    _check_token_auth(config, around)
    providers.check_supported(pool_id, config.get("SupportedIdentityProviders", ()), around.providers)


def _check_flows(config: Mapping[str, Any], around: Surroundings) -> None:
    flows = frozenset(config.get("AllowedOAuthFlows", ()))
    if _CLIENT_CREDENTIALS in flows:
        _check_client_credentials(config, flows, around)
    if flows & _OF_PEOPLE and not config.get("CallbackURLs"):
        raise CallbacksMissing
    enabled = config["AllowedOAuthFlowsUserPoolClient"]
    if enabled and not (flows and config.get("AllowedOAuthScopes")):
        raise OAuthSettingsMissing


def _check_client_credentials(config: Mapping[str, Any], flows: frozenset[str], around: Surroundings) -> None:
    if flows & _OF_PEOPLE:
        raise ClientCredentialsNotAlone
    if not around.has_secret:
        raise ClientCredentialsWithoutSecret
    for scope in config.get("AllowedOAuthScopes", ()):
        if scope in scopes.STANDARD:
            raise ScopeNotForFlow(scope=scope)


def _check_scopes(config: Mapping[str, Any], around: Surroundings) -> None:
    named = config.get("AllowedOAuthScopes", ())
    for scope in named:
        if scope not in around.scopes:
            raise ScopeNotFound(scope=scope)
    if CLAIMS_NEED_OPENID and scopes.NEED_OPENID.intersection(named) and scopes.OPENID not in named:
        raise OpenIdScopeMissing


def _check_addresses(config: Mapping[str, Any]) -> None:
    callbacks = config.get("CallbackURLs", ())
    for url in (*callbacks, *config.get("LogoutURLs", ())):
        fault = redirects.fault(url)
        if fault:
            raise InvalidRedirect(url=url, fault=fault)
    default = config.get("DefaultRedirectURI")
    if default and default not in callbacks:
        raise DefaultRedirectNotCallback


def _check_token_auth(config: Mapping[str, Any], around: Surroundings) -> None:
    named = config.get("ExplicitAuthFlows", ())
    if TOKEN_AUTH not in named:
        return
    if len(named) > 1:
        raise TokenAuthNotAlone
    if not around.has_secret:
        raise TokenAuthWithoutSecret

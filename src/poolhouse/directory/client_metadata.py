"""What a client says of itself when it registers, and what it becomes (RFC 7591, section 2).

The server may set other values than those that were asked for, and answers what it has set (3.2.1).
Members that it does not know are passed over, as the RFC wants.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from msgspec import Struct

from poolhouse.directory import redirects, scopes
from poolhouse.directory.registration import OIDC_SCOPES, Permission
from poolhouse.errors import InvalidClientMetadata, InvalidRedirectUri

_CODE, _CREDENTIALS = "authorization_code", "client_credentials"
_FLOWS = {_CODE: "code", _CREDENTIALS: "client_credentials"}
# `implicit` is passed over, as AWS says; a refresh token comes with every code.
_PASSED_OVER = frozenset({"implicit", "refresh_token"})
_METHODS = ("client_secret_basic", "client_secret_post", "none")
_MOST_SCOPES = 50  # of a client (behaviour file, 8.2)

# What ClientName cannot have (service model).
_NOT_IN_NAMES = re.compile(r"[^\w\s+=,.@-]+", re.ASCII)
_LONGEST_NAME = 128
_NAMELESS = "Registered client"


class Registration(Struct, frozen=True):
    """A client as it will be.

    grant   authorization_code | client_credentials
    method  token_endpoint_auth_method
    """

    name: str
    grant: str
    method: str
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]

    @property
    def is_public(self) -> bool:
        return self.method == "none"

    def settings(self, providers: Collection[str]) -> dict[str, Any]:
        """As of CreateUserPoolClient. Without flows of the API: it has users only over the pool's pages [K].

        providers  that its users may sign in with
        """
        return {
            "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthFlows": [_FLOWS[self.grant]],
            "AllowedOAuthScopes": list(self.scopes),
            "CallbackURLs": list(self.redirect_uris),
            "ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"],
            "PreventUserExistenceErrors": "ENABLED",
            "SupportedIdentityProviders": list(providers) if self.grant == _CODE else [],
        }

    def document(self) -> dict[str, Any]:
        """All that is registered of it, beside its id and its secret (RFC 7591, 3.2.1)."""
        uses_code = self.grant == _CODE
        return {
            "client_name": self.name,
            "grant_types": [_CODE, "refresh_token"] if uses_code else [_CREDENTIALS],
            "redirect_uris": list(self.redirect_uris),
            "response_types": ["code"] if uses_code else [],
            "scope": " ".join(self.scopes),
            "token_endpoint_auth_method": self.method,
        }


def registration(document: Mapping[str, Any], permission: Permission) -> Registration:
    """Raises `InvalidClientMetadata` and `InvalidRedirectUri`."""
    grant = _grant(document, permission)
    return Registration(
        name=_name(document),
        grant=grant,
        method=_method(document, grant),
        redirect_uris=_redirect_uris(document, grant),
        scopes=_scopes(document, grant, permission),
    )


def _grant(document: Mapping[str, Any], permission: Permission) -> str:
    asked = set(_texts(document, "grant_types") or (_CODE,))
    if not asked <= _FLOWS.keys() | _PASSED_OVER:
        raise InvalidClientMetadata("grant_types has a grant type that is not supported.")
    grants = asked - _PASSED_OVER
    if len(grants) != 1:
        raise InvalidClientMetadata("grant_types must have one of authorization_code and client_credentials.")
    [grant] = grants
    if _FLOWS[grant] not in permission.flows:
        raise InvalidClientMetadata(f"The grant type {grant} cannot be registered in this way.")
    response_types = _texts(document, "response_types")
    if grant == _CODE and response_types and "code" not in response_types:
        raise InvalidClientMetadata("response_types must have code.")
    return grant


def _name(document: Mapping[str, Any]) -> str:
    """Made to fit: a name that the API could not take back would be no use to the operator."""
    asked = document.get("client_name", "")
    if not isinstance(asked, str):
        raise InvalidClientMetadata("client_name must be a string.")
    fitting = " ".join(_NOT_IN_NAMES.sub(" ", asked).split())
    return fitting[:_LONGEST_NAME].strip() or _NAMELESS


def _method(document: Mapping[str, Any], grant: str) -> str:
    method = document.get("token_endpoint_auth_method", _METHODS[0])
    if method not in _METHODS:
        raise InvalidClientMetadata("token_endpoint_auth_method is not supported.")
    if method == "none" and grant == _CREDENTIALS:
        raise InvalidClientMetadata("client_credentials needs a client with a secret.")
    return str(method)


def _redirect_uris(document: Mapping[str, Any], grant: str) -> tuple[str, ...]:
    asked = document.get("redirect_uris", [])
    if not isinstance(asked, list) or not all(isinstance(uri, str) for uri in asked):
        raise InvalidRedirectUri("redirect_uris must be a list of strings.")
    if grant == _CODE and not asked:
        raise InvalidRedirectUri("redirect_uris must have an address.")
    if len(asked) > redirects.MOST:
        raise InvalidRedirectUri(f"redirect_uris can have {redirects.MOST} addresses at most.")
    for uri in asked:
        fault = redirects.fault(uri)
        if fault:
            raise InvalidRedirectUri(f"An address of redirect_uris {fault}")
    return tuple(dict.fromkeys(asked))


def _scopes(document: Mapping[str, Any], grant: str, permission: Permission) -> tuple[str, ...]:
    """Those that were asked for; all that there are to have where none was (RFC 7591, section 2)."""
    available = _available(grant, permission)
    asked = document.get("scope", "")
    if not isinstance(asked, str):
        raise InvalidClientMetadata("scope must be a string.")
    named = tuple(dict.fromkeys(asked.split()))
    if not set(named) <= set(available):
        raise InvalidClientMetadata("scope has a scope that cannot be registered.")
    if scopes.NEED_OPENID.intersection(named) and scopes.OPENID not in named:
        raise InvalidClientMetadata("The scopes email, phone and profile need the scope openid beside them.")
    found = (named or available)[:_MOST_SCOPES]
    if not found:
        raise InvalidClientMetadata("There is no scope that such a client could be given.")
    return found


def _available(grant: str, permission: Permission) -> tuple[str, ...]:
    """A client that acts for itself has none of the scopes that stand for a person."""
    if grant == _CODE:
        return (*OIDC_SCOPES, *permission.scopes)
    return tuple(scope for scope in permission.scopes if scope not in scopes.STANDARD)


def _texts(document: Mapping[str, Any], member: str) -> tuple[str, ...]:
    found = document.get(member, [])
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise InvalidClientMetadata(f"{member} must be a list of strings.")
    return tuple(found)

"""Whose logins an identity pool takes, and what a provider is called in Logins (behaviour file, 1.18)."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from poolhouse.directory.identity_tokens import COGNITO_IDENTITY

USER_POOL, OIDC, SOCIAL_PROVIDER, SAML, DEVELOPER = "user pool", "oidc", "social", "saml", "developer"

# The key in Logins for a token that an identity pool made.
SELF = COGNITO_IDENTITY

# By the key in Logins: the provider's type in federation/social.py.
SOCIAL: Mapping[str, str] = {
    "graph.facebook.com": "Facebook",
    "accounts.google.com": "Google",
    "appleid.apple.com": "SignInWithApple",
    "www.amazon.com": "LoginWithAmazon",
}
# The model names them, and nothing of theirs can be verified here.
UNVERIFIABLE = ("api.twitter.com", "www.digits.com")

_USER_POOL = re.compile(r"([A-Za-z0-9.:\[\]-]{1,253})/(([a-z0-9-]{1,32})_[0-9A-Za-z]{1,55})")
_COGNITO = "cognito-idp.{region}.amazonaws.com"


class LoginProvider(Struct, frozen=True):
    """One provider of a pool.

    name       the key in Logins, in its one form: identities are linked under it
    source     the user pool's id, the ARN of the registration, or the type of the social provider
    audiences  the app clients whose tokens are taken; of an OIDC provider its registration says them
    checks     those of `audiences` whose tokens are looked up in the store (ServerSideTokenCheck)
    """

    kind: str
    name: str
    source: str = ""
    audiences: tuple[str, ...] = ()
    checks: frozenset[str] = frozenset()


def of_config(config: Mapping[str, Any]) -> dict[str, LoginProvider]:
    """The providers of a checked configuration, by name."""
    found = [
        *_user_pools(config.get("CognitoIdentityProviders") or ()),
        *_social(config.get("SupportedLoginProviders") or {}),
        *(_oidc(arn) for arn in config.get("OpenIdConnectProviderARNs") or ()),
        *(LoginProvider(SAML, arn, arn) for arn in config.get("SamlProviderARNs") or ()),
    ]
    if config.get("DeveloperProviderName"):
        found.append(LoginProvider(DEVELOPER, config["DeveloperProviderName"]))
    return {provider.name: provider for provider in found}


def canonical(name: str, host: str) -> str:
    """The one form of a key in Logins, of a role mapping or of a map of principal tags.

    Our user pools have two names, the second with the host of our public URL [K: ours]; a registered OIDC
    provider is known by its ARN too.
    """
    if ":oidc-provider/" in name and name.startswith("arn:"):
        return name.partition(":oidc-provider/")[2]
    pool_id = user_pool_of(name, host)
    return user_pool_name(pool_id) if pool_id else name


def user_pool_of(name: str, host: str) -> str | None:
    """The user pool that a provider name means; None: it means none of ours."""
    match = _USER_POOL.fullmatch(name)
    if match is None or match[1] not in (_COGNITO.format(region=match[3]), host):
        return None
    return match[2]


def user_pool_name(pool_id: str) -> str:
    region = pool_id.partition("_")[0]
    return f"{_COGNITO.format(region=region)}/{pool_id}"


def host_of(public_url: str) -> str:
    return urlsplit(public_url).netloc


def oidc_prefix(account_id: str) -> str:
    return f"arn:aws:iam::{account_id}:oidc-provider/"


def saml_prefix(account_id: str) -> str:
    return f"arn:aws:iam::{account_id}:saml-provider/"


def _user_pools(entries: Any) -> list[LoginProvider]:
    """One provider for all app clients of a user pool."""
    clients: dict[str, list[str]] = {}
    checked: dict[str, set[str]] = {}
    for entry in entries:
        pool_id = entry["ProviderName"].rpartition("/")[2]
        clients.setdefault(pool_id, []).append(entry["ClientId"])
        if entry.get("ServerSideTokenCheck"):
            checked.setdefault(pool_id, set()).add(entry["ClientId"])
    return [
        LoginProvider(
            USER_POOL, user_pool_name(pool_id), pool_id, tuple(listed), frozenset(checked.get(pool_id, ()))
        )
        for pool_id, listed in clients.items()
    ]


def _social(entries: Mapping[str, str]) -> list[LoginProvider]:
    """An app has several ids at one provider where it is on several platforms: split by `;` [K]."""
    return [
        LoginProvider(SOCIAL_PROVIDER, name, SOCIAL[name], tuple(filter(None, apps.split(";"))))
        for name, apps in entries.items()
    ]


def _oidc(arn: str) -> LoginProvider:
    return LoginProvider(OIDC, arn.partition(":oidc-provider/")[2], arn)

"""Identity pools: entities, and what a pool may be set to (behaviour file, 1.18)."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from poolhouse.directory import login_providers, resource_quotas
from poolhouse.directory.login_providers import LoginProvider
from poolhouse.errors import DeveloperNameIsSet, IdentityProviderUnusable, InvalidParameter, NotSupportedYet
from poolhouse.ports import Instant, Row
from poolhouse.settings import Settings

MOST_LOGINS = 20  # of an identity
MOST_TAGS = 50

_REGION = re.compile(r"[a-z0-9-]{1,18}")  # so that an id keeps to the model's 55 characters
_MEMBERS = (
    "AllowUnauthenticatedIdentities",
    "AllowClassicFlow",
    "SupportedLoginProviders",
    "DeveloperProviderName",
    "OpenIdConnectProviderARNs",
    "CognitoIdentityProviders",
    "SamlProviderARNs",
)
_DEVELOPER = "DeveloperProviderName"


class IdentityPool(Struct, frozen=True):
    """An identity pool at one version.

    config          the members of CreateIdentityPool, less name and tags; what was not given is not there
    roles           the members of SetIdentityPoolRoles: Roles, RoleMappings
    principal_tags  by provider, the members of SetPrincipalTagAttributeMap: UseDefaults, PrincipalTags
    providers       whose logins it takes, by the names that Logins has
    """

    pool_id: str
    name: str
    version: int
    config: Mapping[str, Any]
    roles: Mapping[str, Any]
    principal_tags: Mapping[str, Mapping[str, Any]]
    tags: Mapping[str, str]
    providers: Mapping[str, LoginProvider]
    created_at: Instant
    modified_at: Instant

    @property
    def region(self) -> str:
        return region_of(self.pool_id)

    @property
    def takes_guests(self) -> bool:
        return bool(self.config["AllowUnauthenticatedIdentities"])

    @property
    def has_basic_flow(self) -> bool:
        """Only a no that was said denies it (behaviour file, 1.18: GetOpenIdToken)."""
        return self.config.get("AllowClassicFlow") is not False

    @property
    def developer(self) -> str:
        """The name of its developer provider; empty: it has none."""
        return str(self.config.get(_DEVELOPER, ""))

    def arn(self, account_id: str) -> str:
        return f"{arn_prefix(self.region, account_id)}{self.pool_id}"

    def described(self) -> dict[str, Any]:
        """As the model's IdentityPool."""
        return {
            "IdentityPoolId": self.pool_id,
            "IdentityPoolName": self.name,
            **self.config,
            "IdentityPoolTags": dict(self.tags),
        }


class Identity(Struct, frozen=True):
    """disabled  it lost its last login, or gave way to another identity: nobody gets in as it any more
    logins    the names of its providers, each once
    """

    pool_id: str
    identity_id: str
    disabled: bool
    created_at: Instant
    modified_at: Instant
    logins: tuple[str, ...] = ()

    def described(self) -> dict[str, Any]:
        """As the model's IdentityDescription."""
        return {
            "IdentityId": self.identity_id,
            "Logins": list(self.logins) or None,
            "CreationDate": self.created_at,
            "LastModifiedDate": self.modified_at,
        }


def region_of(id_: str) -> str:
    """The Region in the id of an identity pool or of an identity."""
    return id_.partition(":")[0]


def arn_prefix(region: str, account_id: str) -> str:
    return f"arn:aws:cognito-identity:{region}:{account_id}:identitypool/"


def from_row(row: Row) -> IdentityPool:
    config = msgspec.json.decode(row["config"])
    return IdentityPool(
        pool_id=row["pool_id"],
        name=row["name"],
        version=row["version"],
        config=config,
        roles=msgspec.json.decode(row["roles"]),
        principal_tags=msgspec.json.decode(row["principal_tags"]),
        tags=msgspec.json.decode(row["tags"]),
        providers=login_providers.of_config(config),
        created_at=row["created_at"],
        modified_at=row["modified_at"],
    )


def check_region(region: str) -> None:
    """Raises `InvalidParameter`."""
    if not _REGION.fullmatch(region):
        raise InvalidParameter("The Region that the request is signed for is not the name of a Region.")


def checked(req: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """The configuration that a request asks for. Raises `InvalidParameter`."""
    account_id, host = settings.account_id, login_providers.host_of(settings.public_url)
    config = {member: req[member] for member in _MEMBERS if req.get(member) not in (None, [], {})}
    _check_social(config.get("SupportedLoginProviders", {}))
    most = resource_quotas.of(settings, resource_quotas.USER_POOL_PROVIDERS)
    _check_user_pools(config.get("CognitoIdentityProviders", []), host, most)
    _check_arns(config.get("OpenIdConnectProviderARNs", []), login_providers.oidc_prefix(account_id))
    _check_arns(config.get("SamlProviderARNs", []), login_providers.saml_prefix(account_id))
    _check_developer(config)
    return config


def replaced(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """What UpdateIdentityPool leaves: everything anew but the name of the developer provider.

    Raises `DeveloperNameIsSet`. That a request without the name keeps it is [K].
    """
    name = before.get(_DEVELOPER)
    if name is None:
        return dict(wanted)
    if wanted.get(_DEVELOPER, name) != name:
        raise DeveloperNameIsSet
    kept = {**wanted, _DEVELOPER: name}
    _check_developer(kept)
    return kept


def check_tags(tags: Mapping[str, str]) -> None:
    """All tags that the pool would have. Raises `InvalidParameter`."""
    if len(tags) > MOST_TAGS:
        raise InvalidParameter(f"An identity pool can have {MOST_TAGS} tags at most.")
    if any(key.lower().startswith("aws:") for key in tags):
        raise InvalidParameter("Tag keys that start with aws: are reserved.")


def _check_social(providers: Mapping[str, str]) -> None:
    for name in providers:
        if name in login_providers.UNVERIFIABLE:
            raise NotSupportedYet(setting=f"the login provider {name}")
        if name not in login_providers.SOCIAL:
            known = ", ".join(login_providers.SOCIAL)
            raise IdentityProviderUnusable(name=name, why=f"SupportedLoginProviders can have {known}.")


def _check_user_pools(entries: list[Mapping[str, Any]], host: str, most: int) -> None:
    """`host` is that of our public URL: another name of our user pools."""
    if len(entries) > most:
        raise InvalidParameter(f"An identity pool can have {most} user pool providers at most.")
    for entry in entries:
        name = entry.get("ProviderName", "")
        if not login_providers.user_pool_of(name, host):
            form = "its name must be cognito-idp.<region>.amazonaws.com/<user pool id>."
            raise IdentityProviderUnusable(name=name or "without a name", why=form)
        if not entry.get("ClientId"):
            raise IdentityProviderUnusable(name=name, why="it needs a ClientId.")


def _check_arns(arns: list[str], prefix: str) -> None:
    for arn in arns:
        if not arn.startswith(prefix) or len(arn) == len(prefix):
            raise IdentityProviderUnusable(name=arn, why=f"its ARN must begin with {prefix}.")


def _check_developer(config: Mapping[str, Any]) -> None:
    """Its name is a key of Logins, so it can be no other provider's."""
    name = config.get(_DEVELOPER)
    others = login_providers.of_config({**config, _DEVELOPER: None})
    if name in (login_providers.SELF, *login_providers.SOCIAL, *login_providers.UNVERIFIABLE, *others):
        raise IdentityProviderUnusable(name=name, why="it is the name of another provider.")

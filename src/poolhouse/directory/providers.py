"""Identity providers of a pool: frozen, with what their names and mappings may be (1.13, 6.8). Pure."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec
from msgspec import Struct, field

from poolhouse.directory.pools import Pool
from poolhouse.errors import InvalidParameter, ProviderNotInPool
from poolhouse.ports import Instant

OIDC = "OIDC"
SAML = "SAML"
SOCIAL = frozenset({"Facebook", "Google", "LoginWithAmazon", "SignInWithApple"})
POOL_ITSELF = "COGNITO"  # in SupportedIdentityProviders and `identity_provider`

# The claim that names a user at a provider; SAML has the NameID in its place.
SUBJECTS: Mapping[str, str] = {
    OIDC: "sub",
    "Google": "sub",
    "SignInWithApple": "sub",
    "Facebook": "id",
    "LoginWithAmazon": "user_id",
}
USERNAME = "username"  # in AttributeMapping: what names the user, which nobody can choose
SECRETS = ("client_secret", "private_key")  # among the details
_UNMAPPED = frozenset({"sub", "identities"})  # attributes that are ours alone


class Provider(Struct, frozen=True):
    """One identity provider at one version of its pool.

    details      ProviderDetails as the operator gave them: they hold secrets
    found        what DescribeIdentityProvider shows beside them, such as addresses that were discovered
    mapping      AttributeMapping, from attributes of the pool to claims, without `username`
    identifiers  IdpIdentifiers
    acr_mapping  AcrMapping, from `Level1`..`Level4` to what the provider calls them; empty: none
    """

    name: str
    provider_type: str
    details: Mapping[str, str]
    found: Mapping[str, str]
    mapping: Mapping[str, str]
    identifiers: tuple[str, ...]
    created_at: Instant
    modified_at: Instant
    acr_mapping: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Provider({self.name})"

    @property
    def subject(self) -> str:
        """The claim that names a user."""
        return SUBJECTS[self.provider_type]


def from_row(row: Mapping[str, Any], details: bytes) -> Provider:
    """A provider from its row in the store and its opened details."""
    config = msgspec.json.decode(row["config"])
    return Provider(
        name=row["name"],
        provider_type=row["provider_type"],
        details=msgspec.json.decode(details),
        found=config["Found"],
        mapping=config["AttributeMapping"],
        identifiers=tuple(config["IdpIdentifiers"]),
        created_at=row["created_at"],
        modified_at=row["modified_at"],
        acr_mapping=config.get("AcrMapping", {}),
    )


def stored_config(provider: Provider) -> str:
    """What of a provider is no secret, as JSON."""
    config = {
        "Found": provider.found,
        "AttributeMapping": provider.mapping,
        "IdpIdentifiers": provider.identifiers,
        "AcrMapping": provider.acr_mapping,
    }
    return msgspec.json.encode(config).decode()


def described(provider: Provider, pool_id: str) -> dict[str, Any]:
    """`IdentityProviderType`: client_secret is shown, the private key of Apple is not (1.13)."""
    details = {name: value for name, value in provider.details.items() if name != "private_key"}
    acr = {"AcrMapping": dict(provider.acr_mapping)} if provider.acr_mapping else {}
    return {
        "UserPoolId": pool_id,
        "ProviderName": provider.name,
        "ProviderType": provider.provider_type,
        "ProviderDetails": {**details, **provider.found},
        "AttributeMapping": _shown_mapping(provider),
        "IdpIdentifiers": list(provider.identifiers),
        **acr,
        "LastModifiedDate": provider.modified_at,
        "CreationDate": provider.created_at,
    }


def _shown_mapping(provider: Provider) -> dict[str, str]:
    """With what names the user, which every provider but SAML shows [K]."""
    own = SUBJECTS.get(provider.provider_type)
    return {**provider.mapping, **({USERNAME: own} if own else {})}


def check_name(provider_type: str, name: str) -> None:
    """A social provider is named as its type, and no other is named so. The words are [K]."""
    if provider_type in SOCIAL and name != provider_type:
        raise InvalidParameter(f"ProviderName must be {provider_type} for the type {provider_type}.")
    reserved = {taken.lower() for taken in (*SOCIAL, POOL_ITSELF)}
    if provider_type not in SOCIAL and name.lower() in reserved:
        raise InvalidParameter(f"ProviderName cannot be {name} for the type {provider_type}.")


def checked_mapping(pool: Pool, provider_type: str, given: Mapping[str, str]) -> dict[str, str]:
    """AttributeMapping without `username`. Raises `InvalidParameter`; the words are [K]."""
    own = SUBJECTS.get(provider_type)
    mapping = dict(given)
    username = mapping.pop(USERNAME, own)
    if own and username != own:
        raise InvalidParameter(f"AttributeMapping: {USERNAME} can only be mapped to {own}.")
    for name, claim in mapping.items():
        if name not in pool.schema or name in _UNMAPPED:
            raise InvalidParameter(f"AttributeMapping: {name} is no attribute that can be mapped.")
        if not claim or len(claim) > 2_048:
            raise InvalidParameter(f"AttributeMapping: the claim of {name} must have 1 to 2048 characters.")
    return mapping


def checked_identifiers(given: Collection[str]) -> tuple[str, ...]:
    """IdpIdentifiers, each once."""
    return tuple(dict.fromkeys(given))


def checked_levels(provider_type: str, given: Mapping[str, str]) -> dict[str, str]:
    """AcrMapping: of OIDC providers alone (service model). Raises `InvalidParameter`; the words are [K]."""
    if given and provider_type != OIDC:
        raise InvalidParameter("Only identity providers of the type OIDC can have an AcrMapping.")
    return dict(given)


def check_supported(pool_id: str, named: Collection[str], known: Collection[str]) -> None:
    """SupportedIdentityProviders of an app client. Raises `ProviderNotInPool`.

    known  the names of the identity providers of the pool
    """
    for name in named:
        if name != POOL_ITSELF and name not in known:
            raise ProviderNotInPool(provider=name, pool_id=pool_id)

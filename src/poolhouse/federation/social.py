"""The four social providers: one row each, from the answers of DescribeIdentityProvider that AWS documents.

What they do otherwise than an OIDC provider is a member of the row, never a branch on a name.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

from msgspec import Struct
from msgspec.structs import replace

from poolhouse.context import Ctx, Env
from poolhouse.errors import ProviderDetailWrong
from poolhouse.federation.details import Details, check_names


class Social(Struct, frozen=True):
    """One provider.

    issuer          of its ID tokens; empty: it has none
    also            what else it calls itself in them
    jwks_uri        the keys of its ID tokens
    attributes_url  whence the claims come; empty: from the ID token alone
    adds_fields     the claims that the mapping asks for are appended to that address, with commas
    scopes          those that authorize_scopes may name; empty: any
    needed          what ProviderDetails must have; with a private key, that signs our secret (Apple)
    in_id_token     claims that are in its ID tokens anyway
    pkce            it knows PKCE
    hints           it is told `login_hint` (6.2)
    names_in_browser  the name of the user comes with the answer, unsigned, at the first sign-in
    extra           further parameters of the authorize redirect
    """

    issuer: str
    authorize_url: str
    token_url: str
    token_method: str
    jwks_uri: str
    attributes_url: str
    adds_fields: bool
    scopes: frozenset[str]
    needed: tuple[str, ...] = ("client_id", "client_secret", "authorize_scopes")
    in_id_token: frozenset[str] = frozenset()
    pkce: bool = False
    hints: bool = False
    names_in_browser: bool = False
    extra: Mapping[str, str] | None = None
    also: tuple[str, ...] = ()


_VERSION = "{api_version}"
_VERSIONS = re.compile(r"v[0-9]{1,3}\.[0-9]{1,2}", re.ASCII)

_GOOGLE_CLAIMS = frozenset(
    {"sub", "email", "email_verified", "name", "given_name", "family_name", "picture", "profile"}
    | {"locale", "hd"}
)

TABLE: Mapping[str, Social] = {
    "Google": Social(
        issuer="https://accounts.google.com",
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://www.googleapis.com/oauth2/v4/token",
        token_method="POST",
        jwks_uri="https://www.googleapis.com/oauth2/v3/certs",
        attributes_url="https://people.googleapis.com/v1/people/me?personFields=",
        adds_fields=True,
        scopes=frozenset({"profile", "email", "openid"}),
        in_id_token=_GOOGLE_CLAIMS,
        pkce=True,
        hints=True,
        extra={"access_type": "offline"},
        also=("accounts.google.com",),  # of its older clients, says its reference
    ),
    "Facebook": Social(
        issuer="",
        authorize_url=f"https://www.facebook.com/{_VERSION}/dialog/oauth",
        token_url=f"https://graph.facebook.com/{_VERSION}/oauth/access_token",
        token_method="GET",
        jwks_uri="",
        attributes_url=f"https://graph.facebook.com/{_VERSION}/me?fields=",
        adds_fields=True,
        scopes=frozenset(),
    ),
    "LoginWithAmazon": Social(
        issuer="",
        authorize_url="https://www.amazon.com/ap/oa",
        token_url="https://api.amazon.com/auth/o2/token",
        token_method="POST",
        jwks_uri="",
        attributes_url="https://api.amazon.com/user/profile",
        adds_fields=False,
        scopes=frozenset({"profile", "profile:user_id", "postal_code"}),
        pkce=True,
    ),
    "SignInWithApple": Social(
        issuer="https://appleid.apple.com",
        authorize_url="https://appleid.apple.com/auth/authorize",
        token_url="https://appleid.apple.com/auth/token",
        token_method="POST",
        jwks_uri="https://appleid.apple.com/auth/keys",
        attributes_url="",
        adds_fields=False,
        scopes=frozenset({"email", "name"}),
        needed=("client_id", "team_id", "key_id", "private_key", "authorize_scopes"),
        names_in_browser=True,
        extra={"response_mode": "form_post"},  # Apple demands it where a scope is asked for
    ),
}
DEFAULT_VERSION = "v17.0"  # of the service model; Facebook answers an old one as the oldest that it still has


def at(env: Env, provider_type: str, details: Mapping[str, str]) -> Social:
    """The provider with its addresses filled in; in development they may be elsewhere."""
    row = TABLE[provider_type]
    version = details.get("api_version", DEFAULT_VERSION)
    elsewhere = env.settings.social_providers.get(provider_type, "")
    return replace(
        row,
        issuer=elsewhere if row.issuer and elsewhere else row.issuer,
        authorize_url=_address(row.authorize_url, version, elsewhere),
        token_url=_address(row.token_url, version, elsewhere),
        jwks_uri=_address(row.jwks_uri, version, elsewhere),
        attributes_url=_address(row.attributes_url, version, elsewhere),
    )


def address(env: Env, provider_type: str, url: str) -> str:
    """An address of the provider, which in development may be elsewhere."""
    return _address(url, DEFAULT_VERSION, env.settings.social_providers.get(provider_type, ""))


async def checked(ctx: Ctx, provider_type: str, given: Mapping[str, str]) -> Details:
    """What we find out ourselves may be given again, as AWS answered it, but not be changed.

    Raises `InvalidParameter`.
    """
    row = TABLE[provider_type]
    details = {name: value for name, value in given.items() if value}
    found = _found(provider_type, details)
    own = frozenset(row.needed) | (frozenset({"api_version"}) if provider_type == "Facebook" else frozenset())
    check_names(provider_type, details, needed=row.needed, known=own | found.keys())
    for name in found.keys() & details.keys():
        if details[name] != found[name]:
            raise ProviderDetailWrong(name=name, form=f"{found[name]} for the type {provider_type}")
    _check_scopes(row, details["authorize_scopes"])
    _check_version(details.get("api_version", DEFAULT_VERSION))
    return Details({name: value for name, value in details.items() if name in own}, found)


def scopes(text: str) -> list[str]:
    """Those of Facebook stand with commas, all others with spaces."""
    return text.replace(",", " ").split()


def _found(provider_type: str, details: Mapping[str, str]) -> dict[str, str]:
    """What DescribeIdentityProvider shows of the provider itself."""
    row = TABLE[provider_type]
    version = details.get("api_version", DEFAULT_VERSION)
    shown = {
        "attributes_url": row.attributes_url.replace(_VERSION, version),
        "attributes_url_add_attributes": "true" if row.adds_fields else "false",
        "authorize_url": row.authorize_url.replace(_VERSION, version),
        "oidc_issuer": row.issuer,
        "token_request_method": row.token_method,
        "token_url": row.token_url.replace(_VERSION, version),
    }
    return {name: value for name, value in shown.items() if value}


def _check_scopes(row: Social, text: str) -> None:
    unknown = [scope for scope in scopes(text) if row.scopes and scope not in row.scopes]
    if unknown:
        known = ", ".join(sorted(row.scopes))
        raise ProviderDetailWrong(name="authorize_scopes", form=f"scopes among {known}")


def _check_version(version: str) -> None:
    if not _VERSIONS.fullmatch(version):
        raise ProviderDetailWrong(name="api_version", form="a version such as v17.0")


def _address(address: str, version: str, elsewhere: str) -> str:
    """elsewhere  what stands in place of scheme and host; empty: they stay"""
    filled = address.replace(_VERSION, version)
    if not filled or not elsewhere:
        return filled
    base = urlsplit(elsewhere)
    return urlunsplit(urlsplit(filled)._replace(scheme=base.scheme, netloc=base.netloc))

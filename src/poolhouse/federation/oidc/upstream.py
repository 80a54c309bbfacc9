"""A provider that speaks OAuth 2.0, ready to be asked: an OIDC provider, or a row of the social ones."""

from collections.abc import Mapping

from msgspec import Struct, field

from poolhouse.context import Env
from poolhouse.directory.providers import SOCIAL, Provider
from poolhouse.federation import social
from poolhouse.federation.oidc import discovery
from poolhouse.federation.oidc.details import ADDRESSES


class Upstream(Struct, frozen=True):
    """
    issuer        of its ID tokens; empty: it issues none
    also          other names of it in them (Google)
    token_method  POST, or GET with everything in the query (Facebook)
    attributes_method  of its userinfo
    fields        claims that are asked for by name, appended to `attributes_url`
    subject       the claim that names a user
    says_issuer   its authorization responses carry `iss`: one without it is not its own (RFC 9207)
    posts         our secret goes into the body of a token request, else into a Basic header
    pkce          it is shown that who asks for the tokens is who began (RFC 7636)
    hints         it is told `login_hint`
    names_in_browser  the name of the user comes with the answer, unsigned (Apple)
    extra         further parameters of the authorize redirect
    """

    name: str
    details: Mapping[str, str]
    issuer: str
    authorize_url: str
    token_url: str
    token_method: str
    jwks_uri: str
    attributes_url: str
    attributes_method: str
    fields: tuple[str, ...]
    scope: str
    subject: str
    says_issuer: bool = False
    posts: bool = True
    pkce: bool = True
    hints: bool = True
    names_in_browser: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Upstream({self.name})"

    @property
    def client_id(self) -> str:
        return self.details["client_id"]


async def of_provider(env: Env, provider: Provider) -> Upstream:
    """Raises `IssuerUnreachable`."""
    if provider.provider_type in SOCIAL:
        return _social(env, provider)
    return await _oidc(env, provider)


async def _oidc(env: Env, provider: Provider) -> Upstream:
    """Addresses that the operator gave stand; the others are what the issuer says now."""
    details = provider.details
    given = {name: details[name] for name in ADDRESSES if name in details}
    says_issuer, posts = False, True
    if len(given) < len(ADDRESSES):
        found = await discovery.of_issuer(env, details["oidc_issuer"])
        given = {name: getattr(found, name) for name in ADDRESSES} | given
        says_issuer, posts = found.says_issuer, found.posts
    return Upstream(
        name=provider.name,
        details=details,
        issuer=details["oidc_issuer"],
        authorize_url=given["authorize_url"],
        token_url=given["token_url"],
        token_method="POST",
        jwks_uri=given["jwks_uri"],
        attributes_url=given["attributes_url"],
        attributes_method=details["attributes_request_method"],
        fields=(),
        scope=details["authorize_scopes"],
        subject=provider.subject,
        says_issuer=says_issuer,
        posts=posts,
    )


def _social(env: Env, provider: Provider) -> Upstream:
    row = social.at(env, provider.provider_type, provider.details)
    asked = tuple(claim for claim in dict.fromkeys(provider.mapping.values()) if claim not in row.in_id_token)
    return Upstream(
        name=provider.name,
        details=provider.details,
        issuer=row.issuer,
        authorize_url=row.authorize_url,
        token_url=row.token_url,
        token_method=row.token_method,
        jwks_uri=row.jwks_uri,
        attributes_url=row.attributes_url if asked or not row.issuer else "",
        attributes_method="GET",
        fields=(*((provider.subject,) if not row.issuer else ()), *asked) if row.adds_fields else (),
        scope=provider.details["authorize_scopes"],
        subject=provider.subject,
        pkce=row.pkce,
        hints=row.hints,
        names_in_browser=row.names_in_browser,
        extra=row.extra or {},
        also=row.also,
    )

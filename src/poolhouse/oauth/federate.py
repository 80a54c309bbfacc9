"""From a page of ours to an identity provider (behaviour file, 6.2, 6.3 and 6.8)."""

import re

from poolhouse.directory.clients import Client
from poolhouse.directory.providers import POOL_ITSELF, SAML, Provider
from poolhouse.errors import ApiError, InvalidOAuthRequest, OptionNotAvailable
from poolhouse.federation import journey
from poolhouse.federation.oidc import flow
from poolhouse.http.response import Response
from poolhouse.oauth import answers, checks, errands, pool_rules
from poolhouse.oauth.checks import Authorization
from poolhouse.oauth.visit import Visit

CALLBACK = "/oauth2/idpresponse"

_COOKIE = re.compile(r"[A-Za-z0-9]{43}", re.ASCII)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def enabled(visit: Visit, client: Client) -> list[Provider]:
    """The identity providers of the pool that the client supports, in its order."""
    known = visit.snapshot.providers
    return [known[name] for name in client.providers if name in known]


def chosen(visit: Visit, authorization: Authorization, client: Client) -> Provider | None:
    """The provider that the request names, or the only way in that the client has [K]. None: the pages.

    Raises `OptionNotAvailable` for one that is not there or not the client's.
    """
    providers = enabled(visit, client)
    name, identifier = authorization.identity_provider, authorization.idp_identifier
    if name == POOL_ITSELF:
        return None
    if name or identifier:
        for provider in providers:
            if provider.name == name or (not name and identifier in provider.identifiers):
                return provider
        raise OptionNotAvailable(client_id=client.client_id)
    alone = len(providers) == 1 and len(client.providers) == 1
    return providers[0] if alone else None


async def begin(visit: Visit, authorization: Authorization, client: Client, provider: Provider) -> Response:
    """Send the browser to the provider. Nothing is stored: what we must know comes back sealed."""
    cookie = browser(visit)
    try:
        if provider.provider_type == SAML:
            return await errands.leave(visit, authorization, client, provider, cookie)
        address = await _address(visit, authorization, client, provider, cookie)
    except ApiError as error:
        raise checks.to_app(authorization, InvalidOAuthRequest(error.message)) from error
    return answers.redirect(address, visit.set_cookie(journey.COOKIE, cookie, cross_site=True))


def browser(visit: Visit) -> str:
    """What binds a journey to this browser: the cookie that it has, or a new one."""
    cookie = visit.cookie(journey.COOKIE)
    return cookie if _COOKIE.fullmatch(cookie) else visit.env.rng.text(43, _ALPHABET)


async def _address(
    visit: Visit, authorization: Authorization, client: Client, provider: Provider, cookie: str
) -> str:
    return await flow.begin(
        visit.ctx("InitiateAuth", client),
        provider,
        authorization.query,
        cookie,
        visit.url(CALLBACK),
        prompt=authorization.prompt,
        login_hint=authorization.login_hint,
        acr_values=_acr_values(visit, authorization, provider),
    )


def _acr_values(visit: Visit, authorization: Authorization, provider: Provider) -> list[str]:
    """The levels that are asked for and mapped, as the provider calls them, best first."""
    levels = pool_rules.levels(visit, authorization.acr_values)
    names = [f"Level{number}" for number in levels]
    return [provider.acr_mapping[name] for name in names if name in provider.acr_mapping]

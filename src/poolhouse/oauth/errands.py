"""To a SAML identity provider: what the browser takes there, by a redirect or by a post (6.8).

What speaks SAML is imported with the first request that needs it: lxml and signxml take 0.2 s.
"""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from poolhouse.directory.clients import Client
from poolhouse.directory.providers import Provider
from poolhouse.federation import journey as journeys
from poolhouse.http.response import Headers, Response
from poolhouse.oauth import answers, faces
from poolhouse.oauth.checks import Authorization
from poolhouse.oauth.pages.endings import Onward
from poolhouse.oauth.visit import Visit

if TYPE_CHECKING:
    from poolhouse.federation.saml.bindings import Errand
    from poolhouse.federation.saml.service_provider import ServiceProvider


def ours(visit: Visit) -> "ServiceProvider":
    """The pool, as identity providers know it at the address of this visit."""
    from poolhouse.federation.saml.service_provider import ServiceProvider

    return ServiceProvider(visit.pool.pool_id, visit.base)


async def leave(
    visit: Visit, authorization: Authorization, client: Client, provider: Provider, cookie: str
) -> Response:
    """Send the browser to a provider, to be asked who it is."""
    from poolhouse.federation.saml import flow

    errand = await flow.begin(
        visit.ctx("InitiateAuth", client),
        provider,
        ours(visit),
        authorization.query,
        cookie,
        prompt=authorization.prompt,
    )
    headers = visit.set_cookie(journeys.COOKIE, cookie, cross_site=True)
    return await carried(visit, errand, provider, headers)


async def carried(visit: Visit, errand: "Errand", provider: Provider, headers: Headers) -> Response:
    """By a redirect; where the provider takes only posts, by a page with a button.

    The provider may send the browser on, and nobody knows where to. So the form of this page, in which there
    is nothing but the message, is held to the scheme of its address alone (ADR 28).
    """
    if not errand.fields:
        return answers.redirect(errand.address, headers)
    view = Onward(provider=provider.name, to=errand.address, fields=errand.fields)
    scheme = f"{urlsplit(errand.address).scheme}:"
    return await faces.shown(visit, view, targets=(scheme,), headers=headers)

"""Single logout with a SAML provider: our users there, its users here (behaviour file, 6.7 and 6.8)."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from poolhouse.context import Ctx
from poolhouse.directory.providers import SAML, Provider
from poolhouse.errors import IssuerRefused
from poolhouse.federation import journey as journeys
from poolhouse.federation.journey import Journey
from poolhouse.federation.saml import bindings, details, logout, provider, response
from poolhouse.federation.saml.assertion import Expected
from poolhouse.federation.saml.bindings import Errand
from poolhouse.federation.saml.flow import new_id
from poolhouse.federation.saml.logout import LogoutRequest
from poolhouse.federation.saml.metadata import ProviderMetadata
from poolhouse.federation.saml.request import Heading
from poolhouse.federation.saml.response import Trust
from poolhouse.federation.saml.service_provider import ServiceProvider
from poolhouse.federation.saml.xml import SAML as NAMESPACE
from poolhouse.federation.saml.xml import tag, text_of
from poolhouse.ports import Tx
from poolhouse.store import links, saml_keys, sso_sessions


class Asker(Struct, frozen=True):
    """A provider that asks us to sign one of its users out."""

    idp: Provider
    known: ProviderMetadata
    asked: LogoutRequest


async def begin(
    ctx: Ctx, idp: Provider, ours: ServiceProvider, session: Mapping[str, str], cookie: str, onward: str
) -> Errand | None:
    """Ask the provider to end the user's session there. None: it has no logout, or it is not wanted.

    session  what we remember of the sign-in: `name_id`, `name_format`, `session_index`
    onward   where the browser goes when it comes back
    """
    if idp.provider_type != SAML or not details.says(idp.details, details.SIGN_OUT):
        return None
    known = await provider.known(ctx, idp)
    if not known.sign_out:
        return None
    binding = bindings.preferred(known.sign_out)
    heading = Heading(new_id(ctx), known.sign_out[binding], ours.entity_id, ctx.now)
    asked = logout.logout_request(
        heading, session["name_id"], session["name_format"], session["session_index"]
    )
    begun = journeys.begin(ctx, "", idp.name, cookie, request_id=heading.message_id, onward=onward)
    key = await saml_keys.of_pool(ctx, saml_keys.SIGNING)
    return bindings.errand(binding, bindings.REQUEST, asked, journeys.seal(ctx, begun), key)


async def check_answer(
    ctx: Ctx, idp: Provider, ours: ServiceProvider, document: str, journey: Journey
) -> None:
    """The provider's LogoutResponse to the request of this journey. Raises a `SamlRefused`."""
    known = await provider.known(ctx, idp)
    expected = Expected(known.entity_id, ours.logout, ours.entity_id, journey.request_id, ctx.now)
    logout.check_response(document, Trust(known.certificates), expected)


async def asker(ctx: Ctx, ours: ServiceProvider, document: str) -> Asker:
    """Who sends this LogoutRequest: only a provider with IDPSignout may. Raises a `SamlRefused`."""
    issuer = text_of(response.read(document, "LogoutRequest").find(tag(NAMESPACE, "Issuer")))
    for idp in ctx.providers.values():
        if idp.provider_type != SAML or not details.says(idp.details, details.SIGN_OUT):
            continue
        known = await provider.known(ctx, idp)
        if known.entity_id == issuer:
            expected = Expected(issuer, ours.logout, ours.entity_id, None, ctx.now)
            return Asker(idp, known, logout.read_request(document, Trust(known.certificates), expected))
    raise IssuerRefused


async def end_sessions(ctx: Ctx, who: Asker) -> int:
    """End the sessions that browsers have from these sign-ins; how many they were."""
    pool_id, asked = ctx.pool.pool_id, who.asked

    async def write(tx: Tx) -> int:
        sub = await links.owner_by(tx, pool_id, who.idp.name, links.SUBJECT, asked.subject)
        if sub is None:
            return 0
        found = await sso_sessions.federated_of(tx, pool_id, sub)
        ended = [digest for digest, federated in found if _is_meant(federated, who)]
        for digest in ended:
            await sso_sessions.end(tx, pool_id, digest)
        return len(ended)

    return await ctx.env.db.run(write)


def _is_meant(federated: str, who: Asker) -> bool:
    session = msgspec.json.decode(federated)
    if session["provider"] != who.idp.name or session.get("name_id") != who.asked.subject:
        return False
    indexes = who.asked.session_indexes
    return not indexes or session.get("session_index") in indexes


async def answer(ctx: Ctx, ours: ServiceProvider, who: Asker, relay_state: str) -> Errand | None:
    """Our LogoutResponse. None: the provider has no address for it."""
    if not who.known.signed_out:
        return None
    binding = bindings.preferred(who.known.signed_out)
    heading = Heading(new_id(ctx), who.known.signed_out[binding], ours.entity_id, ctx.now)
    said = logout.logout_response(heading, who.asked.request_id)
    key = await saml_keys.of_pool(ctx, saml_keys.SIGNING)
    return bindings.errand(binding, bindings.RESPONSE, said, relay_state, key)

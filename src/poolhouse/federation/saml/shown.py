"""An assertion that somebody shows us, outside of the browser (1.2, GetDerivedToken; RFC 8693, section 3)."""

from collections.abc import Sequence

from poolhouse.context import Ctx
from poolhouse.directory.providers import Provider
from poolhouse.errors import ProviderMayNotBegin
from poolhouse.federation.saml import details, flow, provider, response
from poolhouse.federation.saml.assertion import Expected
from poolhouse.federation.saml.response import Trust
from poolhouse.federation.saml.service_provider import ServiceProvider
from poolhouse.federation.shown import Shown
from poolhouse.store import saml_keys


async def verified(ctx: Ctx, idp: Provider, ours: Sequence[ServiceProvider], document: str) -> Shown:
    """It answers no request of ours, so the provider must be allowed to begin (IDPInit=true).

    ours  the pool at each of its addresses; an assertion may be for any of them

    Raises a `SamlRefused`, and `ApiError` where the provider's metadata cannot be had.
    """
    if not details.says(idp.details, details.PROVIDER_BEGINS):
        raise ProviderMayNotBegin
    known = await provider.known(ctx, idp)
    key = await saml_keys.of_pool(ctx, saml_keys.ENCRYPTION)
    trust = Trust(known.certificates, (key.private,), details.says(idp.details, details.ENCRYPTED))
    others = frozenset(one.consumer for one in ours)
    expected = Expected(known.entity_id, ours[0].consumer, ours[0].entity_id, None, ctx.now, others)
    said = response.verify_assertion(document, trust, expected)
    return Shown(
        identity=flow.identity_of(idp, known.entity_id, said),
        issuer=known.entity_id,
        once=flow.good_once(known.entity_id, said.assertion_id),
        proven_at=ctx.now,
        good_until=said.good_until,
    )

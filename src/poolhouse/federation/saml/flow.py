"""A sign-in with a SAML provider: the way there, and who comes back (behaviour file, 6.8)."""

import hashlib
from collections.abc import Collection

from msgspec import Struct

from poolhouse.context import Ctx
from poolhouse.directory.providers import Provider
from poolhouse.errors import AssertionUsed
from poolhouse.federation import journey as journeys
from poolhouse.federation.link import Identity
from poolhouse.federation.saml import bindings, details, provider, request, response
from poolhouse.federation.saml.assertion import Assertion, Expected
from poolhouse.federation.saml.bindings import Errand
from poolhouse.federation.saml.request import Heading
from poolhouse.federation.saml.response import Trust
from poolhouse.federation.saml.service_provider import ServiceProvider
from poolhouse.ports import Tx
from poolhouse.store import saml_keys, sessions

_HEX = "0123456789abcdef"
_NONCE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Arrival(Struct, frozen=True):
    """Who came, and what is needed to sign them out at the provider."""

    identity: Identity
    name_format: str
    session_index: str


async def begin(
    ctx: Ctx, idp: Provider, ours: ServiceProvider, query: str, cookie: str, *, prompt: Collection[str] = ()
) -> Errand:
    """Ask the provider who somebody is. `prompt` other than `none` goes on to it: ForceAuthn (6.2).

    query   the authorization request, which comes back with the browser
    cookie  of this browser (`journey.COOKIE`)
    """
    known = await provider.known(ctx, idp)
    message_id = new_id(ctx)
    nonce = ctx.env.rng.text(43, _NONCE)
    begun = journeys.begin(ctx, query, idp.name, cookie, nonce=nonce, request_id=message_id)

    binding = bindings.preferred(known.sign_in)
    heading = Heading(message_id, known.sign_in[binding], ours.entity_id, ctx.now)
    asked = request.authn_request(heading, ours.consumer, force="login" in prompt)
    signs = details.ALGORITHM in idp.details or known.wants_signed
    signer = await saml_keys.of_pool(ctx, saml_keys.SIGNING) if signs else None
    return bindings.errand(binding, bindings.REQUEST, asked, journeys.seal(ctx, begun), signer)


async def arrived(
    ctx: Ctx, idp: Provider, ours: ServiceProvider, document: str, request_id: str | None
) -> Arrival:
    """Who comes back, once everything that the provider says holds; its assertion is good no more.

    document    the form's SAMLResponse
    request_id  of our AuthnRequest; None: the provider began

    Raises a `SamlRefused`, and `ApiError` where its metadata cannot be had.
    """
    known = await provider.known(ctx, idp)
    key = await saml_keys.of_pool(ctx, saml_keys.ENCRYPTION)
    trust = Trust(known.certificates, (key.private,), details.says(idp.details, details.ENCRYPTED))
    expected = Expected(known.entity_id, ours.consumer, ours.entity_id, request_id, ctx.now)
    said = response.verify(document, trust, expected)
    await _spend(ctx, known.entity_id, said)
    return Arrival(identity_of(idp, known.entity_id, said), said.name_format, said.session_index)


async def _spend(ctx: Ctx, entity_id: str, said: Assertion) -> None:
    """An assertion is good once, whoever brings it. Raises `AssertionUsed`."""

    async def write(tx: Tx) -> bool:
        name = good_once(entity_id, said.assertion_id)
        return await sessions.spend_once(tx, ctx.pool.pool_id, name, said.good_until)

    if not await ctx.env.db.run_singly(write):
        raise AssertionUsed


def good_once(entity_id: str, assertion_id: str) -> str:
    """What an assertion is called where it is used up (`sessions.spend_once`)."""
    return f"saml:{hashlib.sha256(f'{len(entity_id)}|{entity_id}|{assertion_id}'.encode()).hexdigest()}"


def identity_of(idp: Provider, entity_id: str, said: Assertion) -> Identity:
    attributes = {name: list(values) for name, values in said.attributes.items()}
    return Identity(idp, said.subject, attributes, {"samlResponse": attributes}, entity_id)


def new_id(ctx: Ctx) -> str:
    """Of a message of ours: an xs:ID with 128 bits of chance (core, 1.3.4)."""
    return "_" + ctx.env.rng.text(32, _HEX)

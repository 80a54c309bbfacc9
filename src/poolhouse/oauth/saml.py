"""The SAML endpoints of a pool (behaviour file, 6.1): responses, logout, and our metadata.

What speaks SAML is imported with the first request that needs it: lxml and signxml take 0.2 s.
"""

from poolhouse.directory.clients import Client
from poolhouse.directory.providers import SAML, Provider
from poolhouse.errors import (
    ApiError,
    InvalidProviderUsername,
    InvalidState,
    NameChanged,
    OAuthError,
    OAuthServerError,
    OptionNotAvailable,
    ParameterMissing,
    RelayStateInvalid,
    SamlLogoutRefused,
    SamlRefused,
)
from poolhouse.federation import journey as journeys
from poolhouse.federation import link
from poolhouse.federation.journey import Journey
from poolhouse.http import parameters
from poolhouse.http.parameters import BadParameters
from poolhouse.http.response import Headers, Response
from poolhouse.oauth import activity, answers, callback, checks, errands, faces, federate
from poolhouse.oauth.checks import Authorization
from poolhouse.oauth.pages.endings import SignedOut
from poolhouse.oauth.visit import Visit
from poolhouse.store import saml_keys
from poolhouse.trail.activity import FEDERATION

_NONCE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_LONGEST_RELAY_STATE = 80  # bytes (bindings, 3.5.3); longer ones are ours alone


# Signing in


async def consume(visit: Visit) -> Response:
    """POST /saml2/idpresponse: an identity provider says who somebody is.

    RelayState is our journey, or, where the provider began, the authorization request as a query (6.8).
    """
    form = visit.form
    relay_state = form.get("RelayState", "")
    if "SAMLResponse" not in form:
        raise ParameterMissing("Required String parameter 'SAMLResponse' is not present")
    if not relay_state.startswith(f"{visit.pool.pool_id}."):
        return await _unasked(visit, form["SAMLResponse"], relay_state)
    journey = _opened(visit, relay_state)
    authorization, client, provider = await callback.returned(visit, journey)
    if provider.provider_type != SAML:
        raise RelayStateInvalid
    return await _signed_in(
        visit, authorization, client, provider, form["SAMLResponse"], journey.request_id, journey.nonce
    )


def _opened(visit: Visit, relay_state: str) -> Journey:
    try:
        return journeys.opened(visit.ctx("InitiateAuth"), relay_state, visit.cookie(journeys.COOKIE))
    except InvalidState:
        raise RelayStateInvalid from None


async def _unasked(visit: Visit, document: str, relay_state: str) -> Response:
    """Only where the provider has IDPInit=true. No browser is bound to it: that is what it means."""
    from poolhouse.federation.saml import details

    try:
        given = parameters.parse(relay_state)
    except BadParameters:
        raise RelayStateInvalid from None
    if "client_id" not in given:
        raise RelayStateInvalid
    authorization, client = await checks.authorization(visit, given)
    provider = federate.chosen(visit, authorization, client)
    if provider is None or provider.provider_type != SAML:
        raise OptionNotAvailable(client_id=client.client_id)
    if not details.says(provider.details, details.PROVIDER_BEGINS):
        raise RelayStateInvalid(client_id=client.client_id)
    nonce = visit.env.rng.text(43, _NONCE)
    return await _signed_in(visit, authorization, client, provider, document, None, nonce)


async def _signed_in(
    visit: Visit,
    authorization: Authorization,
    client: Client,
    provider: Provider,
    document: str,
    request_id: str | None,
    nonce: str,
) -> Response:
    """Back to the app, with a code or with the reason why not."""
    from poolhouse.federation.saml import flow

    ctx = visit.ctx("InitiateAuth", client)
    try:
        arrival = await flow.arrived(ctx, provider, errands.ours(visit), document, request_id)
        user = await link.sign_in(ctx, arrival.identity)
    except SamlRefused as error:
        activity.refused(visit, client, FEDERATION, error, provider.name)
        raise checks.to_app(authorization, OAuthServerError(error.description)) from error
    except ApiError as error:
        activity.refused(visit, client, FEDERATION, error, provider.name)
        raise checks.to_app(authorization, _refusal(error)) from error
    session = {
        "name_id": arrival.identity.subject,
        "name_format": arrival.name_format,
        "session_index": arrival.session_index,
    }
    return await callback.signed_in(visit, ctx, nonce, authorization, client, provider, user, **session)


def _refusal(error: ApiError) -> OAuthError:
    """What is wrong with a name or value has the prefix of SAML [E]; the rest is as after OIDC (6.3)."""
    if isinstance(error, InvalidProviderUsername):
        return OAuthServerError(NameChanged().description)
    if error.message.startswith("The value of the attribute"):
        return OAuthServerError(SamlRefused.described(error.message))
    return callback.refusal(error)


# Signing out


async def leave_to_sign_out(visit: Visit, federated: str, onward: str, headers: Headers) -> Response | None:
    """Send a browser that was signed out here to its provider, to be signed out there. None: nowhere to go.

    federated  `SsoSession.federated`
    onward     where the browser goes afterwards: an address that was checked
    """
    session = callback.provider_session(federated)
    provider = visit.snapshot.providers.get(session.get("provider", ""))
    if provider is None or provider.provider_type != SAML or "name_id" not in session:
        return None
    from poolhouse.federation.saml import sign_out

    cookie = federate.browser(visit)
    try:
        errand = await sign_out.begin(
            visit.ctx("InitiateAuth"), provider, errands.ours(visit), session, cookie, onward
        )
    except ApiError:
        return None  # its metadata cannot be had: signed out here is better than an error
    if errand is None:
        return None
    cookies = (*headers, *visit.set_cookie(journeys.COOKIE, cookie, cross_site=True))
    return await errands.carried(visit, errand, provider, cookies)


async def sign_out(visit: Visit) -> Response:
    """POST /saml2/logout: a provider's answer to our request, or a request of its own."""
    form = visit.form
    try:
        if "SAMLRequest" in form:
            return await _asked_to_sign_out(visit, form["SAMLRequest"], form.get("RelayState", ""))
        if "SAMLResponse" in form:
            return await _signed_out(visit, form["SAMLResponse"], form.get("RelayState", ""))
    except SamlRefused as error:
        raise SamlLogoutRefused(error.message) from error
    except ApiError as error:
        raise SamlLogoutRefused from error
    raise ParameterMissing("Required String parameter 'SAMLResponse' is not present")


async def _signed_out(visit: Visit, document: str, relay_state: str) -> Response:
    from poolhouse.federation.saml import sign_out

    journey = _opened(visit, relay_state)
    provider = visit.snapshot.providers.get(journey.provider)
    if not journey.onward or provider is None or provider.provider_type != SAML:
        raise RelayStateInvalid
    ctx = visit.ctx("InitiateAuth")
    await sign_out.check_answer(ctx, provider, errands.ours(visit), document, journey)
    await journeys.spend(ctx, journey)
    return answers.redirect(journey.onward)


async def _asked_to_sign_out(visit: Visit, document: str, relay_state: str) -> Response:
    from poolhouse.federation.saml import sign_out

    if len(relay_state.encode()) > _LONGEST_RELAY_STATE:
        raise RelayStateInvalid
    ctx, ours = visit.ctx("InitiateAuth"), errands.ours(visit)
    who = await sign_out.asker(ctx, ours, document)
    await sign_out.end_sessions(ctx, who)
    errand = await sign_out.answer(ctx, ours, who, relay_state)
    if errand is None:
        return await faces.shown(visit, SignedOut())
    return await errands.carried(visit, errand, who.idp, ())


# Our metadata


async def metadata(visit: Visit) -> Response:
    """GET /saml2/metadata, which AWS does not have: what an identity provider needs to know of us."""
    from poolhouse.federation.saml import details, service_provider

    ctx = visit.ctx("GetSigningCertificate")
    signing = await saml_keys.of_pool(ctx, saml_keys.SIGNING)
    encryption = await saml_keys.of_pool(ctx, saml_keys.ENCRYPTION)
    theirs = [each for each in visit.snapshot.providers.values() if each.provider_type == SAML]
    signs = bool(theirs) and all(details.ALGORITHM in each.details for each in theirs)
    document = service_provider.metadata(
        errands.ours(visit), signing.certificate, encryption.certificate, signs=signs
    )
    content = ((b"content-type", b"application/samlmetadata+xml"), *answers.NO_STORE)
    return Response(200, content, document)

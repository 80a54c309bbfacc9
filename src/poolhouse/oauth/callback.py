"""/oauth2/idpresponse: somebody comes back from an OIDC or social provider (behaviour file, 6.1 and 6.3)."""

from collections.abc import Mapping
from typing import NoReturn

import msgspec

from poolhouse.auth.completion import Authenticated
from poolhouse.context import Ctx
from poolhouse.directory import assurance
from poolhouse.directory.clients import Client
from poolhouse.directory.providers import SAML, Provider
from poolhouse.directory.users import User
from poolhouse.errors import (
    AccessDeniedByUser,
    ApiError,
    InvalidOAuthRequest,
    InvalidState,
    OAuthError,
    OptionNotAvailable,
    UserLambdaValidation,
)
from poolhouse.federation import journey as journeys
from poolhouse.federation import link
from poolhouse.federation.journey import Journey
from poolhouse.federation.link import Identity
from poolhouse.federation.oidc import flow
from poolhouse.http import parameters
from poolhouse.http.parameters import Parameters
from poolhouse.http.response import Response
from poolhouse.oauth import activity, checks, finish, pool_rules
from poolhouse.oauth.checks import Authorization
from poolhouse.oauth.federate import CALLBACK, enabled
from poolhouse.oauth.visit import Visit
from poolhouse.trail.activity import FEDERATION

_LONGEST = 300  # characters of a provider's description that go on to the app


async def by_query(visit: Visit) -> Response:
    """GET, as every provider but Apple answers."""
    return await _callback(visit, visit.query)


async def by_form(visit: Visit) -> Response:
    """POST: the answer of a provider with `response_mode=form_post`."""
    return await _callback(visit, visit.form)


async def _callback(visit: Visit, given: Parameters) -> Response:
    """Whatever goes wrong before the journey is ours is a page; from then on the app is told."""
    journey = journeys.opened(
        visit.ctx("InitiateAuth"), given.get("state", ""), visit.cookie(journeys.COOKIE)
    )
    authorization, client, provider = await returned(visit, journey)
    if provider.provider_type == SAML:
        raise InvalidState
    ctx = visit.ctx("InitiateAuth", client)
    if "code" not in given:
        _tell(authorization, given)
    try:
        identity = await flow.identity(ctx, provider, journey, given, visit.url(CALLBACK))
        user = await link.sign_in(ctx, identity)
    except ApiError as error:
        activity.refused(visit, client, FEDERATION, error, provider.name)
        raise checks.to_app(authorization, refusal(error)) from error
    assured = _assured(visit, authorization, provider, identity)
    return await signed_in(visit, ctx, journey.nonce, authorization, client, provider, user, assured=assured)


def _assured(visit: Visit, authorization: Authorization, provider: Provider, identity: Identity) -> str:
    """`Authenticated.claims`: what the provider vouches for, where the app asked and levels are mapped."""
    if not provider.acr_mapping or not pool_rules.levels(visit, authorization.acr_values):
        return "{}"
    return assurance.vouched(visit.pool, provider.acr_mapping, identity.said["idToken"].get("acr"))


async def returned(visit: Visit, journey: Journey) -> tuple[Authorization, Client, Provider]:
    """What the journey was for, checked anew; the journey is good no more.

    Raises `InvalidState` where it was spent, and `PageError` where client or provider are not what they were.
    """
    await journeys.spend(visit.ctx("InitiateAuth"), journey)
    authorization, client = await checks.authorization(visit, parameters.parse(journey.query))
    for provider in enabled(visit, client):
        if provider.name == journey.provider:
            return authorization, client, provider
    raise OptionNotAvailable(client_id=client.client_id)


async def signed_in(
    visit: Visit,
    ctx: Ctx,
    nonce: str,
    authorization: Authorization,
    client: Client,
    provider: Provider,
    user: User,
    *,
    assured: str = "{}",
    **session: str,
) -> Response:
    """The end of a sign-in with a provider. Tokens have a nonce of ours where the app gave none (4.1).

    nonce    of ours
    assured  `Authenticated.claims`
    session  what SAML needs to sign the user out again: NameID and session index
    """
    if not authorization.nonce:
        authorization = msgspec.structs.replace(authorization, nonce=nonce)
    who = Authenticated(user, visit.env.rng.uuid(), ctx.now, assured)
    federated = msgspec.json.encode({"provider": provider.name, **session}).decode()
    answer = await finish.finished(visit, authorization, client, who, federated=federated)
    activity.succeeded(visit, client, FEDERATION, provider.name)
    return answer


def provider_session(federated: str) -> Mapping[str, str]:
    """What `signed_in` stored as `SsoSession.federated`; nothing where a sign-in was native."""
    return dict(msgspec.json.decode(federated)) if federated else {}


def refusal(error: ApiError) -> OAuthError:
    """What the app is told (6.3); after what a function said, a blank [E]."""
    end = " " if isinstance(error, UserLambdaValidation) else ""
    return InvalidOAuthRequest(error.message.strip() + end)


def _tell(authorization: Authorization, given: Parameters) -> NoReturn:
    """The provider refused, or the user did: its own words go on to the app; the exact query is [K]."""
    said = "".join(letter for letter in given.get("error_description", "") if letter.isprintable())
    if given.get("error") == "access_denied":
        raise checks.to_app(authorization, AccessDeniedByUser(said[:_LONGEST]))
    raise checks.to_app(
        authorization, InvalidOAuthRequest(said[:_LONGEST] or given.get("error", "")[:_LONGEST])
    )

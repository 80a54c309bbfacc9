"""A sign-in with an OIDC or social provider: the way there, and who comes back."""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from poolhouse.context import Ctx
from poolhouse.directory.providers import Provider
from poolhouse.errors import IssuerMismatch, SubjectMissing
from poolhouse.federation import journey as journeys
from poolhouse.federation.journey import Journey
from poolhouse.federation.link import Identity
from poolhouse.federation.oidc import exchange, id_token, request, upstream, user_info
from poolhouse.federation.oidc.upstream import Upstream

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
# Of the token response, what InboundFederation is told (5.2).
_TOLD = ("access_token", "token_type", "expires_in")
_LONGEST_NAME = 256


async def begin(
    ctx: Ctx,
    provider: Provider,
    query: str,
    cookie: str,
    redirect_uri: str,
    *,
    prompt: Collection[str] = (),
    login_hint: str = "",
    acr_values: Collection[str] = (),
) -> str:
    """The address at the provider that the browser goes to. Raises `IssuerUnreachable`.

    query   the authorization request, which comes back with the browser
    cookie  of this browser (`journey.COOKIE`)
    """
    there = await upstream.of_provider(ctx.env, provider)
    rng = ctx.env.rng
    begun = journeys.begin(
        ctx,
        query,
        provider.name,
        cookie,
        nonce=rng.text(43, _ALPHABET),
        verifier=rng.text(64, _ALPHABET),
    )
    state = journeys.seal(ctx, begun)
    return request.address(
        there, begun, state, redirect_uri, prompt=prompt, login_hint=login_hint, acr_values=acr_values
    )


async def identity(
    ctx: Ctx, provider: Provider, journey: Journey, answer: Mapping[str, str], redirect_uri: str
) -> Identity:
    """Who comes back from the provider, once everything that it says holds. Raises `ApiError`.

    answer  the parameters of the authorization response, with a `code`
    """
    there = await upstream.of_provider(ctx.env, provider)
    check_issuer(there, answer)
    tokens = await exchange.tokens(ctx, there, journey, answer["code"], redirect_uri)
    proven: dict[str, Any] = {}
    if there.issuer:
        proven = await id_token.verified(
            ctx.env, there, tokens.get("id_token"), journey.nonce, tokens["access_token"]
        )
    info = await user_info.claims(ctx, there, tokens["access_token"], proven.get("sub", ""))
    named = _named(answer) if there.names_in_browser else {}
    claims = {**named, **info, **proven}
    said = {
        "tokenResponse": {name: tokens[name] for name in _TOLD if name in tokens},
        "idToken": proven,
        "userInfo": info,
    }
    return Identity(provider, subject_of(there, claims), claims, said)


def check_issuer(there: Upstream, answer: Mapping[str, str]) -> None:
    """An answer of another provider than the one we asked is refused (RFC 9207, section 2.4)."""
    said = answer.get("iss")
    if said is None and not there.says_issuer:
        return
    if said != there.issuer:
        raise IssuerMismatch


def subject_of(there: Upstream, claims: Mapping[str, Any]) -> str:
    subject = claims.get(there.subject)
    if isinstance(subject, bool) or not isinstance(subject, str | int) or subject == "":
        raise SubjectMissing
    return str(subject)


def _named(answer: Mapping[str, str]) -> dict[str, str]:
    """The name that Apple sends once, in the browser: nobody vouches for it, so it is a name and no more."""
    try:
        user = msgspec.json.decode(answer.get("user", "{}"))
    except (msgspec.DecodeError, RecursionError):
        return {}
    name = user.get("name") if isinstance(user, dict) else None
    if not isinstance(name, dict):
        return {}
    return {
        member: name[member][:_LONGEST_NAME]
        for member in ("firstName", "lastName")
        if isinstance(name.get(member), str)
    }

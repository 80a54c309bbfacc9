"""Logins of social providers: ID tokens of Google and Apple, access tokens of Facebook and Amazon (1.18).

An access token says nothing itself, so its provider is asked whose it is, and for which app it was made: a
token for another app is another app's.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

from poolhouse.context import Ctx
from poolhouse.directory.login_providers import LoginProvider
from poolhouse.directory.logins import Login
from poolhouse.errors import (
    ApiError,
    ExternalService,
    LoginProviderNotSupported,
    LoginUnverified,
    ProviderAnswered,
    UserInfoTimeout,
)
from poolhouse.federation import social
from poolhouse.federation.oidc import calls
from poolhouse.identity.logins import claims as said
from poolhouse.identity.logins import signed_tokens
from poolhouse.identity.logins.signed_tokens import Signer

_FACEBOOK_APP = "https://graph.facebook.com/{api_version}/app?fields=id&access_token="
_FACEBOOK_USER = "https://graph.facebook.com/{api_version}/me?fields=id,name,email&access_token="
_AMAZON_TOKEN = "https://api.amazon.com/auth/o2/tokeninfo?access_token="
# Google has always signed with either name.
_GOOGLE_ALSO = "accounts.google.com"
_SERVER_FAULT = 500


async def verified(ctx: Ctx, provider: LoginProvider, token: str) -> Login:
    """Raises a `LoginRefused`, `LoginProviderNotSupported` and `ExternalService`."""
    return await _VERIFY[provider.source](ctx, provider, token)


async def _by_id_token(ctx: Ctx, provider: LoginProvider, token: str) -> Login:
    row = social.at(ctx.env, provider.source, {})
    also = (_GOOGLE_ALSO,) if provider.source == "Google" else ()
    said.check_issuer(ctx, token, (row.issuer, *also))
    claims = await signed_tokens.verified(ctx, Signer(provider.name, row.jwks_uri), token)
    client = said.audience(claims, provider.audiences)
    said.check_times(claims, ctx.now)
    return Login(provider.name, said.subject(claims), client, client, claims)


async def _of_facebook(ctx: Ctx, provider: LoginProvider, token: str) -> Login:
    app = await _asked(ctx, provider, _FACEBOOK_APP, token)
    if app.get("id") not in provider.audiences:
        raise LoginProviderNotSupported
    user = await _asked(ctx, provider, _FACEBOOK_USER, token)
    claims = {**user, "sub": user.get("id"), "aud": app["id"]}
    return Login(provider.name, said.subject(claims), app["id"], app["id"], claims)


async def _of_amazon(ctx: Ctx, provider: LoginProvider, token: str) -> Login:
    """`aud` is the client and `app_id` the application it is of: a pool may name either."""
    about = await _asked(ctx, provider, _AMAZON_TOKEN, token)
    names = [about.get("aud"), about.get("app_id")]
    app = next((name for name in names if isinstance(name, str) and name in provider.audiences), None)
    if app is None:
        raise LoginProviderNotSupported
    claims = {**about, "sub": about.get("user_id"), "aud": app}
    return Login(provider.name, said.subject(claims), app, app, claims)


async def _asked(ctx: Ctx, provider: LoginProvider, url: str, token: str) -> dict[str, Any]:
    """What the provider says of a token. A no is the token's fault, silence the provider's."""
    address = social.address(ctx.env, provider.source, url) + quote(token, safe="")
    try:
        answer = await calls.send(ctx.env, "GET", address, {}, b"", late=UserInfoTimeout)
        if answer.status >= _SERVER_FAULT:
            raise ExternalService(provider=provider.name)
        return calls.document(provider.source, answer)
    except ProviderAnswered as error:
        raise LoginUnverified from error
    except ExternalService:
        raise
    except ApiError as error:
        raise ExternalService(provider=provider.name) from error


_VERIFY: Mapping[str, Callable[[Ctx, LoginProvider, str], Awaitable[Login]]] = {
    "Google": _by_id_token,
    "SignInWithApple": _by_id_token,
    "Facebook": _of_facebook,
    "LoginWithAmazon": _of_amazon,
}

"""The member Logins of a request, verified: what cannot be proven is refused, with the first reason."""

from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module

from poolhouse.context import Ctx
from poolhouse.directory import login_providers
from poolhouse.directory.login_providers import LoginProvider
from poolhouse.directory.logins import Login
from poolhouse.errors import LoginOfIdentityPool, LoginProviderNotSupported, LoginsLinkedElsewhere
from poolhouse.identity.logins import user_pools

Verify = Callable[[Ctx, LoginProvider, str], Awaitable[Login]]

# The module for a kind, brought by the first login of it: JOSE and XML for others' tokens take a quarter of
# a second. Developers prove their users themselves: with a signature, never in a public call.
_OF_OTHERS: Mapping[str, str] = {
    login_providers.OIDC: "poolhouse.identity.logins.oidc",
    login_providers.SOCIAL_PROVIDER: "poolhouse.identity.logins.social",
    login_providers.SAML: "poolhouse.identity.logins.saml",
}


async def verified(ctx: Ctx, given: Mapping[str, str]) -> tuple[Login, ...]:
    """The logins, in the order of the request. Raises a `LoginRefused`, `LoginProviderNotSupported`,
    `LoginsLinkedElsewhere` (two users of one provider) and `ExternalService`.

    given  tokens by provider name
    """
    host = login_providers.host_of(ctx.env.settings.public_url)
    found: dict[str, Login] = {}
    for key, token in given.items():
        login = await _one(ctx, login_providers.canonical(key, host), token)
        if found.setdefault(login.provider, login) != login:
            raise LoginsLinkedElsewhere
    return tuple(found.values())


async def _one(ctx: Ctx, name: str, token: str) -> Login:
    if name == login_providers.SELF:
        raise LoginOfIdentityPool
    provider = ctx.identity_pool.providers.get(name)
    if provider is None:
        raise LoginProviderNotSupported
    if provider.kind == login_providers.USER_POOL:
        return await user_pools.verified(ctx, provider, token)
    if provider.kind not in _OF_OTHERS:
        raise LoginProviderNotSupported
    verify: Verify = import_module(_OF_OTHERS[provider.kind]).verified
    return await verify(ctx, provider, token)

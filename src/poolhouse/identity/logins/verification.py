"""The member Logins of a request, verified: what cannot be proven is refused, with the first reason."""

from collections.abc import Awaitable, Callable, Mapping

from poolhouse.context import Ctx
from poolhouse.directory import login_providers
from poolhouse.directory.login_providers import LoginProvider
from poolhouse.directory.logins import Login
from poolhouse.errors import LoginOfIdentityPool, LoginProviderNotSupported, LoginsLinkedElsewhere
from poolhouse.identity.logins import social, user_pools

Verify = Callable[[Ctx, LoginProvider, str], Awaitable[Login]]

# Developers prove their users themselves: with a signature, never in a public call.
_VERIFY: Mapping[str, Verify] = {
    login_providers.USER_POOL: user_pools.verified,
    login_providers.SOCIAL_PROVIDER: social.verified,
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
    if provider is None or provider.kind not in _VERIFY:
        raise LoginProviderNotSupported
    return await _VERIFY[provider.kind](ctx, provider, token)

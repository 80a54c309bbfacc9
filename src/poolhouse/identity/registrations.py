"""Can the logins of a provider be verified? Asked when it is given to a pool, not at the first login."""

from collections.abc import Iterable

from poolhouse.context import Ctx
from poolhouse.directory import login_providers
from poolhouse.directory.login_providers import LoginProvider
from poolhouse.errors import ClientNotFound, IdentityProviderUnusable, NotSupportedYet
from poolhouse.store import snapshots


async def check(ctx: Ctx, providers: Iterable[LoginProvider]) -> None:
    """Raises `IdentityProviderUnusable`."""
    for provider in providers:
        if provider.kind == login_providers.USER_POOL:
            await _check_clients(ctx, provider)
        if provider.kind in (login_providers.OIDC, login_providers.SAML):
            raise NotSupportedYet(setting=f"the provider {provider.source}")


async def _check_clients(ctx: Ctx, provider: LoginProvider) -> None:
    """They are app clients of a user pool that is here."""
    for client_id in provider.audiences:
        try:
            await snapshots.of_client(ctx.env, client_id, provider.source)
        except ClientNotFound:
            why = f"the user pool has no app client {client_id}, or is not here."
            raise IdentityProviderUnusable(name=provider.name, why=why) from None

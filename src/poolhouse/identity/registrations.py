"""Can the logins of a provider be verified? Asked when it is given to a pool, not at the first login."""

from collections.abc import Iterable

from poolhouse.context import Ctx
from poolhouse.directory import login_providers
from poolhouse.directory.login_providers import LoginProvider
from poolhouse.errors import ClientNotFound, IdentityProviderUnusable
from poolhouse.store import iam_providers, snapshots


async def check(ctx: Ctx, providers: Iterable[LoginProvider]) -> None:
    """Raises `IdentityProviderUnusable`."""
    for provider in providers:
        if provider.kind == login_providers.USER_POOL:
            await _check_clients(ctx, provider)
        elif provider.kind in (login_providers.OIDC, login_providers.SAML):
            await _check_registration(ctx, provider)


async def _check_clients(ctx: Ctx, provider: LoginProvider) -> None:
    """They are app clients of a user pool that is here."""
    for client_id in provider.audiences:
        try:
            await snapshots.of_client(ctx.env, client_id, provider.source)
        except ClientNotFound:
            why = f"the user pool has no app client {client_id}, or is not here."
            raise IdentityProviderUnusable(name=provider.name, why=why) from None


async def _check_registration(ctx: Ctx, provider: LoginProvider) -> None:
    """The account has registered it, so its keys or its certificates are known."""
    name, account = provider.source, ctx.env.settings.account_id
    found = await ctx.env.db.read(lambda tx: iam_providers.by_name(tx, name.partition(f"::{account}:")[2]))
    if found is None:
        raise IdentityProviderUnusable(name=name, why="the account has not registered it.")

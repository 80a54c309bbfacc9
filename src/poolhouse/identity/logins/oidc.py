"""ID tokens of the OIDC providers that the account has registered (behaviour file, 1.18)."""

from poolhouse.context import Ctx
from poolhouse.directory.login_providers import LoginProvider
from poolhouse.directory.logins import Login
from poolhouse.errors import ExternalService, IssuerUnreachable, LoginProviderNotSupported
from poolhouse.federation.oidc import discovery
from poolhouse.identity.logins import claims as said
from poolhouse.identity.logins import signed_tokens
from poolhouse.identity.logins.signed_tokens import Signer
from poolhouse.store import iam_providers


async def verified(ctx: Ctx, provider: LoginProvider, token: str) -> Login:
    """Checked: form, issuer, signature by a key of the issuer's, audience, expiry.

    Raises a `LoginRefused`, `LoginProviderNotSupported` (also where the registration is gone) and
    `ExternalService`.
    """
    registered = await iam_providers.living(ctx.env, provider.source)
    if registered is None:
        raise LoginProviderNotSupported
    said.check_issuer(ctx, token, (registered.url,))
    try:
        jwks_uri = await discovery.keys_of_issuer(ctx.env, registered.url)
    except IssuerUnreachable as error:
        raise ExternalService(provider=provider.name) from error
    claims = await signed_tokens.verified(ctx, Signer(provider.name, jwks_uri), token)
    client = said.audience(claims, registered.client_ids)
    said.check_times(claims, ctx.now)
    return Login(provider.name, said.subject(claims), client, client, claims)

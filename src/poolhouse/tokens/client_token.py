"""Access tokens of app clients themselves: nobody has signed in (behaviour file, 4.2 and 6.9)."""

from collections.abc import Mapping, Sequence
from typing import Any

from poolhouse.context import Ctx
from poolhouse.directory import resource_servers
from poolhouse.directory import scopes as scope_rules
from poolhouse.ports import SECOND
from poolhouse.tokens import claims, overridden
from poolhouse.tokens import issue as user_tokens
from poolhouse.triggers import pre_token_generation


def allowed_scopes(ctx: Ctx) -> tuple[str, ...]:
    """Those of the client that belong to resource servers; a deleted one is ignored (6.9)."""
    servers = ctx.snapshot.resource_servers if ctx.snapshot else ()
    living = resource_servers.living(ctx.client.scopes, servers)
    return tuple(scope for scope in living if scope not in scope_rules.STANDARD)


async def issue(ctx: Ctx, scopes: Sequence[str], metadata: Mapping[str, str]) -> dict[str, Any]:
    """AccessToken, ExpiresIn and TokenType. Raises as a trigger does.

    metadata  for the pool's function
    """
    override = await pre_token_generation.for_client(ctx, scopes, metadata)
    said = claims.client_claims(ctx.client, user_tokens.issuer(ctx), scopes, ctx.now, ctx.env.rng.uuid())
    return {
        "AccessToken": ctx.keys.access_key.sign(overridden.access_token(said, override)),
        "ExpiresIn": ctx.client.access_validity // SECOND,
        "TokenType": "Bearer",
    }

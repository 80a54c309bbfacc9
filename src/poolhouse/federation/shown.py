"""A token of a provider that somebody shows us to have it exchanged: no request of ours led to it (1.2)."""

from msgspec import Struct

from poolhouse.context import Ctx
from poolhouse.errors import ForeignTokenUsed
from poolhouse.federation.link import Identity
from poolhouse.ports import Instant, Tx
from poolhouse.store import sessions


class Shown(Struct, frozen=True):
    """One that was verified, and is not used up yet.

    issuer      who calls them by `identity.subject`: `iss`, or the entity id
    once        what makes it good once (`sessions.spend_once`)
    proven_at   when they proved to the provider who they are
    good_until  when it is good no more
    """

    identity: Identity
    issuer: str
    once: str
    proven_at: Instant
    good_until: Instant


async def spend(ctx: Ctx, shown: Shown) -> None:
    """Use it up. Raises `ForeignTokenUsed` for all who show it but the first."""

    async def write(tx: Tx) -> bool:
        return await sessions.spend_once(tx, ctx.pool.pool_id, shown.once, shown.good_until)

    if not await ctx.env.db.run_singly(write):
        raise ForeignTokenUsed

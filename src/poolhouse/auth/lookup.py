"""Whom an operation is about: for administrators a user, for the public a user or a decoy."""

from collections.abc import Callable

from poolhouse.auth import credentials
from poolhouse.context import Ctx
from poolhouse.directory.users import User
from poolhouse.errors import ApiError, UserClientNotFound, UserNotFound
from poolhouse.ports import Tx
from poolhouse.store import users


async def for_admin(tx: Tx, ctx: Ctx, name: str) -> User:
    """The user by any name, `sub` included. Raises `UserNotFound`."""
    user = await users.by_any_name(tx, ctx.pool, name)
    if user is None:
        raise UserNotFound
    return user


async def for_public(tx: Tx, ctx: Ctx, name: str, refusal: Callable[[User], ApiError | None]) -> User | None:
    """The user whom anybody may name, unless `refusal` says why the operation is not for that user.

    Where the client hides users, None stands for nobody and for a user who is refused, and both take
    as many statements. Elsewhere `UserClientNotFound` or the refusal is raised.
    """
    user = await users.by_name(tx, ctx.pool, name)
    ctx.trail.about(principal(ctx, user, name), name)
    hidden = ctx.client.hides_users
    if user is None and not hidden:
        raise UserClientNotFound
    if user is None:
        return await users.with_credential(tx, ctx.pool.pool_id, credentials.decoy_sub(ctx, name))
    refused = refusal(user)
    if refused is None:
        return user
    if not hidden:
        raise refused
    return None


def principal(ctx: Ctx, user: User | None, name: str) -> str:
    """Whose limits and codes they are: the user's, or those of the decoy for the name."""
    return credentials.decoy_sub(ctx, name) if user is None else user.sub

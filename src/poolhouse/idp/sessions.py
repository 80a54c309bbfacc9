"""Sign-ins of users, where the pool keeps track of them: settings, lists, revocation (1.3)."""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from poolhouse.auth import lookup
from poolhouse.context import Ctx
from poolhouse.directory import plans, session_settings, user_agents
from poolhouse.directory.session_settings import SessionSettings
from poolhouse.directory.users import User
from poolhouse.errors import InvalidPageToken, OwnSession, SessionNotFound, SessionsNotTracked
from poolhouse.ports import Row, Tx
from poolhouse.store import clients, pools, snapshots, user_sessions
from poolhouse.wire.operations import operation

Request = dict[str, Any]
Response = dict[str, Any]


@operation("SetUserPoolSessionConfiguration")
async def set_user_pool_session_configuration(ctx: Ctx, req: Request) -> Response:
    """Whether sign-ins are tracked, and how many of one user."""
    tracked, most = req["UserSessionTracking"] == "ENABLED", req["TokenSession"]["MaxPerUser"]
    settings = await _changed(ctx, lambda old: replace(old, tracked=tracked, most=most))
    return _of_pool(ctx, settings)


@operation("GetUserPoolSessionConfiguration")
async def get_user_pool_session_configuration(ctx: Ctx, req: Request) -> Response:
    """The settings in force."""
    return _of_pool(ctx, await _stored(ctx))


@operation("SetUserPoolClientSessionConfiguration")
async def set_user_pool_client_session_configuration(ctx: Ctx, req: Request) -> Response:
    """For how many minutes a browser stays signed in for the client."""
    client_id, minutes = req["ClientId"], req["SSOSession"]["MaxValidityMinutes"]

    async def change(tx: Tx) -> None:
        row = await pools.begin_change(tx, ctx.pool.pool_id)
        config = msgspec.json.decode(row["config"])
        plans.require(ctx.env.settings, config, plans.SESSIONS)
        settings = session_settings.from_config(config)
        if not settings.tracked:
            raise SessionsNotTracked
        await clients.of_pool(tx, ctx.pool.pool_id, client_id)
        kept = replace(settings, minutes={**settings.minutes, client_id: minutes})
        config[session_settings.CONFIG] = kept.to_config()
        await pools.replace(tx, ctx.pool.pool_id, row["name"], config, ctx.now)

    await ctx.env.db.run(change)
    snapshots.forget(ctx.env, ctx.pool.pool_id)
    return _of_client(ctx, client_id, minutes)


@operation("GetUserPoolClientSessionConfiguration")
async def get_user_pool_client_session_configuration(ctx: Ctx, req: Request) -> Response:
    """The setting in force; an hour where none was made."""

    async def exists(tx: Tx) -> None:
        await clients.of_pool(tx, ctx.pool.pool_id, req["ClientId"])

    await ctx.env.db.read(exists)
    return _of_client(ctx, req["ClientId"], (await _stored(ctx)).minutes_for(req["ClientId"]))


@operation("ListUserSessions")
async def list_user_sessions(ctx: Ctx, req: Request) -> Response:
    """The sign-ins of the user who asks."""
    return await _listed(ctx, req, ctx.user, str(ctx.caller.claims.get("origin_jti", "")))


@operation("AdminListUserSessions")
async def admin_list_user_sessions(ctx: Ctx, req: Request) -> Response:
    """The sign-ins of a user."""
    return await _listed(ctx, req, await _named(ctx, req["Username"]), "")


@operation("RevokeUserSession")
async def revoke_user_session(ctx: Ctx, req: Request) -> Response:
    """End another sign-in of the user who asks, not this one."""
    _tracking(ctx)
    own, session_id = str(ctx.caller.claims.get("origin_jti", "")), req["SessionId"]

    async def revoke(tx: Tx) -> None:
        rows = await user_sessions.of_tokens(tx, ctx.pool.pool_id, ctx.user.sub, ctx.now)
        if any(row["session_id"] == session_id and row["family_id"] == own for row in rows):
            raise OwnSession
        await _revoke(tx, ctx, ctx.user, req)

    await ctx.env.db.run(revoke)
    return {}


@operation("AdminRevokeUserSession")
async def admin_revoke_user_session(ctx: Ctx, req: Request) -> Response:
    """End a sign-in of a user."""
    _tracking(ctx)
    user = await _named(ctx, req["Username"])

    async def revoke(tx: Tx) -> None:
        await _revoke(tx, ctx, user, req)

    await ctx.env.db.run(revoke)
    return {}


async def _revoke(tx: Tx, ctx: Ctx, user: User, req: Request) -> None:
    linked = req.get("RevokeAssociatedSessions") == "LINKED"
    key = (ctx.pool.pool_id, user.sub, req["SessionId"])
    if not await user_sessions.revoke(tx, *key, ctx.now, linked=linked):
        raise SessionNotFound


async def _listed(ctx: Ctx, req: Request, user: User, own_family: str) -> Response:
    """One page has them all, so no page has a next one."""
    _tracking(ctx)
    if "NextToken" in req:
        raise InvalidPageToken

    async def read(tx: Tx) -> list[Response]:
        tokens = await user_sessions.of_tokens(tx, ctx.pool.pool_id, user.sub, ctx.now)
        browsers = await user_sessions.of_browsers(tx, ctx.pool.pool_id, user.sub, ctx.now)
        return [
            *(_described(row, "TOKEN", current=row["family_id"] == own_family) for row in tokens),
            *(_described(row, "SSO", current=False) for row in browsers),
        ]

    return {"Sessions": (await ctx.env.db.read(read))[: user_sessions.MOST_LISTED]}


def _described(row: Row, kind: str, *, current: bool) -> Response:
    """Where on earth the address is, is not known, and left out."""
    found: Response = {
        "SessionId": row["session_id"],
        "SessionType": kind,
        "ClientId": row["client_id"],
        "CreateDate": row["created_at"],
        "LastActiveDate": row["active_at"],
        "DeviceType": row["device"] or user_agents.UNKNOWN,
        "IsCurrentSession": current,
    }
    if row["address"]:
        found["LastIPAddress"] = row["address"]
    if kind == "TOKEN" and row["origin_session"]:
        found["OriginSessionId"] = row["origin_session"]
    return found


async def _named(ctx: Ctx, name: str) -> User:
    async def find(tx: Tx) -> User:
        return await lookup.for_admin(tx, ctx, name)

    return await ctx.env.db.read(find)


def _tracking(ctx: Ctx) -> None:
    if not ctx.pool.sessions.tracked:
        raise SessionsNotTracked


async def _changed(ctx: Ctx, change: Callable[[SessionSettings], SessionSettings]) -> SessionSettings:
    pool_id = ctx.pool.pool_id

    async def write(tx: Tx) -> SessionSettings:
        row = await pools.begin_change(tx, pool_id)
        config = msgspec.json.decode(row["config"])
        settings = change(session_settings.from_config(config))
        if settings.tracked:
            plans.require(ctx.env.settings, config, plans.SESSIONS)
        config[session_settings.CONFIG] = settings.to_config()
        await pools.replace(tx, pool_id, row["name"], config, ctx.now)
        return settings

    settings = await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    return settings


async def _stored(ctx: Ctx) -> SessionSettings:
    async def read(tx: Tx) -> SessionSettings:
        row = await pools.by_id(tx, ctx.pool.pool_id)
        return session_settings.from_config(msgspec.json.decode(row["config"])) if row else SessionSettings()

    return await ctx.env.db.read(read)


def _of_pool(ctx: Ctx, settings: SessionSettings) -> Response:
    return {
        "UserPoolId": ctx.pool.pool_id,
        "UserSessionTracking": "ENABLED" if settings.tracked else "DISABLED",
        "TokenSession": {"MaxPerUser": settings.most},
    }


def _of_client(ctx: Ctx, client_id: str, minutes: int) -> Response:
    return {
        "UserPoolId": ctx.pool.pool_id,
        "ClientId": client_id,
        "SSOSession": {"MaxValidityMinutes": minutes},
    }

"""Whence and with what an attempt comes: by the connection, and by what the caller may say (7.2).

An administrator's server says it all in ContextData; its own address is not the user's. An app client with a
secret that has EnablePropagateAdditionalUserContextData may name the user's address. Everybody may send
EncodedData.
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from poolhouse.context import Ctx
from poolhouse.directory import address_ranges, encoded_data, user_agents
from poolhouse.directory.encoded_data import Device, Unbelievable
from poolhouse.directory.events import Seen
from poolhouse.ports import Place

# A server that sends what cannot be believed has its event not scored, as 7.2 has it. Whoever has proven
# nothing must not be able to turn the assessment off: of the public, what cannot be believed is passed over
# [K].
SERVERS_ALONE_ARE_EXCUSED = True

_NOWHERE = Place()
_UNTOLD = Device("", "", "", "")
_LONGEST = 256  # characters of a header
_NAMELESS = "-"


def seen(ctx: Ctx) -> Seen:
    """Worked out once for each request, and kept in its trail."""
    found = ctx.trail.seen
    if found is None:
        found = ctx.trail.seen = _seen(ctx)
    return found


def on_device(ctx: Ctx, device_key: str) -> None:
    """It comes from this device of the user, or is offered to become one; an id of its own stays in force."""
    found = seen(ctx)
    if device_key and not found.device_key:
        ctx.trail.seen = replace(found, device_key=device_key)


def place(ctx: Ctx, address: str) -> Place:
    return ctx.env.atlas.of(address) if ctx.env.atlas and address else _NOWHERE


def _seen(ctx: Ctx) -> Seen:
    address, scored = _address(ctx)
    device, believed = _device(ctx)
    where = place(ctx, address)
    user_agent = device.user_agent or _user_agent(ctx)
    return Seen(
        address=address,
        user_agent=user_agent,
        device_name=device.name or user_agents.device(user_agent),
        device_key=device.device_id,
        timezone=device.timezone,
        country=where.country,
        city=where.city,
        network=where.network,
        scored=scored and believed,
    )


def _address(ctx: Ctx) -> tuple[str, bool]:
    """The user's address, and whether an assessment may rely on it.

    Of an administrator's call without ContextData nothing is known, and so it is not scored [K].
    """
    told = ctx.told.data.get("IpAddress", "")
    if ctx.told.by_admin:
        found = address_ranges.plain(told)
        return found, bool(found)
    if told and _may_propagate(ctx):
        found = address_ranges.plain(told)
        return found, bool(found)
    return address_ranges.plain(ctx.address), True


def _may_propagate(ctx: Ctx) -> bool:
    client = ctx.app_client
    return client is not None and client.propagates_context and bool(client.secrets)


def _device(ctx: Ctx) -> tuple[Device, bool]:
    """What EncodedData tells, and whether it (if there is any) can be believed."""
    text = ctx.told.data.get("EncodedData")
    if not text or ctx.app_client is None:
        return _UNTOLD, True

    def is_named(name: str) -> bool:
        folded = ctx.pool.fold("username", name)
        return folded in {
            ctx.pool.fold("username", known) for known in (ctx.told.username, ctx.trail.username)
        }

    try:
        client_id, pool_id = ctx.app_client.client_id, ctx.pool.pool_id
        return encoded_data.opened(text, client_id, pool_id, is_named, ctx.now), True
    except Unbelievable as why:
        ctx.trail.note("context", unbelievable=str(why))
        return _UNTOLD, SERVERS_ALONE_ARE_EXCUSED and not _is_server(ctx)


def _is_server(ctx: Ctx) -> bool:
    """It has proven itself: by a signature, or by the client's secret."""
    return ctx.told.by_admin or (
        ctx.app_client is not None and bool(ctx.app_client.secrets) and not ctx.hosted
    )


def _user_agent(ctx: Ctx) -> str:
    """An administrator's server hands the user's headers on; its own is of no interest.

    Whoever calls without one is a program like any other: else to leave it out would look less odd.
    """
    if not ctx.told.by_admin:
        return ctx.user_agent[:_LONGEST] or _NAMELESS
    return _header(ctx.told.data.get("HttpHeaders") or (), "user-agent")[:_LONGEST]


def _header(headers: Any, name: str) -> str:
    for header in headers:
        if isinstance(header, Mapping) and str(header.get("headerName", "")).lower() == name:
            return str(header.get("headerValue", ""))
    return ""

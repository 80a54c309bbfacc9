"""The look of managed login: one style for each app client (behaviour file, 1.12 and 6.10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from poolhouse.context import Ctx
from poolhouse.directory import brand_files, login_assets, managed_branding, managed_settings, plans
from poolhouse.errors import (
    BrandingNotInTier,
    InvalidParameter,
    StyleExists,
    StyleNotFound,
    TooManyStyles,
)
from poolhouse.ports import Row, Tx
from poolhouse.store import clients, login_styles, pools, snapshots
from poolhouse.store.login_styles import Asset, LoginStyle
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import (
        CreateManagedLoginBrandingRequest,
        DeleteManagedLoginBrandingRequest,
        DescribeManagedLoginBrandingByClientRequest,
        DescribeManagedLoginBrandingRequest,
        UpdateManagedLoginBrandingRequest,
    )

Response = dict[str, Any]

MOST_STYLES = 20  # of a pool (behaviour file, 8.2)


@operation("CreateManagedLoginBranding")
async def create_managed_login_branding(ctx: Ctx, req: CreateManagedLoginBrandingRequest) -> Response:
    """Give an app client its style: the house's look, or settings and images of its own."""
    pool_id, client_id = req["UserPoolId"], req["ClientId"]
    assets = _checked(req, must_set=True)
    style = LoginStyle(
        pool_id=pool_id,
        style_id=ctx.env.rng.uuid(),
        client_id=client_id,
        provided=bool(req.get("UseCognitoProvidedValues")),
        settings=req.get("Settings") or {},
        created_at=ctx.now,
        modified_at=ctx.now,
    )

    async def write(tx: Tx) -> None:
        _require_tier(ctx, await pools.begin_change(tx, pool_id))
        await clients.of_pool(tx, pool_id, client_id)
        if await login_styles.of_client(tx, pool_id, client_id):
            raise StyleExists(client_id=client_id)
        if await login_styles.count(tx, pool_id) >= MOST_STYLES:
            raise TooManyStyles(most=MOST_STYLES)
        login_assets.check_number([], assets)
        await login_styles.insert(tx, style)
        await _put(tx, style, assets)

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    return {"ManagedLoginBranding": await _described(ctx, style.style_id)}


@operation("DescribeManagedLoginBranding")
async def describe_managed_login_branding(ctx: Ctx, req: DescribeManagedLoginBrandingRequest) -> Response:
    """A style by its id."""
    merged = req.get("ReturnMergedResources", False)
    return {"ManagedLoginBranding": await _described(ctx, req["ManagedLoginBrandingId"], merged=merged)}


@operation("DescribeManagedLoginBrandingByClient")
async def describe_managed_login_branding_by_client(
    ctx: Ctx, req: DescribeManagedLoginBrandingByClientRequest
) -> Response:
    """The style of an app client."""
    pool_id, client_id = req["UserPoolId"], req["ClientId"]

    async def read(tx: Tx) -> str:
        await clients.of_pool(tx, pool_id, client_id)
        style = await login_styles.of_client(tx, pool_id, client_id)
        if style is None:
            raise StyleNotFound
        return style.style_id

    style_id = await ctx.env.db.read(read)
    merged = req.get("ReturnMergedResources", False)
    return {"ManagedLoginBranding": await _described(ctx, style_id, merged=merged)}


@operation("UpdateManagedLoginBranding")
async def update_managed_login_branding(ctx: Ctx, req: UpdateManagedLoginBrandingRequest) -> Response:
    """What the request names goes before; what it leaves out stays. The house's look takes all away."""
    for name in ("UserPoolId", "ManagedLoginBrandingId"):
        if name not in req:
            raise InvalidParameter(f"{name} must be set.")
    pool_id, style_id = req["UserPoolId"], req["ManagedLoginBrandingId"]
    assets = _checked(req, must_set=False)

    async def write(tx: Tx) -> None:
        _require_tier(ctx, await pools.begin_change(tx, pool_id))
        style = await _style(tx, pool_id, style_id)
        before = [
            (asset.category, asset.color_mode, asset.resource_id)
            for asset in await login_styles.assets(tx, pool_id, style_id)
        ]
        login_assets.check_number(before, assets)
        await login_styles.replace(tx, _changed(ctx, style, req))
        if req.get("UseCognitoProvidedValues"):
            await login_styles.delete_assets(tx, pool_id, style_id)
        await _put(tx, style, assets)

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    return {"ManagedLoginBranding": await _described(ctx, style_id)}


def _changed(ctx: Ctx, style: LoginStyle, req: UpdateManagedLoginBrandingRequest) -> LoginStyle:
    if req.get("UseCognitoProvidedValues"):
        return replace(style, provided=True, settings={}, modified_at=ctx.now)
    own = bool(req.get("Settings") or req.get("Assets")) or "UseCognitoProvidedValues" in req
    settings = managed_settings.merged(style.settings, req.get("Settings") or {})
    return replace(style, provided=style.provided and not own, settings=settings, modified_at=ctx.now)


@operation("DeleteManagedLoginBranding")
async def delete_managed_login_branding(ctx: Ctx, req: DeleteManagedLoginBrandingRequest) -> Response:
    """The client has no managed login pages from then on."""
    pool_id, style_id = req["UserPoolId"], req["ManagedLoginBrandingId"]

    async def write(tx: Tx) -> None:
        await pools.begin_change(tx, pool_id)
        if not await login_styles.delete(tx, pool_id, style_id):
            raise StyleNotFound

    await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    return {}


def _require_tier(ctx: Ctx, pool: Row) -> None:
    """Raises `BrandingNotInTier`."""
    config = msgspec.json.decode(pool["config"])
    if not plans.has(ctx.env.settings, config, plans.BRANDING):
        raise BrandingNotInTier(tier=plans.tier_of(config))


def _checked(req: Mapping[str, Any], *, must_set: bool) -> Sequence[Mapping[str, Any]]:
    """The images of a request whose settings can be."""
    login_assets.check_request(req, must_set=must_set)
    if req.get("Settings") is not None:
        managed_settings.check(req["Settings"])
    assets: Sequence[Mapping[str, Any]] = req.get("Assets") or []
    login_assets.check(assets)
    return assets


async def _put(tx: Tx, style: LoginStyle, assets: Sequence[Mapping[str, Any]]) -> None:
    for asset in assets:
        category, color_mode, resource_id = login_assets.key(asset)
        made = Asset(
            category=category,
            color_mode=color_mode,
            resource_id=resource_id,
            extension=asset["Extension"],
            digest=brand_files.digest(asset["Bytes"]),
            content=asset["Bytes"],
        )
        await login_styles.put_asset(tx, style.pool_id, style.style_id, made)


async def _style(tx: Tx, pool_id: str, style_id: str) -> LoginStyle:
    style = await login_styles.by_id(tx, pool_id, style_id)
    if style is None:
        raise StyleNotFound
    return style


async def _described(ctx: Ctx, style_id: str, *, merged: bool = False) -> Response:
    """`merged`: with what the house's look fills in."""
    pool_id = ctx.pool.pool_id

    async def read(tx: Tx) -> tuple[LoginStyle, list[Asset]]:
        return await _style(tx, pool_id, style_id), await login_styles.contents(tx, pool_id, style_id)

    style, assets = await ctx.env.db.read(read)
    settings = style.settings
    if merged:
        settings = managed_settings.merged(managed_branding.defaults(), settings)
    return {
        "ManagedLoginBrandingId": style_id,
        "UserPoolId": pool_id,
        "UseCognitoProvidedValues": style.provided,
        "Settings": settings or None,
        "Assets": [_shown(asset) for asset in assets],
        "CreationDate": style.created_at,
        "LastModifiedDate": style.modified_at,
    }


def _shown(asset: Asset) -> Response:
    return {
        "Category": asset.category,
        "ColorMode": asset.color_mode,
        "Extension": asset.extension,
        "Bytes": asset.content,
        "ResourceId": asset.resource_id or None,
    }

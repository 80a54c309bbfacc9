"""The classic look of a pool's pages (behaviour file, 1.12 and 6.10). The sheet: directory/classic_css.py."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from poolhouse.context import Ctx
from poolhouse.delivery import links
from poolhouse.directory import brand_files, classic_css, images
from poolhouse.errors import ImageRefused, NoDomainToCustomize
from poolhouse.ports import SECOND, Tx
from poolhouse.store import clients, domains, pools, snapshots, ui_customizations
from poolhouse.store.ui_customizations import ALL, UiCustomization
from poolhouse.wire.operations import operation

if TYPE_CHECKING:
    from poolhouse.wire.models.cognito_idp import GetUICustomizationRequest, SetUICustomizationRequest

Response = dict[str, Any]

LARGEST_IMAGE = 100 * 1024  # bytes
_KINDS = ("PNG", "JPEG")


@operation("SetUICustomization")
async def set_ui_customization(ctx: Ctx, req: SetUICustomizationRequest) -> Response:
    """Style sheet and logo together, in place of those before; with neither there are none again [K]."""
    pool_id, client_id = ctx.pool.pool_id, req.get("ClientId", ALL)
    css, image = req.get("CSS", ""), req.get("ImageFile") or None
    classic_css.check(css)
    _check_image(image)
    made = UiCustomization(
        pool_id=pool_id,
        client_id=client_id,
        css=css,
        image_name=brand_files.logo_name(image) if image else "",
        image_digest=brand_files.digest(image) if image else "",
        css_version=f"{datetime.fromtimestamp(ctx.now // SECOND, UTC):%Y%m%d%H%M%S}",
        created_at=ctx.now,
        modified_at=ctx.now,
    )

    async def write(tx: Tx) -> UiCustomization | None:
        await pools.begin_change(tx, pool_id)
        await _check_place(tx, pool_id, client_id)
        if css or image:
            await ui_customizations.put(tx, made, image)
        else:
            await ui_customizations.delete(tx, pool_id, client_id)
        return await ui_customizations.of_client(tx, pool_id, client_id)

    stored = await ctx.env.db.run(write)
    snapshots.forget(ctx.env, pool_id)
    if not stored or stored.client_id != client_id:
        return {"UICustomization": {"UserPoolId": pool_id, "ClientId": client_id}}
    return {"UICustomization": _described(ctx, stored)}


async def _check_place(tx: Tx, pool_id: str, client_id: str) -> None:
    if not await domains.of_pool(tx, pool_id):
        raise NoDomainToCustomize
    if client_id != ALL:
        await clients.of_pool(tx, pool_id, client_id)


def _check_image(image: bytes | None) -> None:
    if image is None:
        return
    if len(image) > LARGEST_IMAGE:
        raise ImageRefused(why=f"it is larger than {LARGEST_IMAGE // 1024} KB.")
    if images.kind_of(image) not in _KINDS:
        raise ImageRefused(why="it is neither PNG nor JPEG.")


@operation("GetUICustomization")
async def get_ui_customization(ctx: Ctx, req: GetUICustomizationRequest) -> Response:
    """The client's look, else that of all clients, else nothing."""
    pool_id, client_id = ctx.pool.pool_id, req.get("ClientId", ALL)

    async def read(tx: Tx) -> UiCustomization | None:
        if client_id != ALL:
            await clients.of_pool(tx, pool_id, client_id)
        return await ui_customizations.of_client(tx, pool_id, client_id)

    found = await ctx.env.db.read(read)
    return {"UICustomization": _described(ctx, found) if found else {}}


def _described(ctx: Ctx, found: UiCustomization) -> Response:
    described: Response = {
        "UserPoolId": found.pool_id,
        "ClientId": found.client_id,
        "CSSVersion": found.css_version,
        "CreationDate": found.created_at,
        "LastModifiedDate": found.modified_at,
    }
    if found.css:
        described["CSS"] = found.css
    if found.image_digest:
        path = brand_files.path(found.image_digest, found.client_id, found.image_name)
        described["ImageUrl"] = links.base(ctx) + path
    return described

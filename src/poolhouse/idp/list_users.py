"""ListUsers (1.6)."""

from typing import Any

import msgspec

from poolhouse.context import Ctx
from poolhouse.directory import filters
from poolhouse.directory.users import User, user_type
from poolhouse.errors import RequestedAttributesMissing
from poolhouse.ports import Tx
from poolhouse.store import paging, user_listing
from poolhouse.store.user_listing import Page
from poolhouse.wire.operations import operation

Request = dict[str, Any]
Response = dict[str, Any]

_USUAL_PAGE = 60


@operation("ListUsers")
async def list_users(ctx: Ctx, req: Request) -> Response:
    """Users who pass the filter. A page may be short or empty and still have a token (gotcha 28)."""
    wanted = filters.parse(req.get("Filter", ""))
    names = req.get("AttributesToGet") or None
    if names and any(name not in ctx.pool.schema for name in names):
        raise RequestedAttributesMissing
    listing = _listing(req)
    after = _after(ctx, listing, req)
    size = req.get("Limit") or _USUAL_PAGE

    async def read(tx: Tx) -> Page:
        return await user_listing.page(tx, ctx.pool.pool_id, wanted, after, size)

    page = await ctx.env.db.read(read)
    answer: Response = {"Users": [_shown(user, names) for user in page.users]}
    if page.last is not None:
        token = paging.seal(ctx.keys.session, ctx.env.rng, ctx.now, listing, page.last)
        answer["PaginationToken"] = token
    return answer


def _listing(req: Request) -> str:
    """What a token is good for: this pool (whose key seals it), this filter, these attributes."""
    asked = [req["UserPoolId"], req.get("Filter", ""), req.get("AttributesToGet") or []]
    return "ListUsers|" + msgspec.json.encode(asked).decode()


def _after(ctx: Ctx, listing: str, req: Request) -> list[str]:
    """The last key of the page before, empty for the first page."""
    token = req.get("PaginationToken")
    if token is None:
        return []
    return [str(part) for part in paging.open_token(ctx.keys.session, ctx.now, listing, token)]


def _shown(user: User, names: list[str] | None) -> dict[str, Any]:
    """Raises `RequestedAttributesMissing` when the user lacks one of the attributes that were named."""
    shown = user_type(user)
    if names:
        shown["Attributes"] = [entry for entry in shown["Attributes"] if entry["Name"] in names]
        if len(shown["Attributes"]) < len(set(names)):
            raise RequestedAttributesMissing
    return shown

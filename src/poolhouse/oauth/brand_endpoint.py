"""Files of brands, from the origin of the pages: sheets that the server made, images that were checked.

A file is served under the digest of its content and as what it was checked to be. A drawing that somebody
opens alone can run nothing: it was refused if it could, and the policy forbids it all the same.
"""

from poolhouse.directory import brand_files
from poolhouse.directory.brand_files import Address
from poolhouse.http.response import Headers, Response
from poolhouse.oauth import branding, endpoint
from poolhouse.oauth.visit import Visit
from poolhouse.ports import Tx
from poolhouse.store import login_styles, ui_customizations

_HEADERS: Headers = (
    (b"cache-control", b"public, max-age=31536000, immutable"),
    (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex"),
)


async def brand_file(visit: Visit) -> Response:
    """GET /_brand/<digest>/<owner>/<name>; 404 unless there is this very content."""
    _, prefix, rest = visit.request.path.partition(brand_files.PREFIX)
    address = brand_files.parsed(prefix + rest)
    content = await _content(visit, address) if address else None
    if address is None or content is None:
        return endpoint.answered(visit, {"message": "There is nothing at this address."}, 404)
    content_type = ((b"content-type", brand_files.content_type(address.name)),)
    return Response(200, (*content_type, *_HEADERS), content)


async def _content(visit: Visit, address: Address) -> bytes | None:
    if address.name == brand_files.SHEET:
        look = await branding.of_client(visit.env, visit.snapshot, address.owner)
        text = look.sheets.get(address.digest)
        return text.encode() if text else None
    key = (visit.pool.pool_id, address)
    content: bytes | None = visit.env.images.get(key)
    if content is None:
        content = await visit.env.db.read(lambda tx: _image(tx, visit.pool.pool_id, address))
        if content is not None:
            visit.env.images.put(key, content)
    return content


async def _image(tx: Tx, pool_id: str, address: Address) -> bytes | None:
    if brand_files.is_logo(address.name):
        return await ui_customizations.image(tx, pool_id, address.owner, address.name, address.digest)
    for asset in await login_styles.assets(tx, pool_id, address.owner):
        name = brand_files.asset_name(asset.category, asset.color_mode, asset.resource_id, asset.extension)
        if (name, asset.digest) == (address.name, address.digest):
            return await login_styles.content(tx, pool_id, address.owner, asset)
    return None
